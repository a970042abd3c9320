import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { sessionOptions } from '../../src/denoiser/graphs/sessionOptions';
import { writeOnnx } from '../../src/denoiser/onnxFile';

const [FLOAT, UINT8, INT8] = [1, 2, 3];
const [ROWS, INPUTS, OUTPUTS] = [8, 64, 32];

/** product [M,OUTPUTS] = (left [M,INPUTS] - 128) · 127, by the operator that contexts are encoded with. */
function productOfLargest(): Uint8Array {
  const tensor = (name: string, dataType: number, dims: number[], values: ArrayLike<number>) => {
    const Values = { [FLOAT]: Float32Array, [UINT8]: Uint8Array, [INT8]: Int8Array }[dataType]!;
    return { name, dataType, dims, rawData: new Uint8Array(new Values(values).buffer) };
  };
  const value = (name: string, elemType: number, width: number) => {
    const dim = [{ dimParam: 'M' }, { dimValue: width }];
    return { name, type: { tensorType: { elemType, shape: { dim } } } };
  };
  const product = {
    name: 'product_of_largest',
    opType: 'MatMulIntegerToFloat',
    domain: 'com.microsoft',
    input: ['left', 'weights', 'one', 'scale', 'zero'],
    output: ['product'],
    attribute: [],
  };
  const weights = new Array<number>(INPUTS * OUTPUTS).fill(127);
  return writeOnnx({
    irVersion: 10,
    opsetImport: [
      { domain: '', version: 21 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: 'products',
      node: [product],
      initializer: [
        tensor('weights', INT8, [INPUTS, OUTPUTS], weights),
        tensor('one', FLOAT, [1], [1]),
        tensor('scale', FLOAT, [OUTPUTS], new Array<number>(OUTPUTS).fill(1)),
        tensor('zero', UINT8, [1], [128]),
      ],
      input: [value('left', UINT8, INPUTS)],
      output: [value('product', FLOAT, OUTPUTS)],
    },
  });
}

test('products of 8-bit integers are exact for the largest numbers, on any processor', async () => {
  const session = await InferenceSession.create(productOfLargest(), sessionOptions('cpu', 1));
  const left = new Uint8Array(ROWS * INPUTS).fill(255);
  const { product } = await session.run({ left: new Tensor('uint8', left, [ROWS, INPUTS]) });
  expect([...new Set(product!.data as Float32Array)]).toEqual([127 * 127 * INPUTS]);
  await session.release();
});
