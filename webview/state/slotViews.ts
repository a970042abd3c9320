import type { SlotState, Trace, TraceSlot, Transition } from '../../src/diffusion/trace/trace';
import type { Canvases } from './canvases';
import { slotIndex } from './canvases';
import { modelProbability } from './reasons';

/** What the canvas shows of one slot at one position. */
export interface SlotView {
  readonly id: number;
  readonly span: number;
  readonly state: SlotState;
  /** Token id; the mask id when masked. */
  readonly token: number;
  /** Text of the token; empty for a mask. */
  readonly text: string;
  /** The slot holds the pad, which is deleted from the fill. */
  readonly pad: boolean;
  /** What the step that led here did to the slot. */
  readonly change: Transition['kind'] | null;
  /**
   * In [0, 1], in 1/100. Of a token: its probability when the model revealed it, for what it says of slots that are
   * not masked means little. Of a mask: the probability of the best proposal now. Null where neither is known.
   */
  readonly confidence: number | null;
}

/**
 * The slots as they stand at a position (0 = before the first step).
 *
 * @param previous the views of another position; a view that is equal keeps its identity, so only what changed is drawn
 */
export function slotViews(
  trace: Trace,
  canvases: Canvases,
  position: number,
  previous: ReadonlyMap<number, SlotView>,
): ReadonlyMap<number, SlotView> {
  const { maskToken, padToken } = trace.header;
  const canvas = canvases[position] ?? [];
  const before = canvases[position - 1] ?? [];
  const step = trace.steps[position - 1];
  const latest = latestTransitions(trace, position);
  const views = new Map<number, SlotView>();
  canvas.forEach((slot, index) => {
    const last = latest.get(slot.id);
    const pad = slot.state !== 'masked' && slot.token === padToken;
    const view: SlotView = {
      id: slot.id,
      span: slot.span,
      state: slot.state,
      token: slot.token,
      text: slot.token === maskToken ? '' : (trace.tokenTexts[slot.token] ?? ''),
      pad,
      change: last?.position === position ? last.transition.kind : null,
      confidence: rounded(
        slot.state === 'masked'
          ? step?.confidence[slotIndex(before, slot.id, index)]
          : last && modelProbability(last.transition),
      ),
    };
    const known = previous.get(slot.id);
    views.set(slot.id, known !== undefined && isSame(known, view) ? known : view);
  });
  return views;
}

/** What last happened to every slot that anything has happened to, and the position it led to. */
function latestTransitions(trace: Trace, position: number) {
  const latest = new Map<number, { readonly transition: Transition; readonly position: number }>();
  for (let at = 1; at <= position; at++)
    for (const transition of trace.steps[at - 1]?.transitions ?? [])
      latest.set(transition.slot, { transition, position: at });
  return latest;
}

/** Slot ids by span, in document order; `previous` itself where nothing changed. */
export function slotIdsBySpan(
  canvas: readonly TraceSlot[],
  spans: number,
  previous: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const ids: number[][] = Array.from({ length: spans }, () => []);
  for (const slot of canvas) ids[slot.span]?.push(slot.id);
  const unchanged =
    previous.length === spans &&
    ids.every((own, span) => {
      const known = previous[span]!;
      return own.length === known.length && own.every((id, index) => id === known[index]);
    });
  return unchanged ? previous : ids;
}

function rounded(probability: number | null | undefined): number | null {
  return probability == null ? null : Math.round(Math.min(1, probability) * 100) / 100;
}

function isSame(one: SlotView, other: SlotView): boolean {
  return (
    one.state === other.state &&
    one.token === other.token &&
    one.text === other.text &&
    one.pad === other.pad &&
    one.change === other.change &&
    one.confidence === other.confidence &&
    one.span === other.span
  );
}
