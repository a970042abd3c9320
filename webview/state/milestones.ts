import { counted } from '../../src/diffusion/counted';
import type { PanelState, RunPhase, RunSummary } from '../../src/panel/messages';
import { keptFills } from './keptFills';

/** Sentences for a screen reader: what has happened between two states, if it matters. Single steps do not. */
export function milestone(before: PanelState | null, after: PanelState): string | null {
  const { phase, trace } = after;
  // What a panel that is opened anew shows is no news.
  if (before === null) return null;
  const looked = otherRun(before, after);
  if (looked && phase.kind === 'opened') return `Opened ${phase.file}.`;
  if (looked)
    return `Run ${looked.number} is shown.${phase.kind === 'finished' ? ' Accept or reject its fill.' : ''}`;
  const doing = doingOf(phase);
  if (doing?.kind !== doingOf(before.phase)?.kind) {
    if (doing?.kind === 'waiting') return doing.message;
    if (doing?.kind === 'stopping') return 'Stopping.';
  }
  if (before.phase.kind !== phase.kind) {
    switch (phase.kind) {
      case 'starting':
        return null;
      case 'denoising':
        // One that is told to stop may show first what it has found by then.
        if (doing?.kind === 'stopping') return null;
        return `Denoising ${counted(trace?.header.slots.length ?? 0, 'slot')}.`;
      case 'finished':
        if (before.phase.kind !== 'denoising' && before.trace === trace)
          return 'The fill is on offer again. Accept or reject it.';
        return `Finished after ${counted(trace?.steps.length ?? 0, 'step')}. Accept or reject the fill.`;
      case 'accepted':
        return 'Accepted.';
      case 'undone':
        return 'Undone in the editor. The fill can be offered again.';
      case 'rejected':
        return 'Rejected; the document is as it was.';
      case 'stopped':
        return 'Stopped.';
      case 'outdated':
        return 'Outdated: the text was edited, or its document closed.';
      case 'failed':
      case 'opened':
      case 'idle':
        // A failure is shown in an alert, which speaks for itself.
        return null;
    }
  }
  const { candidates, chosen } = after.runs;
  if (chosen !== before.runs.chosen && candidates[chosen] !== undefined)
    return `Candidate ${chosen + 1} of ${candidates.length}.`;
  const kept = keptFills(phase, trace);
  if (kept?.kept !== keptFills(before.phase, before.trace)?.kept)
    return kept
      ? `Accepting takes ${kept.kept} of ${kept.of} fills.`
      : 'Accepting takes all fills.';
  if (phase.kind !== 'denoising' || trace === null) return null;
  const half = trace.header.slots.length / 2;
  const maskedBefore = before.trace?.steps.at(-1)?.masked ?? Number.POSITIVE_INFINITY;
  const maskedNow = trace.steps.at(-1)?.masked ?? Number.POSITIVE_INFINITY;
  return maskedBefore > half && maskedNow <= half ? 'Half of the slots are revealed.' : null;
}

const doingOf = (phase: RunPhase) => ('doing' in phase ? phase.doing : undefined);

/** The run that was over before, and is looked at now in place of another, or of none. */
function otherRun(before: PanelState, { runs, phase }: PanelState): RunSummary | undefined {
  // One that begins is shown from then on.
  if (before.runs.shown === runs.shown || 'doing' in phase) return undefined;
  return runs.list.find(({ id }) => id === runs.shown);
}
