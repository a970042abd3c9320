import { type Denoiser, DenoiserError } from '../diffusion/denoiser';
import type { ContextLayout } from './context/contextLayout';

/** A denoiser for one context, and what it took to get it. */
export interface BoundDenoiser {
  readonly denoiser: Denoiser;
  /** Milliseconds of the encode graph; 0 when the cache held the context, and for models that encode none. */
  readonly encodeMs: number;
  readonly cached: boolean;
  /** Context tokens that were encoded before: of another context that begins with them too, or of this one. */
  readonly reused: number;
}

/** The contexts that are kept encoded, and how often one had to be encoded so far. */
export interface EncodedContexts {
  readonly contexts: number;
  readonly bytes: number;
  readonly encodes: number;
}

/** Hears how many of a context's tokens are encoded by now: before any more are, and after each part. It is waited for. */
export type OnEncoded = (tokens: number) => Promise<void>;

/** How a family of models comes by denoisers for contexts. */
export interface Binding {
  readonly contextCache: EncodedContexts;
  /**
   * @param stopped is asked while a context is encoded, and by the denoiser before every run of its graph, which fails then
   * @param onEncoded hears nothing of a context that is not encoded for this
   * @returns undefined when stopped
   */
  bind(
    layout: ContextLayout,
    stopped?: () => Promise<boolean>,
    onEncoded?: OnEncoded,
  ): Promise<BoundDenoiser | undefined>;
  /** Gets ready for a `bind` that may come. */
  encodeAhead(layout: ContextLayout, stopped: () => Promise<boolean>): Promise<void>;
  forgetContexts(): void;
}

/** What a denoiser asks before every run of its graph. */
export const failWhenStopped =
  (stopped: (() => Promise<boolean>) | undefined) => async (): Promise<void> => {
    if (await stopped?.()) throw new DenoiserError('The run was stopped.');
  };
