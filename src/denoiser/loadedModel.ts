import { DenoiserError } from '../diffusion/denoiser';
import { type ModelFolder, readModelFolder, verifyModelFolder } from '../models';
import { ContextCache, type Wanted } from './context/contextCache';
import { type ContextLayout, type LaidOutContext, layOutContext } from './context/contextLayout';
import { type ContextText, windowContext } from './context/contextWindow';
import { beginEncoding, type ContextEncoding, goOnEncoding } from './context/encodeContext';
import type { EncodedContext } from './context/encodedContext';
import { cutBoundary, healedBoundary } from './context/spanBoundary';
import { closeGraphs, type Graphs } from './graphs';
import { type ModelTokens, openTokenizer } from './modelTokens';
import { type Fallback, openOnBestProvider, type ProviderRequest } from './providers/openProvider';
import type { Probe } from './providers/probe';
import { GraphDenoiser } from './slots/graphDenoiser';
import type { ModelTokenizer } from './tokenizer';

/** A denoiser for one context, and what it took to get it. */
export interface BoundDenoiser {
  readonly denoiser: GraphDenoiser;
  /** Milliseconds of the encode graph; 0 when the cache held the context. */
  readonly encodeMs: number;
  readonly cached: boolean;
  /** Context tokens that were encoded before: of another context that begins with them too, or of this one. */
  readonly reused: number;
}

/**
 * Encoded contexts are JavaScript's memory, and V8 is in no hurry to free what was released. Collected before the next
 * is encoded, which takes 15 ms of its 900, the engine's peak is 693 MiB instead of 774 (contexts of 1,024 tokens). Only
 * a process that was started with `--expose-gc` has the function.
 */
function collectGarbage(): void {
  globalThis.gc?.();
}

/** A model that is open and checked, ready to denoise. */
export class LoadedModel {
  readonly #cache: ContextCache;
  #encodes = 0;

  private constructor(
    readonly model: ModelFolder,
    readonly tokenizer: ModelTokenizer,
    readonly tokens: ModelTokens,
    readonly fallbacks: readonly Fallback[],
    readonly graphs: Graphs,
    contextCacheBytes: number,
  ) {
    this.#cache = new ContextCache(contextCacheBytes);
  }

  /**
   * Reads, verifies and opens a model.
   *
   * @throws {ModelFolderError} when the folder is missing, incomplete or corrupt
   * @throws {Error} when not even the CPU runs it
   */
  static async open(
    request: ProviderRequest & { readonly folder: string; readonly contextCacheBytes: number },
    probe: Probe,
  ): Promise<LoadedModel> {
    const model = await readModelFolder(request.folder);
    await verifyModelFolder(model, [model.manifest.tokenizer]);
    const { tokenizer, tokens } = await openTokenizer(model);
    const { graphs, fallbacks } = await openOnBestProvider(model, tokens, request, probe);
    const { contextCacheBytes } = request;
    return new LoadedModel(model, tokenizer, tokens, fallbacks, graphs, contextCacheBytes);
  }

  get executionProvider(): string {
    return this.graphs.executionProvider;
  }

  get precision(): string {
    return this.graphs.precision;
  }

  /** The contexts that are kept encoded, and how often one had to be encoded so far. */
  get contextCache(): {
    readonly contexts: number;
    readonly bytes: number;
    readonly encodes: number;
  } {
    return { contexts: this.#cache.size, bytes: this.#cache.bytes, encodes: this.#encodes };
  }

  /**
   * Tokenises the text around the spans and lays it out.
   *
   * @throws {RequestError} when it cannot fit
   */
  layOut(text: ContextText, language: string | null): LaidOutContext {
    const { contextLength, spanGap, spanBoundary } = this.model.manifest;
    const markers = {
      language: language === null ? undefined : this.tokens.languages.get(language),
      begin: this.tokens.begin,
      end: this.tokens.end,
    };
    const boundaries = text.texts
      .slice(0, -1)
      .map(spanBoundary === 'healed' ? healedBoundary : cutBoundary);
    const borrowed = boundaries.map((boundary) => boundary.borrowed);
    const context = {
      ...text,
      texts: [...boundaries.map(({ before }) => before), ...text.texts.slice(-1)],
      lone: boundaries.map(({ lone }) => lone),
    };
    const pieces = windowContext(context, markers, this.tokenizer, contextLength);
    const layout = layOutContext(pieces, spanGap);
    if (layout.ids.length > 0) return { ...layout, borrowed };
    // The graphs need one token at least; with nothing around the span, it is the beginning of a document.
    const begin = this.tokens.begin ?? this.tokens.pad;
    return { ...layOutContext({ ...pieces, begin }, spanGap), borrowed };
  }

  /**
   * Encodes the context, unless it is among those used last, from where it differs from these. What is encoded when it is
   * stopped is kept as well.
   *
   * @param stopped is asked between its parts, and by the denoiser before every run of its graph, which fails then
   * @returns undefined when stopped
   */
  async bind(layout: ContextLayout): Promise<BoundDenoiser>;
  async bind(
    layout: ContextLayout,
    stopped: () => Promise<boolean>,
  ): Promise<BoundDenoiser | undefined>;
  async bind(
    layout: ContextLayout,
    stopped?: () => Promise<boolean>,
  ): Promise<BoundDenoiser | undefined> {
    const found = this.#cache.get(layout);
    if (found) {
      const denoiser = this.#denoiser(found, layout, stopped);
      return { denoiser, encodeMs: 0, cached: true, reused: layout.ids.length };
    }
    const started = performance.now();
    const { reused, context } = await this.#encode(layout, 'now', stopped);
    if (!context) return undefined;
    const encodeMs = performance.now() - started;
    return { denoiser: this.#denoiser(context, layout, stopped), encodeMs, cached: false, reused };
  }

  /**
   * Encodes a context for a `bind` that may come: what is encoded of it then is there, and the first to leave the cache.
   * Nothing is encoded that could not be stopped for one that does come, or that the cache has no room for by itself.
   *
   * @param stopped is asked between its parts
   */
  async encodeAhead(layout: ContextLayout, stopped: () => Promise<boolean>): Promise<void> {
    // On a GPU it takes no time that were worth stopping it for.
    const givesWay = this.graphs.cacheParts !== undefined || this.executionProvider !== 'cpu';
    if (!givesWay || !this.#cache.canHold(layout)) return;
    if (!this.#cache.get(layout, 'later')) await this.#encode(layout, 'later', stopped);
  }

  /** Drops the contexts kept encoded: the next one is encoded whatever it is. */
  forgetContexts(): void {
    this.#cache.clear();
  }

  async dispose(): Promise<void> {
    this.#cache.clear();
    await closeGraphs(this.graphs);
  }

  /** @returns the context unless stopped, and how many of its tokens were encoded before */
  async #encode(
    layout: ContextLayout,
    wanted: Wanted,
    stopped?: () => Promise<boolean>,
  ): Promise<{ context: EncodedContext | undefined; reused: number }> {
    const encoding = await this.#beginEncoding(layout);
    const found = await encoding.run(stopped);
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
    const { revealedSlots } = this.model.manifest;
    return new GraphDenoiser(
      this.graphs,
      context,
      layout.spanStarts,
      this.tokens,
      revealedSlots,
      async () => {
        if (await stopped?.()) throw new DenoiserError('The run was stopped.');
      },
    );
  }
}
