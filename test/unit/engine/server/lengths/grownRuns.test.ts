import { expect, test } from 'vitest';
import { maskedSlots } from '../../../../../src/diffusion/noise';
import { resumeAfter, resumeAtStart } from '../../../../../src/diffusion/resume';
import { presetNamed } from '../../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../../src/diffusion/settings/sampler';
import { growthStep } from '../../../../../src/engine/server/lengths/growthStep';
import { MASK, uniformDenoiser, withQuality } from '../../../diffusion/predictions';
import { range, run } from '../../../diffusion/run';

const L = 16;

/** A run of L slots that is given as many again, and how it goes on; of a model to which all tokens are alike. */
async function grown(sampler: SamplerSettings, seed = 0) {
  const slots = maskedSlots([L], MASK);
  const denoiser = withQuality(uniformDenoiser(), 0.4);
  const { steps } = await run(denoiser, { slots, sampler, seed });
  const end = steps.reduce((state, step) => resumeAfter(state, step, MASK), resumeAtStart(slots));
  const resume = resumeAfter(end, growthStep(end, [2 * L], MASK), MASK);
  return { before: steps, after: await run(denoiser, { slots, sampler, seed, resume }) };
}

const settings = (preset: string, changes: Partial<SamplerSettings> = {}) => ({
  ...presetNamed(preset)!.sampler,
  steps: L,
  ...changes,
});

test.each([
  ['MDLM', settings('MDLM')],
  ['Dream', settings('Dream', { temperature: 1 })],
  ['Speculative', settings('Speculative', { temperature: 1 })],
])('the slots that %s is given are not drawn as those before were', async (_, sampler) => {
  let same = 0;
  for (const seed of range(20)) {
    const { tokens } = (await grown(sampler, seed)).after;
    same += range(L).filter((i) => tokens[i] === tokens[i + L]).length;
  }
  // One in four by chance: 80 of 320, give or take 8.
  expect(same).toBeLessThan(120);
});

test('P2 masks no more than there are masks, so that the text is kept', async () => {
  const { after } = await grown(settings('P2'));
  expect(after.steps).toHaveLength(L);
  for (const [i, { masked }] of after.steps.entries()) expect(masked).toBe(L - 1 - i);
});

test('blocks that are full of text take no share of the steps', async () => {
  const { before, after } = await grown(settings('LLaDA', { blockLength: L }));
  expect(before).toHaveLength(L);
  expect(after.steps).toHaveLength(L);
});
