import { Command, InvalidArgumentError } from 'commander';
import { fullBenchmark, quickBenchmark, sizesFor } from '../../benchmark/sizes';
import { type BenchmarkRequest, MOST_CANDIDATES } from '../../engine/protocol/benchmark';
import type { ModelStatus } from '../../engine/protocol/messages';
import { addRunOptions } from '../options/runOptions';

/** What is to be measured, as it was told. */
export interface BenchSizes {
  readonly context?: readonly number[] | undefined;
  readonly slots?: readonly number[] | undefined;
  readonly batch?: readonly number[] | undefined;
  readonly rounds?: number | undefined;
  readonly full?: boolean | undefined;
  readonly whole?: boolean | undefined;
}

/** Whole numbers from 1 to `most`, one comma between them. */
function numbersOption(example: string, most = Number.POSITIVE_INFINITY) {
  return (typed: string): number[] => {
    const values = typed.split(',').map(Number);
    const range = most === Number.POSITIVE_INFINITY ? 'from 1 on' : `from 1 to ${most}`;
    if (!values.every((value) => isCount(value) && value <= most))
      throw new InvalidArgumentError(`It must be whole numbers ${range}, such as ${example}.`);
    return values;
  };
}

function countOption(typed: string): number {
  const count = Number(typed);
  if (isCount(count)) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}

const isCount = (value: number) => Number.isInteger(value) && value > 0;

/** A command that measures and what it can be told; the caller adds how much it measures by default, and what it does. */
export function benchSyntax(): Command {
  const bench = new Command('bench')
    .summary('measure what fills cost on this machine')
    .description(
      'Measures fills on this machine against a loop without a context cache, left-to-right decoding, and the matrix ' +
        'products alone, all in one run.',
    )
    .optionsGroup('What to measure:')
    .option('--context <list>', 'context tokens, such as 256,1024', numbersOption('256,1024'))
    .option('--slots <list>', 'L', numbersOption('16,64'))
    .option('--batch <list>', 'candidates in one batch', numbersOption('1,4', MOST_CANDIDATES))
    .option('--rounds <n>', 'repetitions, each at another place', countOption)
    .option('--whole', 'run every step of the loop without a cache instead of a few')
    .optionsGroup('Where to run:');
  return addRunOptions(bench);
}

/** The part of a request that these options decide, and where they leave it open, the model. */
export function benchmarkSizes(
  { context, slots, batch, rounds, full, whole }: BenchSizes,
  model: ModelStatus,
): Omit<BenchmarkRequest, 'run' | 'text' | 'language'> {
  const sizes = sizesFor(full ? fullBenchmark : quickBenchmark, model);
  return {
    contexts: [...(context ?? sizes.contexts)],
    slots: [...(slots ?? sizes.slots)],
    candidates: [...(batch ?? sizes.candidates)],
    rounds: rounds ?? sizes.rounds,
    naiveSteps: whole ? null : sizes.naiveSteps,
    memory: sizes.memory,
  };
}
