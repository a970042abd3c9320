import type { BenchmarkRequest } from '../engine/protocol/benchmark';
import type { ModelStatus } from '../engine/protocol/messages';
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

/** Sizes with what a model takes at most in place of whatever is more than that: so there is something to measure of every model. */
export function sizesFor(
  sizes: Sizes,
  { contextLength, spanGap, maxSlots }: Pick<ModelStatus, 'contextLength' | 'spanGap' | 'maxSlots'>,
): Sizes {
  const context = (tokens: number) => Math.min(tokens, contextLength);
  const slots = (count: number) => Math.min(count, spanGap, maxSlots);
  const { memory } = sizes;
  return {
    ...sizes,
    contexts: [...new Set(sizes.contexts.map(context))],
    slots: [...new Set(sizes.slots.map(slots))],
    memory: memory && {
      ...memory,
      context: context(memory.context),
      slots: slots(memory.slots),
    },
  };
}
