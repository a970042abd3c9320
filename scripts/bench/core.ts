import type { Denoiser, Prediction } from '../../src/diffusion/denoiser';
import { generate } from '../../src/diffusion/generate';
import { maskedSlots } from '../../src/diffusion/noise';
import { type Preset, presets } from '../../src/diffusion/settings/presets';

const MASK = 1_000_000;
const TOP_K = 64;
const STEPS = 64;
const REPEATS = 7;

/** CPU milliseconds per step of everything but the model. */
export interface CoreCost {
  readonly preset: string;
  /** At L = 256. */
  readonly ms: number;
  /** At 4 · 256 slots, over that at 256: 4 where the cost is linear in L. */
  readonly growth: number;
}

/** What the diffusion core costs beside the model: every preset, T = 64, 64 alternatives per slot. */
export async function coreCosts(): Promise<CoreCost[]> {
  const costs: CoreCost[] = [];
  for (const preset of presets) {
    const ms = await msPerStep(preset, 256);
    costs.push({ preset: preset.name, ms, growth: (await msPerStep(preset, 1024)) / ms });
  }
  return costs;
}

/** In the best of a few runs: the others waited for something. */
async function msPerStep({ sampler }: Preset, slots: number): Promise<number> {
  const denoiser = readyMade(slots);
  let best = Number.POSITIVE_INFINITY;
  for (let seed = 0; seed < REPEATS; seed++) {
    let steps = 0;
    const began = process.cpuUsage();
    await generate(
      denoiser,
      {
        slots: maskedSlots([slots], MASK),
        sampler: { ...sampler, steps: STEPS },
        seed,
        startTime: 1,
      },
      { onStep: () => steps++ },
    );
    const { user, system } = process.cpuUsage(began);
    best = Math.min(best, (user + system) / 1000 / steps);
  }
  return best;
}

/** A model that says the same at no cost: probabilities that fall by a tenth from token to token. */
function readyMade(slots: number): Denoiser {
  const weights = Array.from({ length: TOP_K }, (_, j) => 0.9 ** j);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const row = weights.map((w) => Math.log(w / total));
  const prediction: Prediction = {
    topK: TOP_K,
    tokens: Int32Array.from({ length: slots * TOP_K }, (_, j) => j % TOP_K),
    logProbs: Float32Array.from({ length: slots * TOP_K }, (_, j) => row[j % TOP_K]!),
    entropy: new Float32Array(slots).fill(2.9),
    quality: new Float32Array(slots).fill(0.4),
  };
  return {
    maskToken: MASK,
    padToken: undefined,
    revealed: 'silent',
    judgesQuality: true,
    readsCausally: false,
    denoise: async (canvases) => canvases.map(() => prediction),
  };
}
