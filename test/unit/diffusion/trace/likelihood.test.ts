import { expect, test } from 'vitest';
import { likelihoodOf } from '../../../../src/diffusion/trace/likelihood';

const PAD = 0;
const slotsOf = (...spans: readonly number[][]) =>
  spans.flatMap((tokens, span) => tokens.map((token) => ({ span, token })));

test('the end of a text counts as a token, what is left over behind it does not', () => {
  const logProbs = [-1, -2, -0.5, 0, 0];
  const { logProb, meanLogProb } = likelihoodOf(slotsOf([5, 6, PAD, PAD, PAD]), logProbs, PAD);
  expect(logProb).toBe(-3.5);
  expect(meanLogProb).toBeCloseTo(-3.5 / 3);
  // But text does that stands behind a pad.
  expect(likelihoodOf(slotsOf([PAD, 5, 6]), [-1, -2, -3], PAD).meanLogProb).toBe(-2);
});

test('the same fill is as likely in however many slots', () => {
  const few = likelihoodOf(slotsOf([5, PAD]), [-1, -0.5], PAD);
  const many = likelihoodOf(slotsOf([5, PAD, PAD, PAD]), [-1, -0.5, 0, 0], PAD);
  expect(many).toEqual(few);
});

test('every span has an end of its own', () => {
  const { meanLogProb } = likelihoodOf(slotsOf([5, PAD], [PAD, PAD]), [-1, -1, -1, 0], PAD);
  expect(meanLogProb).toBe(-1);
});

test('what the run did not reveal has no part in it', () => {
  const slots = slotsOf([5, 6, 7]);
  expect(likelihoodOf(slots, [null, -1, Number.NaN], PAD)).toEqual({
    logProb: -1,
    meanLogProb: -1,
  });
  expect(likelihoodOf(slots, [], PAD)).toEqual({ logProb: 0, meanLogProb: 0 });
});

test('without a pad every token counts', () => {
  const { meanLogProb } = likelihoodOf(slotsOf([5, 5]), [-1, -3], undefined);
  expect(meanLogProb).toBe(-2);
});
