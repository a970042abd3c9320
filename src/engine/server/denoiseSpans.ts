import type { LoadedModel } from '../../denoiser';
import type { LaidOutContext } from '../../denoiser/context/contextLayout';
import { spanLengthsOf } from '../../diffusion/canvas';
import type { Denoiser } from '../../diffusion/denoiser';
import type { Elasticity } from '../../diffusion/length/elastic';
import { spansToGrow } from '../../diffusion/length/spansToGrow';
import { type Resumption, resumeAfter, resumeAtStart } from '../../diffusion/resume';
import type { TokenFilter } from '../../diffusion/reveal/sampling';
import type { TraceSlot, TraceStep } from '../../diffusion/trace/trace';
import type { CheckedFillRequest } from '../protocol/messages';
import { copyInstead } from './copies/copyInstead';
import { type CutContext, endState } from './cuts/cutBack';
import { type EndContext, type EndingSpan, passedEndIn } from './cuts/cutEnds';
import type { FillJudge } from './fillJudge';
import type { FillStart } from './fillStart';
import { FillTexts } from './fillTexts';
import { decideLengths, isSettled } from './lengths/decideLengths';
import { growthStep } from './lengths/growthStep';
import { grownLengths } from './lengths/spanLengths';
import { type FoundFill, type SearchContext, searchFills } from './searchFills';
import { vetoes } from './vetoes';
import { bestFills, wholeFills } from './wholeFills';

/** A run whose context is encoded. */
export interface SpansRun {
  readonly model: LoadedModel;
  readonly request: CheckedFillRequest;
  readonly layout: LaidOutContext;
  readonly denoiser: Denoiser;
  readonly judge: FillJudge;
  readonly signal: AbortSignal;
  /** Hears that the trace begins, or begins anew, with these slots, and what it is sampled with unless as the run began. */
  readonly onStart: (
    slots: readonly TraceSlot[],
    settings?: Pick<FoundFill, 'sampler' | 'seed'>,
  ) => void;
  readonly onStep: (step: TraceStep) => void;
  readonly onSweep: SearchContext['onSweep'];
  /** Hears that nothing follows for a while. */
  readonly onPause: () => void;
  /** Hears of each fill but the best, with its place among those to offer and the slots that it began with. */
  readonly onOther: (index: number, fill: FoundFill, slots: readonly TraceSlot[]) => void;
}

/**
 * Denoises spans jointly. Where L was the engine's guess and turns out too small, it is doubled, and the run goes on with the
 * text it has; a rewrite begins anew.
 *
 * @param start whose slots have been told
 * @returns the fills to offer, the best first; undefined when stopped before there are any
 * @throws {RequestError} when a length rule or the search needs what the model does not have
 */
export async function denoiseSpans(
  run: SpansRun,
  start: FillStart,
): Promise<readonly FoundFill[] | undefined> {
  const { model, request, layout, denoiser, judge, signal } = run;
  const { onStart, onStep, onPause, onOther } = run;
  const { manifest } = model.model;
  const { mask } = model.tokens;
  const { mode, resume, search } = request;
  const texts = new FillTexts(model.tokenizer, layout.borrowed);

  const begun = await withDecidedLengths(run, start);
  if (begun === undefined) return undefined;
  let { lengths, slots } = begun;
  let from: Resumption | undefined = resume?.from;
  // Since the run began, until its slots last grew.
  let stepsBefore: readonly TraceStep[] = [];
  // What needed no more slots when the best did.
  const complete: FoundFill[] = [];
  for (;;) {
    const found = await searched(run, { slots, lengths, from }, texts);
    onPause();
    const all = found && wholeFills(found, stepsBefore, from, denoiser);
    // Before it is asked whether the best needs more slots: one that is not offered has none to need.
    const fills = all && bestFills(all, search.candidates);
    const bestFound = fills?.[0];
    if (!fills || !bestFound) return undefined;

    // What a search has found by the time that it is stopped is offered as it is.
    const grown = signal.aborted
      ? undefined
      : grownLengths(
          spanLengthsOf(bestFound.slots, request.spans.length),
          outgrownSpans(run, bestFound),
          manifest,
        );
    if (grown && mode.kind === 'rewrite' && !resume) {
      ({ lengths, slots } = begunAnew(run, start, grown));
      continue;
    }
    const grows = grown !== undefined && mode.kind === 'infill';
    const offered = grows ? fills : bestFills([...fills, ...complete], search.candidates);
    const best = offered[0]!;
    if (!best.wasShown) {
      onStart(slots, grows ? undefined : best);
      best.steps.forEach(onStep);
      onPause();
    }
    const end = endState(best.steps, resume?.from ?? resumeAtStart(slots), mask);
    const whole = await copyInstead(model, denoiser, request, offered, end, {
      textsOf: (of) => texts.ofSlots(of),
      newErrors: judge.newErrors,
      borrowed: layout.borrowed,
      goesOn: grows,
      signal,
    });
    if (signal.aborted && (grows || search.iterations === 0)) return undefined;
    const isCopied = whole[0] !== best;
    if (isCopied) onStep(whole[0]!.steps.at(-1)!);
    if (!grows || isCopied) {
      for (const [i, fill] of whole.slice(1).entries()) onOther(i + 1, fill, slots);
      return whole;
    }

    const step = growthStep(end, grown, mask);
    onStep(step);
    complete.push(
      ...fills
        .filter((fill) => outgrownSpans(run, fill).length === 0)
        .map((fill) => ({ ...fill, wasShown: false })),
    );
    stepsBefore = [...best.steps, step];
    from = resumeAfter(end, step, mask);
    lengths = grown;
  }
}

/** What a search begins with: the slots of the run, L of each span by now, and where it goes on from, if it does. */
interface SearchStart extends Pick<FillStart, 'slots' | 'lengths'> {
  readonly from: Resumption | undefined;
}

/** The fills that a search finds in the slots that there are, the best first. */
function searched(
  run: SpansRun,
  { slots, lengths, from }: SearchStart,
  texts: FillTexts,
): Promise<FoundFill[] | undefined> {
  const { model, request, layout, denoiser, judge, signal, onStep, onSweep } = run;
  const { mode, sampler, seed, search } = request;
  const newErrors: EndContext['newErrors'] = (fills) =>
    judge.newErrors(fills.map((tokens, span) => tokens && texts.ofSpan(span, tokens)));
  const cuts = cutsOf(model, request, lengths, newErrors);
  return searchFills(
    denoiser,
    {
      slots,
      sampler,
      seed,
      startTime: mode.kind === 'rewrite' ? mode.strength : 1,
      context: layout.pieces,
      resume: from,
      allowed: allowedIn(run),
      passedEnd: cuts && passedEndIn(cuts),
      elastic: elasticityOf(model),
    },
    search,
    {
      textsOf: (of) => texts.ofSlots(of),
      newErrors: judge.newErrors,
      cuts,
      signal,
      onStep,
      onSweep,
    },
  );
}

/** The start with the lengths that are decided for its spans; undefined when stopped. */
async function withDecidedLengths(run: SpansRun, start: FillStart): Promise<FillStart | undefined> {
  const { model, denoiser, request, signal } = run;
  if (request.resume) return start;
  const decided = await decideLengths(model, denoiser, request, start.lengths, signal);
  const differs = decided?.some((length, span) => length !== start.lengths[span]);
  return decided && (differs ? begunAnew(run, start, decided) : start);
}

function begunAnew({ onStart }: SpansRun, start: FillStart, lengths: readonly number[]): FillStart {
  const begun = start.withLengths(lengths);
  onStart(begun.slots);
  return begun;
}

function allowedIn({ model, request, layout, judge }: SpansRun): TokenFilter {
  return vetoes({
    tokenizer: model.tokenizer,
    pad: model.tokens.pad,
    settled: request.spans.map((_, span) => isSettled(request, span)),
    borrowed: layout.borrowed,
    brackets: judge.brackets,
  });
}

/** The spans that a fill may need more slots for, and that may have more. */
function outgrownSpans({ model, request }: SpansRun, { slots }: FoundFill): number[] {
  return spansToGrow(slots, model.tokens.pad, model.model.manifest.spanGap).filter(
    (span) => request.spans[span]?.slots === 'auto' && !isSettled(request, span),
  );
}

/** How far the model may change the number of slots, if it does: no more than there is room for. */
function elasticityOf({ model, tokens }: LoadedModel): Elasticity | undefined {
  const { spanGap, maxSlots } = model.manifest;
  return (
    tokens.elastic && { ...tokens.elastic, budget: maxSlots, mostPerSpan: spanGap, most: maxSlots }
  );
}

/**
 * A rewrite is not cut back: it may well repeat what follows, as the text that it starts from may. Nor is a fill of a model
 * without pads: all its slots are text.
 */
function cutsOf(
  { tokenizer, tokens: { pad }, model: { manifest } }: LoadedModel,
  request: CheckedFillRequest,
  lengths: readonly number[],
  newErrors: EndContext['newErrors'],
): CutContext | undefined {
  if (request.mode.kind === 'rewrite' || pad === undefined) return undefined;
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
