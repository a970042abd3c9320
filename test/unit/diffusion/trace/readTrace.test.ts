import { describe, expect, test } from 'vitest';
import { readTrace } from '../../../../src/diffusion/trace/readTrace';
import type { Alternative, Trace, TraceStep } from '../../../../src/diffusion/trace/trace';
import { trace } from '../../webview/smallRun';

const [first, ...others] = trace.steps as [TraceStep, ...TraceStep[]];
const read = (value: unknown) => readTrace(JSON.stringify(value));
const withFirst = (change: Partial<TraceStep>): Trace => ({
  ...trace,
  steps: [{ ...first, ...change }, ...others],
});
const withAlternative = (alternative: Alternative) =>
  withFirst({ alternatives: first.alternatives.with(0, [alternative]) });
/** At the end, where no step has confidences of what they lead to. */
const withLast = (more: TraceStep['transitions']): Trace => ({
  ...trace,
  steps: trace.steps.with(-1, {
    ...trace.steps.at(-1)!,
    transitions: [...trace.steps.at(-1)!.transitions, ...more],
  }),
});

const withSlots = (count: number): Trace => ({
  ...trace,
  header: {
    ...trace.header,
    slots: Array.from({ length: count }, (_, id) => ({ ...trace.header.slots[0]!, id })),
  },
});
const inserts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    kind: 'insert' as const,
    slot: 100 + i,
    after: null,
    span: 0,
    reason: 'test',
  }));

describe('a trace is read', () => {
  test('as it was written, also of a run that was stopped', () => {
    expect(read(trace)).toEqual(trace);
    const stopped: Trace = { ...trace, outcome: null, timings: null };
    expect(read(stopped)).toEqual(stopped);
  });

  test('with as many slots as a run may have', () => {
    const most = { ...withSlots(1024), steps: [] };
    expect(read(most)).toEqual(most);
  });

  test('where a token was impossible, which JSON has no number for', () => {
    const [transition] = first.transitions;
    const impossible = { ...transition!, logProb: Number.NEGATIVE_INFINITY } as typeof transition;
    const written = withFirst({ transitions: [impossible!, ...first.transitions.slice(1)] });
    expect(read(written)).toEqual(written);
  });
});

describe('what does not replay is no trace', () => {
  test.each([
    ['a text that is no JSON', '{'],
    ['a number', '1'],
    ['a trace cut off', JSON.stringify(trace).slice(0, -1)],
  ])('%s', (_, text) => {
    expect(readTrace(text)).toBeUndefined();
  });

  test.each<[string, Trace]>([
    ['another version', { ...trace, header: { ...trace.header, version: 2 as 1 } }],
    [
      'a slot that is not there',
      withFirst({ transitions: [{ kind: 'remask', slot: 99, reason: 'test' }] }),
    ],
    [
      'a slot that comes into a span that the text has not',
      withLast([{ kind: 'insert', slot: 50, after: null, span: 2, reason: 'test' }]),
    ],
    ['more slots than any run has', { ...withSlots(1025), steps: [] }],
    ['more slots than any run has, in the end', withLast(inserts(1025))],
    [
      'steps without end',
      withFirst({ transitions: Array.from({ length: 8193 }, () => first.transitions[0]!) }),
    ],
    ['confidences of other slots', withFirst({ confidence: [...first.confidence, 1] })],
    ['alternatives that name no token', withAlternative([-1, -0.5])],
    ['alternatives without a probability', withAlternative([1] as unknown as Alternative)],
    ['alternatives of an impossible token', withAlternative([1, Number.NEGATIVE_INFINITY])],
    ['alternatives of other slots', withFirst({ alternatives: first.alternatives.slice(1) })],
    [
      'a span that the text has not',
      {
        ...trace,
        header: { ...trace.header, excerpt: { ...trace.header.excerpt, between: [] } },
      },
    ],
  ])('%s', (_, damaged) => {
    expect(read(damaged)).toBeUndefined();
  });
});
