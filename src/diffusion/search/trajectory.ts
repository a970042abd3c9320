import type { Denoiser } from '../denoiser';
import type { GenerateRequest } from '../generate';
import { oneStep } from '../oneStep';
import { type Resumption, resumeAfter, resumeAtStart } from '../resume';
import { type Likelihood, likelihoodOf } from '../trace/likelihood';
import type { TraceSlot, TraceStep } from '../trace/trace';

/** A run as far as it has got: the states before, between and after its steps. */
export interface Trajectory {
  /** One more than there are steps. */
  readonly states: readonly Resumption[];
  readonly steps: readonly TraceStep[];
  readonly finished: boolean;
}

/** The trajectory of a run that has not begun. */
export function startOf({ slots, resume }: GenerateRequest): Trajectory {
  return { states: [resume ?? resumeAtStart(slots)], steps: [], finished: false };
}

/** The first `count` steps of a trajectory and the states around them; all of it where it is no longer. */
export function upTo(trajectory: Trajectory, count: number): Trajectory {
  if (trajectory.steps.length <= count) return trajectory;
  return {
    states: trajectory.states.slice(0, count + 1),
    steps: trajectory.steps.slice(0, count),
    finished: false,
  };
}

/**
 * The trajectory with one more step, drawn with `seed`; the same one when it is finished.
 *
 * @returns undefined when stopped.
 */
export async function oneStepOn(
  denoiser: Denoiser,
  request: GenerateRequest,
  trajectory: Trajectory,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Trajectory | undefined> {
  if (trajectory.finished) return trajectory;
  if (signal?.aborted) return undefined;
  const state = trajectory.states.at(-1)!;
  const { step, generation } = await oneStep(denoiser, { ...request, seed, resume: state });
  const finished = generation.kind === 'finished';
  if (step === undefined) return { ...trajectory, finished };
  return {
    states: [...trajectory.states, resumeAfter(state, step, denoiser.maskToken)],
    steps: [...trajectory.steps, step],
    finished,
  };
}

/** What a reward is given for: a fill without masks, and how probable the model finds it. */
export interface Fill extends Likelihood {
  readonly slots: readonly TraceSlot[];
}

/**
 * What a trajectory comes to, or, where it still has masks, would come to if they became what the model found best when
 * the last step was taken. It costs no denoiser call. Slots that the model has not seen yet are left out.
 */
export function outlook({ states, steps }: Trajectory, padToken: number | undefined): Fill {
  const state = states.at(-1)!;
  const before = states.at(-2);
  const best = new Map(
    before?.slots.map(({ id }, i) => [id, steps.at(-1)?.alternatives[i]?.[0]] as const),
  );
  const slots: TraceSlot[] = [];
  const logProbs: (number | null)[] = [];
  for (const [i, slot] of state.slots.entries()) {
    const logProb = state.logProbs[i];
    if (slot.state !== 'masked') {
      slots.push(slot);
      logProbs.push(logProb ?? null);
      continue;
    }
    const guess = best.get(slot.id);
    if (guess === undefined) continue;
    slots.push({ ...slot, state: 'revealed', token: guess[0] });
    logProbs.push(guess[1]);
  }
  return { slots, ...likelihoodOf(slots, logProbs, padToken) };
}
