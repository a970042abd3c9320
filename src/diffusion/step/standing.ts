import type { Canvas } from '../canvas';
import type { CausalReading, Denoiser, Prediction } from '../denoiser';
import type { PlannedStep } from '../plan';
import { confidences } from '../prediction';
import type { Random } from '../random';
import type { Beliefs } from '../reveal/order';
import type { TokenFilter } from '../reveal/sampling';
import type { Transition } from '../trace/trace';
import type { Moment } from './moment';
import type { Recheck } from './recheck';

/** What the model has said that a step may go by. */
export interface Evidence {
  readonly prediction: Prediction;
  readonly revealed: Denoiser['revealed'];
  /** The token that ends a span, of a model that has one; see `Denoiser.padToken`. */
  readonly end: number | undefined;
  /** The first token behind each span, undefined where there is none. */
  readonly following: readonly (number | undefined)[];
  /** Of slots that hold a token, for the remaskers that ask. */
  readonly recheck: Recheck | undefined;
  /** See `drift`; for `klass`. */
  readonly drift: Float64Array | undefined;
  /** What the prediction was asked for, if not for all slots. */
  readonly causal: CausalReading | undefined;
}

/** How a step chooses: its draws, and the tokens it may not choose. */
export interface Choice {
  readonly random: Random;
  readonly allowed?: TokenFilter | undefined;
}

/** What a step did, and between which times of its plan. */
export interface Taken {
  readonly moment: Moment;
  readonly transitions: readonly Transition[];
}

/** Everything a step is decided by. */
export interface Standing extends Beliefs, Omit<Evidence, keyof Beliefs> {
  readonly planned: PlannedStep;
  readonly choice: Choice;
}

/** What is known before a step. */
export function standing(
  canvas: Canvas,
  evidence: Evidence,
  planned: PlannedStep,
  choice: Choice,
): Standing {
  const confidence = confidences(canvas, evidence.prediction, evidence.revealed);
  return { ...evidence, canvas, confidence, planned, choice };
}
