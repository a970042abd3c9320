import { presetNamed } from '../../src/diffusion/settings/presets';
import type { TraceHeader, TraceStep, Transition } from '../../src/diffusion/trace/trace';

/** A step in which this happens; of the model's predictions it tells nothing but what a test adds. */
export const stepOf = (
  index: number,
  transitions: readonly Transition[],
  known: Partial<TraceStep> = {},
): TraceStep => ({
  index,
  t: 1,
  s: 0,
  ms: 1,
  transitions,
  confidence: [],
  entropy: [],
  alternatives: [],
  masked: 0,
  ...known,
});

/** The beginning of an infill on a made-up model, with nothing around its spans but what a test adds. */
export const headerOf = (
  known: Pick<TraceHeader, 'slots' | 'maskToken' | 'padToken'> & Partial<TraceHeader>,
): TraceHeader => ({
  version: 1,
  model: { name: 'made-up', version: '1' },
  executionProvider: 'cpu',
  language: null,
  mode: { kind: 'infill' },
  sampler: presetNamed('LLaDA')!.sampler,
  seed: 1,
  contextTokens: 0,
  excerpt: { before: '', between: Array(known.slots.at(-1)?.span ?? 0).fill(''), after: '' },
  ...known,
});
