import type { LoadedModel } from '../../denoiser';
import { type Generation, generate } from '../../diffusion/generate';
import { spansToGrow } from '../../diffusion/length';
import { maskedSlots, noisedSlots } from '../../diffusion/noise';
import type { TraceSlot, TraceTimings } from '../../diffusion/trace';
import type { FillRequest, FillResult } from '../protocol/messages';
import { stoppedEarly } from '../protocol/stopped';
import type { FrameSender } from './frameSender';
import { interruptible, readMessages } from './interruptible';
import { checkResumed, lengthsBySpan } from './resumed';
import { grownLengths, spanLengths } from './spanLengths';
import { traceHeader } from './traceHeader';

/**
 * Denoises all spans of a request jointly; where L was the engine's guess and turns out too small, it is doubled
 * and the run starts again on the same encoded context. A run that is taken up again keeps the slots it has.
 *
 * @param request with line feeds for line ends
 * @throws {RequestError} when the request does not fit the model
 * @throws {DenoiserError} when the denoiser fails
 */
export async function runFill(
  model: LoadedModel,
  request: FillRequest,
  frames: FrameSender,
  signal: AbortSignal,
): Promise<FillResult> {
  const started = performance.now();
  const { manifest } = model.model;
  const tokens = request.spans.map((span) => model.tokenizer.encode(span.text.trim() && span.text));
  const { resume } = request;
  checkResumed(request, manifest, model.tokenizer.size);
  let lengths = resume
    ? lengthsBySpan(resume.slots)
    : spanLengths(
        request.spans.map(({ slots }, span) => {
          const present = tokens[span]!.length;
          return { slots, tokens: present, atLeast: request.mode.kind === 'rewrite' ? present : 1 };
        }),
        manifest,
      );
  const layout = model.layOut({ ...request, texts: request.context }, request.language);
  const firstCanvas = () => resume?.slots ?? canvasBefore(model, request, tokens, lengths);
  const sendHeader = (slots: readonly TraceSlot[]) =>
    frames.started(traceHeader(model, request, layout.ids.length, slots), resume?.from.slots);

  let slots = firstCanvas();
  sendHeader(slots);
  await readMessages();
  if (signal.aborted) return stoppedEarly;
  const { denoiser, cached } = await model.bind(layout);
  const encoded = performance.now();
  const timings = (): TraceTimings => ({
    encodeMs: cached ? 0 : encoded - started,
    contextCached: cached,
    stepsMs: performance.now() - encoded,
    totalMs: performance.now() - started,
  });
  await readMessages();

  for (;;) {
    const generation = await generate(
      interruptible(denoiser),
      {
        slots,
        sampler: request.sampler,
        seed: request.seed,
        startTime: request.mode.kind === 'rewrite' ? request.mode.strength : 1,
        resume: resume?.from,
      },
      { signal, onStep: (step) => frames.step(step) },
    );
    frames.flush();
    if (generation.kind === 'stopped') return { outcome: { kind: 'stopped' }, timings: timings() };

    const outgrown = spansToGrow(generation.slots, model.tokens.pad, manifest.spanGap).filter(
      (span) => !resume && request.spans[span]?.slots === 'auto',
    );
    const grown = grownLengths(lengths, outgrown, manifest);
    if (!grown) return { outcome: finished(model, request, generation), timings: timings() };
    lengths = grown;
    slots = firstCanvas();
    sendHeader(slots);
  }
}

/** The canvas at the start: all masks for an infill; for a rewrite the present tokens and pads, forward-noised. */
function canvasBefore(
  model: LoadedModel,
  request: FillRequest,
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

/** The fills as text, each span's tokens decoded together; pads are no text. */
function finished(model: LoadedModel, request: FillRequest, generation: Generation) {
  const texts = request.spans.map((_, span) =>
    model.tokenizer.decode(
      generation.slots.filter((slot) => slot.span === span).map((slot) => slot.token),
    ),
  );
  return { kind: 'finished', texts, meanLogProb: generation.meanLogProb } as const;
}
