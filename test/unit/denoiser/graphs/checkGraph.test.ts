import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import {
  checkGraph,
  type Described,
  type GraphContract,
} from '../../../../src/denoiser/graphs/checkGraph';
import { checkUnmaskGraphs } from '../../../../src/denoiser/graphs/unmaskContract';
import { ModelFolderError } from '../../../../src/models';

type Shape = readonly (string | number)[];
const value = (
  name: string,
  shape: Shape,
  type: Tensor.Type = 'int64',
): InferenceSession.ValueMetadata => ({ name, isTensor: true, type, shape });
const graph = (
  inputMetadata: Described['inputMetadata'],
  outputMetadata: Described['outputMetadata'],
): Described => ({ inputMetadata, outputMetadata });

const contract: GraphContract = {
  inputs: { ids: { type: 'int64', dims: [null, 'N'] } },
  outputs: { logits: 'float32' },
};
const logits = value('logits', ['B', 'N', 512], 'float32');
const check = (input: InferenceSession.ValueMetadata, output = logits) =>
  checkGraph({ model: 'mine', file: 'my.onnx' }, graph([input], [output]), contract);

test.each<[string, Shape]>([
  ['a size that may be its own', [1, 'N']],
  ['sizes without a name', ['', '']],
  ['no shape at all', []],
])('a graph whose input has %s is as it should be', (_, shape) => {
  check(value('ids', shape));
});

test.each<[string, InferenceSession.ValueMetadata, InferenceSession.ValueMetadata?]>([
  ['has ids as int32, and it must be int64', value('ids', ['B', 'N'], 'int32')],
  [
    'has logits as float16, and it must be float32',
    value('ids', ['B', 'N']),
    value('logits', [], 'float16'),
  ],
  ['has ids as [?,7], where N must be free (dynamic axes)', value('ids', ['', 7])],
  ['has ids as [N], and it must have 2 dimensions', value('ids', ['N'])],
  ['lacks the output logits (it has scores)', value('ids', ['B', 'N']), value('scores', [])],
])('a graph that %s is refused', (says, input, output) => {
  expect(() => check(input, output)).toThrow(ModelFolderError);
  expect(() => check(input, output)).toThrow(`contract: my.onnx ${says}. Export it again`);
});

const tokens = (...names: string[]) => names.map((name) => value(name, ['B', 'N']));
const encode = graph(tokens('context_ids', 'context_pos'), [value('cache.key', [], 'float32')]);
const slots = [...tokens('slot_ids', 'slot_pos'), value('slot_bias', ['B', 'S'], 'float32')];
const predictions = [
  value('topk_ids', []),
  value('topk_logprobs', [], 'float32'),
  value('entropy', [], 'float32'),
];
const checkBoth = (step: Described) =>
  checkUnmaskGraphs('mine', { encode: ['e.onnx', encode], step: ['s.onnx', step] });

test('graphs that hand over a context are as they should be', () => {
  checkBoth(graph([...slots, value('cache.key', [1, 9], 'float32')], predictions));
});

test.each<[string, InferenceSession.ValueMetadata[]]>([
  ['s.onnx asks for past_key, which is unknown here', [value('past_key', [], 'float32')]],
  ['s.onnx lacks an input named cache.…, the context', []],
  ['e.onnx lacks the output cache.value (it has cache.key)', tokens('cache.value')],
  ['s.onnx lacks the input causal (it has slot_ids, ', tokens('cache.key', 'settled.key')],
])('of graphs that read contexts by themselves it is told that %s', (says, inputs) => {
  expect(() => checkBoth(graph([...slots, ...inputs], predictions))).toThrow(says);
});
