import { describe, expect, test } from 'vitest';
import { surplusSteps } from '../../../../webview/state/surplusSteps';
import { state } from '../smallRun';

describe('steps that will not be taken', () => {
  const { sampler } = state.knobs;

  test('are named where every step reveals a slot', () => {
    expect(surplusSteps({ ...sampler, steps: 40 }, 24)).toContain('24 of the 40 steps are enough');
  });

  test('are none of a sampler that revises, draws, or has not run', () => {
    const many = { ...sampler, steps: 40 };
    expect(surplusSteps({ ...many, steps: 24 }, 24)).toBeNull();
    expect(surplusSteps(many, null)).toBeNull();
    expect(surplusSteps({ ...many, remask: { remasker: 'p2' } }, 24)).toBeNull();
    expect(surplusSteps({ ...many, parallel: { rule: 'ancestral' } }, 24)).toBeNull();
  });
});
