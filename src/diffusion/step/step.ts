import type { Canvas } from '../canvas';
import type { PlannedStep } from '../plan';
import { editRevealed } from '../remask/edit';
import { reviseAll } from '../remask/p2';
import { closeSpans } from '../reveal/closing';
import { revealSome } from '../reveal/revealSome';
import { revealDrafted } from './causal';
import { type Choice, type Evidence, type Standing, standing, type Taken } from './standing';

/** What a step did, and what the model thought before it. */
export interface TakenStep extends Taken {
  /** See `confidences`, before the step. */
  readonly confidence: Float64Array;
}

/**
 * One step of any sampler: `canvas` is changed as the transitions say; a slot they do not name keeps its token, whatever
 * the model now thinks of it. Pinned slots are never named, nor are slots outside the plan's set but for those behind a
 * span's end (see `closeSpans`).
 *
 * Draws, in this order: the order (see `rank`), the remasker's coins (one uniform per revealed slot, in slot order,
 * none where σ = 0), the ancestral coins (see `ancestralQuota`), the tokens (see `sampleRank`; slots in the order they
 * are revealed). A change to this order changes the result of every recorded seed.
 */
export function takeStep(
  canvas: Canvas,
  evidence: Evidence,
  planned: PlannedStep,
  choice: Choice,
): TakenStep {
  const now = standing(canvas, evidence, planned, choice);
  // Decided before anything is revealed: a token is not edited in the step that reveals it.
  const edits = editRevealed(now);
  const taken = takenBy(now);
  const chosen = [...edits, ...taken.transitions];
  const closed = evidence.end === undefined ? [] : closeSpans(canvas, chosen, evidence.end);
  return {
    moment: taken.moment,
    transitions: [...chosen, ...closed],
    confidence: now.confidence,
  };
}

function takenBy(now: Standing): Taken {
  if (now.causal) return revealDrafted(now, now.causal);
  return now.planned.plan.sampler.remask.remasker === 'p2' ? reviseAll(now) : revealSome(now);
}
