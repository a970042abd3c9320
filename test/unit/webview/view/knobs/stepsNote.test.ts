import { expect, test } from 'vitest';
import { presetNamed } from '../../../../../src/diffusion/settings/presets';
import type { TraceSlot } from '../../../../../src/diffusion/trace/trace';
import { stepsNote } from '../../../../../webview/view/knobs/stepsNote';

const slots = Array.from(
  { length: 24 },
  (_, id): TraceSlot => ({ id, span: 0, state: 'masked', token: 9 }),
);
const note = (preset: string, steps: number, stepMs: number | null) =>
  stepsNote({ ...presetNamed(preset)!.sampler, steps }, slots, stepMs);

test('where all steps may be taken, it is said how long a long run takes', () => {
  expect(note('ReMDM', 1000, 30)).toBe(
    'A run may take all 1000 steps: about 30 s at the pace of the last one.',
  );
  expect(note('ReMDM', 128, 30)).toBeNull();
  expect(note('ReMDM', 1000, null)).toBeNull();
});

test('where more steps than slots are of no use, T makes no run long', () => {
  expect(note('LLaDA', 1000, 30)).toContain('24 of the 1000 steps are enough');
});
