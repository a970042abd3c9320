import {
  againstContract,
  checkGraph,
  type Described,
  type GraphContract,
  lacksNone,
} from './checkGraph';

/** A graph's file, and the graph. */
type Opened = readonly [file: string, graph: Described];

/** @throws {ModelFolderError} where the graphs of a model of the family `unmask` do not follow the contract, by themselves or together */
export function checkUnmaskGraphs(
  model: string,
  { encode: [encodeFile, encode], step: [stepFile, step] }: { encode: Opened; step: Opened },
): void {
  checkGraph({ model, file: encodeFile }, encode, ENCODE);
  const names = step.inputMetadata.map(({ name }) => name);
  const contract = names.includes('settled.key') ? READING_CAUSALLY : STEP;
  checkGraph({ model, file: stepFile }, step, contract);
  const handedOver = names.filter((name) => name.startsWith('cache.'));
  if (handedOver.length === 0)
    throw againstContract({ model, file: stepFile }, 'lacks an input named cache.…, the context');
  lacksNone({ model, file: encodeFile }, 'output', handedOver, encode.outputMetadata);
}

const TOKENS = { type: 'int64', dims: [null, 'N'] } as const;

const ENCODE: GraphContract = {
  inputs: { context_ids: TOKENS, context_pos: TOKENS },
  own: 'past.',
  outputs: {},
};

const STEP: GraphContract = {
  inputs: {
    slot_ids: { type: 'int64', dims: ['B', 'S'] },
    slot_pos: { type: 'int64', dims: ['B', 'S'] },
    slot_bias: { type: 'float32', dims: ['B', 'S'] },
  },
  own: 'cache.',
  outputs: { topk_ids: 'int64', topk_logprobs: 'float32', entropy: 'float32' },
};

const READING_CAUSALLY: GraphContract = {
  ...STEP,
  inputs: {
    ...STEP.inputs,
    causal: { type: 'float32', dims: ['B'] },
    slot_left: { type: 'int64', dims: ['B', 'S'] },
    'settled.key': { type: 'float32', dims: ['B', 'M', null] },
    'settled.value': { type: 'float32', dims: ['B', 'M', null] },
    'settled.bias': { type: 'float32', dims: ['B', 'M'] },
  },
  outputs: { ...STEP.outputs, 'slot.key': 'float32', 'slot.value': 'float32' },
};
