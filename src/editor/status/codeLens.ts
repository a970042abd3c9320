import {
  CodeLens,
  type CodeLensProvider,
  Disposable,
  EventEmitter,
  languages,
  Range,
  type TextDocument,
} from 'vscode';
import type { RunOwner } from '../run/runOwner';

/** VS Code loses a change that comes while it still draws the one before; by then it has drawn that. */
const SETTLED_MS = 700;

/** The row of actions above the first span, while there is something to decide. */
export class SpanActions implements CodeLensProvider, Disposable {
  readonly #changes = new EventEmitter<void>();
  readonly #disposable: Disposable;
  #settled: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.#changes.event;

  constructor(private readonly owner: RunOwner) {
    this.#disposable = Disposable.from(
      this.#changes,
      owner.onDidChange((change) => {
        if (change.kind === 'phase') this.#refresh();
      }),
      // VS Code asks all providers of the file again, those of its language as well: not for nothing at every key.
      owner.onDidMove(() => {
        if (owner.running || owner.candidate) this.#refresh();
      }),
      languages.registerCodeLensProvider({ scheme: '*' }, this),
    );
  }

  dispose(): void {
    clearTimeout(this.#settled);
    this.#disposable.dispose();
  }

  #refresh(): void {
    this.#changes.fire();
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => this.#changes.fire(), SETTLED_MS);
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const { owner } = this;
    const first = owner.place?.ranges[0];
    if (!first || owner.place?.document !== document) return [];
    const line = new Range(first.start, first.start);
    const lens = (title: string, command: string, tooltip: string) =>
      new CodeLens(line, { title, command, tooltip });
    const panel = lens('Open Denoising Panel', 'unmask.openPanel', 'Watch every step of the run');
    if (owner.running) {
      return [
        lens('$(debug-stop)\u00a0Stop', 'unmask.stop', 'Stop; the code stays as it is'),
        panel,
      ];
    }
    if (!owner.candidate) return [];
    const { count, chosen } = owner.candidates;
    const all = owner.candidate.length > 1 ? ` All ${owner.candidate.length}` : '';
    return [
      lens(`$(check)\u00a0Accept${all}`, 'unmask.accept', 'Put the candidate into the document'),
      lens(`$(close)\u00a0Reject${all}`, 'unmask.reject', 'Leave the document as it is'),
      ...(count > 1
        ? [
            lens(
              `$(chevron-right)\u00a0${chosen + 1} of ${count}`,
              'unmask.nextCandidate',
              'Show the next candidate',
            ),
          ]
        : []),
      lens('$(refresh)\u00a0Run Again', 'unmask.runAgain', 'Denoise the same spans once more'),
      lens('$(diff)\u00a0Compare', 'unmask.compare', 'Show the candidate beside the document'),
      panel,
    ];
  }
}
