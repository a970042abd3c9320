import { resumeFrom } from '../../diffusion/resume';
import type { SamplerSettings } from '../../diffusion/settings/sampler';
import { sameParts } from '../../diffusion/settings/samplerParts';
import type { Trace } from '../../diffusion/trace/trace';
import { isHole } from '../../engine/client';
import type { FillRequest } from '../../engine/protocol/messages';
import type { Knobs } from '../../panel/messages';
import { type ContextLimit, contextAround, type Span, textsOf } from '../span/spans';
import type { AskedRun } from './runHistory';

/** What a run does with the text of its spans. */
export type RunMode = FillRequest['mode'];

export interface RequestParts {
  readonly run: string;
  /** What may be read around the spans, and the spans in it, in order and disjoint. */
  readonly text: string;
  readonly spans: readonly Span[];
  /** VS Code language id. */
  readonly language: string;
  readonly limit: ContextLimit;
  readonly mode: RunMode;
  readonly knobs: Knobs;
  /** What stands for something that is to be filled in: a span of it alone counts as blank. */
  readonly holeMarker: string;
  /** Used where the knobs leave the seed open. */
  readonly freshSeed: number;
}

/**
 * What to ask of the engine so that it goes on where a branch starts; only the sampler and the seed may differ. One of
 * several candidates may have had a sampler and a seed of its own, which stay unless the knobs were turned since.
 */
export function branchRequest(
  run: string,
  original: Pick<AskedRun, 'request' | 'knobs'>,
  start: Trace,
  knobs: Knobs,
): FillRequest {
  const { sampler, seed } = start.header;
  const sameSeed = knobs.seed === null || knobs.seed === original.knobs.seed;
  return {
    ...original.request,
    run,
    sampler: sameSampler(knobs.sampler, original.knobs.sampler) ? sampler : knobs.sampler,
    search: { ...knobs.search, candidates: 1, iterations: 0 },
    seed: sameSeed ? seed : knobs.seed,
    resume: { slots: start.header.slots, from: resumeFrom(start, start.steps.length) },
  };
}

const sameSampler = (one: SamplerSettings, other: SamplerSettings) =>
  one.steps === other.steps && sameParts(one, other);

/** Puts into the engine's terms what the user asked for. */
export function fillRequest(parts: RequestParts): FillRequest {
  const { knobs, text, spans } = parts;
  return {
    run: parts.run,
    language: parts.language,
    ...contextAround(text, spans, parts.limit, parts.holeMarker),
    spans: textsOf(text, spans).map((each) => ({
      text: isHole(each, parts.holeMarker) ? '' : each,
      slots: knobs.slots,
    })),
    mode: parts.mode,
    sampler: knobs.sampler,
    search: knobs.search,
    length: knobs.length,
    seed: knobs.seed ?? parts.freshSeed,
  };
}
