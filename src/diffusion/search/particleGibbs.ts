import type { Denoiser } from '../denoiser';
import type { GenerateRequest } from '../generate';
import { type Random, samplerRandom } from '../random';
import type { TraceStep } from '../trace/trace';
import { seedOfRun } from './diversity';
import { inLockstep } from './lockstep';
import { remembering } from './remembering';
import { type Fill, oneStepOn, outlook, startOf, type Trajectory, upTo } from './trajectory';

export interface ParticleGibbsRequest extends GenerateRequest {
  /** Sweeps of conditional SMC, 0 and up. With 0 the sampler runs once and nothing else is done. */
  readonly iterations: number;
  /** M, trajectories per sweep, the reference included; at least 2. */
  readonly particles: number;
  /** r, in nats; finite. Is also asked about the outlook of unfinished trajectories, where it only guides. */
  readonly reward: (fill: Fill) => number;
  /** λ above 0: the smaller, the more the reward outweighs the model. */
  readonly rewardTemperature: number;
}

export interface ParticleGibbsHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: TraceStep) => void) | undefined;
  /** Hears of all M trajectories of every sweep when it is done, and of the first one before the sweeps. */
  readonly onSweep?: ((trajectories: readonly Trajectory[]) => void) | undefined;
}

/**
 * Particle Gibbs over denoising trajectories (Dang et al. 2025, arXiv:2507.08390; Andrieu et al. 2010): a Markov chain
 * of whole trajectories whose stationary distribution is the sampler's, tilted: p(trajectory) · exp(r(its fill) / λ).
 *
 * One sweep is conditional SMC. The trajectory held so far, the reference, is kept as particle 0 and is not moved; the
 * other M − 1 start anew. After every step the particles are weighted by what the step changed in the reward of their
 * outlook, exp((rᵢ − rᵢ₋₁) / λ). Where these weights have come to differ so much that the effective sample size
 * (Σw)² / Σw² is below M / 2 (Liu and Chen 1995), the others are drawn from all by weight before the next step, and all weigh
 * the same again; drawing them at every step would soon leave descendants of the reference alone. The increments
 * telescope, so that a whole trajectory weighs exp(r(fill) / λ) however good the outlook was. The next reference is
 * drawn by the last weights.
 *
 * Draws: the particles' steps as `generate` does, with the seed `seedOfRun(seed, sweep · M + particle)` (sweeps and
 * particles from 1); the resampling of a sweep, one uniform per particle but the reference and step, with that of
 * particle 0 in the stream of the step.
 *
 * @param hooks `onStep` hears of the steps of the first trajectory, before the sweeps.
 * @returns the trajectory the chain ends with; undefined when stopped.
 */
export async function particleGibbs(
  denoiser: Denoiser,
  request: ParticleGibbsRequest,
  { signal, onStep, onSweep }: ParticleGibbsHooks = {},
): Promise<Trajectory | undefined> {
  const asked = remembering(denoiser);
  let reference = await firstTrajectory(asked, request, { signal, onStep });
  if (reference) onSweep?.([reference]);
  for (let sweep = 1; reference && sweep <= request.iterations; sweep++)
    reference = await sweepOnce(asked, request, reference, sweep, { signal, onSweep });
  return reference;
}

/** One run of the sampler, step by step. */
async function firstTrajectory(
  denoiser: Denoiser,
  request: GenerateRequest,
  { signal, onStep }: ParticleGibbsHooks,
): Promise<Trajectory | undefined> {
  let trajectory: Trajectory | undefined = startOf(request);
  while (trajectory && !trajectory.finished) {
    const steps: number = trajectory.steps.length;
    trajectory = await oneStepOn(denoiser, request, trajectory, request.seed, signal);
    const step = trajectory?.steps[steps];
    if (step) onStep?.(step);
  }
  return trajectory;
}

async function sweepOnce(
  denoiser: Denoiser,
  request: ParticleGibbsRequest,
  reference: Trajectory,
  sweep: number,
  { signal, onSweep }: ParticleGibbsHooks,
): Promise<Trajectory | undefined> {
  const { particles, reward, rewardTemperature } = request;
  const seedOf = (particle: number) => seedOfRun(request.seed, sweep * particles + particle);
  const random = (step: number) => samplerRandom(seedOf(0), step);
  let held = Array.from({ length: particles }, () => startOf(request));
  let rewards = held.map(() => 0);
  let weights = held.map(() => 1);
  let taken = 0;
  for (; !held.every(({ finished }) => finished); taken++) {
    if (effectiveSize(weights) < particles / 2) {
      const ancestors = drawnByWeight(weights, random(taken));
      held = ancestors.map((ancestor) => held[ancestor]!);
      rewards = ancestors.map((ancestor) => rewards[ancestor]!);
      weights = ancestors.map(() => 1);
    }
    const moved = await inLockstep(
      denoiser,
      held.map((trajectory, particle) => async (shared) => {
        if (particle === 0) return upTo(reference, taken + 1);
        return oneStepOn(shared, request, trajectory, seedOf(particle), signal);
      }),
    );
    held = [];
    for (const trajectory of moved) {
      if (trajectory === undefined) return undefined;
      held.push(trajectory);
    }
    const before = rewards;
    rewards = held.map((trajectory) => reward(outlook(trajectory, denoiser.padToken)));
    const logs = rewards.map(
      (r, i) => Math.log(weights[i]!) + (r - before[i]!) / rewardTemperature,
    );
    const largest = Math.max(...logs);
    weights = logs.map((log) => Math.exp(log - largest));
  }
  onSweep?.(held);
  return held[drawn(weights, random(taken))];
}

/** How many particles of equal weight are worth as much as these: from 1 to their number. */
function effectiveSize(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0);
}

/** The particles to go on with: the reference stays, the others are drawn from all. */
function drawnByWeight(weights: readonly number[], random: Random): number[] {
  return weights.map((_, i) => (i === 0 ? 0 : drawn(weights, random)));
}

/** An index, drawn by weight. */
function drawn(weights: readonly number[], random: Random): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = random() * total;
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
