import { describe, expect, test } from 'vitest';
import { branchOf } from '../../../src/diffusion/branch';
import { resumeFrom } from '../../../src/diffusion/resume';
import { replay } from '../../../src/diffusion/trace/replay';
import { trace } from '../smallRun';

const MASK = trace.header.maskToken;
const at = (step: number, ...changes: Parameters<typeof branchOf>[2]) =>
  branchOf(trace, step, changes);

describe('a branch of a trace', () => {
  test('without changes is its beginning, with nothing of how it ended', () => {
    expect(at(2)).toEqual({
      ...trace,
      steps: trace.steps.slice(0, 2),
      outcome: null,
      timings: null,
    });
  });

  test('has the slots as they were, but for those changed', () => {
    const branch = at(
      1,
      { kind: 'pin', slot: 3, token: 2 },
      { kind: 'remask', slot: 0 },
      { kind: 'unpin', slot: 1 },
    );
    expect(replay(branch)).toEqual([
      { id: 0, span: 0, state: 'masked', token: MASK },
      { id: 1, span: 0, state: 'revealed', token: 3 },
      { id: 2, span: 1, state: 'revealed', token: 2 },
      { id: 3, span: 1, state: 'pinned', token: 2 },
    ]);
    expect(branch.steps[0]?.masked).toBe(1);
    expect(trace.steps[0]?.transitions).toHaveLength(2);
  });

  test('may begin at its end', () => {
    expect(at(3)).toEqual({ ...trace, outcome: null, timings: null });
  });

  test('before the first step has them in its header', () => {
    const branch = at(0, { kind: 'pin', slot: 0, token: 1 });
    expect(branch.steps).toEqual([]);
    expect(branch.header.slots[0]).toEqual({ id: 0, span: 0, state: 'pinned', token: 1 });
    expect(branch.header.slots.slice(1)).toEqual(trace.header.slots.slice(1));
  });

  test('is resumed with the probabilities of tokens the run revealed, not of those changed', () => {
    const branch = at(1, { kind: 'pin', slot: 0, token: 2 });
    expect(resumeFrom(branch, 1).logProbs).toEqual([null, null, Math.log(0.6), null]);
    const freed = branchOf(branch, 1, [{ kind: 'unpin', slot: 0 }]);
    expect(resumeFrom(freed, 1)).toMatchObject({
      slots: [{ id: 0, state: 'revealed', token: 2 }, {}, {}, {}],
      logProbs: [null, null, Math.log(0.6), null],
    });
  });

  test('goes by the last of several changes of a slot, and by none that changes nothing', () => {
    expect(at(1, { kind: 'pin', slot: 3, token: 2 }, { kind: 'remask', slot: 3 })).toEqual(at(1));
    expect(at(1, { kind: 'unpin', slot: 0 })).toEqual(at(1));
  });

  test.each([-1, 4, 0.5])('there is none at step %s of 3', (step) => {
    expect(() => at(step)).toThrow('a whole number from 0 to that');
  });

  test('refuses slots that are not there, and the mask as a pin', () => {
    expect(() => at(1, { kind: 'remask', slot: 8 })).toThrow('no slot 8');
    expect(() => at(1, { kind: 'pin', slot: 0, token: MASK })).toThrow('mask it instead');
  });
});
