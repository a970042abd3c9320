import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branchOf } from '../../src/diffusion/branch';
import { defaultSearch } from '../../src/diffusion/search/settings';
import { defaultPreset } from '../../src/diffusion/settings/presets';
import type { TraceStep } from '../../src/diffusion/trace/trace';
import type { EngineClient } from '../../src/engine/client';
import { tinyAdaptedModel } from '../tinyModels';
import { fillRequest, loadTiny, startClient } from './engineUnderTest';
import { resumed, traceOf } from './runTrace';

let client: EngineClient;
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny({ folder: tinyAdaptedModel }));
});
afterAll(() => client.dispose());

/** The small model knows nothing, but finds this letter more probable than what it goes on to write by itself. */
const request = fillRequest({
  context: ['f(P);\nf(', ');\n'],
  spans: [{ text: '', slots: 8 }],
  sampler: defaultPreset.sampler,
});

/** Log-probabilities aside, which differ in their last digits where slots were settled before. */
const decisions = (steps: readonly TraceStep[]) =>
  steps.map(({ transitions }) =>
    transitions.map((transition) => ({ ...transition, logProb: undefined, ending: undefined })),
  );

describe('a copy of the text around', () => {
  test('takes the place of a fill in the last step of its trace', async () => {
    const { steps, outcome } = await traceOf(client, request);
    expect(outcome).toMatchObject({ kind: 'finished', texts: ['P'] });
    const reasons = steps.map(({ transitions }) =>
      transitions.some(({ reason }) => reason === 'copied: more probable as a whole'),
    );
    expect(reasons).toEqual(steps.map((_, i) => i === steps.length - 1));
    expect(steps.at(-1)!.canvases).toBeGreaterThan(0);
  });

  test('is not made where none is asked for', async () => {
    const { outcome } = await traceOf(client, {
      ...request,
      search: { ...defaultSearch, copies: 0 },
    });
    expect(outcome!.kind).toBe('finished');
    expect(outcome).not.toMatchObject({ texts: ['P'] });
  });

  test('does not wait for slots that the fill would be given', async () => {
    const automatic = { ...request, spans: [{ text: '', slots: 'auto' as const }] };
    const { steps, outcome } = await traceOf(client, automatic);
    expect(outcome).toMatchObject({ texts: ['P'] });
    expect(steps.some(({ grows }) => grows)).toBe(false);
    const search = { ...defaultSearch, copies: 0 };
    const alone = await traceOf(client, { ...automatic, search });
    expect(alone.steps.some(({ grows }) => grows)).toBe(true);
  });

  test('is repeated by a branch from any step', async () => {
    const whole = await traceOf(client, request);
    for (let step = 0; step <= whole.steps.length; step++) {
      const start = branchOf(whole, step, []);
      const again = await traceOf(client, resumed(request, start), start);
      expect(decisions(again.steps)).toEqual(decisions(whole.steps));
      expect(again.outcome).toMatchObject({ texts: ['P'] });
    }
  });
});
