import type { BenchmarkReport } from '../engine/protocol/benchmark';
import { caseFigures, contextFigures } from './figures';

/** What Unmask has to reach on a machine of two cores, and what it reached here. */
export interface Bar {
  readonly what: string;
  readonly wanted: string;
  /** In words; null where it was not measured. */
  readonly reached: string | null;
  readonly passed: boolean | null;
}

/** The case that the bars are about. */
export const BAR_CASE = { context: 1024, slots: 32, candidates: 1 } as const;

/** The bars, each held against the medians of a report. */
export function barsOf(report: BenchmarkReport): Bar[] {
  const measured = report.cases.find(
    (each) => isBarCase(each) && each.candidates === BAR_CASE.candidates,
  );
  const figures = measured && caseFigures(measured);
  const context = report.contexts.find(({ asked }) => asked === BAR_CASE.context);
  const encode = context && contextFigures(context);
  const memory = isBarCase(report.memory) ? report.memory : null;
  const again = measured?.samples.flatMap(({ again }) => again ?? []);
  const encodedAgain = again?.length
    ? again.filter(({ contextCached }) => !contextCached).length
    : undefined;
  return [
    atLeast('naive loop ÷ ours, T = L', 10, '×', figures?.naiveOverEveryStep?.median),
    atLeast('naive loop ÷ adaptive default', 20, '×', figures?.naiveOverAdaptive?.median),
    atLeast(
      'left-to-right with cache ÷ adaptive default, decoding',
      2,
      '×',
      figures?.leftToRightOverAdaptive?.median,
    ),
    atLeast('step, share of the floor', 40, '%', inPercent(figures?.stepShareOfFloor?.median)),
    atLeast('encode, share of the floor', 50, '%', inPercent(encode?.shareOfFloor?.median)),
    atMost('first frame ÷ encode', 1.2, '×', figures?.firstFrameOverEncode?.median),
    atMost('runs with another seed that encoded the context again', 0, '', encodedAgain),
    atMost(
      'peak memory ÷ model files',
      5,
      '×',
      memory ? memory.peak / report.modelBytes : undefined,
    ),
    atMost(
      'the same without what is mapped from files',
      5,
      '×',
      memory && memory.mapped !== null
        ? (memory.peak - memory.mapped) / report.modelBytes
        : undefined,
    ),
  ];
}

const isBarCase = (size: { context: number; slots: number } | null) =>
  size?.context === BAR_CASE.context && size.slots === BAR_CASE.slots;

function atLeast(what: string, limit: number, unit: string, reached: number | undefined): Bar {
  return bar(what, `≥ ${limit}${unit}`, unit, reached, (value) => value >= limit);
}

function atMost(what: string, limit: number, unit: string, reached: number | undefined): Bar {
  return bar(
    what,
    limit === 0 ? 'none' : `≤ ${limit}${unit}`,
    unit,
    reached,
    (value) => value <= limit,
  );
}

function bar(
  what: string,
  wanted: string,
  unit: string,
  reached: number | undefined,
  passes: (value: number) => boolean,
): Bar {
  if (reached === undefined) return { what, wanted, reached: null, passed: null };
  return { what, wanted, reached: `${+reached.toPrecision(3)}${unit}`, passed: passes(reached) };
}

const inPercent = (share: number | undefined) => share && share * 100;
