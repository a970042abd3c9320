import { expect, test } from 'vitest';
import type { Trace } from '../../../../src/diffusion/trace/trace';
import { createCanvasHistory } from '../../../../webview/state/canvases';
import { measure, paceOf } from '../../../../webview/state/measures';
import { header, trace } from '../../smallRun';

const pace = (of: Trace) => paceOf(of, createCanvasHistory()(of));

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
  expect(pace(trace)).toEqual({ stepMs: 10, tokensPerSecond: 40 });
  const running = { ...trace, steps: trace.steps.slice(0, 2), timings: null };
  expect(pace(running)).toEqual({ stepMs: 10, tokensPerSecond: 50 });
  const fresh = { ...trace, header, steps: [], timings: null };
  expect(pace(fresh)).toEqual({ stepMs: null, tokensPerSecond: null });
});

test('the pace of a branch is that of its own steps, and only steps that asked the model take time', () => {
  const [first, ...others] = trace.steps;
  const branch = {
    ...trace,
    header: { ...header, branchedAt: 2 },
    steps: [{ ...first!, ms: 400 }, ...others],
  };
  // One token more than after two steps, in 20 ms of encoding and 30 of all else.
  expect(pace(branch)).toEqual({ stepMs: 10, tokensPerSecond: 20 });
  const added = { ...trace.steps[2]!, ms: 0, canvases: 0, transitions: [] };
  expect(pace({ ...trace, steps: [...trace.steps, added] }).stepMs).toBe(10);
});
