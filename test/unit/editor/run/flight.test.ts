import { expect, test } from 'vitest';
import type { Place } from '../../../../src/editor/place/place';
import { checkFills, checkModel } from '../../../../src/editor/run/flight';
import type { FillResult, ModelStatus } from '../../../../src/engine/protocol/messages';

const place = {
  spans: [
    { start: 1, end: 2 },
    { start: 4, end: 6 },
  ],
} as unknown as Place;
const timings = { encodeMs: 1, contextCached: false, stepsMs: 1, totalMs: 2 };
const finished = (...texts: string[]): FillResult['outcome'] => ({
  kind: 'finished',
  texts,
  meanLogProb: -1,
});
const candidate = (...texts: string[]) => ({
  texts,
  logProb: -1,
  meanLogProb: -1,
  newErrors: null,
});

test('a fill has one text per span, or it is none', () => {
  const fitting: FillResult = {
    outcome: finished('a', ''),
    candidates: [candidate('a', ''), candidate('b', 'c')],
    timings,
    calls: 1,
  };
  expect(() => checkFills(fitting, place)).not.toThrow();
  expect(() =>
    checkFills({ outcome: { kind: 'stopped' }, timings, calls: 1 }, place),
  ).not.toThrow();
  expect(() => checkFills({ ...fitting, outcome: finished('a') }, place)).toThrow(
    'filled 1 of 2 spans',
  );
  const third = candidate('a', 'b', 'c');
  expect(() => checkFills({ ...fitting, candidates: [third] }, place)).toThrow(
    'filled 3 of 2 spans',
  );
});

test('a branch goes on with the model that its run was begun with', () => {
  const trace = { header: { model: { name: 'one', version: '1.0.0' } } } as Parameters<
    typeof checkModel
  >[0];
  const loaded = (name: string, version: string) => ({ name, version }) as ModelStatus;
  expect(() => checkModel(trace, loaded('one', '1.0.0'))).not.toThrow();
  expect(() => checkModel(trace, loaded('one', '1.0.1'))).toThrow('one 1.0.1 is loaded');
  expect(() => checkModel(trace, loaded('two', '1.0.0'))).toThrow('made with one 1.0.0');
});
