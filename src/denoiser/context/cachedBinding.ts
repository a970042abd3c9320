import type { Denoiser } from '../../diffusion/denoiser';
import {
  type Binding,
  type BoundDenoiser,
  type EncodedContexts,
  failWhenStopped,
  type OnEncoded,
} from '../binding';
import type { UnmaskGraphs } from '../graphs/unmaskGraphs';
import { type DenoiserTokens, GraphDenoiser } from '../slots/graphDenoiser';
import { ContextCache, type Wanted } from './contextCache';
import type { ContextLayout } from './contextLayout';
import { beginEncoding, type ContextEncoding, goOnEncoding } from './encodeContext';
import type { EncodedContext } from './encodedContext';

/**
 * Encoded contexts are JavaScript's memory, and V8 is in no hurry to free what was released. Collected before the next
 * is encoded, which takes 15 ms of its 900, the engine's peak is 693 MiB instead of 774 (contexts of 1,024 tokens). Only
 * a process that was started with `--expose-gc` has the function.
 */
function collectGarbage(): void {
  globalThis.gc?.();
}

/** Of the family `unmask`: a context is encoded once, and those used last stay encoded. */
export class CachedBinding implements Binding {
  readonly #cache: ContextCache;
  #encodes = 0;

  constructor(
    private readonly graphs: UnmaskGraphs,
    private readonly tokens: DenoiserTokens,
    private readonly revealed: Denoiser['revealed'],
    cacheBytes: number,
  ) {
    this.#cache = new ContextCache(cacheBytes);
  }

  get contextCache(): EncodedContexts {
    return { contexts: this.#cache.size, bytes: this.#cache.bytes, encodes: this.#encodes };
  }

  /**
   * Encodes the context, unless it is among those used last, from where it differs from these. What is encoded when it is
   * stopped is kept as well.
   */
  async bind(
    layout: ContextLayout,
    stopped?: () => Promise<boolean>,
    onEncoded?: OnEncoded,
  ): Promise<BoundDenoiser | undefined> {
    const found = this.#cache.get(layout);
    if (found) {
      const denoiser = this.#denoiser(found, layout, stopped);
      return { denoiser, encodeMs: 0, cached: true, reused: layout.ids.length };
    }
    const started = performance.now();
    const { reused, context } = await this.#encode(layout, 'now', stopped, onEncoded);
    if (!context) return undefined;
    const encodeMs = performance.now() - started;
    return { denoiser: this.#denoiser(context, layout, stopped), encodeMs, cached: false, reused };
  }

  /**
   * What is encoded ahead is the first to leave the cache. Nothing is that could not be stopped for a `bind` that does come,
   * or that the cache has no room for by itself.
   */
  async encodeAhead(layout: ContextLayout, stopped: () => Promise<boolean>): Promise<void> {
    const { cacheParts, executionProvider } = this.graphs;
    // On a GPU it takes no time that were worth stopping it for.
    const givesWay = cacheParts !== undefined || executionProvider !== 'cpu';
    if (!givesWay || !this.#cache.canHold(layout)) return;
    if (!this.#cache.get(layout, 'later')) await this.#encode(layout, 'later', stopped);
  }

  forgetContexts(): void {
    this.#cache.clear();
  }

  /** @returns the context unless stopped, and how many of its tokens were encoded before */
  async #encode(
    layout: ContextLayout,
    wanted: Wanted,
    stopped?: () => Promise<boolean>,
    onEncoded?: OnEncoded,
  ): Promise<{ context: EncodedContext | undefined; reused: number }> {
    const encoding = await this.#beginEncoding(layout);
    await onEncoded?.(encoding.begun);
    const found = await encoding.run(stopped, onEncoded);
    this.#cache.set(layout, found, wanted);
    const isWhole = found.count === layout.ids.length;
    if (isWhole) this.#encodes++;
    return { context: isWhole ? found.encoded : undefined, reused: encoding.begun };
  }

  async #beginEncoding(layout: ContextLayout): Promise<ContextEncoding> {
    const past = this.graphs.pastInputs.length > 0 ? this.#cache.beginningOf(layout) : undefined;
    const left = this.#cache.take(layout);
    if (left) return goOnEncoding(this.graphs, layout, left, past);
    if (this.#cache.makeRoomFor(layout, past?.encoded)) collectGarbage();
    const encoding = await beginEncoding(this.graphs, layout, past);
    // A past whose tokens were copied may go now.
    if (this.#cache.makeRoomFor(layout, encoding.reads)) collectGarbage();
    return encoding;
  }

  #denoiser(
    context: EncodedContext,
    layout: ContextLayout,
    stopped?: () => Promise<boolean>,
  ): GraphDenoiser {
    const onStep = failWhenStopped(stopped);
    const { graphs, tokens, revealed } = this;
    return new GraphDenoiser(graphs, context, layout.spanStarts, tokens, revealed, onStep);
  }
}
