import { expect, test } from 'vitest';
import { barsOf } from '../../../src/benchmark/bars';
import { caseSample, fillSample, memoryUse, reportOf } from './report';

const verdicts = (report: Parameters<typeof barsOf>[0]) =>
  barsOf(report).map(({ passed, reached }) => [passed, reached]);

test('every bar is held against the ratio it is about', () => {
  // Naive: 450 ms a step, 32 steps: 14,400 ms.
  expect(verdicts(reportOf([caseSample()]))).toEqual([
    [true, '20×'],
    [true, '32.7×'],
    [true, '4×'],
    [true, '50%'],
    [true, '50%'],
    [true, '1.1×'],
    [true, '0'],
    [true, '4×'],
    [true, '2.5×'],
  ]);
});

test('what falls short fails', () => {
  const sample = caseSample({
    naive: { steps: 4, totalMs: 900 },
    leftToRight: { calls: 32, totalMs: 60 },
    adaptive: fillSample({ firstFrameMs: 500, stepsMs: 40, totalMs: 440 }),
    everyStep: fillSample({ totalMs: 721 }),
    again: fillSample(),
    stepFloorMs: 3,
  });
  const report = reportOf([sample], { memory: memoryUse(501) });
  expect(verdicts(report)).toEqual([
    [false, '9.99×'],
    [false, '16.4×'],
    [false, '1.5×'],
    [false, '30%'],
    [true, '50%'],
    [false, '1.25×'],
    [false, '1'],
    [false, '5.01×'],
    [true, '3.51×'],
  ]);
});

test('medians of rounds decide, not single ones', () => {
  const slow = caseSample({ adaptive: fillSample({ stepsMs: 400, totalMs: 4000 }) });
  expect(verdicts(reportOf([caseSample(), slow, caseSample()]))[1]).toEqual([true, '32.7×']);
});

test('what was not measured is neither passed nor failed', () => {
  const sample = caseSample({ stepFloorMs: null });
  const report = reportOf([sample], { contexts: [] });
  const bars = barsOf(report).filter(({ passed }) => passed === null);
  expect(bars.map(({ what }) => what)).toEqual([
    'step, share of the floor',
    'encode, share of the floor',
  ]);
  const fill = fillSample({ encodeMs: null });
  const whole = caseSample({ naive: null, leftToRight: null, again: null, adaptive: fill });
  const measured = barsOf(reportOf([whole], { contexts: [] })).filter(({ passed }) => passed);
  expect(measured.map(({ what }) => what)).toEqual([
    'step, share of the floor',
    'peak memory ÷ model files',
    'the same without what is mapped from files',
  ]);
  const elsewhere = { ...memoryUse(400), context: 256 };
  for (const memory of [null, elsewhere])
    expect(verdicts(reportOf([caseSample()], { memory })).at(-1)).toEqual([null, null]);
  const without = barsOf(reportOf([], { cases: [], contexts: [] }));
  expect(without.filter(({ passed }) => passed !== null)).toEqual([
    { what: 'peak memory ÷ model files', wanted: '≤ 5×', reached: '4×', passed: true },
    {
      what: 'the same without what is mapped from files',
      wanted: '≤ 5×',
      reached: '2.5×',
      passed: true,
    },
  ]);
});
