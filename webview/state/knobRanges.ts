import type { NumberEntry } from '../../src/diffusion/settings/knobTable';

/** The numbers a knob may take. */
export interface KnobRange {
  readonly minimum: number;
  readonly maximum: number;
  /** Smallest change the knob makes. */
  readonly grain: number;
}

/** The range of a knob in steps of its grain; an excluded lower end moves up by one grain. */
export function rangeOf({ minimum, maximum, aboveMinimum, grain }: NumberEntry): KnobRange {
  return { minimum: aboveMinimum ? minimum + grain : minimum, maximum, grain };
}

/** The range and, where it is known, the default, as the panel writes them: `0–1, default 0.9`. */
export function rangeNote({ minimum, maximum, aboveMinimum }: NumberEntry, usual?: number): string {
  const range = `${aboveMinimum ? '>' : ''}${minimum}–${maximum}`;
  return usual === undefined ? range : `${range}, default ${usual}`;
}

/** Stops of a slider over a range that spans orders of magnitude: 1 2 3 4 6 8 12 16 24 32 …, ends included. */
export function doublingStops({ minimum, maximum }: KnobRange): readonly number[] {
  const stops = new Set([minimum]);
  for (let power = 1; power < maximum; power *= 2) {
    if (power > minimum) stops.add(power);
    const between = power * 1.5;
    if (Number.isInteger(between) && between > minimum && between < maximum) stops.add(between);
  }
  stops.add(maximum);
  return [...stops];
}

/** The nearest value of a range, on its grain. */
export function clamp(value: number, { minimum, maximum, grain }: KnobRange): number {
  const decimals = Math.max(0, Math.ceil(-Math.log10(grain)));
  const onGrain = Number((Math.round(value / grain) * grain).toFixed(decimals));
  return Math.min(maximum, Math.max(minimum, onGrain));
}
