import { goesByOrder } from '../reveal/order';
import type { SamplerSettings } from '../settings/sampler';

/** Tokens outside of this share of the probability only make a draw worse, not different. */
const NUCLEUS = 0.95;

/** Whether a sampler gives the same fill for every seed. */
export function isDeterministic(sampler: SamplerSettings): boolean {
  const { temperature, order, orderTemperature, parallel, remask } = sampler;
  const ordersAtRandom = goesByOrder(sampler) && (order === 'random' || orderTemperature > 0);
  return (
    temperature === 0 &&
    !ordersAtRandom &&
    parallel.rule !== 'ancestral' &&
    !remask.remasker.startsWith('remdm')
  );
}

/** The sampler, with its tokens drawn at a temperature if nothing of it is random: for fills that differ. */
export function diversified(sampler: SamplerSettings, temperature: number): SamplerSettings {
  if (!isDeterministic(sampler)) return sampler;
  return { ...sampler, temperature, topP: Math.min(sampler.topP, NUCLEUS) };
}

/**
 * The seed of run `index` of a search, unsigned 32-bit; that of run 0 is the seed itself, so that a search begins with
 * what would be made without it. Mixed as in SplitMix (Steele et al. 2014), for runs of neighbouring seeds not to meet.
 */
export function seedOfRun(seed: number, index: number): number {
  if (index === 0) return seed;
  let mixed = Math.imul(index, 0x9e3779b9) ^ seed;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
