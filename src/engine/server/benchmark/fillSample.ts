import type { LoadedModel } from '../../../denoiser';
import { defaultSearch } from '../../../diffusion/search/settings';
import type { SamplerSettings } from '../../../diffusion/settings/sampler';
import type { FillSample } from '../../protocol/benchmark';
import { fillSchema } from '../../protocol/messages';
import { runFill } from '../fillRun';
import { FrameSender } from '../frameSender';
import type { Place } from './place';

/** A fill that is to be measured. */
export interface FillTask {
  readonly place: Place;
  readonly language: string | null;
  readonly slots: number;
  readonly candidates: number;
  readonly copies: number;
  readonly sampler: SamplerSettings;
  readonly seed: number;
}

/** Fills as the engine does when an editor asks it to, and takes the times. Undefined when stopped. */
export async function sampleFill(
  model: LoadedModel,
  { place, language, slots, candidates, copies, sampler, seed }: FillTask,
  signal: AbortSignal,
): Promise<FillSample | undefined> {
  const request = fillSchema.parse({
    run: 'benchmark',
    language,
    context: place.context,
    startsDocument: false,
    endsDocument: false,
    spans: [{ text: '', slots }],
    mode: { kind: 'infill' },
    sampler,
    seed,
    search: { ...defaultSearch, candidates, copies },
  });
  let firstFrameMs = 0;
  const started = performance.now();
  const frames = new FrameSender(
    request.run,
    (id) => model.tokenizer.textOf(id),
    (frame) => {
      if (frame.kind === 'steps') firstFrameMs ||= performance.now() - started;
    },
  );
  const { outcome, timings, calls } = await runFill(model, request, frames, signal);
  if (outcome.kind === 'stopped') return undefined;
  const tokens = outcome.texts.reduce((sum, text) => sum + model.tokenizer.encode(text).length, 0);
  const encodeMs = model.encodesContexts ? timings.encodeMs : null;
  return { ...timings, encodeMs, firstFrameMs, steps: calls, tokens };
}
