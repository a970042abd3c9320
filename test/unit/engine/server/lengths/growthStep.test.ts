import { expect, test } from 'vitest';
import { allLogProbs, type Resumption, resumeAfter } from '../../../../../src/diffusion/resume';
import { applyStep } from '../../../../../src/diffusion/trace/replay';
import type { TraceSlot } from '../../../../../src/diffusion/trace/trace';
import { growthStep } from '../../../../../src/engine/server/lengths/growthStep';
import { stepOf } from '../../../traces';

const MASK = 1;
const revealed = (id: number, span: number, token: number): TraceSlot => ({
  id,
  span,
  state: 'revealed',
  token,
});
const ending = (logProb: number) => ({ logProb, followLogProb: null });

const end: Resumption = {
  step: 5,
  position: 7,
  slots: [revealed(4, 0, 7), revealed(2, 0, 8), revealed(3, 1, 9)],
  logProbs: [-1, -2, -3],
  endings: [null, ending(-1), ending(-2)],
  idle: 2,
};

test('every span keeps its slots and gets masks behind them', () => {
  const step = growthStep(end, [4, 1], MASK);
  expect(step).toMatchObject({ index: 5, grows: true, canvases: 0, masked: 2 });
  const slots = applyStep(end.slots, step, MASK);
  expect(slots.map(({ id }) => id)).toEqual([4, 2, 5, 6, 3]);
  expect(slots.map(({ span }) => span)).toEqual([0, 0, 0, 0, 1]);
  expect(slots.map(({ token }) => token)).toEqual([7, 8, MASK, MASK, 9]);
  expect(slots.slice(2, 4).map(({ state }) => state)).toEqual(['masked', 'masked']);
});

test('behind it the run begins a plan, with the text so far and what was said of its ends', () => {
  const after = resumeAfter(end, growthStep(end, [4, 1], MASK), MASK);
  expect(after).toMatchObject({
    step: 6,
    position: 0,
    logProbs: [null, null, null, null, null],
    endings: [null, ending(-1), null, null, ending(-2)],
    grown: { step: 6, slots: after.slots, logProbs: [-1, -2, null, null, -3] },
  });
  expect(after.idle).toBeUndefined();
});

test('the likelihood of the whole run is that of all its tokens, as long as they are there', () => {
  const grown = resumeAfter(end, growthStep(end, [4, 1], MASK), MASK);
  const step = stepOf(6, [
    { kind: 'reveal', slot: 5, token: 4, logProb: -4, reason: '' },
    { kind: 'edit', slot: 2, token: 3, logProb: -5, reason: '' },
  ]);
  const after = resumeAfter(grown, step, MASK);
  expect(after.logProbs).toEqual([null, -5, -4, null, null]);
  expect(allLogProbs(after)).toEqual([-1, -5, -4, null, -3]);
  // Also once its spans have grown again.
  const again = resumeAfter(after, growthStep(after, [5, 1], MASK), MASK);
  expect(allLogProbs(again)).toEqual([-1, -5, -4, null, null, -3]);
});

test('a token that was pinned since, and let go again, is the run’s no longer', () => {
  const grown = resumeAfter(end, growthStep(end, [4, 1], MASK), MASK);
  const pinned = resumeAfter(
    grown,
    stepOf(6, [{ kind: 'pin', slot: 2, token: 8, reason: '' }]),
    MASK,
  );
  expect(allLogProbs(pinned)).toEqual([-1, null, null, null, -3]);
  const free = resumeAfter(pinned, stepOf(7, [{ kind: 'unpin', slot: 2, reason: '' }]), MASK);
  expect(free.slots[1]).toEqual(end.slots[1]);
  expect(allLogProbs(free)).toEqual([-1, null, null, null, -3]);
});
