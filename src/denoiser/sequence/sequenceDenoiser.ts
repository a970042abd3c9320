import { counted } from '../../diffusion/counted';
import type { CanvasView, Denoiser, Prediction } from '../../diffusion/denoiser';
import type { ContextLayout } from '../context/contextLayout';
import type { SequenceGraph } from '../graphs/sequenceGraph';
import { mostRows, slotGroups } from '../slots/slotGroups';
import { stepFailed } from '../slots/stepErrors';
import { type Choice, predictionFrom } from './logits';
import { batchSequences, type Sequence, type SequenceBatch, sequenceOf } from './sequence';
import { sequenceFeeds } from './sequenceFeeds';

/** What a denoiser over whole sequences has to know of its model. */
export interface SequenceModel extends Choice {
  readonly mask: number;
  readonly pad: number | undefined;
  /** See `sequenceOf`. */
  readonly shift: 0 | 1;
  readonly revealed: Denoiser['revealed'];
}

/**
 * Logits of one run, unless one canvas has more: 128 MiB of them, the largest buffer that every WebGPU device can bind. Of a
 * batch of candidates, or of lengths to try, there would be a thousand MiB.
 */
const MOST_LOGITS = 2 ** 25;

/** A denoiser over a model's one graph, bound to one context; `onStep` is waited for before every run of the graph. */
export class SequenceDenoiser implements Denoiser {
  readonly maskToken: number;
  readonly padToken: number | undefined;
  readonly revealed: Denoiser['revealed'];
  readonly judgesQuality = false;
  readonly readsCausally = false;

  constructor(
    private readonly graph: SequenceGraph,
    private readonly layout: ContextLayout,
    private readonly model: SequenceModel,
    private readonly onStep: () => void | Promise<void> = () => {},
  ) {
    this.maskToken = model.mask;
    this.padToken = model.pad;
    this.revealed = model.revealed;
  }

  async denoise(canvases: readonly CanvasView[]): Promise<Prediction[]> {
    const { inputs, executionProvider } = this.graph;
    const { shift, barred } = this.model;
    const sequences = canvases.map((canvas) => sequenceOf(this.layout, canvas, shift));
    // Without the rows named, logits of the whole sequence come out, which is as much as may be.
    const most = inputs.has('logit_rows')
      ? Math.min(mostRows(executionProvider), MOST_LOGITS / barred.length)
      : 0;
    const mayShare = (one: Sequence, other: Sequence) =>
      inputs.has('attention_mask') || one.ids.length === other.ids.length;
    const predictions: Prediction[] = [];
    for (const group of slotGroups(sequences, ({ rows }) => rows.length, most, mayShare)) {
      await this.onStep();
      predictions.push(...(await this.#run(group)));
    }
    return predictions;
  }

  async #run(group: readonly Sequence[]): Promise<Prediction[]> {
    const batch = batchSequences(group, this.maskToken);
    const { dims, data } = await this.#logits(batch);
    const logits = { data: data as Float32Array, width: dims.at(-1)! };
    const onlySlots = this.graph.inputs.has('logit_rows');
    return group.map(({ rows }, i) => {
      const first = i * (onlySlots ? batch.slots : batch.tokens);
      const own = rows.map((row, slot) => first + (onlySlots ? slot : row));
      return predictionFrom(logits, own, this.model);
    });
  }

  async #logits(batch: SequenceBatch) {
    try {
      const feeds = await sequenceFeeds(this.graph, batch);
      const { logits } = await this.graph.denoise.run(feeds, ['logits']);
      return logits!;
    } catch (error) {
      throw stepFailed(this.graph.executionProvider, counted(batch.tokens, 'token'), error);
    }
  }
}
