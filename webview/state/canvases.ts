import { applyStep } from '../../src/diffusion/trace/replay';
import type { Trace, TraceHeader, TraceSlot } from '../../src/diffusion/trace/trace';

/** The slots at every position of a run: `[k]` is the canvas after the first k steps, so there is one more than steps. */
export type Canvases = readonly (readonly TraceSlot[])[];

/** Follows a growing trace: a step that was replayed before is not replayed again. */
export function createCanvasHistory(): (trace: Trace | null) => Canvases {
  let header: TraceHeader | null = null;
  let canvases: Canvases = [];
  return (trace) => {
    if (trace === null) {
      header = null;
      canvases = [];
      return canvases;
    }
    const known = trace.header === header && canvases.length <= trace.steps.length + 1;
    const extended = known ? [...canvases] : [trace.header.slots];
    for (let done = extended.length - 1; done < trace.steps.length; done++) {
      extended.push(applyStep(extended[done]!, trace.steps[done]!, trace.header.maskToken));
    }
    header = trace.header;
    canvases = extended;
    return canvases;
  };
}

/** Index of a slot in a canvas, -1 when it is not there. `near` is tried first: slots seldom move. */
export function slotIndex(canvas: readonly TraceSlot[], id: number, near = id): number {
  return canvas[near]?.id === id ? near : canvas.findIndex((slot) => slot.id === id);
}
