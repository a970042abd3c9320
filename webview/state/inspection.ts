import type { Trace, Transition } from '../../src/diffusion/trace';
import type { Canvases } from './canvases';
import { slotIndex } from './canvases';

/** A token considered for a slot. */
export interface ConsideredToken {
  readonly token: number;
  readonly text: string;
  readonly pad: boolean;
  /** At the inspected step. */
  readonly probability: number;
  /** Whether it is in the slot after the inspected step. */
  readonly chosen: boolean;
  /** Its probability at every step of the run; 0 where it was not among the best, null where the slot did not exist. */
  readonly development: readonly (number | null)[];
}

/** Something that happened to a slot. */
export interface SlotEvent {
  /** Position it led to: 1 for the first step. */
  readonly position: number;
  readonly kind: Transition['kind'];
  /** Text of the token it put in, if it did. */
  readonly text: string | null;
  /** Whether that token is the pad: the slot became a surplus one. */
  readonly pad: boolean;
  readonly probability: number | null;
  readonly reason: string;
}

/** All that the trace knows of one slot, seen from one position. */
export interface Inspection {
  readonly considered: readonly ConsideredToken[];
  /** Entropy of the prediction at this step, nats; null before the first step. */
  readonly entropy: number | null;
  readonly history: readonly SlotEvent[];
}

export function inspectSlot(
  trace: Trace,
  canvases: Canvases,
  position: number,
  id: number,
): Inspection {
  const step = trace.steps[position - 1];
  const index = slotIndex(canvases[position - 1] ?? [], id);
  const now = canvases[position]?.[slotIndex(canvases[position] ?? [], id, index)];
  const text = (token: number) => trace.tokenTexts[token] ?? '';
  const considered = (step?.alternatives[index] ?? []).map(
    ([token, logProb]): ConsideredToken => ({
      token,
      text: text(token),
      pad: token === trace.header.padToken,
      probability: Math.exp(logProb),
      chosen: now !== undefined && now.state !== 'masked' && now.token === token,
      development: trace.steps.map((each, done) => {
        const at = slotIndex(canvases[done] ?? [], id, index);
        if (at < 0) return null;
        const found = each.alternatives[at]?.find(([other]) => other === token);
        return found === undefined ? 0 : Math.exp(found[1]);
      }),
    }),
  );
  return { considered, entropy: step?.entropy[index] ?? null, history: slotHistory(trace, id) };
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
        probability: 'logProb' in transition ? Math.exp(transition.logProb) : null,
        reason: transition.reason,
      })),
  );
}
