import { type CanvasView, slotsAsked } from '../../diffusion/denoiser';
import type { SettledSlots, SlotMemory, SlotPlace } from './settledSlots';

/** The slots of one canvas that a run of the step graph computes. */
export interface SlotRows {
  readonly ids: readonly number[];
  /** The token before each slot where the canvas does not say it to the graph, else −1. */
  readonly left: readonly number[];
  readonly positions: readonly number[];
  /** Whether they are read from left to right, behind `settled` ones. */
  readonly causal: boolean;
  readonly settled: readonly SlotMemory[];
  /** Where they are read from left to right: of the settled slots, and then of these. */
  readonly places: readonly SlotPlace[];
  /** The first row that the canvas asks about; all behind it are asked about as well. */
  readonly asked: number;
}

/** The ids that rows are made with: what slots are to the graph that are read from left to right, and no text. */
export interface RowTokens {
  readonly mask: number;
  readonly pad: number | undefined;
}

const UNNAMED = -1;

/** @param spanStarts position of the first slot of each span */
export function slotRows(
  canvas: CanvasView,
  spanStarts: readonly number[],
  tokens: RowTokens,
  settledSlots: SettledSlots,
): SlotRows {
  if (!canvas.causal) {
    const ids = [...canvas.tokens];
    const positions = slotPositions(canvas, spanStarts);
    const left = ids.map(() => UNNAMED);
    return { ids, left, positions, causal: false, settled: [], places: [], asked: 0 };
  }
  const places = causalPlaces(canvas, spanStarts, tokens);
  const known = places.length - slotsAsked(canvas);
  const settled = settledSlots.longest(places.slice(0, known));
  const rows = places.slice(settled.length);
  return {
    ids: rows.map(() => tokens.mask),
    left: rows.map(({ left }) => left),
    positions: rows.map(({ position }) => position),
    causal: true,
    settled,
    places,
    asked: known - settled.length,
  };
}

/**
 * The slots of a canvas up to the last it asks about, as they are read from left to right. A slot knows the token before it
 * and is seen by those behind it without its own, so that an earlier span full of text has one more place behind it: else
 * no later span would see its last token.
 */
function causalPlaces(
  canvas: CanvasView,
  spanStarts: readonly number[],
  { pad }: Pick<RowTokens, 'pad'>,
): SlotPlace[] {
  const { from, drafts } = canvas.causal!;
  const positions = slotPositions(canvas, spanStarts);
  const starts = new Set(firstSlots(canvas));
  const tokenAt = (i: number) => (i < from ? canvas.tokens[i]! : drafts[i - from]!);
  return positions.slice(0, from + drafts.length + 1).flatMap((position, i) => {
    const place = { position, left: starts.has(i) ? UNNAMED : tokenAt(i - 1) };
    const isFull = i < from && starts.has(i + 1) && tokenAt(i) !== pad;
    return isFull ? [place, { position: position + 1, left: tokenAt(i) }] : [place];
  });
}

function slotPositions({ spanLengths }: CanvasView, spanStarts: readonly number[]): number[] {
  return spanLengths.flatMap((length, span) =>
    Array.from({ length }, (_, i) => (spanStarts[span] ?? 0) + i),
  );
}

function firstSlots({ spanLengths }: CanvasView): number[] {
  let at = 0;
  return spanLengths.map((length) => {
    at += length;
    return at - length;
  });
}
