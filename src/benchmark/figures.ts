import type { BenchmarkReport, CaseSample } from '../engine/protocol/benchmark';
import { type Spread, spreadOf } from './spread';

type MeasuredCase = BenchmarkReport['cases'][number];
type MeasuredContext = BenchmarkReport['contexts'][number];

/** What a case comes to. Ratios are taken within a round, where both sides worked on the same place. */
export interface CaseFigures {
  readonly naiveOverEveryStep: Spread | undefined;
  /** The same if the naive loop ended as early as ours, where the end of the text is found before step L. */
  readonly naiveToEndOverEveryStep: Spread | undefined;
  readonly naiveOverQuarter: Spread | undefined;
  readonly naiveOverAdaptive: Spread | undefined;
  /** Decoding alone, after the encode; L tokens each. */
  readonly leftToRightOverAdaptive: Spread | undefined;
  /** The same if left-to-right decoding ended with the token after the text that came out. */
  readonly leftToRightToEndOverAdaptive: Spread | undefined;
  /** Matrix products alone, as a share of the whole step. */
  readonly stepShareOfFloor: Spread | undefined;
  readonly naiveMs: Spread | undefined;
  readonly leftToRightMs: Spread | undefined;
  readonly everyStepMs: Spread | undefined;
  readonly quarterMs: Spread | undefined;
  readonly adaptiveMs: Spread | undefined;
  readonly againMs: Spread | undefined;
  readonly firstFrameMs: Spread | undefined;
  /** Until the first frame, as a multiple of what the same fill took to tokenise and encode its context. */
  readonly firstFrameOverEncode: Spread | undefined;
  readonly msPerStep: Spread | undefined;
  readonly everyStepSteps: Spread | undefined;
  readonly adaptiveSteps: Spread | undefined;
  /** L over the seconds of the whole fill, all candidates together. */
  readonly tokensPerSecond: Spread | undefined;
}

const naiveStepsMs = ({ naive }: CaseSample, steps: number) =>
  naive && (naive.totalMs / naive.steps) * steps;

const ratio = (over: number | null | undefined, under: number | null) =>
  typeof over === 'number' && under !== null ? over / under : null;

const msPerStep = ({ everyStep }: CaseSample) => everyStep.stepsMs / everyStep.steps;

export function caseFigures({ slots, candidates, samples }: MeasuredCase): CaseFigures {
  // Such a loop takes all its steps; its steps are alike.
  const naiveMs = (sample: CaseSample) => naiveStepsMs(sample, slots);
  const spread = (value: (sample: CaseSample) => number | null) => spreadOf(samples.map(value));
  return {
    naiveOverEveryStep: spread((s) => ratio(naiveMs(s), s.everyStep.totalMs)),
    naiveToEndOverEveryStep: spread((s) =>
      ratio(naiveStepsMs(s, s.everyStep.steps), s.everyStep.totalMs),
    ),
    naiveOverQuarter: spread((s) => ratio(naiveMs(s), s.quarter.totalMs)),
    naiveOverAdaptive: spread((s) => ratio(naiveMs(s), s.adaptive.totalMs)),
    leftToRightOverAdaptive: spread((s) => ratio(s.leftToRight?.totalMs, s.adaptive.stepsMs)),
    leftToRightToEndOverAdaptive: spread(
      ({ leftToRight, adaptive: { tokens, stepsMs } }) =>
        leftToRight &&
        ((leftToRight.totalMs / leftToRight.calls) * Math.min(slots, tokens + 1)) / stepsMs,
    ),
    stepShareOfFloor: spread((s) => s.stepFloorMs && s.stepFloorMs / msPerStep(s)),
    naiveMs: spread(naiveMs),
    leftToRightMs: spread((s) => s.leftToRight?.totalMs ?? null),
    everyStepMs: spread((s) => s.everyStep.totalMs),
    quarterMs: spread((s) => s.quarter.totalMs),
    adaptiveMs: spread((s) => s.adaptive.totalMs),
    againMs: spread((s) => s.again?.totalMs ?? null),
    firstFrameMs: spread((s) => s.adaptive.firstFrameMs),
    firstFrameOverEncode: spread(({ adaptive }) => ratio(adaptive.firstFrameMs, adaptive.encodeMs)),
    msPerStep: spread(msPerStep),
    everyStepSteps: spread((s) => s.everyStep.steps),
    adaptiveSteps: spread((s) => s.adaptive.steps),
    tokensPerSecond: spread((s) => (1000 * slots * candidates) / s.adaptive.totalMs),
  };
}

/** What a context comes to. */
export interface ContextFigures {
  readonly tokens: Spread | undefined;
  readonly encodeMs: Spread | undefined;
  readonly shareOfFloor: Spread | undefined;
  /** Thousand million additions and multiplications a second, of the matrix products alone. */
  readonly floorRate: Spread | undefined;
  readonly cacheBytesPerToken: number;
}

export function contextFigures({
  samples,
  operations,
  cacheBytes,
}: MeasuredContext): ContextFigures {
  const tokens = spreadOf(samples.map((s) => s.contextTokens));
  return {
    tokens,
    encodeMs: spreadOf(samples.map((s) => s.encodeMs)),
    shareOfFloor: spreadOf(samples.map((s) => s.floorMs && s.floorMs / s.encodeMs)),
    floorRate: spreadOf(
      samples.map((s) => s.floorMs && operations && operations / s.floorMs / 1e6),
    ),
    cacheBytesPerToken: cacheBytes / (samples.at(-1)?.contextTokens ?? 1),
  };
}
