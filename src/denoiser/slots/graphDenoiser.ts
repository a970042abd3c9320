import { counted } from '../../diffusion/counted';
import type { CanvasView, Denoiser, Prediction } from '../../diffusion/denoiser';
import type { EncodedContext } from '../context/encodedContext';
import type { UnmaskGraphs } from '../graphs/unmaskGraphs';
import { predictionsOf, type StepOutputs } from './predictions';
import { SettledSlots, type SlotMemory } from './settledSlots';
import { mostRows, slotGroups } from './slotGroups';
import { type SlotRows, slotRows } from './slotRows';
import { stepFailed } from './stepErrors';
import { stepFeeds } from './stepFeeds';

/** The ids a denoiser over graphs has to know. */
export interface DenoiserTokens {
  readonly mask: number;
  /** What surplus slots become; undefined for a model that fills every slot. */
  readonly pad: number | undefined;
  /** The tokenizer's size: ids from here on are never chosen. */
  readonly vocabulary: number;
}

/** A denoiser over a model's step graph, bound to one encoded context; `onStep` is waited for before every run of the graph. */
export class GraphDenoiser implements Denoiser {
  readonly maskToken: number;
  readonly padToken: number | undefined;
  readonly revealed: Denoiser['revealed'];
  readonly judgesQuality: boolean;
  readonly readsCausally: boolean;
  readonly #settled = new SettledSlots();
  readonly #graphs: UnmaskGraphs;
  readonly #context: EncodedContext;
  readonly #spanStarts: readonly number[];
  readonly #tokens: DenoiserTokens;
  readonly #onStep: () => void | Promise<void>;

  constructor(
    graphs: UnmaskGraphs,
    context: EncodedContext,
    spanStarts: readonly number[],
    tokens: DenoiserTokens,
    revealed: Denoiser['revealed'] = 'silent',
    onStep: () => void | Promise<void> = () => {},
  ) {
    this.#graphs = graphs;
    this.#context = context;
    this.#spanStarts = spanStarts;
    this.maskToken = tokens.mask;
    this.padToken = tokens.pad;
    this.revealed = revealed;
    this.judgesQuality = graphs.step.outputNames.includes('quality');
    this.readsCausally = graphs.settledWidth !== undefined;
    this.#tokens = tokens;
    this.#onStep = onStep;
  }

  async denoise(canvases: readonly CanvasView[]): Promise<Prediction[]> {
    const rows = canvases.map((canvas) =>
      slotRows(canvas, this.#spanStarts, this.#tokens, this.#settled),
    );
    const predictions: Prediction[] = [];
    const most = mostRows(this.#graphs.executionProvider);
    for (const group of slotGroups(rows, ({ ids }) => ids.length, most)) {
      await this.#onStep();
      const outputs = await this.#run(group);
      this.#keepSettled(group, outputs);
      const asked = group.map(({ asked, ids }) => ({ first: asked, count: ids.length - asked }));
      predictions.push(...predictionsOf(outputs, asked, this.#tokens.vocabulary));
    }
    return predictions;
  }

  async #run(rows: readonly SlotRows[]): Promise<StepOutputs> {
    const { step, settledWidth, executionProvider } = this.#graphs;
    const wanted = ['topk_ids', 'topk_logprobs', 'entropy'];
    if (this.judgesQuality) wanted.push('quality');
    // They are large, and of use only where nothing that comes later can change them.
    if (rows.some(({ causal }) => causal)) wanted.push('slot.key', 'slot.value');
    try {
      const feeds = await stepFeeds(rows, this.maskToken, settledWidth);
      const outputs = await step.run({ ...feeds, ...this.#context }, wanted);
      const numbers = (name: string) => outputs[name]?.data as Float32Array | undefined;
      return {
        topK: outputs.topk_ids!.dims[2]!,
        slots: outputs.topk_ids!.dims[1]!,
        ids: outputs.topk_ids!.data as BigInt64Array,
        logProbs: numbers('topk_logprobs')!,
        entropy: numbers('entropy')!,
        quality: numbers('quality'),
        keys: numbers('slot.key'),
        values: numbers('slot.value'),
      };
    } catch (error) {
      const slots = Math.max(...rows.map(({ ids }) => ids.length));
      throw stepFailed(executionProvider, counted(slots, 'slot'), error);
    }
  }

  #keepSettled(rows: readonly SlotRows[], { slots, keys, values }: StepOutputs): void {
    const width = this.#graphs.settledWidth;
    if (width === undefined || keys === undefined || values === undefined) return;
    rows.forEach(({ causal, settled, places }, canvas) => {
      if (!causal) return;
      const memoryOf = (i: number): SlotMemory => {
        const known = settled[i];
        if (known) return known;
        const at = (canvas * slots + i - settled.length) * width;
        // Copies, as a part of an output would keep all of it.
        return { key: keys.slice(at, at + width), value: values.slice(at, at + width) };
      };
      this.#settled.keep(places.map((place, i) => ({ ...place, ...memoryOf(i) })));
    });
  }
}
