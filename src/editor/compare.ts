import {
  commands,
  Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  workspace,
} from 'vscode';
import { toLineFeeds } from '../engine/protocol/lineFeeds';
import type { RunOwner } from './run';
import { withFills } from './spans';

const SCHEME = 'unmask-candidate';

/** Shows the document beside what accepting the candidate would make of it, in an ordinary diff editor. */
export class Comparison implements TextDocumentContentProvider, Disposable {
  readonly #changes = new EventEmitter<Uri>();
  readonly #disposable: Disposable;
  #shown: Uri | undefined;

  readonly onDidChange = this.#changes.event;

  constructor(private readonly owner: RunOwner) {
    this.#disposable = Disposable.from(
      this.#changes,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      owner.onDidChange((change) => {
        if (change.kind === 'phase' && owner.candidate) this.#refresh();
      }),
      owner.onDidMove(() => {
        if (owner.candidate) this.#refresh();
      }),
    );
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  /** Opens the diff; does nothing while there is no candidate. */
  async open(): Promise<void> {
    const { place } = this.owner;
    if (!place || !this.owner.candidate) return;
    const { uri } = place.document;
    // The path keeps the file's name, hence its language.
    this.#shown = Uri.from({ scheme: SCHEME, path: uri.path, query: uri.toString() });
    this.#refresh();
    const name = place.label.replace(/:\d+$/, '');
    await commands.executeCommand('vscode.diff', uri, this.#shown, `${name} ↔ candidate`);
  }

  provideTextDocumentContent(): string {
    const { place, candidate } = this.owner;
    if (!place || !candidate) return '';
    const { document, spans } = place;
    return toLineFeeds(withFills(document.getText(), spans, candidate));
  }

  #refresh(): void {
    if (this.#shown) this.#changes.fire(this.#shown);
  }
}
