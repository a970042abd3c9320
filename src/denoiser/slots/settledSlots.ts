/** The place of a slot, and the token before it: −1 where that is the context's. */
export interface SlotPlace {
  readonly position: number;
  readonly left: number;
}

/** Keys and values that a slot hands on to those behind it, of all layers. */
export interface SlotMemory {
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** Readings that are kept: of 16 candidates that are denoised together, four drafts each, and as many again. */
const KEPT = 128;

/**
 * What slots of one context handed on when they were read from left to right. It depends on nothing behind them, so a
 * canvas that begins with the same slots need not have these computed again.
 */
export class SettledSlots {
  #readings: (readonly (SlotPlace & SlotMemory)[])[] = [];

  /** What is known of the longest run of the first slots, in order. */
  longest(slots: readonly SlotPlace[]): readonly SlotMemory[] {
    let best: readonly SlotMemory[] = [];
    for (const reading of this.#readings) {
      const count = sharedLength(reading, slots);
      if (count > best.length) best = reading.slice(0, count);
    }
    return best;
  }

  /** Keeps a reading of a canvas' first slots; those that were kept longest ago, and such as it contains, are dropped. */
  keep(reading: readonly (SlotPlace & SlotMemory)[]): void {
    const others = this.#readings.filter((other) => sharedLength(other, reading) < other.length);
    this.#readings = [...others, reading].slice(-KEPT);
  }
}

function sharedLength(one: readonly SlotPlace[], other: readonly SlotPlace[]): number {
  let count = 0;
  while (
    count < one.length &&
    count < other.length &&
    one[count]!.left === other[count]!.left &&
    one[count]!.position === other[count]!.position
  )
    count++;
  return count;
}
