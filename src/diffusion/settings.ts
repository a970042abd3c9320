import { z } from 'zod';

/** The schema of a sampler: schedule × order × parallel rule × remasker × token sampling. Ranges are part of it. */

export const parallelRuleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('ancestral') }),
  z.object({ rule: z.literal('fixed') }),
  z.object({ rule: z.literal('threshold'), threshold: z.number().min(0).max(1) }),
  z.object({ rule: z.literal('factor'), factor: z.number().positive().max(10) }),
  z.object({ rule: z.literal('entropy-bound'), gamma: z.number().min(0).max(10) }),
  z.object({ rule: z.literal('frechet-bound'), delta: z.number().min(0).max(1) }),
]);

export const remaskerSchema = z.discriminatedUnion('remasker', [
  z.object({ remasker: z.literal('none') }),
  z.object({ remasker: z.literal('remdm-cap'), eta: z.number().min(0).max(1) }),
  z.object({ remasker: z.literal('remdm-rescale'), eta: z.number().min(0).max(1) }),
  z.object({ remasker: z.literal('remdm-conf') }),
  z.object({
    remasker: z.literal('remdm-loop'),
    eta: z.number().min(0).max(1),
    on: z.number().min(0).max(1),
    alpha: z.number().min(0).max(1),
    off: z.number().min(0).max(1),
  }),
  z.object({ remasker: z.literal('p2') }),
]);

export const orderSchema = z.enum(['random', 'confidence', 'margin', 'entropy', 'left-to-right']);
export const scheduleSchema = z.enum(['linear', 'cosine']);

export const samplerSchema = z.object({
  /** T, denoising steps: exact for fixed and ancestral rules, an upper bound for adaptive ones. */
  steps: z.int().min(1).max(1024),
  schedule: scheduleSchema,
  order: orderSchema,
  /** 0 = strictly best first; above, slots are drawn without replacement from softmax(score / τ). */
  orderTemperature: z.number().min(0).max(10),
  parallel: parallelRuleSchema,
  remask: remaskerSchema,
  /** Token sampling: 0 = argmax. */
  temperature: z.number().min(0).max(2),
  topP: z.number().gt(0).max(1),
});

export type ParallelRuleSettings = z.infer<typeof parallelRuleSchema>;
export type RemaskerSettings = z.infer<typeof remaskerSchema>;
export type OrderName = z.infer<typeof orderSchema>;
export type ScheduleName = z.infer<typeof scheduleSchema>;
export type SamplerSettings = z.infer<typeof samplerSchema>;
