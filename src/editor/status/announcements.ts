import { type Disposable, ProgressLocation, window, workspace } from 'vscode';
import { counted } from '../../diffusion/counted';
import type { RunPhase } from '../../panel/messages';
import type { RunOwner } from '../run/runOwner';

/** How long a notification stays: it is read out as it comes, and may be looked at. */
const STAYS_MS = 5_000;

/**
 * Tells who uses a screen reader where a run stands while the panel, which has a live region of its own, is not shown.
 *
 * Of what extensions can show, VS Code reads out notifications alone: the status bar is no live region, and what is said of
 * an item there is for those who go and look. Of the notifications, one of progress asks for least: it does not take the
 * focus, goes by itself, and leaves nothing to be dismissed. Failures, and what becomes of a run whose text is edited, are
 * messages to everybody, which are read out as well.
 */
export class Announcements implements Disposable {
  readonly #subscription: Disposable;
  #last: Turn;
  #close: (() => void) | undefined;

  constructor(
    private readonly owner: RunOwner,
    private readonly panelShown: () => boolean,
  ) {
    this.#last = turnOf(owner.phase);
    this.#subscription = owner.onDidChange((change) => {
      if (change.kind === 'phase') this.#follow(change.phase);
    });
  }

  dispose(): void {
    this.#close?.();
    this.#subscription.dispose();
  }

  #follow(phase: RunPhase): void {
    const turn = turnOf(phase);
    // The same phase comes again with another candidate, and where one of several fills is left out.
    const isAgain = turn === this.#last;
    this.#last = turn;
    const news = isAgain ? this.#otherOffer() : this.#newsOf(turn);
    if (news !== null && usesScreenReader() && !this.panelShown()) this.#tell(news);
  }

  #newsOf(turn: Turn): string | null {
    const { trace, candidate, abandoned } = this.owner;
    switch (turn) {
      case 'denoising':
        return `denoising ${counted(trace?.header.slots.length ?? 0, 'slot')}.`;
      case 'finished':
        return `${sizeOf(candidate ?? [])} Accept, on Tab unless you bound it otherwise, puts it into the document; Reject, on Escape, discards it.`;
      case 'stopping':
        return abandoned ? null : 'stopping.';
      case 'stopped':
        // Of a run whose text was edited everybody is told.
        return abandoned ? null : 'stopped. It has changed nothing in the document.';
      default:
        return null;
    }
  }

  #otherOffer(): string | null {
    const { candidate, candidates, leftOut } = this.owner;
    if (!candidate) return null;
    const { count, chosen } = candidates;
    const which = count > 1 ? `candidate ${chosen + 1} of ${count}, ` : '';
    const kept = counted(candidate.length - leftOut.size, 'fill');
    return `${which}${leftOut.size > 0 ? `${kept} of ${candidate.length}` : kept} to accept.`;
  }

  #tell(news: string): void {
    this.#close?.();
    const options = { location: ProgressLocation.Notification, title: `Unmask: ${news}` };
    void window.withProgress(
      options,
      () =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, STAYS_MS);
          this.#close = () => {
            clearTimeout(timer);
            resolve();
          };
        }),
    );
  }
}

/** Where a run stands; one that is told to stop may take a while until it has. */
type Turn = RunPhase['kind'] | 'stopping';

const turnOf = (phase: RunPhase): Turn =>
  'doing' in phase && phase.doing.kind === 'stopping' ? 'stopping' : phase.kind;

/** Where the setting is `auto`, VS Code finds out by itself, and tells no extension. */
function usesScreenReader(): boolean {
  return workspace.getConfiguration('editor').get('accessibilitySupport') === 'on';
}

function sizeOf(fills: readonly string[]): string {
  if (fills.every((fill) => fill === '')) return 'finished with an empty fill.';
  const lines = fills.reduce((sum, fill) => sum + fill.split('\n').length, 0);
  const spans = fills.length > 1 ? ` for ${counted(fills.length, 'span')}` : '';
  return `finished, ${counted(lines, 'line')}${spans}.`;
}
