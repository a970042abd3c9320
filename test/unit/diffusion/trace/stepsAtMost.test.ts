import { expect, test } from 'vitest';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { presetNamed } from '../../../../src/diffusion/settings/presets';
import { beginTrace } from '../../../../src/diffusion/trace/replay';
import { stepsAtMost } from '../../../../src/diffusion/trace/stepsAtMost';
import type {
  Trace,
  TraceHeader,
  TraceStep,
  Transition,
} from '../../../../src/diffusion/trace/trace';
import { stepOf } from '../../traces';

const MASK = 9;
const slots = maskedSlots([3], MASK);

function traceOf(
  preset: string,
  steps: readonly TraceStep[],
  change: Partial<TraceHeader> = {},
): Trace {
  const { sampler } = presetNamed(preset)!;
  const mode = { kind: 'infill' } as const;
  const header = { slots, sampler: { ...sampler, steps: 64 }, mode, maskToken: MASK, ...change };
  return { ...beginTrace(header as unknown as TraceHeader, {}), steps };
}
const step = (index: number, ...transitions: Transition[]) =>
  stepOf(index, transitions, { canvases: 1 });
/** By the engine, without a prediction. */
const added = (index: number, ...transitions: Transition[]) =>
  stepOf(index, transitions, { canvases: 0 });

test('T, but no more than there are masks where every step reveals one', () => {
  for (const preset of ['LLaDA', 'Speculative']) {
    expect(stepsAtMost(traceOf(preset, []))).toBe(3);
    const { sampler } = presetNamed(preset)!;
    expect(stepsAtMost(traceOf(preset, [], { sampler: { ...sampler, steps: 2 } }))).toBe(2);
  }
});

test('all of T where steps may mask again, or reveal nothing', () => {
  for (const preset of ['MDLM', 'ReMDM', 'P2']) expect(stepsAtMost(traceOf(preset, []))).toBe(64);
});

test('those in which a schedule reveals something, which depends on where a rewrite starts', () => {
  const sampler = { ...presetNamed('LLaDA')!.sampler, schedule: 'cosine' as const };
  expect(stepsAtMost(traceOf('LLaDA', [], { sampler }))).toBe(2);
  const mode = { kind: 'rewrite', strength: 0.2 } as const;
  expect(stepsAtMost(traceOf('LLaDA', [], { sampler, mode }))).toBe(3);
});

test('one that the engine adds makes no more of a run that ended early', () => {
  expect(stepsAtMost(traceOf('LLaDA', [step(0), added(1)]))).toBe(3);
  expect(stepsAtMost(traceOf('LLaDA', [step(0), step(1), step(2), added(3)]))).toBe(4);
});

test('where slots grew, those until then and those of the plan that begins there', () => {
  const reveals = slots.map(
    ({ id }): Transition => ({ kind: 'reveal', slot: id, token: 1, logProb: -1, reason: '' }),
  );
  const inserts = [3, 4].map(
    (slot): Transition => ({ kind: 'insert', slot, after: slot - 1, span: 0, reason: '' }),
  );
  const grows = { ...added(1, ...inserts), grows: true as const };
  expect(stepsAtMost(traceOf('LLaDA', [step(0, ...reveals), grows]))).toBe(2 + 2);
});

test('no fewer than were taken', () => {
  const taken = [0, 1, 2, 3, 4].map((index) => step(index));
  expect(stepsAtMost(traceOf('LLaDA', taken))).toBe(5);
});
