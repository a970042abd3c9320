import type { LoadedModel } from '../../denoiser';
import { spansToGrow } from '../../diffusion/length';
import type { Elasticity } from '../../diffusion/lengthElastic';
import { maskedSlots, noisedSlots } from '../../diffusion/noise';
import { resumeAfter, resumeAtStart } from '../../diffusion/resume';
import type { TraceSlot, TraceStep, TraceTimings } from '../../diffusion/trace';
import type { CheckedFillRequest, FillResult } from '../protocol/messages';
import { stoppedEarly } from '../protocol/stopped';
import { copyInstead } from './copyInstead';
import { type CutContext, endState } from './cutBack';
import type { EndContext, EndingSpan } from './cutEnds';
import { decideLengths, isSettled } from './decideLengths';
import { judgeOf } from './fillJudge';
import { FillTexts } from './fillTexts';
import type { FrameSender } from './frameSender';
import { growthStep } from './growthStep';
import { interruptible, readMessages, stoppedBy } from './interruptible';
import { checkResumed, lengthsBySpan } from './resumed';
import { type FoundFill, firstSampler, searchFills } from './searchFills';
import { grownLengths, spanLengths } from './spanLengths';
import { traceHeader } from './traceHeader';
import { vetoes } from './vetoes';
import { bestFills, wholeFills } from './wholeFills';

/**
 * Denoises all spans of a request jointly; where L was the engine's guess and turns out too small, it is doubled, and the
 * run goes on with the text it has, on the same encoded context; a rewrite begins anew.
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
  const { manifest } = model.model;
  const layout = model.layOut({ ...request, texts: request.context }, request.language);
  const tokens = request.spans.map(({ text }, span) =>
    model.tokenizer.encode(text.trim() && `${layout.borrowed[span]}${text}`),
  );
  const { resume } = request;
  checkResumed(request, manifest, model.tokenizer.size);
  let lengths: readonly number[] = resume
    ? lengthsBySpan(resume.from.slots)
    : spanLengths(
        request.spans.map(({ slots }, span) => {
          const present = tokens[span]!.length;
          return { slots, tokens: present, atLeast: request.mode.kind === 'rewrite' ? present : 1 };
        }),
        manifest,
      );
  const canvasOf = (given: readonly number[]) => canvasBefore(model, request, tokens, given);
  const sendHeader = (slots: readonly TraceSlot[], run: Pick<FoundFill, 'sampler' | 'seed'>) =>
    frames.started(
      traceHeader(model, { ...request, sampler: run.sampler, seed: run.seed }, layout, slots),
      resume?.from.slots,
    );

  /** What a search begins with, also on spans that have grown: another candidate's settings are named with its steps. */
  const first = { sampler: firstSampler(request.sampler, request.search), seed: request.seed };

  let slots: readonly TraceSlot[] = resume?.slots ?? canvasOf(lengths);
  sendHeader(slots, first);
  const stopped = stoppedBy(signal);
  if (await stopped()) return stoppedEarly;
  const bound = await model.bind(layout, stopped);
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
  const beginAnew = (given: readonly number[]): void => {
    lengths = given;
    slots = canvasOf(given);
    sendHeader(slots, first);
  };
  await readMessages();
  const judge = await judgeOf(model, request);
  const texts = new FillTexts(model.tokenizer, layout.borrowed);
  const allowed = vetoes({
    tokenizer: model.tokenizer,
    pad: model.tokens.pad,
    settled: request.spans.map((_, span) => isSettled(request, span)),
    borrowed: layout.borrowed,
    brackets: judge.brackets,
  });
  const newErrors: EndContext['newErrors'] = (fills) =>
    judge.newErrors(fills.map((tokens, span) => tokens && texts.ofSpan(span, tokens)));
  try {
    const decided = resume
      ? lengths
      : await decideLengths(model, denoiser, request, lengths, signal);
    if (decided === undefined) return stoppedNow();
    if (decided.some((length, span) => length !== lengths[span])) beginAnew(decided);
    const { mask, pad } = model.tokens;
    const outgrownSpans = (fill: FoundFill) =>
      spansToGrow(fill.slots, pad, manifest.spanGap).filter(
        (span) => request.spans[span]?.slots === 'auto' && !isSettled(request, span),
      );
    let from = resume?.from;
    // Since the run began, until its slots last grew.
    let stepsBefore: readonly TraceStep[] = [];
    // What needed no more slots when the best did.
    const complete: FoundFill[] = [];
    for (;;) {
      const found = await searchFills(
        denoiser,
        {
          slots,
          sampler: request.sampler,
          seed: request.seed,
          startTime: request.mode.kind === 'rewrite' ? request.mode.strength : 1,
          context: layout.pieces,
          resume: from,
          allowed,
          elastic: elasticityOf(model),
        },
        request.search,
        {
          textsOf: (end) => texts.ofSlots(end),
          newErrors: judge.newErrors,
          cuts: cutsOf(model, request, lengths, newErrors),
          signal,
          onStep: (step) => frames.step(step),
        },
      );
      frames.flush();
      const fills = found && wholeFills(found, stepsBefore, from, mask);
      const bestFound = fills?.[0];
      if (!found || !fills || !bestFound) return stoppedNow();

      const grown = grownLengths(
        lengthsBySpan(bestFound.slots),
        outgrownSpans(bestFound),
        manifest,
      );
      if (grown && request.mode.kind === 'rewrite' && !resume) {
        beginAnew(grown);
        continue;
      }
      const grows = grown !== undefined && request.mode.kind === 'infill';
      const offered = grows ? fills : bestFills([...fills, ...complete], request.search.candidates);
      const best = offered[0]!;
      if (!best.wasShown) {
        sendHeader(slots, grows ? first : best);
        for (const step of best.steps) frames.step(step);
        frames.flush();
      }
      const whole = await copyInstead(
        model,
        denoiser,
        request,
        offered,
        endState(best.steps, resume?.from ?? resumeAtStart(slots), mask),
        {
          textsOf: (end) => texts.ofSlots(end),
          newErrors: judge.newErrors,
          borrowed: layout.borrowed,
          goesOn: grows,
          signal,
        },
      );
      if (signal.aborted) return stoppedNow();
      const final = whole[0]!;
      if (final !== best) frames.step(final.steps.at(-1)!);
      if (!grows || final !== best) {
        frames.flush();
        return {
          outcome: { kind: 'finished', texts: final.texts, meanLogProb: final.meanLogProb },
          candidates: whole.map(({ texts, merits }) => ({ texts, ...merits })),
          timings: timings(),
          calls,
        };
      }
      const end = endState(found[0]!.steps, from ?? resumeAtStart(slots), mask);
      const step = growthStep(end, grown, mask);
      frames.step(step);
      complete.push(
        ...fills
          .filter((fill) => outgrownSpans(fill).length === 0)
          .map((fill) => ({ ...fill, wasShown: false })),
      );
      stepsBefore = [...best.steps, step];
      from = resumeAfter(end, step, mask);
      lengths = grown;
    }
  } catch (error) {
    if (signal.aborted) return stoppedNow();
    throw error;
  } finally {
    judge.dispose();
  }
}

/** How far the model may change the number of slots, if it does: no more than there is room for. */
function elasticityOf({ model, tokens }: LoadedModel): Elasticity | undefined {
  const { spanGap, maxSlots } = model.manifest;
  return (
    tokens.elastic && { ...tokens.elastic, budget: maxSlots, mostPerSpan: spanGap, most: maxSlots }
  );
}

/** The canvas at the start: all masks for an infill; for a rewrite the present tokens and pads, forward-noised. */
function canvasBefore(
  model: LoadedModel,
  request: CheckedFillRequest,
  tokens: readonly (readonly number[])[],
  lengths: readonly number[],
): TraceSlot[] {
  const { mask, pad } = model.tokens;
  if (request.mode.kind === 'infill') return maskedSlots(lengths, mask);
  const padded = tokens.map((ids, span) => [
    ...ids,
    ...new Array<number>(lengths[span]! - ids.length).fill(pad),
  ]);
  return noisedSlots(padded, request.mode.strength, mask, request.seed, request.sampler.schedule);
}

/** A rewrite is not cut back: it may well repeat what follows, as the text that it starts from may. */
function cutsOf(
  { tokenizer, tokens: { pad }, model: { manifest } }: LoadedModel,
  request: CheckedFillRequest,
  lengths: readonly number[],
  newErrors: EndContext['newErrors'],
): CutContext | undefined {
  if (request.mode.kind === 'rewrite') return undefined;
  return {
    tokenizer,
    pad,
    newErrors,
    following: request.context.slice(1),
    mayEnd: request.spans.flatMap(({ slots }, span): EndingSpan[] => {
      if (isSettled(request, span)) return [];
      // A number of slots that was asked for may be too few; that is for the user to see.
      if (slots !== 'auto') return [{ span, beyond: 'stays' }];
      const grows = grownLengths(lengths, [span], manifest) !== undefined;
      return [{ span, beyond: grows ? 'grows' : 'ends' }];
    }),
  };
}
