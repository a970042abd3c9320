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

/**
 * The draws of a sampler in step `step` (0-based) of its run. Every step has a stream of its own, so that a run can be
 * resumed at any step without drawing again what the earlier ones drew. A stream is seeded when it is first drawn from.
 */
export function samplerRandom(seed: number, step: number): Random {
  let random: Random | undefined;
  return () => {
    random ??= stream(seed ^ scrambled(step));
    return random();
  };
}

/** The draws of the forward process: a stream of its own, so that what was masked says nothing about what is sampled. */
export function noiseRandom(seed: number): Random {
  return stream(seed ^ 0x5f3759df);
}

/** MurmurHash3's finaliser: a bijection of the 32-bit numbers that sends neighbours far apart, and 0 to 0. */
function scrambled(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
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
