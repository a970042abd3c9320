import type { LoadedModel } from '../../../denoiser';
import { defaultSearch } from '../../../diffusion/search/settings';
import type { BenchmarkRequest, CaseSample, EncodeSample } from '../../protocol/benchmark';
import { leftToRight, naiveLoop } from './comparisons';
import { sampleFill } from './fillSample';
import type { Floors } from './floors';
import { measuredSamplers } from './samplers';
import type { Case, Work } from './work';

/** What is measured, and with what. */
export interface Bench {
  readonly model: LoadedModel;
  readonly request: BenchmarkRequest;
  readonly work: Work;
  readonly floors: Floors;
  readonly signal: AbortSignal;
}

/** @param index of a context that is encoded */
export async function encodeSample(
  { model, work, floors }: Bench,
  index: number,
  round: number,
): Promise<EncodeSample> {
  const { layout } = work.placeFor(round, work.encoded[index]!, 1);
  const floorMs = (await floors.encode?.measure(index)) ?? null;
  model.forgetContexts();
  const { encodeMs } = await model.bind(layout);
  return { contextTokens: layout.ids.length, encodeMs, floorMs };
}

/**
 * @param index of a case
 * @returns undefined when stopped
 */
export async function caseSample(
  bench: Bench,
  index: number,
  round: number,
): Promise<CaseSample | undefined> {
  const { model, request, work, floors, signal } = bench;
  const each = work.cases[index]!;
  const { layout } = work.placeFor(round, each.context, each.slots);
  const task = { ...each, layout };
  const keeps = work.encoded.includes(each.context);
  const naive = keeps ? await naiveLoop(model, task, request.naiveSteps, signal) : null;
  const inOrder = keeps ? await leftToRight(model, task, signal) : null;
  const fills = await fillsOf(bench, each, round);
  const stepFloorMs = (await floors.step?.measure(index)) ?? null;
  return fills && { naive, leftToRight: inOrder, ...fills, stepFloorMs };
}

type Fills = Pick<CaseSample, 'everyStep' | 'quarter' | 'adaptive' | 'again'>;

/** All fills of a case at one place; each but `again` begins with nothing encoded. Undefined when stopped. */
export async function fillsOf(
  { model, request: { language }, work, signal }: Bench,
  { context, slots, candidates }: Case,
  round: number,
): Promise<Fills | undefined> {
  const { place } = work.placeFor(round, context, slots);
  const samplers = measuredSamplers(slots);
  const fill = async (sampler: keyof typeof samplers, seed: number, cold: boolean) => {
    if (cold) model.forgetContexts();
    // The others are there to compare samplers.
    const copies = sampler === 'adaptive' ? defaultSearch.copies : 0;
    const of = { place, language, slots, candidates, copies, sampler: samplers[sampler], seed };
    return sampleFill(model, of, signal);
  };
  const everyStep = await fill('everyStep', round, true);
  const quarter = await fill('quarter', round, true);
  const adaptive = await fill('adaptive', round, true);
  const keeps = work.encoded.includes(context);
  const again = keeps ? await fill('adaptive', round + 1, false) : null;
  if (!everyStep || !quarter || !adaptive || again === undefined) return undefined;
  return { everyStep, quarter, adaptive, again };
}
