import { describe, expect, test } from 'vitest';
import { readTrace, TraceError } from '../../../../src/diffusion/trace/readTrace';
import type {
  Alternative,
  Trace,
  TraceStep,
  Transition,
} from '../../../../src/diffusion/trace/trace';
import { trace } from '../../smallRun';
import { stepOf } from '../../traces';

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

  test('with what made it, where it says so', () => {
    const { header } = trace;
    const model = { ...header.model, precision: 'int8' };
    const known: Trace = { ...trace, header: { ...header, unmask: '0.1.0', model } };
    expect(read(known)).toEqual(known);
    expect(read(trace).header).not.toHaveProperty('unmask');
    expect(read(trace).header.model).not.toHaveProperty('precision');
  });

  test('with as many slots as a run may have', () => {
    const most = { ...withSlots(1024), steps: [] };
    expect(read(most)).toEqual(most);
  });
});

describe('what does not replay is no trace, and why is told:', () => {
  test.each([
    ['a text that is no JSON', '{', 'property name'],
    ['a number', '1', 'expected object'],
    ['a trace cut off', JSON.stringify(trace).slice(0, -1), 'after property value'],
  ])('%s', (_, text, says) => {
    expect(() => readTrace(text)).toThrow(TraceError);
    expect(() => readTrace(text)).toThrow(says);
  });

  test.each<[string, string, Trace]>([
    [
      'another version',
      'header.version: Invalid input: expected 1',
      { ...trace, header: { ...trace.header, version: 2 as 1 } },
    ],
    [
      'two slots with one id',
      'before the first step more than one slot has the id 2',
      {
        ...trace,
        header: {
          ...trace.header,
          slots: trace.header.slots.map((slot) => (slot.id === 3 ? { ...slot, id: 2 } : slot)),
        },
      },
    ],
    [
      'a slot that comes with the id of another',
      `after step ${trace.steps.length - 1} more than one slot has the id 0`,
      withLast([{ kind: 'insert', slot: 0, after: null, span: 0, reason: 'test' }]),
    ],
    [
      'a mask that holds a token',
      'before the first step slot 0 is masked and holds token 1, which is not the mask, 9',
      {
        ...trace,
        header: {
          ...trace.header,
          slots: trace.header.slots.with(0, { ...trace.header.slots[0]!, token: 1 }),
        },
      },
    ],
    [
      'more masks than there are',
      `steps.0.masked is ${first.masked + 1}, and there are ${first.masked} masks after that step`,
      withFirst({ masked: first.masked + 1 }),
    ],
    ['a step in the place of another', 'steps.0.index is 1', withFirst({ index: 1 })],
    [
      'a slot that is not there',
      'Step 0 of the trace names slot 99, which is not there',
      withFirst({ transitions: [{ kind: 'remask', slot: 99, reason: 'test' }] }),
    ],
    [
      'a slot that comes into a span that the text has not',
      `after step ${trace.steps.length - 1} slot 50 is in span 2, and the excerpt stands around 2, from 0`,
      withLast([{ kind: 'insert', slot: 50, after: null, span: 2, reason: 'test' }]),
    ],
    [
      'more slots than any run has',
      'before the first step there are 1025 slots',
      { ...withSlots(1025), steps: [] },
    ],
    [
      'more slots than any run has, in the end',
      'and no run has more than 1024',
      withLast(inserts(1025)),
    ],
    [
      'steps without end',
      'steps.0.transitions: Too big',
      withFirst({ transitions: Array.from({ length: 8193 }, () => first.transitions[0]!) }),
    ],
    [
      'more slots than any run has, for a while',
      'after step 0 there are',
      {
        ...trace,
        steps: [
          { ...first, transitions: [...first.transitions, ...inserts(1025)] },
          stepOf(
            1,
            inserts(1025).map(({ slot }) => ({ kind: 'delete' as const, slot, reason: 'test' })),
          ),
        ],
      },
    ],
    [
      'entropies of other slots',
      'steps.0.entropy has',
      withFirst({ entropy: first.entropy.slice(1) }),
    ],
    [
      'confidences of other slots',
      'steps.0.confidence has',
      withFirst({ confidence: [...first.confidence, 1] }),
    ],
    [
      'alternatives that name no token',
      'steps.0.alternatives.0: must be pairs',
      withAlternative([-1, -0.5]),
    ],
    [
      'alternatives without a probability',
      'steps.0.alternatives.0: must be pairs',
      withAlternative([1] as unknown as Alternative),
    ],
    [
      'alternatives with more than one',
      'steps.0.alternatives.0: must be pairs',
      withAlternative([1, -1, -2] as unknown as Alternative),
    ],
    [
      'alternatives that are none',
      'steps.0.alternatives.0: must be pairs',
      withAlternative(null as unknown as Alternative),
    ],
    [
      'alternatives that are no list',
      'steps.0.alternatives.0:',
      withFirst({ alternatives: first.alternatives.with(0, 1 as unknown as Alternative[]) }),
    ],
    [
      'alternatives that name half a token',
      'steps.0.alternatives.0: must be pairs',
      withAlternative([0.5, -0.5]),
    ],
    [
      'alternatives of an impossible token',
      'steps.0.alternatives.0: must be pairs',
      withAlternative([1, Number.NEGATIVE_INFINITY]),
    ],
    [
      'an impossible token that was revealed, of which the panel could tell nothing',
      'steps.0.transitions.0.logProb: ',
      withFirst({
        transitions: [
          { ...first.transitions[0]!, logProb: Number.NEGATIVE_INFINITY } as Transition,
          ...first.transitions.slice(1),
        ],
      }),
    ],
    [
      'an impossible fill',
      'outcome.meanLogProb: ',
      {
        ...trace,
        outcome: { kind: 'finished', texts: [], meanLogProb: Number.NEGATIVE_INFINITY },
      },
    ],
    [
      'alternatives of other slots',
      'steps.0.alternatives has',
      withFirst({ alternatives: first.alternatives.slice(1) }),
    ],
    [
      'a span that the text has not',
      'before the first step slot',
      {
        ...trace,
        header: { ...trace.header, excerpt: { ...trace.header.excerpt, between: [] } },
      },
    ],
  ])('%s', (_, says, damaged) => {
    expect(() => read(damaged)).toThrow(TraceError);
    expect(() => read(damaged)).toThrow(says);
  });
});
