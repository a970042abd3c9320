import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readOnnx } from '../../../src/denoiser/onnxFile';
import { readModelFolder } from '../../../src/models';
import { tinyAdaptedModel, tinyModel } from '../../tinyModels';

/** WebGPU promises a shader that many tensors; ONNX Runtime has others but Concat read and write all of an operator's by one. */
const TENSORS_OF_A_SHADER = 8;
const INPUTS_IN_TURNS = ['Concat'];

const bundledModel = fileURLToPath(new URL('../../../models/unmask-135m', import.meta.url));

test.each([bundledModel, tinyAdaptedModel, tinyModel])(
  'no operator of the graphs for WebGPU in %s has more tensors than a shader',
  async (folder) => {
    const { manifest } = await readModelFolder(folder);
    const variants = manifest.variants.filter((v) => v.executionProviders.includes('webgpu'));
    const files = variants.flatMap(({ graphs }) => Object.values(graphs).map(({ file }) => file));
    expect(files).not.toHaveLength(0);
    for (const file of files) {
      const { graph } = readOnnx(readFileSync(path.join(folder, file)));
      const wide = graph.node.filter(({ opType, input, output }) => {
        const inputs = INPUTS_IN_TURNS.includes(opType) ? 0 : input.length;
        return inputs + output.length > TENSORS_OF_A_SHADER;
      });
      expect(wide.map(({ name }) => `${name} of ${file}`)).toEqual([]);
    }
  },
);
