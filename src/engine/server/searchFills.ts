import { RequestError } from '../../denoiser';
import type { Denoiser } from '../../diffusion/denoiser';
import type { GenerateRequest } from '../../diffusion/generate';
import {
  type Candidate,
  type CandidatesRequest,
  generateCandidates,
  merged,
} from '../../diffusion/search/candidates';
import { diversified } from '../../diffusion/search/diversity';
import { particleGibbs } from '../../diffusion/search/particleGibbs';
import { lessErrors, type Merits, ranked } from '../../diffusion/search/score';
import type { SearchSettings } from '../../diffusion/search/settings';
import { outlook, type Trajectory } from '../../diffusion/search/trajectory';
import type { SamplerSettings } from '../../diffusion/settings/sampler';
import type { TraceSlot, TraceStep } from '../../diffusion/trace/trace';
import { type CutHooks, cutBack } from './cuts/cutBack';

/** A fill that was found, and what is known of it. */
export interface FoundFill extends Candidate, Merits {
  /** One per span. */
  readonly texts: readonly string[];
}

export interface SearchContext extends CutHooks {
  readonly textsOf: (slots: readonly TraceSlot[]) => readonly string[];
  readonly newErrors: (texts: readonly string[]) => number | null;
  readonly signal: AbortSignal;
  /** Hears of the steps of the first run, as they happen. */
  readonly onStep: (step: TraceStep) => void;
  /** Hears how many sweeps of particle Gibbs are done. */
  readonly onSweep: (done: number, of: number) => void;
}

/**
 * Searches for fills as the settings say.
 *
 * @throws {RequestError} when the search does not go with the model.
 * @returns distinct fills, the best first, as many as are to be offered; those found so far when stopped, undefined where
 *   there are none yet.
 */
export async function searchFills(
  denoiser: Denoiser,
  request: GenerateRequest & Pick<CandidatesRequest, 'elastic'>,
  search: SearchSettings,
  context: SearchContext,
): Promise<FoundFill[] | undefined> {
  if (request.elastic && search.iterations > 0)
    throw new RequestError(
      'Particle Gibbs cannot follow a model that changes the number of slots by itself. Set its iterations to 0, or select another model.',
    );
  if (request.elastic && request.sampler.blockLength > 0)
    throw new RequestError(
      'Blocks cannot be told apart in spans whose number of slots the model changes by itself. Set the block length to 0, or select another model.',
    );
  const found =
    search.iterations > 0
      ? await byParticleGibbs(denoiser, request, search, context)
      : await generateCandidates(
          denoiser,
          { ...request, count: search.candidates, diversity: search.diversity },
          context,
        );
  return (
    found &&
    bestOf(
      found.map((candidate) => judged(cutBack(candidate, denoiser, request, context), context)),
      search.candidates,
    )
  );
}

/** What the first run of a search samples with, whose steps are told as they happen. */
export function firstSampler(
  sampler: SamplerSettings,
  { iterations, diversity }: Pick<SearchSettings, 'iterations' | 'diversity'>,
): SamplerSettings {
  return iterations > 0 ? diversified(sampler, diversity) : sampler;
}

/** More than are ever offered, as cutting fills back may change which are the best. */
const FILLS_KEPT = 32;

/** The first and the best fills that the chain came by: it is run to find good ones, not to draw one. */
async function byParticleGibbs(
  denoiser: Denoiser,
  request: GenerateRequest,
  search: SearchSettings,
  context: SearchContext,
): Promise<Candidate[] | undefined> {
  const { textsOf, newErrors, signal, onStep } = context;
  let seen: Candidate[] = [];
  let sweeps = 0;
  const { iterations, particles, rewardTemperature } = search;
  const sampler = firstSampler(request.sampler, search);
  const { seed } = request;
  const onSweep = (held: readonly Trajectory[]): void => {
    const isFirst = seen.length === 0;
    const swept = held.map((trajectory): Candidate => {
      const { steps } = trajectory;
      const fill = outlook(trajectory, denoiser.padToken);
      return { ...fill, sampler, seed, steps, found: 1, wasShown: isFirst };
    });
    // At once, as steps are large: with every trajectory of a long search they would fill the memory.
    const [shown, ...others] = merged([...seen, ...swept], denoiser.padToken);
    const best = ranked(others.map((candidate) => judged(candidate, context)));
    seen = shown ? [shown, ...best.slice(0, FILLS_KEPT)] : [];
    context.onSweep(sweeps++, iterations);
  };
  try {
    await particleGibbs(
      denoiser,
      {
        ...request,
        // Trajectories are weighed by what they come to when all is written.
        passedEnd: undefined,
        sampler,
        iterations,
        particles,
        rewardTemperature,
        reward: ({ slots, meanLogProb }) => lessErrors(meanLogProb, newErrors(textsOf(slots))),
      },
      { signal, onStep, onSweep },
    );
  } catch (error) {
    // A denoiser gives up a step that it is stopped in.
    if (!signal.aborted) throw error;
  }
  return seen.length > 0 ? seen : undefined;
}

/** The best fills, the very best first; those that read the same once they are cut back count as one. */
export function bestOf(fills: readonly FoundFill[], most: number): FoundFill[] {
  return ranked(distinct(fills)).slice(0, most);
}

function distinct(fills: readonly FoundFill[]): FoundFill[] {
  const byText = new Map<string, FoundFill>();
  for (const fill of fills) {
    const key = JSON.stringify(fill.texts);
    const known = byText.get(key);
    byText.set(key, known ? { ...known, found: known.found + fill.found } : fill);
  }
  return [...byText.values()];
}

function judged(candidate: Candidate, { textsOf, newErrors }: SearchContext): FoundFill {
  const texts = textsOf(candidate.slots);
  return { ...candidate, texts, newErrors: newErrors(texts) };
}
