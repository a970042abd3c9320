import type { SamplerSettings } from '../settings/sampler';

/** The version written into every trace; a reader refuses what it does not know. */
export const TRACE_VERSION = 1;

/** `masked`: `[MASK]`; `revealed`: holds a token; `pinned`: fixed by the user, never changes. */
export type SlotState = 'masked' | 'revealed' | 'pinned';

/** One slot of the canvas. Its id is stable for the whole run, also when slots are inserted before it. */
export interface TraceSlot {
  readonly id: number;
  /** Index of the span it belongs to, in document order. */
  readonly span: number;
  readonly state: SlotState;
  /** Token id; the mask id when masked. */
  readonly token: number;
}

/** What a model with a pad says, while it predicts a slot, of the span's text having ended right before it. Natural logs. */
export interface Ending {
  /** Of the pad. */
  readonly logProb: number;
  /** Of the token that follows behind the span; an upper bound where the model named only better ones, null where none follows. */
  readonly followLogProb: number | null;
}

/** What one step did to one slot. */
export type Transition =
  | {
      readonly kind: 'reveal';
      readonly slot: number;
      readonly token: number;
      readonly logProb: number;
      /** What the model said of the span ending here, where it did. */
      readonly ending?: Ending;
      readonly reason: string;
    }
  | { readonly kind: 'remask'; readonly slot: number; readonly reason: string }
  | {
      readonly kind: 'edit';
      readonly slot: number;
      readonly token: number;
      readonly logProb: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'insert';
      readonly slot: number;
      readonly after: number | null;
      readonly span: number;
      readonly reason: string;
    }
  | { readonly kind: 'delete'; readonly slot: number; readonly reason: string }
  | {
      readonly kind: 'pin';
      readonly slot: number;
      readonly token: number;
      readonly reason: string;
    }
  | { readonly kind: 'unpin'; readonly slot: number; readonly reason: string };

/** A token the denoiser considered for a slot, and its natural log-probability. */
export type Alternative = readonly [token: number, logProb: number];

/**
 * One denoiser call at most and the transitions it led to. Arrays are aligned with the slots as they stood *before* the
 * step; they are empty where no prediction led to it, but for a copy, of which the confidence alone is.
 */
export interface TraceStep {
  /** 0-based, without gaps. */
  readonly index: number;
  /**
   * Where the step stands in the plan of the run; absent where that is its index, as it is unless steps of the plan were passed
   * over, as blocks or spans ended early, or slots grew, where a plan of its own begins.
   */
  readonly position?: number;
  /** Diffusion time before and after the step, 1 = all masked, 0 = clean; 1 ≥ t ≥ s ≥ 0, equal where only edits are left. */
  readonly t: number;
  readonly s: number;
  /** Wall-clock milliseconds of the step: denoiser call and sampling. */
  readonly ms: number;
  /**
   * Canvases the model denoised for it: 0 where the last prediction still held, 2 where it was asked about revealed slots,
   * as many as drafts were read side by side.
   */
  readonly canvases?: number;
  readonly transitions: readonly Transition[];
  /**
   * Probability of the token in the slot (revealed) or of the best proposal (masked), in [0, 1]; null for a mask that the
   * model was not asked about.
   */
  readonly confidence: readonly (number | null)[];
  /** Entropy of the prediction, nats; null for a slot that the model was not asked about, or is silent about. */
  readonly entropy: readonly (number | null)[];
  /** The best few tokens of each slot, most probable first; none where `entropy` is null. */
  readonly alternatives: readonly (readonly Alternative[])[];
  /** Masked slots left after the step. */
  readonly masked: number;
  /**
   * The spans were given more slots, which are this step's transitions: from here on a plan of its own leads from all
   * masks to none, and what was revealed before is the text it starts from.
   */
  readonly grows?: true;
}

/** Everything known before the first step. */
export interface TraceHeader {
  readonly version: typeof TRACE_VERSION;
  /** Version of Unmask that made the run. Like the precision, absent in traces of before it was kept. */
  readonly unmask?: string;
  readonly model: {
    readonly name: string;
    readonly version: string;
    /** Of the weights that ran, as the manifest's variant names it. */
    readonly precision?: string;
  };
  readonly executionProvider: string;
  readonly language: string | null;
  readonly mode:
    | { readonly kind: 'infill' }
    | { readonly kind: 'rewrite'; readonly strength: number };
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** Context tokens the denoiser reads, over all pieces around the spans. */
  readonly contextTokens: number;
  /** Of a branch: the steps that were taken before it, perhaps under another sampler or seed. */
  readonly branchedAt?: number;
  /** Of each span, whether its slots were left to the engine, which gives it more where they do not do; absent where of none. */
  readonly automatic?: readonly boolean[];
  /** What the text in each span's slots begins with that is no part of its fill; absent where there is nothing. */
  readonly borrowed?: readonly string[];
  /** The end of the text before the first span, those between spans, and the start of the text after the last, for display (`excerpt.ts`). */
  readonly excerpt: {
    readonly before: string;
    readonly between: readonly string[];
    readonly after: string;
  };
  readonly maskToken: number;
  readonly padToken: number | null;
  /** The canvas before the first step, spans in document order. */
  readonly slots: readonly TraceSlot[];
}

/** How a run ended. */
export type TraceOutcome =
  | { readonly kind: 'finished'; readonly texts: readonly string[]; readonly meanLogProb: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

/** Where the milliseconds of a run went. */
export interface TraceTimings {
  /** Tokenising and encoding the context; 0 when the cache held it. */
  readonly encodeMs: number;
  readonly contextCached: boolean;
  /** Context tokens that were encoded before: for another context that begins alike, or for this one until it was stopped. */
  readonly contextReused?: number;
  /** All steps together. */
  readonly stepsMs: number;
  readonly totalMs: number;
}

/** The serialisable record of a run. */
export interface Trace {
  readonly header: TraceHeader;
  readonly steps: readonly TraceStep[];
  /** Text of every token id mentioned anywhere in the trace, so that a reader needs no tokenizer. */
  readonly tokenTexts: Readonly<Record<number, string>>;
  readonly outcome: TraceOutcome | null;
  readonly timings: TraceTimings | null;
}
