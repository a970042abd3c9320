import { expect, test } from 'vitest';
import type { PlannedStep } from '../../../../src/diffusion/plan';
import { ancestralQuota } from '../../../../src/diffusion/reveal/quota';
import { ruledBy } from '../../../../src/diffusion/trace/ruled';
import { explained, modelProbability } from '../../../../webview/state/reasons';

test('reasons that mean little by themselves are put into words', () => {
  expect(explained('after the end')).toBe('the text of the span ends before this slot');
  expect(explained('drawn with probability 0.122')).toBe(
    'how many slots to reveal was drawn, with probability 0.122 for each mask',
  );
});

test('what was vetoed is counted, whatever the reason', () => {
  expect(explained('leftmost, 1 vetoed')).toBe('leftmost; 1 token before it was vetoed');
  expect(explained('drawn with probability 1e-7, 12 vetoed')).toBe(
    'how many slots to reveal was drawn, with probability 1e-7 for each mask; 12 tokens before it were vetoed',
  );
});

test('what is put into words is what samplers and engine say', () => {
  for (const reason of Object.values(ruledBy)) expect(explained(reason)).not.toBe(reason);
  const step = { stepsLeft: 2 } as PlannedStep;
  const { reason } = ancestralQuota(3, 0.122, step, () => 0.5);
  expect(explained(reason(0))).toContain('was drawn, with probability 0.122');
});

test('others are left as they are', () => {
  expect(explained('confidence 0.93 ≥ 0.9')).toBe('confidence 0.93 ≥ 0.9');
  expect(explained('constructor')).toBe('constructor');
});

test('a probability is the model’s own, not the certainty of a rule', () => {
  const put = (reason: string, logProb: number) =>
    modelProbability({ kind: 'edit', slot: 0, token: 1, logProb, reason });
  const copied = 'copied: more probable as a whole';
  expect(put('after the end', 0)).toBeNull();
  expect(put('after the most probable end', 0)).toBeNull();
  expect(put('repeats the text after the span', 0)).toBeNull();
  expect(put(copied, 0)).toBeNull();
  expect(put(copied, Math.log(0.25))).toBeCloseTo(0.25);
  expect(put('leftmost', 0)).toBe(1);
  expect(modelProbability({ kind: 'remask', slot: 0, reason: 'σ = 0.1' })).toBeNull();
});
