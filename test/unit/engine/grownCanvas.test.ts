import { expect, test } from 'vitest';
import { resumeAtStart } from '../../../src/diffusion/resume';
import type { TraceSlot } from '../../../src/diffusion/trace';
import { grownCanvas } from '../../../src/engine/server/grownCanvas';

const MASK = 1;
const revealed = (id: number, span: number, token: number): TraceSlot => ({
  id,
  span,
  state: 'revealed',
  token,
});
const ending = (logProb: number) => ({ logProb, followLogProb: null });

test('every span keeps its text, what was said of its ends, and gets masks behind it', () => {
  const slots = grownCanvas(
    {
      slots: [revealed(4, 0, 7), revealed(2, 0, 8), revealed(3, 1, 9)],
      endings: [null, ending(-1), ending(-2)],
    },
    [4, 1],
    MASK,
  );
  expect(slots.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  expect(slots.map(({ span }) => span)).toEqual([0, 0, 0, 0, 1]);
  expect(slots.map(({ token }) => token)).toEqual([7, 8, MASK, MASK, 9]);
  expect(slots.map(({ state }) => state)).toEqual([
    'revealed',
    'revealed',
    'masked',
    'masked',
    'revealed',
  ]);
  expect(slots.map((slot) => slot.ending)).toEqual([
    undefined,
    ending(-1),
    undefined,
    undefined,
    ending(-2),
  ]);
  // So does a run that is taken up again before its first step, by its trace alone.
  expect(resumeAtStart(slots).endings).toEqual([null, ending(-1), null, null, ending(-2)]);
});

test('what was said of a token that is there no more is forgotten', () => {
  const slots = [{ ...revealed(0, 0, 7), ending: ending(-1) }];
  expect(grownCanvas({ slots, endings: [null] }, [1], MASK)).toEqual([revealed(0, 0, 7)]);
});
