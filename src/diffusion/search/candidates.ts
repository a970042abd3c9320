import type { Denoiser } from '../denoiser';
import { type GenerateHooks, type GenerateRequest, generate } from '../generate';
import { type Elasticity, generateElastic } from '../length/elastic';
import type { SamplerSettings } from '../settings/sampler';
import type { Likelihood } from '../trace/likelihood';
import type { TraceSlot, TraceStep } from '../trace/trace';
import { diversified, seedOfRun } from './diversity';
import { inLockstep } from './lockstep';

/** A finished fill, and the run that led to it. */
export interface Candidate extends Likelihood {
  /** The slots at the end; none is masked. */
  readonly slots: readonly TraceSlot[];
  readonly sampler: SamplerSettings;
  readonly seed: number;
  readonly steps: readonly TraceStep[];
  /** How many of the runs ended with this fill. */
  readonly found: number;
  /** Whether its steps were told as they happened. */
  readonly wasShown: boolean;
}

export interface CandidatesRequest extends GenerateRequest {
  /** Runs, at least 1. */
  readonly count: number;
  /** Temperature of the runs after the first where the sampler itself is deterministic. */
  readonly diversity: number;
  /** Where the model changes the number of slots by itself. */
  readonly elastic?: Elasticity | undefined;
}

/**
 * Denoises `count` candidates in one batch. The first is what `generate` would make of the request; the others have
 * seeds of their own and, where they would come out the same otherwise, a temperature. Equal fills are merged.
 *
 * @param hooks `onStep` hears of the first candidate's steps, as they happen.
 * @returns distinct fills in the order of their runs; undefined when stopped.
 */
export async function generateCandidates(
  denoiser: Denoiser,
  { count, diversity, ...request }: CandidatesRequest,
  hooks: GenerateHooks = {},
): Promise<Candidate[] | undefined> {
  const sampler = diversified(request.sampler, diversity);
  const runs = Array.from({ length: count }, (_, run) => ({
    ...request,
    sampler: run === 0 ? request.sampler : sampler,
    seed: seedOfRun(request.seed, run),
  }));
  const steps = runs.map((): TraceStep[] => []);
  const generations = await inLockstep(
    denoiser,
    runs.map((run, i) => (shared) => {
      const onStep = (step: TraceStep): void => {
        steps[i]!.push(step);
        if (i === 0) hooks.onStep?.(step);
      };
      const { elastic } = run;
      return elastic
        ? generateElastic(shared, { ...run, elastic }, { ...hooks, onStep })
        : generate(shared, run, { ...hooks, onStep });
    }),
  );
  if (generations.some(({ kind }) => kind === 'stopped')) return undefined;
  return merged(
    generations.map(({ kind: _, ...fill }, i) => {
      const { sampler, seed } = runs[i]!;
      return { ...fill, sampler, seed, steps: steps[i]!, found: 1, wasShown: i === 0 };
    }),
    denoiser.padToken,
  );
}

/** The candidates without those that differ from an earlier one in pads at most. */
export function merged(
  candidates: readonly Candidate[],
  padToken: number | undefined,
): Candidate[] {
  const distinct = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = candidate.slots
      .filter(({ token }) => token !== padToken)
      .map(({ span, token }) => `${span}:${token}`)
      .join();
    const known = distinct.get(key);
    distinct.set(key, known ? { ...known, found: known.found + candidate.found } : candidate);
  }
  return [...distinct.values()];
}
