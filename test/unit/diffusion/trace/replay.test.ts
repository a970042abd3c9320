import { describe, expect, test } from 'vitest';
import { appendSteps, beginTrace, endTrace, replay } from '../../../../src/diffusion/trace/replay';
import type {
  Trace,
  TraceSlot,
  TraceStep,
  Transition,
} from '../../../../src/diffusion/trace/trace';
import { headerOf, stepOf } from '../../traces';

const slots: TraceSlot[] = [
  { id: 0, span: 0, state: 'masked', token: 9 },
  { id: 1, span: 0, state: 'revealed', token: 4 },
  { id: 2, span: 1, state: 'masked', token: 9 },
];
const header = headerOf({ slots, maskToken: 9, padToken: null });
const step = (index: number, ...transitions: Transition[]) => stepOf(index, transitions);
const traceOf = (...steps: TraceStep[]): Trace => appendSteps(beginTrace(header, {}), steps, {});
const reason = '';
const brief = (list: readonly TraceSlot[]) =>
  list.map(({ id, span, state, token }) => `${id}@${span} ${state} ${token}`);

describe('replay', () => {
  test('reveals, edits, remasks and pins', () => {
    const trace = traceOf(
      step(0, { kind: 'reveal', slot: 0, token: 5, logProb: 0, reason }),
      step(
        1,
        { kind: 'edit', slot: 0, token: 6, logProb: 0, reason },
        { kind: 'remask', slot: 1, reason },
        { kind: 'pin', slot: 2, token: 7, reason },
      ),
    );
    expect(brief(replay(trace, 1))).toEqual(['0@0 revealed 5', '1@0 revealed 4', '2@1 masked 9']);
    expect(brief(replay(trace))).toEqual(['0@0 revealed 6', '1@0 masked 9', '2@1 pinned 7']);
    expect(replay(trace, 0)).toEqual(slots);
    expect(trace.header.slots).toEqual(slots);
  });

  test('inserts and deletes', () => {
    const trace = traceOf(
      step(
        0,
        { kind: 'insert', slot: 3, after: 0, span: 0, reason },
        { kind: 'insert', slot: 4, after: null, span: 1, reason },
        { kind: 'delete', slot: 1, reason },
        { kind: 'insert', slot: 5, after: null, span: 2, reason },
      ),
    );
    expect(brief(replay(trace))).toEqual([
      '0@0 masked 9',
      '3@0 masked 9',
      '4@1 masked 9',
      '2@1 masked 9',
      '5@2 masked 9',
    ]);
  });

  test('says when a trace is damaged', () => {
    const trace = traceOf(step(0), step(1, { kind: 'remask', slot: 8, reason }));
    expect(() => replay(trace)).toThrow('Step 1 of the trace names slot 8');
  });
});

describe('a trace grows without changing what was there', () => {
  const begun = beginTrace(header, { 1: 'a' });

  test('by steps and texts', () => {
    const grown = appendSteps(appendSteps(begun, [step(0)], { 2: 'b' }), [step(1), step(2)], {});
    expect(grown.steps.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(grown.tokenTexts).toEqual({ 1: 'a', 2: 'b' });
    expect(begun).toEqual({
      header,
      steps: [],
      tokenTexts: { 1: 'a' },
      outcome: null,
      timings: null,
    });
  });

  test('by its end', () => {
    const outcome = { kind: 'failed', message: 'no' } as const;
    expect(endTrace(begun, outcome, null)).toEqual({ ...begun, outcome });
    const timings = { encodeMs: 1, contextCached: false, stepsMs: 2, totalMs: 3 };
    expect(endTrace(begun, { kind: 'stopped' }, timings).timings).toEqual(timings);
  });
});
