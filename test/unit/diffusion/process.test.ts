import { describe, expect, test } from 'vitest';
import { generate } from '../../../src/diffusion/generate';
import { maskedSlots, noisedSlots } from '../../../src/diffusion/noise';
import { loopAlpha, sigmaMax } from '../../../src/diffusion/remask/remdm';
import { type Alpha, schedules } from '../../../src/diffusion/schedule';
import type { RemaskerSettings, SamplerSettings } from '../../../src/diffusion/settings/sampler';
import type { TraceSlot, TraceStep, Transition } from '../../../src/diffusion/trace/trace';
import { binomialProbabilities, expectCount, expectDistribution, seeds, tally } from './chiSquare';
import { MASK, uniformDenoiser } from './predictions';
import { range, run } from './run';
import { sampler } from './samplers';

const SLOTS = 12;
const RUNS = 1500;
const loop = { remasker: 'remdm-loop', eta: 0.08, on: 0.6, alpha: 0.7, off: 0.2 } as const;

/** The steps of many runs over SLOTS slots, from t = 1 or from a text noised to `strength`. */
async function manyRuns(settings: SamplerSettings, strength?: number): Promise<TraceStep[][]> {
  const denoiser = uniformDenoiser();
  const runs: TraceStep[][] = [];
  for (const seed of seeds(RUNS)) {
    const slots =
      strength === undefined
        ? maskedSlots([SLOTS], MASK)
        : noisedSlots([range(SLOTS)], strength, MASK, seed, settings.schedule);
    const steps: TraceStep[] = [];
    await generate(
      denoiser,
      { slots, sampler: settings, seed, startTime: strength ?? 1 },
      { onStep: (step) => steps.push(step) },
    );
    runs.push(steps);
  }
  return runs;
}

/** Masked slots after step i of each run; a run that ended before has none left. */
const maskedAfter = (runs: readonly TraceStep[][], i: number) =>
  runs.map((steps) => steps[i]?.masked ?? 0);

/** Every slot is masked after step i with probability 1 − α(s), independently of the others. */
function expectMarginals(
  runs: readonly TraceStep[][],
  alpha: Alpha,
  settings: SamplerSettings,
  startTime = 1,
) {
  for (const i of range(settings.steps)) {
    const s = (startTime * (settings.steps - i - 1)) / settings.steps;
    const expected = binomialProbabilities(SLOTS, i === settings.steps - 1 ? 0 : 1 - alpha(s));
    expectDistribution(tally(maskedAfter(runs, i), SLOTS + 1), expected);
  }
}

/**
 * The distribution of the number of masks after a step of `remdm-conf`: of n revealed tokens that are as sure as each other, each
 * is masked with σ = σ_max / n, and a masked one is revealed with (αₛ − (1 − σ)αₜ)/(1 − αₜ).
 */
function afterConfStep(before: readonly number[], alphaT: number, alphaS: number): number[] {
  const after = before.map(() => 0);
  for (const [masked, p] of before.entries()) {
    const revealed = SLOTS - masked;
    const sigma = revealed === 0 ? 0 : sigmaMax(alphaT, alphaS) / revealed;
    const kept = binomialProbabilities(masked, 1 - (alphaS - (1 - sigma) * alphaT) / (1 - alphaT));
    const remasked = binomialProbabilities(revealed, sigma);
    for (const [k, ofKept] of kept.entries())
      for (const [r, ofRemasked] of remasked.entries()) after[k + r]! += p * ofKept * ofRemasked;
  }
  return after;
}

// Generous, for machines that do other things at the same time.
const options = { timeout: 240_000 };

describe('ancestral reveals are binomial with the rate of the schedule', options, () => {
  const ancestral = { order: 'random', parallel: { rule: 'ancestral' }, steps: 5 } as const;

  test.each(['linear', 'cosine'] as const)('%s', async (schedule) => {
    const settings = sampler({ ...ancestral, schedule });
    expectMarginals(await manyRuns(settings), schedules[schedule].alpha, settings);
  });

  test.each(['linear', 'cosine'] as const)('%s, from the middle', async (schedule) => {
    const settings = sampler({ ...ancestral, schedule });
    const runs = await manyRuns(settings, 0.6);
    expectMarginals(runs, schedules[schedule].alpha, settings, 0.6);
  });

  test('given how many were masked before', async () => {
    const settings = sampler(ancestral);
    const runs = await manyRuns(settings);
    // Between t = 0.6 and s = 0.4 a masked slot is revealed with probability (αₛ − αₜ)/(1 − αₜ) = 1/3.
    const seven = runs.filter((steps) => steps[1]?.masked === 7);
    const revealed = seven.map((steps) => 7 - steps[2]!.masked);
    expect(seven.length).toBeGreaterThan(200);
    expectDistribution(tally(revealed, 8), binomialProbabilities(7, 1 / 3));
  });

  test('and fall on every slot alike, whatever the model says of it', async () => {
    const runs = await manyRuns(sampler(ancestral));
    const slots = runs.flatMap((steps) => steps[0]!.transitions.map(({ slot }) => slot));
    expectDistribution(tally(slots, SLOTS), new Array(SLOTS).fill(1 / SLOTS));
  });
});

describe('ReMDM keeps the mask rate of the schedule', options, () => {
  const remasking = (remask: RemaskerSettings, changes: Partial<SamplerSettings> = {}) =>
    sampler({ order: 'random', parallel: { rule: 'ancestral' }, steps: 6, remask, ...changes });
  const cap = { remasker: 'remdm-cap', eta: 0.3 } as const;
  const rescale = { remasker: 'remdm-rescale', eta: 0.5 } as const;

  test.each([cap, rescale])('$remasker', async (remask) => {
    const settings = remasking(remask);
    expectMarginals(await manyRuns(settings), schedules.linear.alpha, settings);
  });

  test.each([cap, rescale])('$remasker, cosine, from the middle', async (remask) => {
    const settings = remasking(remask, { schedule: 'cosine' });
    expectMarginals(await manyRuns(settings, 0.7), schedules.cosine.alpha, settings, 0.7);
  });

  test('remdm-conf, where every token was drawn with the same probability', async () => {
    const settings = remasking({ remasker: 'remdm-conf' });
    const runs = await manyRuns(settings);
    let expected = binomialProbabilities(SLOTS, 1);
    for (const i of range(6)) {
      expected = afterConfStep(expected, i / 6, (i + 1) / 6);
      expectDistribution(tally(maskedAfter(runs, i), SLOTS + 1), expected);
      // Its rates are those of the schedule for the number of masks expected, and near them for others.
      const mean = expected.reduce((sum, p, masked) => sum + p * masked, 0);
      expect(mean / SLOTS).toBeCloseTo(1 - (i + 1) / 6, 1);
    }
  });

  test.each([
    [cap, Math.min(0.3, sigmaMax(1 / 2, 2 / 3))],
    [rescale, 0.5 * sigmaMax(1 / 2, 2 / 3)],
    [{ remasker: 'none' } as const, 0],
  ])('$remasker masks a revealed slot with probability σ', async (remask, sigma) => {
    const runs = await manyRuns(remasking(remask));
    // Step 3 goes from t = 1/2 to s = 1/3.
    const six = runs.filter((steps) => steps[2]!.masked === 6);
    const remasked = six.map(
      (steps) => steps[3]!.transitions.filter(({ kind }) => kind === 'remask').length,
    );
    expect(six.length).toBeGreaterThan(200);
    expectDistribution(tally(remasked, 7), binomialProbabilities(6, sigma));
  });

  test.each([1, 0.5])('remdm-loop works in its window of a run from t = %s', async (start) => {
    const settings = remasking(loop, { steps: 10 });
    const runs = await manyRuns(settings, start);
    expectMarginals(runs, loopAlpha(schedules.linear.alpha, start, loop), settings, start);
    const times = runs
      .flat()
      .filter(({ transitions }) => transitions.some(({ kind }) => kind === 'remask'))
      .map(({ t }) => Number(t.toFixed(6)));
    // Steps begin at start · 1, 0.9, …; the window is start · (0.2, 0.6].
    expect(new Set(times)).toEqual(
      new Set([0.6, 0.5, 0.4, 0.3].map((t) => Number((t * start).toFixed(6)))),
    );
  });

  test('remdm-conf takes back the less confident token more often, the user’s own least', async () => {
    const own = range(6).map((id): TraceSlot => ({ id, span: 0, state: 'revealed', token: 0 }));
    const masked = range(6).map(
      (i): TraceSlot => ({ id: 6 + i, span: 0, state: 'masked', token: MASK }),
    );
    const isOwn = ({ slot }: Transition) => slot < 6;
    const sigmaMaxThen = sigmaMax(1 - 0.375, 1 - 0.25);
    const seen = { own: 0, drawn: 0 };
    const expected = { own: 0, drawn: 0 };
    for (const seed of seeds(RUNS)) {
      const { steps } = await run(uniformDenoiser(), {
        slots: [...own, ...masked],
        sampler: remasking({ remasker: 'remdm-conf' }, { steps: 4 }),
        seed,
        startTime: 0.5,
      });
      // Before the second step: the user's tokens that are left count as certain, those drawn had probability 1/4.
      const left = 6 - steps[0]!.transitions.filter(isOwn).length;
      const drawn = steps[0]!.transitions.filter((transition) => !isOwn(transition)).length;
      const total = left * Math.exp(-1) + drawn * Math.exp(-1 / 4);
      expected.own += (sigmaMaxThen * left * Math.exp(-1)) / total;
      expected.drawn += (sigmaMaxThen * drawn * Math.exp(-1 / 4)) / total;
      for (const transition of steps[1]!.transitions)
        if (transition.kind === 'remask') seen[isOwn(transition) ? 'own' : 'drawn']++;
    }
    const all = expected.own + expected.drawn;
    expectDistribution([seen.own, seen.drawn], [expected.own / all, expected.drawn / all]);
    expectCount(seen.own + seen.drawn, all);
  });
});
