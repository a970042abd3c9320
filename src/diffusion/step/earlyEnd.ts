import { type Canvas, edit, reveal, traceSlots } from '../canvas';
import { ruledBy } from '../trace/ruled';
import type { Ending, TraceSlot, Transition } from '../trace/trace';

/**
 * Where the text of a span that is being written from left to right has ended already: the index of the slot, among all slots,
 * that is the first not to be text; undefined where it goes on, and where none is masked.
 *
 * @param endings what the model said of the span ending where tokens stand, aligned with the slots; null where nothing
 */
export type PassedEnd = (
  slots: readonly TraceSlot[],
  endings: readonly (Ending | null)[],
  span: number,
) => number | undefined;

/** What the model has said of ends so far, slot by slot: what `PassedEnd` goes by. */
export class KnownEndings {
  readonly #endings: (Ending | null)[];

  constructor(slots: readonly TraceSlot[], known: readonly (Ending | null)[] | undefined) {
    this.#endings = slots.map((_, i) => known?.[i] ?? null);
  }

  note({ slots }: Canvas, transitions: readonly Transition[]): void {
    for (const transition of transitions) {
      const ending = transition.kind === 'reveal' ? transition.ending : undefined;
      this.#endings[slots.findIndex(({ id }) => id === transition.slot)] = ending ?? null;
    }
  }

  /**
   * Ends the span that the first masked slot is in where its text has ended: what was written behind gives way to pads, and so
   * do the masks, without a denoiser call.
   *
   * @returns none where it goes on
   */
  endPassed(canvas: Canvas, passedEnd: PassedEnd, pad: number): Transition[] {
    const { span } = canvas.slots[canvas.state.indexOf('masked')]!;
    const end = passedEnd(traceSlots(canvas), this.#endings, span);
    if (end === undefined) return [];
    return canvas.slots.flatMap((slot, i) => {
      if (slot.span !== span || i < end) return [];
      const put = canvas.state[i] === 'masked' ? reveal : edit;
      return [put(canvas, i, pad, 0, ruledBy.probableEnd)];
    });
  }
}
