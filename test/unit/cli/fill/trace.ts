import { presetNamed } from '../../../../src/diffusion/settings/presets';
import type { Trace, Transition } from '../../../../src/diffusion/trace/trace';
import { headerOf, stepOf } from '../../traces';

const mask = 0;
const pad = 1;

/** A trace over one span of four slots between `before` and `after`, made step by step. */
export function traceOf(
  steps: readonly (readonly Transition[])[],
  before = 'f(',
  after = ')\n',
): Trace {
  let masked = 4;
  return {
    header: headerOf({
      language: 'python',
      sampler: { ...presetNamed('LLaDA')!.sampler, steps: 4 },
      excerpt: { before, between: [], after },
      maskToken: mask,
      padToken: pad,
      slots: [0, 1, 2, 3].map((id) => ({ id, span: 0, state: 'masked', token: mask })),
    }),
    steps: steps.map((transitions, index) => {
      for (const { kind } of transitions)
        masked += kind === 'reveal' ? -1 : kind === 'remask' ? 1 : 0;
      return stepOf(index, transitions, { ms: 5, masked });
    }),
    tokenTexts: { 0: '<|mask|>', 1: '<|pad|>', 2: 'x', 3: ',\n', 4: '\u001b[2J' },
    outcome: null,
    timings: null,
  };
}

/** A slot gets a token of some probability. */
export function reveal(slot: number, token: number, probability = 1): Transition {
  return { kind: 'reveal', slot, token, logProb: Math.log(probability), reason: 'test' };
}

/** A slot becomes a mask again. */
export function remask(slot: number): Transition {
  return { kind: 'remask', slot, reason: 'test' };
}
