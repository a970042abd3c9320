import {
  type DecorationOptions,
  Disposable,
  OverviewRulerLane,
  type Position,
  Range,
  type TextEditor,
  ThemeColor,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { isCell, isPart, outsideComparison } from '../comparison';
import { liveFills } from '../run/liveFill';
import type { RunOwner } from '../run/runOwner';
import { isUnchanged, remarkOn } from '../status/remarks';
import type { DrawnDocument } from './drawnDocument';
import { EditorWidths } from './editorWidths';
import { foldedLines } from './foldedLines';
import { layOut, type PreviewLayout } from './previewLayout';
import { fillStyle, inHighContrast, remarkStyle } from './previewStyle';
import { spanHover } from './spanHover';
import { visibleColumns } from './visibleColumns';

/** Redrawing faster than this only costs the renderer time. */
const FRAME_MS = 60;

/** By which it is guessed how much of a line is seen. */
const widthSettings = ['wordWrap', 'wordWrapColumn', 'fontSize', 'minimap.enabled'].map(
  (name) => `editor.${name}`,
);

/**
 * Draws the run into the editors that show its document: the spans marked, their fills beside them as they
 * unmask. All of it is decoration, the document itself stays as it is.
 */
export class Preview implements Disposable {
  readonly #original = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor('unmask.originalBackground'),
    border: '1px solid',
    borderColor: new ThemeColor('unmask.originalBorder'),
    overviewRulerColor: new ThemeColor('unmask.overviewRuler'),
    overviewRulerLane: OverviewRulerLane.Full,
  });
  readonly #faded = window.createTextEditorDecorationType({ opacity: '0.55' });
  readonly #replaced = window.createTextEditorDecorationType({
    textDecoration: 'line-through',
  });
  readonly #mark;
  readonly #fill = window.createTextEditorDecorationType({});
  readonly #subscriptions: Disposable;
  readonly #widths: EditorWidths;
  #timer: NodeJS.Timeout | undefined;
  /** The editors drawn in, with what was folded there. */
  #drawn = new Map<TextEditor, string>();

  constructor(
    private readonly owner: RunOwner,
    extensionUri: Uri,
  ) {
    this.#mark = window.createTextEditorDecorationType({
      gutterIconPath: extensionUri.with({ path: `${extensionUri.path}/media/span.svg` }),
      gutterIconSize: 'contain',
    });
    this.#widths = new EditorWidths(owner, () => this.#drawSoon());
    this.#subscriptions = Disposable.from(
      owner.onDidChange((change) => {
        if (change.kind === 'steps') this.#drawSoon();
        else this.#draw();
      }),
      owner.onDidMove(() => this.#draw()),
      window.onDidChangeVisibleTextEditors(() => this.#draw()),
      window.onDidChangeActiveColorTheme(() => this.#draw()),
      // How much room there is to draw in.
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        // At every scroll; what counts is what is folded.
        const drawn = this.#drawn.get(textEditor);
        if (drawn !== undefined && drawn !== String(foldedLines(textEditor))) this.#drawSoon();
      }),
      window.tabGroups.onDidChangeTabGroups(() => this.#draw()),
      workspace.onDidChangeConfiguration((event) => {
        if (widthSettings.some((setting) => event.affectsConfiguration(setting))) this.#draw();
      }),
      // How wide tabs are.
      window.onDidChangeTextEditorOptions(({ textEditor }) => {
        if (this.#drawn.has(textEditor)) this.#draw();
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    Disposable.from(
      this.#subscriptions,
      this.#widths,
      this.#original,
      this.#faded,
      this.#replaced,
      this.#mark,
      this.#fill,
    ).dispose();
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => this.#draw(), FRAME_MS);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { owner } = this;
    const shown = owner.running || owner.candidate !== null;
    const document = shown ? owner.place?.document : undefined;
    const showing = window.visibleTextEditors.filter((editor) => editor.document === document);
    const editors = outsideComparison(showing);
    for (const editor of this.#drawn.keys()) if (!editors.includes(editor)) this.#clear(editor);
    for (const editor of editors) this.#drawIn(editor);
    this.#drawn = new Map(editors.map((editor) => [editor, String(foldedLines(editor))]));
  }

  #clear(editor: TextEditor): void {
    for (const type of [this.#original, this.#faded, this.#replaced, this.#mark, this.#fill]) {
      editor.setDecorations(type, []);
    }
  }

  #drawIn(editor: TextEditor): void {
    const { owner } = this;
    const ranges = owner.place?.ranges ?? [];
    const { languageId } = editor.document;
    const { candidate, fills: offered, leftOut } = owner;
    const hovers = ranges.map((_, index) =>
      offered ? { hoverMessage: spanHover(offered, index, { leftOut, language: languageId }) } : {},
    );
    const unchanged = ranges.map((_, index) => isUnchanged(owner, index));
    const isReplaced = (_: unknown, index: number) => !ranges[index]!.isEmpty && !unchanged[index];
    const spans = ranges.filter(isReplaced);
    const hoverable = ranges.map((range, index) => ({
      range: range.isEmpty ? around(range.start) : range,
      ...hovers[index],
    }));
    editor.setDecorations(this.#original, hoverable.filter(isReplaced));
    // A high contrast theme is chosen to have no faint text.
    editor.setDecorations(this.#faded, inHighContrast() ? [] : spans);
    editor.setDecorations(this.#replaced, candidate ? spans : []);
    editor.setDecorations(
      this.#mark,
      ranges.map((range) => new Range(range.start, range.start)),
    );
    const fills = this.#fills();
    const previews = ranges.map(({ start, end }, index) => ({
      startLine: start.line,
      startCharacter: start.character,
      endLine: end.line,
      endCharacter: end.character,
      fill: unchanged[index] ? null : (fills?.[index] ?? null),
      remark: remarkOn(owner, index),
      whole: candidate ? 'Compare' : '',
    }));
    const drawn = layOut(drawnDocument(editor, this.#widths.of(editor)), previews).flatMap(
      (layout, index) => decorate(editor, ranges[index]!.end, layout, hovers[index]!),
    );
    const others = hoverable.filter((each, index) => !isReplaced(each, index));
    editor.setDecorations(this.#fill, [...drawn, ...others]);
  }

  /** The fills to draw, one per span; none while the run is only starting. */
  #fills(): readonly string[] | null {
    const { candidate, trace, phase } = this.owner;
    if (candidate) return candidate;
    return phase.kind === 'denoising' && trace ? liveFills(trace) : null;
  }
}

/** Of a position where text is drawn, what the mouse is on then, as VS Code sees it: a character beside it. */
function around({ line, character }: Position): Range {
  return new Range(line, Math.max(0, character - 1), line, character + 1);
}

/** The decorations of one span's fill; `end` is where the span ends. */
function decorate(
  { document }: TextEditor,
  end: Position,
  layout: PreviewLayout,
  hover: Pick<DecorationOptions, 'hoverMessage'>,
): DecorationOptions[] {
  if (layout.kind === 'box') {
    return layout.rows.map((row) => {
      const lineEnd = document.lineAt(row.line).range.end;
      const margin = `0 0 0 ${row.gap}ch`;
      const after = row.remark ? remarkStyle(row.text, margin) : fillStyle(row.text, margin);
      return { range: new Range(lineEnd, lineEnd), ...hover, renderOptions: { after } };
    });
  }
  const atSpan = layout.remarkAt === 'span';
  const renderOptions = {
    ...(layout.text === '' ? {} : { before: fillStyle(layout.text, '0') }),
    ...(layout.remark === ''
      ? {}
      : { after: remarkStyle(layout.remark, atSpan ? '0 2ch' : '0 0 0 2ch') }),
  };
  return [
    { range: new Range(end, atSpan ? end : document.lineAt(end.line).range.end), renderOptions },
  ];
}

function drawnDocument(editor: TextEditor, width: number | undefined): DrawnDocument {
  const { document } = editor;
  const tabSize = Number(editor.options.tabSize);
  const settings = workspace.getConfiguration('editor', document);
  const folded = foldedLines(editor);
  return {
    lines: (line) => document.lineAt(line).text,
    lineCount: document.lineCount,
    tabSize: tabSize >= 1 ? tabSize : 4,
    isHidden: (line) => folded.some(([first, last]) => first <= line && line <= last),
    columns: visibleColumns({
      wordWrap: settings.get('wordWrap', 'off'),
      wordWrapColumn: settings.get('wordWrapColumn', 80),
      groups: window.tabGroups.all.length,
      inComparison: isPart(editor) && !isCell(editor),
      width,
      fontSize: settings.get('fontSize', 14),
      minimap: settings.get('minimap.enabled', true),
    }),
  };
}
