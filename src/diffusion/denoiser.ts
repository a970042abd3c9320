/**
 * What the diffusion core asks of a model: one forward pass over the slots of a batch of candidates,
 * the context being already bound. The model always predicts the *clean* token of every slot (x₀),
 * whatever the masking ratio.
 */
export interface Denoiser {
  /** The absorbing state: the id of `[MASK]`. */
  readonly maskToken: number;
  /**
   * The id of the token that a surplus slot becomes (deleted from the text), where the model has one. Surplus slots come after
   * the text, so that every slot of a span behind a pad is a pad as well.
   */
  readonly padToken: number | undefined;
  /**
   * What a prediction says of a slot that holds a token. `predicted`: how probable each token is there, so that it can be
   * kept, doubted or replaced. `silent`: nothing, the model was only trained to predict masked slots; samplers then go by
   * what it said when it revealed the token, or mask the slot on a second canvas to ask again.
   */
  readonly revealed: 'predicted' | 'silent';
  /** Whether predictions carry `quality`. */
  readonly judgesQuality: boolean;
  /** Whether canvases can be read from left to right; see `CanvasView.causal`. */
  readonly readsCausally: boolean;
  /**
   * One forward pass.
   *
   * @param canvases the B candidates to denoise; they may have different numbers of slots.
   * @returns one prediction per canvas, in order, of all its slots or of those it asks about.
   * @throws {DenoiserError} when the model gives no usable numbers.
   */
  denoise(canvases: readonly CanvasView[]): Promise<Prediction[]>;
}

/** The part of a candidate that a denoiser reads. S = the number of slots over all spans. */
export interface CanvasView {
  /** Number of slots of each span, in document order; sums to S. */
  readonly spanLengths: readonly number[];
  /** Token id of each slot, S entries; the mask id where the slot is masked. */
  readonly tokens: Int32Array;
  /** Read from left to right instead of in both directions; only of a denoiser that `readsCausally`. */
  readonly causal?: CausalReading | undefined;
}

/**
 * Asks about slot `from`, the first that is masked, and as many slots behind it in its span as there are drafts: about
 * slot from + k as it is where slots from … from + k − 1 hold the first k drafts. What stands in later slots is not
 * looked at.
 */
export interface CausalReading {
  readonly from: number;
  /** Token ids. */
  readonly drafts: readonly number[];
}

/** How many slots a canvas asks about. */
export function slotsAsked({ tokens, causal }: CanvasView): number {
  return causal ? causal.drafts.length + 1 : tokens.length;
}

/**
 * The denoiser's word on every slot that one canvas asks about: the K most probable clean tokens.
 * K may be smaller than the vocabulary; log-probabilities are natural and normalised over the whole of it.
 */
export interface Prediction {
  /** K, entries per slot. */
  readonly topK: number;
  /** Token ids, S × K row-major, most probable first; S = the slots asked about. */
  readonly tokens: Int32Array;
  /** Log-probabilities (≤ 0), aligned with `tokens`. */
  readonly logProbs: Float32Array;
  /** Entropy of the full distribution of each slot, in nats, S entries; not less than −ln p of its best token. */
  readonly entropy: Float32Array;
  /** Where the model has a quality head: probability in [0, 1] that the token now in the slot is right, S entries. */
  readonly quality?: Float32Array;
}

/** The denoiser failed or returned numbers nothing can be sampled from. The message is for the user. */
export class DenoiserError extends Error {
  override readonly name = 'DenoiserError';
}

/** The sampler needs what the model does not have. The message is for the user. */
export class SamplerError extends Error {
  override readonly name = 'SamplerError';
}
