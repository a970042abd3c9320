import { expect, test } from 'vitest';
import { matmulsOf } from '../../../../src/denoiser/floor/matmuls';
import type { TensorShape } from '../../../../src/denoiser/floor/profile';
import type { OnnxNode } from '../../../../src/denoiser/onnxFile';

const node = (
  opType: string,
  input: string[],
  attributes: Record<string, number> = {},
): OnnxNode => ({
  name: `a ${opType}`,
  opType,
  domain: '',
  input,
  output: ['out'],
  attribute: Object.entries(attributes).map(([name, i]) => ({ name, i })),
});

const operationsOf = (only: OnnxNode, shapes: Record<string, number[]>, constants = {}) => {
  const run = new Map<string, TensorShape>(
    Object.entries(shapes).map(([name, dims]) => [name, { type: 'float', dims }]),
  );
  const initializer = Object.entries(constants as Record<string, number[]>).map(([name, dims]) => ({
    name,
    dims,
  }));
  const model = { irVersion: 10, opsetImport: [], graph: { node: [only], initializer } };
  return matmulsOf({ model, runs: [run] }).map(({ operations }) => operations[0]);
};

test('a product counts two operations for every number that is summed', () => {
  const shapes = { left: [1, 5, 8], out: [1, 5, 3] };
  expect(operationsOf(node('MatMulNBits', ['left', 'w']), shapes, { w: [3, 8] })).toEqual([240]);
  const turned = { right: [8, 3], out: [5, 3] };
  expect(operationsOf(node('MatMul', ['w', 'right']), turned, { w: [5, 8] })).toEqual([240]);
});

test('fused attention has two products, a causal one half of them', () => {
  const shapes = { q: [1, 7, 12], k: [1, 7, 12], v: [1, 7, 12], out: [1, 7, 12] };
  const full = node('MultiHeadAttention', ['q', 'k', 'v'], { num_heads: 3 });
  expect(operationsOf(full, shapes)).toEqual([1176, 1176]);
  const narrow = { ...shapes, k: [1, 7, 4], v: [1, 7, 4] };
  const causal = node('GroupQueryAttention', ['q', 'k', 'v'], { num_heads: 3, kv_num_heads: 1 });
  expect(operationsOf(causal, narrow)).toEqual([672, 672]);
  const onward = node('GroupQueryAttention', ['q', 'k', 'v', 'past'], {
    num_heads: 3,
    kv_num_heads: 1,
  });
  // Four keys of its own to a query, and ten of the past.
  const behind = { ...narrow, past: [1, 1, 10, 4] };
  expect(operationsOf(onward, behind)).toEqual([672 * 3.5, 672 * 3.5]);
});

test('other operators have none, and unknown attention is not passed over', () => {
  expect(operationsOf(node('Softmax', ['q']), { q: [1, 7, 12], out: [1, 7, 12] })).toEqual([]);
  expect(() => operationsOf(node('PagedAttention', ['q']), { q: [1], out: [1] })).toThrow(
    'the multiplications inside of PagedAttention are not known',
  );
});
