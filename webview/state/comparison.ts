import type { Trace, TraceSlot } from '../../src/diffusion/trace/trace';
import type { Canvases } from './canvases';

/** How much two runs differ at one position; a run that was over earlier is taken as it ended. */
export interface Comparison {
  /** Ids of the slots of either run that the other has not, or has otherwise. */
  readonly ours: ReadonlySet<number>;
  readonly theirs: ReadonlySet<number>;
}

/** A canvas of a run, and the texts of its tokens. */
export interface ReadCanvas {
  readonly slots: readonly TraceSlot[];
  readonly tokenTexts: Trace['tokenTexts'];
}

/**
 * Compares slot by slot within each span: two runs may have different numbers of them. Tokens are compared by their texts, as
 * those of two models have nothing else in common.
 */
export function compareCanvases(ours: ReadCanvas, theirs: ReadCanvas): Comparison {
  return { ours: strangers(ours, theirs), theirs: strangers(theirs, ours) };
}

function strangers(from: ReadCanvas, among: ReadCanvas): ReadonlySet<number> {
  const there = new Map(placed(among).map(({ place, look }) => [place, look]));
  return new Set(
    placed(from)
      .filter(({ place, look }) => there.get(place) !== look)
      .map(({ id }) => id),
  );
}

/** Of every slot its span and its place in it, and what can be seen of it; null for a mask. */
function placed({ slots, tokenTexts }: ReadCanvas) {
  const counts = new Map<number, number>();
  return slots.map(({ id, span, state, token }) => {
    const index = counts.get(span) ?? 0;
    counts.set(span, index + 1);
    const look = state === 'masked' ? null : (tokenTexts[token] ?? token);
    return { id, place: `${span}:${index}`, look };
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
