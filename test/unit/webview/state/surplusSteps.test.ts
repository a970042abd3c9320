import { describe, expect, test } from 'vitest';
import { planRun } from '../../../../src/diffusion/plan';
import { presetNamed, presets } from '../../../../src/diffusion/settings/presets';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { enoughSteps, surplusSteps } from '../../../../webview/state/surplusSteps';
import { state } from '../../smallRun';

const slotsOf = (...spans: number[]): TraceSlot[] =>
  spans.flatMap((count, span) =>
    Array.from({ length: count }, (_, index) => ({
      id: span * 100 + index,
      span,
      state: 'masked' as const,
      token: 9,
    })),
  );

describe('steps that will not be taken', () => {
  const { sampler } = state.knobs;
  const slots = slotsOf(24);

  test('are named where every step reveals a slot', () => {
    expect(surplusSteps({ ...sampler, steps: 40 }, slots)).toContain(
      '24 of the 40 steps are enough',
    );
  });

  test('are named also where one is enough', () => {
    expect(surplusSteps({ ...sampler, steps: 2 }, slotsOf(1))).toBe(
      'The last run had 1 slot: 1 of the 2 steps is enough.',
    );
  });

  test('are none of a sampler that revises, draws, or has not run', () => {
    const many = { ...sampler, steps: 40 };
    expect(surplusSteps({ ...many, steps: 24 }, slots)).toBeNull();
    expect(surplusSteps(many, null)).toBeNull();
    expect(surplusSteps({ ...many, remask: { remasker: 'p2' } }, slots)).toBeNull();
    expect(surplusSteps({ ...many, parallel: { rule: 'ancestral' } }, slots)).toBeNull();
  });

  test.each(presets.map(({ name }) => name))(
    'are of no use to %s, which takes the others',
    (name) => {
      const canvas = slotsOf(20, 9);
      const preset = presetNamed(name)!.sampler;
      const enough = enoughSteps(preset, canvas);
      const planned = (steps: number) =>
        planRun({ ...preset, steps }, { first: canvas, present: canvas }, 1).length;
      if (enough === null) expect(planned(1000)).toBe(1000);
      else expect(planned(enough)).toBe(planned(1000));
    },
  );
});
