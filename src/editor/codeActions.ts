import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionProvider,
  CodeActionTriggerKind,
  type Disposable,
  languages,
  type Range,
  type TextDocument,
  window,
} from 'vscode';
import type { Settings } from './settings/settings';
import { cursorSpans, holeSpans, isWritable } from './span/target';

const { QuickFix, RefactorRewrite } = CodeActionKind;

/**
 * What VS Code lists at the cursor: to fill the hole there, with a light bulb; to fill or to rewrite what is selected, where
 * somebody asks: a light bulb at every selection would say nothing.
 */
export class CodeActions implements CodeActionProvider, Disposable {
  readonly #disposable: Disposable;

  constructor(private readonly settings: Settings) {
    this.#disposable = languages.registerCodeActionsProvider({ scheme: '*' }, this, {
      providedCodeActionKinds: [QuickFix, RefactorRewrite],
    });
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  async provideCodeActions(
    document: TextDocument,
    range: Range,
    { triggerKind }: CodeActionContext,
  ): Promise<CodeAction[]> {
    const editor = window.activeTextEditor;
    // They are asked for where a mouse is over a problem as well, while our commands work at the cursor.
    if (editor?.document !== document || !editor.selection.isEqual(range)) return [];
    const isAsked = triggerKind === CodeActionTriggerKind.Invoke;
    const marker = this.settings.holeMarker();
    const atHole = () => cursorSpans(editor, marker).every(({ start, end }) => start < end);
    const applies = range.isEmpty ? atHole() : isAsked;
    if (!applies || !(await isWritable(document))) return [];
    const several = () => (holeSpans(document, marker)?.length ?? 0) > 1;
    const fillAll = action('Fill All Holes in File', QuickFix, 'unmask.fillHoles');
    return range.isEmpty
      ? [action('Fill Hole', QuickFix, 'unmask.infillAtCursor'), ...(several() ? [fillAll] : [])]
      : [
          action('Infill Selection', RefactorRewrite, 'unmask.infillSelection'),
          action('Rewrite Selection…', RefactorRewrite, 'unmask.rewriteSelection'),
        ];
  }
}

function action(title: string, kind: CodeActionKind, command: string): CodeAction {
  const offered = new CodeAction(`Unmask: ${title}`, kind);
  offered.command = { title, command };
  return offered;
}
