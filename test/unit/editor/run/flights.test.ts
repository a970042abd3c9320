import { expect, test, vi } from 'vitest';
import type { Place } from '../../../../src/editor/place/place';
import type { FlightHooks, FlightParts } from '../../../../src/editor/run/flights';

vi.mock('vscode', () => ({}));
vi.mock('../../../../src/editor/span/reveal', () => ({ revealStart: () => {} }));
const { Flights } = await import('../../../../src/editor/run/flights');

test.each([
  ['auto', 'Loading the model…'],
  ['webgpu', 'Loading the model on webgpu…'],
])('while a model is loaded, %s being wanted, it says “%s”', (executionProvider, message) => {
  const enter = vi.fn();
  const parts = {
    engine: { load: () => new Promise(() => {}) },
    settings: { loadModel: () => ({ executionProvider }) },
    shown: { enter },
    followed: { edition: 0 },
  } as unknown as FlightParts;
  void new Flights(parts, {} as FlightHooks).launch({} as Place, { kind: 'infill' });
  expect(enter.mock.calls).toEqual([[{ kind: 'starting', message }]]);
});
