import { expect, test } from 'vitest';
import { createCanvasHistory } from '../../../webview/state/canvases';
import { measure, paceOf } from '../../../webview/state/measures';
import { header, trace } from './smallRun';

test('the charts have one value per position, over the masks that the step met', () => {
  const { positions, masked, confidence, entropy } = measure(trace, createCanvasHistory()(trace));
  expect(positions).toEqual([0, 1, 2, 3]);
  expect(masked).toEqual([3, 1, 2, 0]);
  expect(confidence[0]).toBeNull();
  expect(confidence[1]).toBeCloseTo((0.5 + 0.6 + 0.2) / 3);
  expect(confidence[2]).toBeCloseTo(0.4);
  expect(entropy[3]).toBeCloseTo((0.2 + 0.1) / 2);
});

test('the pace counts the context encode, and is that of the steps so far while a run goes on', () => {
  expect(paceOf(trace, 2)).toEqual({ stepMs: 10, tokensPerSecond: 40 });
  const running = { ...trace, steps: trace.steps.slice(0, 2), timings: null };
  expect(paceOf(running, 1)).toEqual({ stepMs: 10, tokensPerSecond: 50 });
  const fresh = { ...trace, header, steps: [], timings: null };
  expect(paceOf(fresh, 0)).toEqual({ stepMs: null, tokensPerSecond: null });
});
