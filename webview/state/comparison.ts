import type { Trace, TraceSlot } from '../../src/diffusion/trace';
import type { Canvases } from './canvases';

/** How much two runs differ at one position; a run that was over earlier is taken as it ended. */
export interface Comparison {
  /** Ids of the slots of either run that the other has not, or has otherwise. */
  readonly ours: ReadonlySet<number>;
  readonly theirs: ReadonlySet<number>;
}

/** Compares slot by slot within each span: two runs may have different numbers of them. */
export function compareCanvases(
  ours: readonly TraceSlot[],
  theirs: readonly TraceSlot[],
): Comparison {
  return { ours: strangers(ours, theirs), theirs: strangers(theirs, ours) };
}

function strangers(from: readonly TraceSlot[], among: readonly TraceSlot[]): ReadonlySet<number> {
  const there = new Map(placed(among).map(([place, slot]) => [place, slot]));
  return new Set(
    placed(from)
      .filter(([place, slot]) => {
        const other = there.get(place);
        return other === undefined || looks(other) !== looks(slot);
      })
      .map(([, { id }]) => id),
  );
}

const looks = ({ state, token }: TraceSlot) => (state === 'masked' ? 'masked' : token);

/** Every slot with its span and its place in it. */
function placed(slots: readonly TraceSlot[]): [string, TraceSlot][] {
  const counts = new Map<number, number>();
  return slots.map((slot) => {
    const index = counts.get(slot.span) ?? 0;
    counts.set(slot.span, index + 1);
    return [`${slot.span}:${index}`, slot];
  });
}

/** The position of a run that goes with a position of another one. */
export function positionIn(canvases: Canvases, position: number): number {
  return Math.max(0, Math.min(position, canvases.length - 1));
}

/** What a run came to at a position. */
export interface Figures {
  readonly steps: number;
  readonly masked: number;
  /** Mean natural log-probability of its tokens; null unless it finished. */
  readonly meanLogProb: number | null;
  readonly stepsMs: number | null;
}

export function figuresOf(trace: Trace, canvases: Canvases, position: number): Figures {
  const canvas = canvases[positionIn(canvases, position)] ?? [];
  return {
    steps: trace.steps.length,
    masked: canvas.filter(({ state }) => state === 'masked').length,
    meanLogProb: trace.outcome?.kind === 'finished' ? trace.outcome.meanLogProb : null,
    stepsMs: trace.timings?.stepsMs ?? null,
  };
}
