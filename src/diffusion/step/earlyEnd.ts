import { type Canvas, edit, reveal, slotsIn, traceSlots } from '../canvas';
import type { Plan } from '../plan';
import { ruledBy } from '../trace/ruled';
import type { Ending, TraceSlot, Transition } from '../trace/trace';
import { momentByCanvas } from './moment';
import type { Taken } from './standing';

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

/** Ends spans that are written from left to right as soon as their text has ended. */
export class EarlyEnds {
  /** What the model has said of ends so far, slot by slot. */
  readonly #endings: (Ending | null)[];

  /** @param known of `slots`, from earlier steps; nothing unless given */
  constructor(
    private readonly passedEnd: PassedEnd,
    private readonly pad: number,
    slots: readonly TraceSlot[],
    known: readonly (Ending | null)[] = [],
  ) {
    this.#endings = slots.map((_, i) => known[i] ?? null);
  }

  /** A step has been taken. Where nothing is remasked, as where a text is written from left to right, it reveals what was masked. */
  note({ slots }: Canvas, transitions: readonly Transition[]): void {
    for (const each of transitions)
      if (each.kind === 'reveal' && each.ending)
        this.#endings[slots.findIndex(({ id }) => id === each.slot)] = each.ending;
  }

  /**
   * Ends the span that the first masked slot is in where its text has ended: what was written behind gives way to pads, and so
   * do the masks, without a denoiser call.
   *
   * @returns undefined where it goes on
   */
  take(canvas: Canvas, plan: Plan): Taken | undefined {
    const { span } = canvas.slots[canvas.state.indexOf('masked')]!;
    const end = this.passedEnd(traceSlots(canvas), this.#endings, span);
    if (end === undefined) return undefined;
    const countMasks = () => slotsIn(canvas, 'masked', plan.within).length;
    const masks = countMasks();
    const transitions = canvas.slots.flatMap((slot, i) => {
      if (slot.span !== span || i < end) return [];
      const put = canvas.state[i] === 'masked' ? reveal : edit;
      return [put(canvas, i, this.pad, 0, ruledBy.probableEnd)];
    });
    return { moment: momentByCanvas(plan, masks, masks - countMasks()), transitions };
  }
}
