import type { Alternative, Trace, TraceStep, Transition } from '../../src/diffusion/trace/trace';
import { panelStateOf } from '../panelState';
import { headerOf } from './traces';

/** A run small enough to know by heart: two spans, four slots; token 9 is the mask, token 0 the pad. */

const texts = { 0: '<pad>', 1: 'one', 2: ' two', 3: '\n  ', 9: '<mask>' };

export const header = headerOf({
  language: 'typescript',
  seed: 5,
  contextTokens: 12,
  excerpt: { before: 'before', between: ['between'], after: 'after' },
  maskToken: 9,
  padToken: 0,
  slots: [
    { id: 0, span: 0, state: 'masked', token: 9 },
    { id: 1, span: 0, state: 'pinned', token: 3 },
    { id: 2, span: 1, state: 'masked', token: 9 },
    { id: 3, span: 1, state: 'masked', token: 9 },
  ],
});

const reveal = (slot: number, token: number, probability: number): Transition => ({
  kind: 'reveal',
  slot,
  token,
  logProb: Math.log(probability),
  reason: `p ${probability}`,
});

const step = (
  index: number,
  masked: number,
  confidence: number[],
  ...transitions: Transition[]
): TraceStep => ({
  index,
  t: 1 - index / 3,
  s: 1 - (index + 1) / 3,
  ms: 10,
  transitions,
  confidence,
  entropy: confidence.map((each) => 1 - each),
  alternatives: confidence.map((each): Alternative[] =>
    each === 1
      ? [[1, 0]]
      : [
          [1, Math.log(each)],
          [2, Math.log((1 - each) / 2)],
        ],
  ),
  masked,
});

export const steps: readonly TraceStep[] = [
  step(0, 1, [0.5, 1, 0.6, 0.2], reveal(0, 1, 0.5), reveal(2, 2, 0.6)),
  step(1, 2, [0.55, 1, 0.3, 0.4], { kind: 'remask', slot: 2, reason: 'doubt' }),
  step(2, 0, [0.7, 1, 0.8, 0.9], reveal(2, 1, 0.8), reveal(3, 0, 0.9)),
];

export const trace: Trace = {
  header,
  steps,
  tokenTexts: texts,
  outcome: { kind: 'finished', texts: ['one\n  ', 'one'], meanLogProb: -0.3 },
  timings: { encodeMs: 20, contextCached: false, stepsMs: 30, totalMs: 52 },
};

export const state = panelStateOf(trace, { place: 'a.ts:1', model: null });
