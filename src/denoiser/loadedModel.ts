import path from 'node:path';
import { type ModelFolder, readModelFolder, verifyModelFolder } from '../models';
import { ContextCache } from './contextCache';
import { type ContextLayout, layOutContext } from './contextLayout';
import { type ContextText, windowContext } from './contextWindow';
import { type EncodedContext, encodeContext } from './encodedContext';
import { GraphDenoiser } from './graphDenoiser';
import { closeGraphs, type Graphs } from './graphs';
import { type ModelTokens, modelTokens } from './modelTokens';
import { type Fallback, openOnBestProvider, type ProviderRequest } from './openProvider';
import type { Probe } from './probe';
import { ModelTokenizer } from './tokenizer';

/** Encoded contexts kept per model. */
const CACHED_CONTEXTS = 4;

/** A denoiser for one context, and what it took to get it. */
export interface BoundDenoiser {
  readonly denoiser: GraphDenoiser;
  /** Milliseconds of the encode graph; 0 when the cache held the context. */
  readonly encodeMs: number;
  readonly cached: boolean;
}

/** A model that is open and checked, ready to denoise. */
export class LoadedModel {
  readonly #cache = new ContextCache(CACHED_CONTEXTS);

  private constructor(
    readonly model: ModelFolder,
    readonly tokenizer: ModelTokenizer,
    readonly tokens: ModelTokens,
    readonly fallbacks: readonly Fallback[],
    private readonly graphs: Graphs,
  ) {}

  /**
   * Reads, verifies and opens a model.
   *
   * @throws {ModelFolderError} when the folder is missing, incomplete or corrupt
   * @throws {Error} when not even the CPU runs it
   */
  static async open(
    request: ProviderRequest & { readonly folder: string },
    probe: Probe,
  ): Promise<LoadedModel> {
    const model = await readModelFolder(request.folder);
    await verifyModelFolder(model, [model.manifest.tokenizer]);
    const tokenizer = await ModelTokenizer.open(
      path.join(model.folder, model.manifest.tokenizer.file),
    );
    const tokens = modelTokens(model, tokenizer);
    const { graphs, fallbacks } = await openOnBestProvider(model, tokens, request, probe);
    return new LoadedModel(model, tokenizer, tokens, fallbacks, graphs);
  }

  get executionProvider(): string {
    return this.graphs.executionProvider;
  }

  get precision(): string {
    return this.graphs.precision;
  }

  /**
   * Tokenises the text around the spans and lays it out.
   *
   * @throws {RequestError} when it cannot fit
   */
  layOut(text: ContextText, language: string | null): ContextLayout {
    const { contextLength, spanGap } = this.model.manifest;
    const markers = {
      language: language === null ? undefined : this.tokens.languages.get(language),
      begin: this.tokens.begin,
      end: this.tokens.end,
    };
    const pieces = windowContext(text, markers, this.tokenizer, contextLength);
    const layout = layOutContext(pieces, spanGap);
    if (layout.ids.length > 0) return layout;
    // The graphs need one token at least; with nothing around the span, it is the beginning of a document.
    return layOutContext({ ...pieces, begin: this.tokens.begin ?? this.tokens.pad }, spanGap);
  }

  /** Encodes the context, unless it is among those used last. */
  async bind(layout: ContextLayout): Promise<BoundDenoiser> {
    const found = this.#cache.get(layout);
    if (found) return { denoiser: this.#denoiser(found, layout), encodeMs: 0, cached: true };
    const started = performance.now();
    const context = await encodeContext(this.graphs, layout);
    const encodeMs = performance.now() - started;
    this.#cache.set(layout, context);
    return { denoiser: this.#denoiser(context, layout), encodeMs, cached: false };
  }

  async dispose(): Promise<void> {
    this.#cache.clear();
    await closeGraphs(this.graphs);
  }

  #denoiser(context: EncodedContext, layout: ContextLayout): GraphDenoiser {
    const { revealedSlots } = this.model.manifest;
    return new GraphDenoiser(this.graphs, context, layout.spanStarts, this.tokens, revealedSlots);
  }
}
