import type { ZodError } from 'zod';
// A namespace import, so that a bundle carries only what is used: the panel carries this file.
import * as z from 'zod';

/** The schema of a sampler: schedule × order × parallel rule × remasker × token sampling. Ranges are part of it. */

const number = (low: number, high: number) => {
  const error = `must be a number from ${low} to ${high}`;
  return z.number({ error }).min(low, { error }).max(high, { error });
};
const positive = (high: number) => {
  const error = `must be a number above 0 and up to ${high}`;
  return z.number({ error }).gt(0, { error }).max(high, { error });
};
const whole = (low: number, high: number) => {
  const error = `must be a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
};
const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` });

export const parallelRuleSchema = z.discriminatedUnion(
  'rule',
  [
    z.object({ rule: z.literal('ancestral') }),
    z.object({ rule: z.literal('fixed') }),
    z.object({ rule: z.literal('threshold'), threshold: number(0, 1) }),
    z.object({ rule: z.literal('factor'), factor: positive(10) }),
    z.object({ rule: z.literal('entropy-bound'), gamma: number(0, 10) }),
    z.object({ rule: z.literal('frechet-bound'), delta: number(0, 1) }),
  ],
  {
    error:
      'must be one of ancestral, fixed, threshold, factor, entropy-bound, frechet-bound, with its parameter',
  },
);

export const remaskerSchema = z.discriminatedUnion(
  'remasker',
  [
    z.object({ remasker: z.literal('none') }),
    z.object({ remasker: z.literal('remdm-cap'), eta: number(0, 1) }),
    z.object({ remasker: z.literal('remdm-rescale'), eta: number(0, 1) }),
    z.object({ remasker: z.literal('remdm-conf') }),
    z
      .object({
        remasker: z.literal('remdm-loop'),
        eta: number(0, 1),
        on: number(0, 1),
        alpha: number(0, 1),
        off: number(0, 1),
      })
      .refine(({ on, off }) => off <= on, {
        path: ['off'],
        error: 'must not be above on: the loop is switched on first',
      }),
    z.object({ remasker: z.literal('p2') }),
  ],
  {
    error:
      'must be one of none, remdm-cap, remdm-rescale, remdm-conf, remdm-loop, p2, with its parameters',
  },
);

export const orderSchema = oneOf(['random', 'confidence', 'margin', 'entropy', 'left-to-right']);
export const scheduleSchema = oneOf(['linear', 'cosine']);

export const samplerSchema = z.object({
  /** T, denoising steps: exact for fixed and ancestral rules, an upper bound for adaptive ones. */
  steps: whole(1, 1024),
  schedule: scheduleSchema,
  order: orderSchema,
  /** 0 = strictly best first; above, slots are drawn without replacement from softmax(score / τ). */
  orderTemperature: number(0, 10),
  parallel: parallelRuleSchema,
  remask: remaskerSchema,
  /** Token sampling: 0 = argmax. */
  temperature: number(0, 2),
  topP: positive(1),
});

export type ParallelRuleSettings = z.infer<typeof parallelRuleSchema>;
export type RemaskerSettings = z.infer<typeof remaskerSchema>;
export type OrderName = z.infer<typeof orderSchema>;
export type ScheduleName = z.infer<typeof scheduleSchema>;
export type SamplerSettings = z.infer<typeof samplerSchema>;

/** One line that names the first knob that is wrong and the values it may have, e.g. `steps must be a whole number from 1 to 1024`. */
export function describeSettingsError(error: ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'the settings are wrong';
  const knob = issue.path.length === 0 ? 'the sampler' : issue.path.join('.');
  return `${knob} ${issue.path.length === 0 ? 'must be an object of knobs' : issue.message}`;
}
