import type { BenchmarkRequest } from '../engine/protocol/benchmark';
import { BAR_CASE } from './bars';

type Sizes = Omit<BenchmarkRequest, 'run' | 'text' | 'language'>;

/** Of the case that the bars are about, in so many contexts that those used before have to make room. */
const memory = { context: BAR_CASE.context, slots: BAR_CASE.slots, fills: 10 };

/** What `npm run bench` measures. */
export const fullBenchmark: Sizes = {
  contexts: [256, 1024, 2048],
  slots: [16, 32, 64],
  candidates: [1, 4],
  rounds: 5,
  naiveSteps: 2,
  memory,
};

/** The case that the bars are about, in half a minute or so. */
export const quickBenchmark: Sizes = {
  contexts: [BAR_CASE.context],
  slots: [BAR_CASE.slots],
  candidates: [BAR_CASE.candidates],
  rounds: 3,
  naiveSteps: 2,
  memory,
};
