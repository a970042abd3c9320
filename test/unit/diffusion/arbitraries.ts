import fc from 'fast-check';
import { presets } from '../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import type { SlotState, TraceHeader, TraceSlot } from '../../../src/diffusion/trace/trace';
import { headerOf } from '../traces';
import { MASK, PAD } from './predictions';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const parallel = fc.oneof(
  fc.constantFrom({ rule: 'ancestral' } as const, { rule: 'fixed' } as const),
  unit.map((threshold) => ({ rule: 'threshold', threshold }) as const),
  fc
    .double({ min: 0.01, max: 10, noNaN: true })
    .map((factor) => ({ rule: 'factor', factor }) as const),
  fc
    .double({ min: 0, max: 10, noNaN: true })
    .map((gamma) => ({ rule: 'entropy-bound', gamma }) as const),
  unit.map((delta) => ({ rule: 'frechet-bound', delta }) as const),
  fc
    .tuple(unit, fc.double({ min: 0.001, max: 10, noNaN: true }))
    .map(([threshold, drift]) => ({ rule: 'klass', threshold, drift }) as const),
  fc.integer({ min: 0, max: 64 }).map((drafts) => ({ rule: 'speculative', drafts }) as const),
);
const remask = fc.oneof(
  fc.constantFrom(
    { remasker: 'none' } as const,
    { remasker: 'p2' } as const,
    { remasker: 'remdm-conf' } as const,
  ),
  unit.map((eta) => ({ remasker: 'remdm-cap', eta }) as const),
  unit.map((threshold) => ({ remasker: 'edit', threshold }) as const),
  unit.map((threshold) => ({ remasker: 'wino', threshold }) as const),
  fc
    .tuple(unit, fc.integer({ min: 1, max: 8 }))
    .map(([threshold, most]) => ({ remasker: 'quality', threshold, most }) as const),
  unit.map((eta) => ({ remasker: 'remdm-rescale', eta }) as const),
  fc
    .tuple(unit, unit, unit, unit)
    .map(
      ([eta, a, b, alpha]) =>
        ({ remasker: 'remdm-loop', eta, alpha, on: Math.max(a, b), off: Math.min(a, b) }) as const,
    ),
);
export const samplers: fc.Arbitrary<SamplerSettings> = fc.record({
  steps: fc.integer({ min: 1, max: 40 }),
  schedule: fc.constantFrom('linear', 'cosine'),
  order: fc.constantFrom('random', 'confidence', 'margin', 'entropy', 'left-to-right'),
  orderTemperature: fc.constantFrom(0, 0.1, 5),
  parallel,
  remask,
  blockLength: fc.constantFrom(0, 0, 1, 4, 7),
  temperature: fc.constantFrom(0, 0.2, 1, 2),
  topP: fc.constantFrom(0.3, 0.9, 1),
});
const canvases: fc.Arbitrary<TraceSlot[]> = fc
  .array(
    fc.array(fc.constantFrom<SlotState>('masked', 'masked', 'masked', 'revealed', 'pinned'), {
      maxLength: 12,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((spans) =>
    spans
      .flatMap((states, span) => states.map((state) => ({ span, state })))
      .map(({ span, state }, id) => ({
        id,
        span,
        state,
        token: state === 'masked' ? MASK : id % 5,
      })),
  );
/** The presets, with any T. */
const ofPresets: fc.Arbitrary<SamplerSettings> = fc
  .tuple(fc.constantFrom(...presets), fc.integer({ min: 1, max: 40 }))
  .map(([{ sampler }, steps]) => ({ ...sampler, steps }));
export const requests = fc.record({
  slots: canvases,
  sampler: fc.oneof(samplers, samplers, ofPresets),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  startTime: fc.constantFrom(1, 0.5, 0.05),
  /** What the denoiser says of revealed slots; no part of a request, but of the run. */
  revealed: fc.constantFrom('predicted' as const, 'silent' as const),
});
/** fast-check's own seed is fixed as well: a property that holds, holds on every run. */
export const options = { numRuns: 200, seed: 20_260_101 };

export const header = (
  slots: readonly TraceSlot[],
  sampler: SamplerSettings,
  seed: number,
): TraceHeader => headerOf({ sampler, seed, maskToken: MASK, padToken: PAD, slots });
