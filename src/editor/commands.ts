import {
  commands,
  Disposable,
  type LogOutputChannel,
  Selection,
  type TextDocument,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode';
import { strengthSchema } from '../diffusion/settings/sampler';
import { type Comparison, isOfAnother } from './comparison';
import { selectExecutionProvider } from './executionProviders';
import { showMenu } from './menu';
import type { HeldBackHoles } from './run/heldBackHoles';
import type { RunMode } from './run/request';
import type { RunOwner } from './run/runOwner';
import { selectModel } from './selectModel';
import type { ProviderChoices } from './settings/providerChoices';
import type { Settings } from './settings/settings';
import { otherCells } from './span/notebook';
import type { Span } from './span/spans';
import { askStrength } from './span/strength';
import {
  cursorSpans,
  holeSpans,
  holesInTurn,
  isWritable,
  leaveLineEnds,
  selectedCode,
  selectedSpans,
  spanAtCursor,
} from './span/target';
import type { Notices } from './status/notices';

/** What a command works on. */
interface Target {
  readonly spansIn: (editor: TextEditor) => readonly Span[] | null;
  /** Tells the user that there are none, and what to do. */
  readonly none: (editor: TextEditor) => void;
  /** Puts the cursors where the keys for the candidate work. */
  readonly aim?: (editor: TextEditor, spans: readonly Span[]) => void;
}

/** Filled at once: each begins with 16 slots and may be given 32, and the bundled model has 128. */
const MOST_HOLES = 4;

export interface CommandParts {
  readonly owner: RunOwner;
  readonly comparison: Comparison;
  readonly heldBack: HeldBackHoles;
  readonly settings: Settings;
  readonly notices: Notices;
  readonly choices: ProviderChoices;
  readonly log: LogOutputChannel;
}

/**
 * Registers the extension's commands. Those that start a run resolve when it has ended. A few take an argument
 * so that keybindings and other extensions can skip the question:
 * `unmask.accept`, `unmask.reject`, `unmask.stop` `{ otherwise }`, what their key does without them, for where there is
 * nothing to accept, to reject, or to stop; `unmask.accept` `{ tooEarly: true }`, that nothing is to be accepted yet,
 * `unmask.leaveOut` a span's index and whether it is to be left out,
 * `unmask.rewriteSelection` `{ strength }`, `unmask.selectModel` its folder, `unmask.selectExecutionProvider` its name,
 * `unmask.exportTrace` and `unmask.openTrace` a `Uri`, `unmask.openSettings` the setting to be found.
 */
export function registerCommands({
  owner,
  comparison,
  heldBack,
  settings,
  notices,
  choices,
  log,
}: CommandParts): Disposable {
  /** The editor to work in, and that there is something in it to work on; tells the user where there is not. */
  const editorWith = async ({ spansIn, none }: Target) => {
    const editor = window.activeTextEditor;
    if (!editor) return notices.noEditor();
    if (!(await isWritable(editor.document))) return notices.readOnly();
    if (editor.document.isClosed) return notices.noEditor();
    return spansIn(editor) ? editor : none(editor);
  };

  const begin = async (target: Target, mode: RunMode) => {
    const editor = await editorWith(target);
    if (!editor) return;
    // A preview's tab goes to the next file that is looked at, and the candidate with it.
    await commands.executeCommand('workbench.action.keepEditor');
    if (editor.document.isClosed) return notices.noEditor();
    // No waiting from here to the start, which follows edits: one in between would leave the spans on other text.
    const spans = target.spansIn(editor);
    if (!spans) return target.none(editor);
    target.aim?.(editor, spans);
    await owner.start(editor.document, spans, mode);
  };

  const selection: Target = {
    spansIn: selectedSpans,
    none: () => notices.nothingSelected('fill'),
    aim: leaveLineEnds,
  };
  const code: Target = {
    spansIn: selectedCode,
    none: () => notices.nothingSelected('rewrite'),
    aim: leaveLineEnds,
  };
  // Cursors stay where they are filled at, also at the end of a selection.
  const cursors: Target = {
    spansIn: (editor) => cursorSpans(editor, settings.holeMarker()),
    none: () => notices.nothingSelected('fill'),
  };
  const inOtherCells = (document: TextDocument, marker: string) =>
    otherCells(document).some((cell) => holeSpans(cell, marker));
  const holes = (marker: string): Target => ({
    spansIn: ({ document }) => {
      const all = holeSpans(document, marker);
      return all && holesInTurn(all, heldBack.in(document), MOST_HOLES);
    },
    none: ({ document }) =>
      inOtherCells(document, marker) ? notices.onlyOtherCells() : notices.noHoles(marker),
    aim: (editor, spans) => {
      const { document } = editor;
      const { length: all } = holeSpans(document, marker)!;
      if (spans.length < all) notices.moreHoles(spans.length, all);
      else if (inOtherCells(document, marker)) notices.otherCells();
      const start = document.positionAt(spans[0]!.start);
      editor.selection = new Selection(start, start);
    },
  });

  const infill = (target: Target) => begin(target, { kind: 'infill' });

  const rewrite = async (argument?: { strength?: unknown }) => {
    if (!(await editorWith(code))) return;
    const given = strengthSchema.safeParse(argument?.strength).data;
    const strength = given ?? (await askStrength());
    if (strength !== undefined) await begin(code, { kind: 'rewrite', strength });
  };

  /** The keys that `when` clauses read come a moment late, and outlive an extension host that crashed. */
  const keyed =
    (act: () => unknown, applies: () => boolean) =>
    ({ otherwise }: { otherwise?: unknown } = {}) =>
      typeof otherwise === 'string' && !applies() ? commands.executeCommand(otherwise) : act();
  const waits = () => owner.candidate !== null;
  /** What is offered beside the code stays there for a moment when another run comes to be looked at. */
  const decide = (act: () => unknown) => () => {
    if (waits() || !owner.waits) return act();
    notices.waitsUnseen(owner.place?.label ?? 'these spans', () => owner.showWaiting());
  };
  /** In the title bar of a comparison, which may show the candidate of a document that was filled before. */
  const whereShown = (act: () => unknown) => (compared?: unknown) =>
    isOfAnother(compared, owner.place?.document) ? undefined : act();
  const accept = decide(() => owner.accept());
  const reject = decide(() => owner.reject());
  const acceptKeyed = keyed(accept, waits);
  const leaveAlone = keyed(
    () => {},
    () => waits() || owner.running,
  );

  const table: Readonly<Record<string, (...args: never[]) => unknown>> = {
    infillSelection: () => infill(selection),
    infillAtCursor: () => infill(cursors),
    fillHoles: () => infill(holes(settings.holeMarker())),
    rewriteSelection: rewrite,
    // Pressed while the fill was being denoised, Tab is to leave alone what it would replace, and to accept nothing that came
    // meanwhile: nobody has seen it.
    accept: (argument?: { otherwise?: unknown; tooEarly?: unknown }) =>
      (argument?.tooEarly === true ? leaveAlone : acceptKeyed)(argument),
    reject: keyed(reject, waits),
    // Commands of their own: VS Code names the keys of a title bar's commands there, also where they do something else.
    acceptCompared: whereShown(accept),
    rejectCompared: whereShown(reject),
    leaveOut: (span?: unknown, out?: unknown) =>
      decide(() =>
        owner.leaveOut(
          typeof span === 'number' ? span : spanAtCursor(window.activeTextEditor, owner.place),
          typeof out === 'boolean' ? out : undefined,
        ),
      )(),
    stop: keyed(
      () => owner.stop(),
      () => owner.stoppable,
    ),
    nextCandidate: decide(() => owner.stepCandidate(1)),
    previousCandidate: decide(() => owner.stepCandidate(-1)),
    runAgain: () => owner.run(),
    compare: decide(() => comparison.open()),
    openPanel: () => commands.executeCommand('unmask.panel.focus'),
    selectExecutionProvider: (name?: unknown) => selectExecutionProvider(owner, choices, name),
    selectModel: (folder?: unknown) => selectModel(settings, owner.state().knobs.sampler, folder),
    openSettings: (setting?: unknown) =>
      typeof setting === 'string'
        ? openSetting(setting)
        : commands.executeCommand('workbench.action.openSettings', '@ext:unmask.unmask'),
    showLog: () => log.show(),
    showMenu: () => showMenu(owner),
    exportTrace: (target?: unknown) =>
      owner.exportTrace(target instanceof Uri ? target : undefined),
    openTrace: (source?: unknown) => owner.openTrace(source instanceof Uri ? source : undefined),
  };
  return Disposable.from(
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(`unmask.${name}`, run)),
  );
}

/** Shows one setting where it is given: with the workspace where that has a value of its own, else with the user. */
function openSetting(setting: string): Thenable<unknown> {
  const inWorkspace = workspace.getConfiguration().inspect(setting)?.workspaceValue !== undefined;
  const where = inWorkspace ? 'openWorkspaceSettings' : 'openSettings';
  return commands.executeCommand(`workbench.action.${where}`, { query: `@id:${setting}` });
}
