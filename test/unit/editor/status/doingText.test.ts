import { expect, test } from 'vitest';
import { doingText } from '../../../../src/editor/status/doingText';
import type { RunPhase } from '../../../../src/panel/messages';
import { denoising, waitingFor } from '../../../panelState';
import { trace } from '../../smallRun';

const begun = { ...trace, steps: [] };

test.each<[string, RunPhase]>([
  ['starting', waitingFor('Loading the model…')],
  ['stopping', { kind: 'starting', doing: { kind: 'stopping' } }],
  [
    'reading context · 49 %',
    { kind: 'denoising', doing: { kind: 'reading', done: 511, of: 1024 } },
  ],
  ['step 0/3 · 3 masked', denoising],
  ['sweep 9/32', { kind: 'denoising', doing: { kind: 'sweeping', done: 9, of: 32 } }],
  ['stopping', { kind: 'denoising', doing: { kind: 'stopping' } }],
  ['', { kind: 'finished' }],
])('%s', (text, phase) => {
  expect(doingText({ phase, trace: begun })).toBe(text);
});

test('a run that gives way to one on other spans has no steps any more', () => {
  expect(doingText({ phase: denoising, trace: null })).toBe('denoising');
});

test('steps taken and slots still masked are counted', () => {
  const [first] = trace.steps;
  const stepped = { ...trace, steps: [first!] };
  expect(doingText({ phase: denoising, trace: stepped })).toBe(
    `step 1/3 · ${first!.masked} masked`,
  );
});
