import { parallelRuleSchema, remaskerSchema, samplerSchema } from '../../src/diffusion/settings';

/** The numbers a knob may take. */
export interface KnobRange {
  readonly minimum: number;
  readonly maximum: number;
  /** Smallest change the knob makes. */
  readonly grain: number;
}

interface NumberSchema {
  readonly minValue: number | null;
  readonly maxValue: number | null;
  safeParse(value: unknown): { success: boolean };
}

/** The range of a schema's number in steps of `grain`; an excluded lower end moves up by one grain. */
function rangeOf(schema: NumberSchema, grain: number): KnobRange {
  const lower = schema.minValue ?? 0;
  return {
    minimum: schema.safeParse(lower).success ? lower : lower + grain,
    maximum: schema.maxValue ?? Number.MAX_SAFE_INTEGER,
    grain,
  };
}

export const knobRanges = {
  steps: rangeOf(samplerSchema.shape.steps, 1),
  temperature: rangeOf(samplerSchema.shape.temperature, 0.05),
  topP: rangeOf(samplerSchema.shape.topP, 0.01),
  orderTemperature: rangeOf(samplerSchema.shape.orderTemperature, 0.05),
};

const partSchemas = [...parallelRuleSchema.options, ...remaskerSchema.options];

/** The range of a number that belongs to one choice of a sampler part, such as the threshold of `threshold`. */
export function partRange(choice: string, parameter: string, grain: number): KnobRange {
  for (const { shape } of partSchemas) {
    const [tag] = 'rule' in shape ? shape.rule.values : shape.remasker.values;
    const schema: unknown = Reflect.get(shape, parameter);
    if (tag === choice && schema !== undefined) return rangeOf(schema as NumberSchema, grain);
  }
  throw new Error(`The sampler schema has no number ${parameter} for ${choice}.`);
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
  return [...stops].sort((a, b) => a - b);
}

/** The nearest value of a range, on its grain. */
export function clamp(value: number, { minimum, maximum, grain }: KnobRange): number {
  const decimals = Math.max(0, Math.ceil(-Math.log10(grain)));
  const onGrain = Number((Math.round(value / grain) * grain).toFixed(decimals));
  return Math.min(maximum, Math.max(minimum, onGrain));
}
