import {
  commands,
  Disposable,
  env,
  type LogOutputChannel,
  type TextEditor,
  Uri,
  window,
} from 'vscode';
import type { Comparison } from './compare';
import { selectExecutionProvider } from './executionProviders';
import { showMenu } from './menu';
import type { Notices, Purpose } from './notices';
import type { ProviderChoices } from './providerChoices';
import type { RunMode } from './request';
import type { RunOwner } from './run';
import type { Span } from './spans';
import { askStrength } from './strength';
import { cursorSpans, isWritable, leaveLineEnds, selectedCode, selectedSpans } from './target';

type SpansIn = (editor: TextEditor) => Span[] | null;

export interface CommandParts {
  readonly owner: RunOwner;
  readonly comparison: Comparison;
  readonly notices: Notices;
  readonly choices: ProviderChoices;
  readonly log: LogOutputChannel;
}

/**
 * Registers the extension's commands. Those that start a run resolve when it has ended. A few take an argument
 * so that keybindings and other extensions can skip the question:
 * `unmask.accept`, `unmask.reject`, `unmask.stop` `{ otherwise }`, what their key does without them, for where there is
 * nothing to accept, to reject, or to stop,
 * `unmask.rewriteSelection` `{ strength }`, `unmask.selectExecutionProvider` its name, `unmask.exportTrace` a `Uri`,
 * `unmask.openSettings` the setting to be found.
 */
export function registerCommands({
  owner,
  comparison,
  notices,
  choices,
  log,
}: CommandParts): Disposable {
  /** The editor to work in, and that there is something in it to work on; tells the user where there is not. */
  const editorWith = async (spansIn: SpansIn, purpose: Purpose) => {
    const editor = window.activeTextEditor;
    if (!editor) return notices.noEditor();
    if (!(await isWritable(editor.document))) return notices.readOnly();
    if (editor.document.isClosed) return notices.noEditor();
    return spansIn(editor) ? editor : notices.nothingSelected(purpose);
  };

  const begin = async (spansIn: SpansIn, purpose: Purpose, mode: RunMode) => {
    const editor = await editorWith(spansIn, purpose);
    if (!editor) return;
    // A preview's tab goes to the next file that is looked at, and the candidate with it.
    await commands.executeCommand('workbench.action.keepEditor');
    if (editor.document.isClosed) return notices.noEditor();
    // No waiting from here to the start, which follows edits: one in between would leave the spans on other text.
    const spans = spansIn(editor);
    if (!spans) return notices.nothingSelected(purpose);
    // Cursors stay where they are filled at, also at the end of a selection.
    if (spansIn !== cursorSpans) leaveLineEnds(editor);
    await owner.start(editor.document, spans, mode);
  };

  const infill = (spansIn: SpansIn) => begin(spansIn, 'fill', { kind: 'infill' });

  const rewrite = async (argument?: { strength?: unknown }) => {
    if (!(await editorWith(selectedCode, 'rewrite'))) return;
    const strength = given(argument?.strength) ?? (await askStrength());
    if (strength !== undefined) await begin(selectedCode, 'rewrite', { kind: 'rewrite', strength });
  };

  /** The keys that `when` clauses read come a moment late, and outlive an extension host that crashed. */
  const keyed =
    (act: () => unknown, applies: () => boolean) =>
    ({ otherwise }: { otherwise?: unknown } = {}) =>
      typeof otherwise === 'string' && !applies() ? commands.executeCommand(otherwise) : act();
  const waits = () => owner.candidate !== null;

  const table: Readonly<Record<string, (argument?: never) => unknown>> = {
    infillSelection: () => infill(selectedSpans),
    infillAtCursor: () => infill(cursorSpans),
    rewriteSelection: rewrite,
    accept: keyed(() => owner.accept(), waits),
    reject: keyed(() => owner.reject(), waits),
    stop: keyed(
      () => owner.stop(),
      () => owner.stoppable,
    ),
    runAgain: () => owner.run(),
    compare: () => comparison.open(),
    openPanel: () => commands.executeCommand('unmask.panel.focus'),
    selectExecutionProvider: (name?: unknown) => selectExecutionProvider(owner, choices, name),
    openSettings: (setting?: unknown) =>
      typeof setting === 'string'
        ? openSetting(setting)
        : commands.executeCommand('workbench.action.openSettings', '@ext:unmask.unmask'),
    showLog: () => log.show(),
    showMenu: () => showMenu(owner),
    exportTrace: (target?: unknown) =>
      owner.exportTrace(target instanceof Uri ? target : undefined),
  };
  return Disposable.from(
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(`unmask.${name}`, run)),
  );
}

/** Shows one setting. Those about the machine stand where that is: for a remote one they are no user settings. */
function openSetting(setting: string): Thenable<unknown> {
  const where = env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  return commands.executeCommand(`workbench.action.${where}`, { query: `@id:${setting}` });
}

/** A strength that can be used: above 0, at most 1. */
function given(strength: unknown): number | undefined {
  return typeof strength === 'number' && strength > 0 && strength <= 1 ? strength : undefined;
}
