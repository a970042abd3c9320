import type { OnnxModel, OnnxNode, OnnxValue } from '../onnxFile';
import type { Matmul } from './matmuls';
import type { TensorShape } from './profile';

/** The graph of nothing but matrix multiplications, and what to feed it in every run. */
export interface FloorGraph {
  readonly model: OnnxModel;
  readonly inputs: readonly { readonly name: string; readonly shapes: readonly TensorShape[] }[];
}

/** ONNX's numbers of the element types that activations have here. */
const ELEMENT_TYPES: Readonly<Record<string, number>> = {
  float: 1,
  uint8: 2,
  int8: 3,
  float16: 10,
};
const INT64 = 7;

/**
 * All the matrix multiplications of a graph and nothing else, with the constants they had. Of each product only the
 * shape is asked for, so that nothing leaves the runtime but a few integers.
 *
 * @param empty the same without the multiplications: what it takes is the cost of asking
 */
export function floorGraph(
  matmuls: readonly Matmul[],
  source: OnnxModel,
  empty: boolean,
): FloorGraph {
  const inputs = new Map<string, FloorGraph['inputs'][number]>();
  // Activations of the same shapes are the same input: what is in them does not matter.
  const inputFor = (shapes: readonly TensorShape[]): string => {
    const key = JSON.stringify(shapes);
    const known = inputs.get(key) ?? { name: `activation_${inputs.size}`, shapes };
    inputs.set(key, known);
    return known.name;
  };
  const used = new Set<string>();
  const node: OnnxNode[] = [];
  const shapes: string[] = [];
  matmuls.forEach((matmul, i) => {
    const input = matmul.node.input.map((tensor, at) => {
      const activation = matmul.activations.get(at);
      if (activation) return inputFor(activation);
      if (!empty) used.add(tensor);
      return tensor;
    });
    const product = `product_${i}`;
    if (!empty) node.push({ ...matmul.node, input, output: [product] });
    const shape = `shape_${i}`;
    const [activation] = matmul.activations.values();
    node.push(operator('Shape', [empty ? inputFor(activation!) : product], shape));
    shapes.push(shape);
  });
  node.push({
    ...operator('Concat', shapes, 'shapes'),
    attribute: [{ name: 'axis', i: 0, type: 2 } as OnnxNode['attribute'][number]],
  });
  return {
    model: {
      irVersion: source.irVersion,
      opsetImport: source.opsetImport,
      graph: {
        name: 'floor',
        node,
        initializer: source.graph.initializer.filter(({ name }) => used.has(name)),
        input: [...inputs.values()].map(({ name, shapes }) => inputValue(name, shapes[0]!)),
        output: [{ name: 'shapes', type: { tensorType: { elemType: INT64 } } }],
      },
    },
    inputs: [...inputs.values()],
  };
}

const operator = (opType: string, input: readonly string[], output: string): OnnxNode => ({
  name: `make_${output}`,
  opType,
  domain: '',
  input,
  output: [output],
  attribute: [],
});

function inputValue(name: string, { type, dims }: TensorShape): OnnxValue {
  const elemType = ELEMENT_TYPES[type];
  if (elemType === undefined) throw new Error(`activations of type ${type} are not known`);
  const dim = dims.map((_, i) => ({ dimParam: `${name}_${i}` }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
