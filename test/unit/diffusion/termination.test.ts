import { describe, expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { maskedSlots } from '../../../src/diffusion/noise';
import { presets } from '../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import type { TraceSlot } from '../../../src/diffusion/trace/trace';
import {
  type ConstantDenoiser,
  MASK,
  type rowsDenoiser,
  uniformDenoiser,
  withQuality,
} from './predictions';
import { range } from './run';

/** Every L and T in 1…64. */
const SIZES = range(64).map((i) => i + 1);

async function expectNoMaskLeft(
  slots: readonly TraceSlot[],
  sampler: SamplerSettings,
  denoiser: ConstantDenoiser | ReturnType<typeof rowsDenoiser>,
  startTime = 1,
): Promise<void> {
  const { kind, slots: filled } = await generate(denoiser, { slots, sampler, seed: 1, startTime });
  if (
    kind !== 'finished' ||
    filled.some(({ state, token }) => state === 'masked' || token === MASK)
  )
    expect.fail(`${slots.length} slots, ${sampler.steps} steps: masks are left`);
}

/** Presets that share out the larger sizes: more of them than that, so that every L and T is taken by two or more. */
const TURNS = 8;
const inTurn = presets.map((preset, turn) => ({ ...preset, turn }));

/** All small sizes, where most of what is special is, and of the larger ones those whose turn it is: of every L as of every T. */
const takes = (turn: number, length: number, steps: number) =>
  Math.max(length, steps) <= 16 || (length + 3 * steps + turn) % TURNS === 0;

describe('no mask is left, for every L and T in 1…64', () => {
  test.each(inTurn)('$name', { timeout: 240_000 }, async ({ sampler, turn }) => {
    const denoiser = withQuality(uniformDenoiser(), 0.4);
    for (const length of SIZES) {
      const slots = maskedSlots([length], MASK);
      for (const steps of SIZES.filter((steps) => takes(turn, length, steps))) {
        denoiser.calls = 0;
        await expectNoMaskLeft(slots, { ...sampler, steps }, denoiser);
        const blocks = sampler.blockLength === 0 ? 1 : Math.ceil(length / sampler.blockLength);
        if (denoiser.calls > Math.max(steps, blocks) || denoiser.calls < 1)
          expect.fail(`${length} slots, ${steps} steps: ${denoiser.calls} denoiser calls`);
      }
    }
  });

  test('which two presets or more take each', () => {
    for (const length of SIZES)
      for (const steps of SIZES) {
        const taken = inTurn.filter(({ turn }) => takes(turn, length, steps));
        expect(taken.length).toBeGreaterThanOrEqual(2);
      }
  });

  test.each(presets)(
    '$name on the cosine schedule, on a rewrite with pins',
    { timeout: 240_000 },
    async ({ sampler }) => {
      const denoiser = withQuality(uniformDenoiser(), 0.4);
      const states = ['masked', 'revealed', 'pinned', 'masked', 'masked'] as const;
      for (const length of SIZES.filter((n) => n % 3 === 1)) {
        const slots = range(length).map((id): TraceSlot => {
          const state = states[id % states.length]!;
          return { id, span: 0, state, token: state === 'masked' ? MASK : 2 };
        });
        for (const steps of SIZES.filter((n) => n % 5 === 1))
          await expectNoMaskLeft(slots, { ...sampler, steps, schedule: 'cosine' }, denoiser, 0.6);
      }
    },
  );
});
