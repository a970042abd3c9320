import {
  CodeLens,
  type CodeLensProvider,
  type Command,
  Disposable,
  EventEmitter,
  languages,
  type Position,
  Range,
  type TextDocument,
} from 'vscode';
import type { RunPhase } from '../../panel/messages';
import type { Place } from '../place/place';
import type { RunOwner } from '../run/runOwner';
import { nameOf, offersOf } from './offers';

/**
 * The row of actions above the first span, while there is something to decide. VS Code waits until there was no change for a
 * quarter of a second before it asks for the row, and as long again before it draws another in its place: what is said there may
 * be half a second old.
 */
export class SpanActions implements CodeLensProvider, Disposable {
  readonly #changes = new EventEmitter<void>();
  readonly #disposable: Disposable;
  #last: RunPhase['kind'] | undefined;

  readonly onDidChangeCodeLenses = this.#changes.event;

  constructor(private readonly owner: RunOwner) {
    this.#disposable = Disposable.from(
      this.#changes,
      owner.onDidChange((change) => {
        if (change.kind !== 'phase') return;
        const { kind } = change.phase;
        // A run that goes on has the same row: parts of a context, or sweeps, would only put it off.
        if (kind !== 'denoising' || kind !== this.#last) this.#changes.fire();
        this.#last = kind;
      }),
      // VS Code asks all providers of the file again, those of its language as well: not for nothing at every key.
      owner.onDidMove(() => {
        if (owner.running || owner.candidate) this.#changes.fire();
      }),
      languages.registerCodeLensProvider({ scheme: '*' }, this),
    );
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const { place, running, fills } = this.owner;
    const start = place?.ranges[0]?.start;
    if (!start || place?.document !== document) return [];
    const panel = lens(start, 'Open Denoising Panel', {
      command: 'unmask.openPanel',
      tooltip: 'Watch every step of the run',
    });
    if (running) {
      const tooltip = 'Stop; the code stays as it is';
      return [lens(start, '$(debug-stop) Stop', { command: 'unmask.stop', tooltip }), panel];
    }
    if (!fills) return [];
    return [...this.#decisions(place, fills), panel];
  }

  #decisions({ ranges }: Place, fills: readonly string[]): CodeLens[] {
    const { candidates, leftOut } = this.owner;
    const { count, chosen } = candidates;
    const { start } = ranges[0]!;
    const { accept, reject, leaveOut } = offersOf(fills, leftOut);
    const next = lens(start, `$(chevron-right) Candidate ${chosen + 1} of ${count}`, {
      command: 'unmask.nextCandidate',
      tooltip: 'Show the next candidate',
    });
    // A row is in the order of the columns first. Several spans may begin on a line, so each is named.
    const exceptions = leaveOut.flatMap((offered, span) => {
      if (!offered) return [];
      const own = ranges[span]!.start;
      return lens(
        own.line === start.line ? start : own,
        `${offered.title} “${nameOf(fills[span]!)}”`,
        {
          command: 'unmask.leaveOut',
          tooltip: 'Whether accepting changes the code here',
          arguments: [...offered.arguments],
        },
      );
    });
    return [
      lens(start, accept, {
        command: 'unmask.accept',
        tooltip: 'Put the candidate into the document',
      }),
      lens(start, reject, {
        command: 'unmask.reject',
        tooltip: 'Leave the document as it is',
      }),
      ...(count > 1 ? [next] : []),
      ...exceptions,
      lens(start, '$(refresh) Run Again', {
        command: 'unmask.runAgain',
        tooltip: 'Denoise the same spans once more',
      }),
      lens(start, '$(diff) Compare', {
        command: 'unmask.compare',
        tooltip: 'Show the candidate beside the document',
      }),
    ];
  }
}

const lens = (at: Position, title: string, command: Omit<Command, 'title'>) =>
  new CodeLens(new Range(at, at), { ...command, title: title.replace(') ', ')\u00a0') });
