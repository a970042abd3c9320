import type { LoadedModel } from '../../denoiser';
import type { TraceHeader, TraceTimings } from '../../diffusion/trace/trace';
import type { CheckedFillRequest, FillResult } from '../protocol/messages';
import { stoppedEarly } from '../protocol/stopped';
import { denoiseSpans, type SpansRun } from './denoiseSpans';
import { judgeOf } from './fillJudge';
import { fillStart } from './fillStart';
import type { FrameSender } from './frameSender';
import { interruptible, readMessages, stoppedBy } from './interruptible';
import { checkResumed } from './resumed';
import { firstSampler } from './searchFills';
import { traceHeader } from './traceHeader';

/**
 * Answers a request: sizes its spans, has its context encoded unless it is cached, and denoises (`denoiseSpans`).
 *
 * @param request with line feeds for line ends
 * @throws {RequestError} when the request does not fit the model
 * @throws {DenoiserError} when the denoiser fails
 */
export async function runFill(
  model: LoadedModel,
  request: CheckedFillRequest,
  frames: FrameSender,
  signal: AbortSignal,
): Promise<FillResult> {
  const started = performance.now();
  const layout = model.layOut({ ...request, texts: request.context }, request.language);
  checkResumed(request, model.model.manifest, model.tokenizer.size);
  const start = fillStart(model, request, layout);
  // What the search begins with, also on spans that have grown: another candidate's settings are named with its steps.
  const first = { sampler: firstSampler(request.sampler, request.search), seed: request.seed };
  const headerOf: (...told: Parameters<SpansRun['onStart']>) => TraceHeader = (
    slots,
    { sampler, seed } = first,
  ) => traceHeader(model, { ...request, sampler, seed }, layout, slots);
  const onStart: SpansRun['onStart'] = (...told) =>
    frames.started(headerOf(...told), request.resume?.from.slots);
  onStart(start.slots);

  const stopped = stoppedBy(signal);
  if (await stopped()) return stoppedEarly;
  const of = layout.ids.length;
  const bound = await model.bind(layout, stopped, async (done) => {
    frames.encoded(done, of);
    // Nothing is sent while the graph runs.
    await readMessages();
  });
  if (!bound) {
    const totalMs = performance.now() - started;
    return { ...stoppedEarly, timings: { ...stoppedEarly.timings, totalMs } };
  }
  const { cached, reused } = bound;
  let calls = 0;
  const denoiser = interruptible({
    ...bound.denoiser,
    denoise: (canvases) => {
      calls++;
      return bound.denoiser.denoise(canvases);
    },
  });
  const encoded = performance.now();
  const timings = (): TraceTimings => ({
    encodeMs: cached ? 0 : encoded - started,
    contextCached: cached,
    ...(reused > 0 && !cached && { contextReused: reused }),
    stepsMs: performance.now() - encoded,
    totalMs: performance.now() - started,
  });
  const stoppedNow = (): FillResult => ({
    outcome: { kind: 'stopped' },
    timings: timings(),
    calls,
  });

  await readMessages();
  const judge = await judgeOf(model, request);
  try {
    const fills = await denoiseSpans(
      {
        model,
        request,
        layout,
        denoiser,
        judge,
        signal,
        onStart,
        onStep: (step) => frames.step(step),
        onSweep: (done, of) => frames.sweep(done, of),
        onPause: () => frames.flush(),
        onOther: (index, fill, slots) => frames.candidate(index, headerOf(slots, fill), fill.steps),
      },
      start,
    );
    const best = fills?.[0];
    if (!fills || !best) return stoppedNow();
    return {
      outcome: { kind: 'finished', texts: best.texts, meanLogProb: best.meanLogProb },
      candidates: fills.map(({ texts, logProb, meanLogProb, newErrors }) => ({
        texts,
        logProb,
        meanLogProb,
        newErrors,
      })),
      timings: timings(),
      calls,
    };
  } catch (error) {
    if (signal.aborted) return stoppedNow();
    throw error;
  } finally {
    // Also of a run that fails: what is sent later would be taken for another one's.
    frames.flush();
    judge.dispose();
  }
}
