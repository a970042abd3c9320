import { isDeepStrictEqual } from 'node:util';
import {
  type Range,
  Selection,
  type TextDocument,
  type TextDocumentContentChangeEvent,
  type TextEditor,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import { filledSpans, type Span, toLineEnds, withFills } from '../span/spans';
import { caretsBehind } from './carets';
import type { Place } from './place';

/** Text that takes a span's place. */
interface Fill {
  readonly span: Span;
  readonly range: Range;
  readonly text: string;
}

/** Fills on their way into the document, in place of the spans' text: one edit, hence one undo step. */
export class Replacement {
  readonly #before: string;
  readonly #after: string;
  readonly #spans: readonly Span[];
  /** What is to stand in each span. */
  readonly #texts: readonly string[];
  /** Of the spans that are not left as they are. */
  readonly #fills: readonly Fill[];
  readonly #version: number;
  /** Whether something else has changed in the spans meanwhile. */
  outdated = false;

  /** @param fills one per span, with `\n` line ends; null where it is left as it is */
  constructor(
    readonly place: Place,
    fills: readonly (string | null)[],
  ) {
    const { document, spans, ranges, lineEnd } = place;
    this.#spans = spans;
    this.#version = document.version;
    this.#before = document.getText();
    this.#texts = fills.map((fill, index) => {
      const { start, end } = spans[index]!;
      return fill === null ? this.#before.slice(start, end) : toLineEnds(fill, lineEnd);
    });
    this.#fills = spans.flatMap((span, index) =>
      fills[index] === null ? [] : { span, range: ranges[index]!, text: this.#texts[index]! },
    );
    this.#after = withFills(this.#before, spans, this.#texts);
  }

  /**
   * Whether it was this edit that the document has just seen; if so, the place is where the fills are. VS Code may change
   * something elsewhere along with it, such as white space that it had put on a line by itself.
   */
  arrivedWith(changes: readonly TextDocumentContentChangeEvent[]): boolean {
    if (this.place.document.getText() === this.#after) {
      this.place.moveTo(filledSpans(this.#spans, this.#texts));
      return true;
    }
    const arrived = this.#fills.every(({ span: { start, end }, text: fill }) =>
      changes.some(
        ({ rangeOffset, rangeLength, text }) =>
          rangeOffset === start && rangeLength === end - start && text === fill,
      ),
    );
    return arrived && this.place.follow(changes, 'untyped') !== 'broken';
  }

  /** Whether the document has changed since, so that VS Code refuses an edit of what it was. */
  get overtaken(): boolean {
    return this.place.document.version !== this.#version;
  }

  /**
   * Resolves when the document has taken the fills or will not: it is read-only, or changed or closed at the same moment.
   *
   * @returns whether it did, whatever was typed since.
   */
  async carryOut(): Promise<boolean> {
    const { document } = this.place;
    const editors = editorsOf(document);
    // Not afterwards: a key that comes before that would take the place of what is selected, or find the cursor moved back.
    const filled = this.#fills.map(({ span }) => span);
    const returns = editors.map((each) => leaveSpans(each, filled));
    const taken = await this.#edit(editors[0]);
    // Where the text has changed, what was selected is not what it was, and whoever typed has gone on.
    if (!taken && !this.overtaken) for (const comeBack of returns) comeBack();
    return taken;
  }

  async #edit(editor: TextEditor | undefined): Promise<boolean> {
    const fills = this.#fills;
    try {
      const taken = editor ? editIn(editor, fills) : editUnseen(this.place.document, fills);
      // Some read-only editors report success all the same.
      return (await taken) && this.#changed;
    } catch {
      // An editor that closes at this very moment refuses with an error that says nothing to a user.
      return false;
    }
  }

  /** Whether the document is another than before, or nothing was to change. */
  get #changed(): boolean {
    const text = this.place.document.getText();
    return text !== this.#before || text === this.#after;
  }
}

/** The editors that show a document, the active one first. */
function editorsOf(document: TextDocument): TextEditor[] {
  const { activeTextEditor, visibleTextEditors } = window;
  const editors = visibleTextEditors.filter((editor) => editor.document === document);
  return editors.sort((a, b) => Number(b === activeTextEditor) - Number(a === activeTextEditor));
}

/**
 * Leaves a cursor behind each span in place of what is selected there; it is behind the fill once that has come.
 *
 * @returns selects that again, unless something else is selected by then
 */
function leaveSpans(editor: TextEditor, spans: readonly Span[]): () => void {
  const { document, selections } = editor;
  const moved = caretsBehind(offsetsIn(editor), spans);
  if (!moved) return () => {};
  editor.selections = moved.map(
    ({ anchor, active }) => new Selection(document.positionAt(anchor), document.positionAt(active)),
  );
  return () => {
    if (isDeepStrictEqual(offsetsIn(editor), moved)) editor.selections = selections;
  };
}

const offsetsIn = ({ document, selections }: TextEditor) =>
  selections.map(({ anchor, active }) => ({
    anchor: document.offsetAt(anchor),
    active: document.offsetAt(active),
  }));

/** An edit through an editor arrives as it is; a workspace edit would be cut down to what differs. */
function editIn(editor: TextEditor, fills: readonly Fill[]): Thenable<boolean> {
  return editor.edit((builder) => {
    for (const { range, text } of fills) builder.replace(range, text);
  });
}

function editUnseen({ uri }: TextDocument, fills: readonly Fill[]): Thenable<boolean> {
  const edit = new WorkspaceEdit();
  for (const { range, text } of fills) edit.replace(uri, range, text);
  return workspace.applyEdit(edit);
}
