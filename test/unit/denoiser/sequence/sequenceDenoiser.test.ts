import type { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { SEQUENCE_INPUTS, type SequenceGraph } from '../../../../src/denoiser/graphs/sequenceGraph';
import { SequenceDenoiser } from '../../../../src/denoiser/sequence/sequenceDenoiser';
import type { CanvasView } from '../../../../src/diffusion/denoiser';

const layout = { ids: [1, 2], positions: [0, 200], spanStarts: [1] };
const MASK = 0;

/** How many canvases each run of a graph on a GPU has. */
async function runsOf(canvases: readonly CanvasView[], vocabulary: number): Promise<number[]> {
  const runs: number[] = [];
  const run: InferenceSession['run'] = async ({ logit_rows }) => {
    const [sequences, slots] = logit_rows!.dims as [number, number];
    runs.push(sequences);
    // Of the logits of a row only the first two are there to be looked at.
    return {
      logits: { dims: [sequences, slots, 2], data: new Float32Array(2 * sequences * slots) },
    } as never;
  };
  const graph: SequenceGraph = {
    family: 'masked-lm',
    executionProvider: 'webgpu',
    precision: 'fp16',
    threads: 0,
    denoise: { run } as InferenceSession,
    files: { denoise: '' },
    inputs: new Set(SEQUENCE_INPUTS),
  };
  const barred = new Uint8Array(vocabulary);
  const model = {
    mask: MASK,
    pad: undefined,
    shift: 0,
    revealed: 'silent',
    barred,
    topK: 1,
  } as const;
  await new SequenceDenoiser(graph, layout, model).denoise(canvases);
  return runs;
}

test('makes no more logits at once than a GPU has room for, but those of one canvas', async () => {
  const canvas = (slots: number) => ({ spanLengths: [slots], tokens: new Int32Array(slots) });
  const sixteen = new Array(16).fill(canvas(64));
  expect(await runsOf(sixteen, 30_000)).toEqual([16]);
  expect(await runsOf(sixteen, 152_064)).toEqual([3, 3, 3, 3, 3, 1]);
  expect(await runsOf([canvas(128), canvas(128)], 300_000)).toEqual([1, 1]);
});
