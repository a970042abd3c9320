import {
  type CanvasView,
  type Denoiser,
  DenoiserError,
  type Prediction,
} from '../diffusion/denoiser';
import type { EncodedContext } from './encodedContext';
import type { Graphs } from './graphs';
import { onnxRuntime, plainReason } from './onnxRuntime';
import { predictionsOf, type StepOutputs } from './predictions';
import { batchSlots, type SlotBatch } from './slotBatch';

/** The ids a denoiser over graphs has to know. */
export interface DenoiserTokens {
  readonly mask: number;
  readonly pad: number;
  /** The tokenizer's size: ids from here on are never chosen. */
  readonly vocabulary: number;
}

/** A denoiser over a model's step graph, bound to one encoded context; `onStep` hears of every run of the graph. */
export class GraphDenoiser implements Denoiser {
  readonly maskToken: number;
  readonly padToken: number;
  /** The family's surplus slots come last. */
  readonly padsEndSpans = true;
  readonly revealed: Denoiser['revealed'];
  readonly judgesQuality: boolean;
  readonly #graphs: Graphs;
  readonly #context: EncodedContext;
  readonly #spanStarts: readonly number[];
  readonly #vocabulary: number;
  readonly #onStep: () => void;

  constructor(
    graphs: Graphs,
    context: EncodedContext,
    spanStarts: readonly number[],
    tokens: DenoiserTokens,
    revealed: Denoiser['revealed'] = 'silent',
    onStep: () => void = () => {},
  ) {
    this.#graphs = graphs;
    this.#context = context;
    this.#spanStarts = spanStarts;
    this.maskToken = tokens.mask;
    this.padToken = tokens.pad;
    this.revealed = revealed;
    this.judgesQuality = graphs.step.outputNames.includes('quality');
    this.#vocabulary = tokens.vocabulary;
    this.#onStep = onStep;
  }

  async denoise(canvases: readonly CanvasView[]): Promise<Prediction[]> {
    if (canvases.length === 0) return [];
    this.#onStep();
    const batch = batchSlots(canvases, this.#spanStarts, this.maskToken);
    return predictionsOf(await this.#run(batch), canvases, this.#vocabulary);
  }

  async #run(batch: SlotBatch): Promise<StepOutputs> {
    const { Tensor } = await onnxRuntime();
    const dims = [batch.rows, batch.slots];
    try {
      const outputs = await this.#graphs.step.run({
        slot_ids: new Tensor('int64', batch.ids, dims),
        slot_pos: new Tensor('int64', batch.positions, dims),
        slot_bias: new Tensor('float32', batch.bias, dims),
        ...this.#context,
      });
      return {
        topK: outputs.topk_ids!.dims[2]!,
        slots: batch.slots,
        ids: outputs.topk_ids!.data as BigInt64Array,
        logProbs: outputs.topk_logprobs!.data as Float32Array,
        entropy: outputs.entropy!.data as Float32Array,
        quality: outputs.quality?.data as Float32Array | undefined,
      };
    } catch (error) {
      throw new DenoiserError(
        `A denoising step failed on ${this.#graphs.executionProvider}: ${plainReason(error)}. ` +
          'Try again, or select another execution provider.',
      );
    }
  }
}
