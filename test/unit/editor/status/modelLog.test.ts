import { expect, test } from 'vitest';
import { loadedLines } from '../../../../src/editor/status/modelLog';

const model = {
  folder: '/models/small',
  name: 'small',
  version: '2.0',
  languages: [],
  contextLength: 64,
  maxSlots: 32,
  spanGap: 32,
  lengthRules: ['grow', 'quantile'],
  wantedProvider: 'auto',
  executionProvider: 'cpu',
  precision: 'int8',
  fallbacks: [
    { executionProvider: 'webgpu', sentence: 'webgpu was not used: there is no adapter.' },
  ],
  loadMs: 81.4,
} as const;

test('the log names model, execution provider, precision and ONNX Runtime, and why others were left', () => {
  expect(loadedLines(model, '1.23.0')).toEqual([
    'Loaded small 2.0 on cpu (int8), ONNX Runtime 1.23.0 in 81 ms from /models/small.',
    'webgpu was not used: there is no adapter.',
  ]);
  expect(loadedLines(model, undefined)[0]).toContain('on cpu (int8) in 81 ms');
});
