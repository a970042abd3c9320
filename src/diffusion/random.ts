import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** A seeded source of uniform numbers in [0, 1) with 53 random bits; every call advances it by one draw. */
export type Random = () => number;

/**
 * The Mersenne Twister, because its seeding scrambles the seed: the first draws of xoroshiro128+ are nearly
 * a linear function of it, so that runs with neighbouring seeds would not be independent of each other.
 */
function stream(seed: number): Random {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}

/** The draws of a sampler. */
export function samplerRandom(seed: number): Random {
  return stream(seed);
}

/** The draws of the forward process: a stream of its own, so that what was masked says nothing about what is sampled. */
export function noiseRandom(seed: number): Random {
  return stream(seed ^ 0x5f3759df);
}

/** A standard Gumbel variate, −ln(−ln u), in float64; −∞ for u = 0. */
export function gumbel(random: Random): number {
  return -Math.log(-Math.log(random()));
}

/** The number of successes in `trials` coin flips with probability `p`; draws nothing when the outcome is certain. */
export function binomial(trials: number, p: number, random: Random): number {
  if (p >= 1) return trials;
  if (p <= 0) return 0;
  let successes = 0;
  for (let i = 0; i < trials; i++) if (random() < p) successes++;
  return successes;
}
