import { expect, test } from 'vitest';
import { defaultPreset } from '../../../../src/diffusion/settings/presets';
import { beginTrace } from '../../../../src/diffusion/trace/replay';
import type { Trace } from '../../../../src/diffusion/trace/trace';
import { liveFills } from '../../../../src/editor/run/liveFill';
import { headerOf, stepOf } from '../../traces';

const MASK = 0;
const PAD = 1;
const header = headerOf({
  sampler: { ...defaultPreset.sampler, steps: 3 },
  maskToken: MASK,
  padToken: PAD,
  slots: [0, 0, 0, 1].map((span, id) => ({ id, span, state: 'masked', token: MASK })),
});

const begun: Trace = beginTrace(header, { 2: 'let ', 3: 'x\n' });
const stepped: Trace = {
  ...begun,
  steps: [
    stepOf(
      0,
      [
        { kind: 'reveal', slot: 0, token: 2, logProb: -0.1, reason: 'confident' },
        { kind: 'reveal', slot: 2, token: PAD, logProb: -0.1, reason: 'confident' },
        { kind: 'reveal', slot: 3, token: 3, logProb: -0.1, reason: 'confident' },
      ],
      { masked: 1 },
    ),
  ],
};

test('masked slots are drawn as glyphs, revealed ones as their text, surplus ones not at all', () => {
  expect(liveFills(begun)).toEqual(['░░░', '░']);
  expect(liveFills(stepped)).toEqual(['let ░', 'x\n']);
});
