import { isRuled } from '../../src/diffusion/trace/ruled';
import type { Alternative, Trace, Transition } from '../../src/diffusion/trace/trace';
import type { Canvases } from './canvases';
import { slotIndex } from './canvases';
import { modelProbability } from './reasons';

/** Of probabilities that a trace rounds. */
const TOLERANCE = 1e-3;

/** A token considered for a slot. */
export interface ConsideredToken {
  readonly token: number;
  readonly text: string;
  readonly pad: boolean;
  readonly probability: number;
  /** Whether it is in the slot at the position inspected. */
  readonly chosen: boolean;
  /** Its probability at every step that asked about the slot as a mask: 0 where it was not among the best; else null. */
  readonly development: readonly (number | null)[];
}

/** Something that happened to a slot. */
export interface SlotEvent {
  /** Position it led to: 1 for the first step. */
  readonly position: number;
  readonly kind: Transition['kind'];
  /** Text of the token it put in, if it did. */
  readonly text: string | null;
  /** Whether that token is the pad. */
  readonly pad: boolean;
  /** What the model gave that token then; null where it was not asked. */
  readonly probability: number | null;
  readonly reason: string;
}

/** All that the trace knows of one slot, seen from one position. */
export interface Inspection {
  /**
   * Position of the prediction that `considered` and `entropy` are from: that of the step shown where the slot was
   * masked, else that of the step that put its token in. What a model says of slots that are not masked means little.
   * Null before the first step.
   */
  readonly predictedAt: number | null;
  readonly considered: readonly ConsideredToken[];
  /** Entropy of the prediction, nats. */
  readonly entropy: number | null;
  readonly history: readonly SlotEvent[];
}

export function inspectSlot(
  trace: Trace,
  canvases: Canvases,
  position: number,
  id: number,
): Inspection {
  const history = slotHistory(trace, id);
  const indexAt = (at: number) => slotIndex(canvases[at] ?? [], id);
  const slotAt = (at: number) => canvases[at]?.[indexAt(at)];
  const revealed = history.findLast(
    ({ position: at, kind }) => at <= position && (kind === 'reveal' || kind === 'edit'),
  );
  const predictedAt =
    slotAt(position - 1)?.state === 'masked' ? position : (revealed?.position ?? position);
  if (predictedAt === 0) return { predictedAt: null, considered: [], entropy: null, history };

  const now = slotAt(position);
  const step = trace.steps[predictedAt - 1];
  const index = indexAt(predictedAt - 1);
  const alternatives = step?.alternatives[index] ?? [];
  const put = revealed?.position === predictedAt ? revealed : undefined;
  if (put !== undefined && isOfAnother(put, alternatives, trace))
    return { predictedAt, considered: [], entropy: null, history };
  const considered = alternatives.map(
    ([token, logProb]): ConsideredToken => ({
      token,
      text: trace.tokenTexts[token] ?? '',
      pad: token === trace.header.padToken,
      probability: Math.exp(logProb),
      chosen: now !== undefined && now.state !== 'masked' && now.token === token,
      development: trace.steps.map((each, before) => {
        const best = each.alternatives[indexAt(before)] ?? [];
        if (slotAt(before)?.state !== 'masked' || best.length === 0) return null;
        const found = best.find(([other]) => other === token);
        return found === undefined ? 0 : Math.exp(found[1]);
      }),
    }),
  );
  return { predictedAt, considered, entropy: step?.entropy[index] ?? null, history };
}

/**
 * Whether a slot got another token by a prediction that the step does not keep: that of a second canvas, on which it was masked
 * (see `question`), where what is kept is of the first, on which it was not.
 */
function isOfAnother(
  { kind, text, probability, reason }: SlotEvent,
  alternatives: readonly Alternative[],
  { tokenTexts }: Trace,
): boolean {
  if (kind !== 'edit' || probability === null || isRuled({ reason })) return false;
  return !alternatives.some(
    ([token, logProb]) =>
      tokenTexts[token] === text && Math.abs(Math.exp(logProb) - probability) < TOLERANCE,
  );
}

function slotHistory(trace: Trace, id: number): SlotEvent[] {
  return trace.steps.flatMap((step, done) =>
    step.transitions
      .filter((transition) => transition.slot === id)
      .map((transition) => ({
        position: done + 1,
        kind: transition.kind,
        text: 'token' in transition ? (trace.tokenTexts[transition.token] ?? '') : null,
        pad: 'token' in transition && transition.token === trace.header.padToken,
        probability: modelProbability(transition),
        reason: transition.reason,
      })),
  );
}
