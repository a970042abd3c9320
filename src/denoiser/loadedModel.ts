import { type ModelFolder, readModelFolder, verifyModelFolder } from '../models';
import type { Binding, BoundDenoiser, EncodedContexts, OnEncoded } from './binding';
import { type ContextLayout, type LaidOutContext, layOutContext } from './context/contextLayout';
import { type ContextText, windowContext } from './context/contextWindow';
import { cutBoundary, healedBoundary } from './context/spanBoundary';
import { bindingOf } from './familyBinding';
import { closeGraphs, type Graphs } from './graphs/graphs';
import { type ModelTokens, openTokenizer } from './modelTokens';
import { type Fallback, openOnBestProvider, type ProviderRequest } from './providers/openProvider';
import type { Probe } from './providers/probe';
import type { ModelTokenizer } from './tokenizer';

/** A model that is open and checked, ready to denoise. */
export class LoadedModel {
  readonly #binding: Binding;

  private constructor(
    readonly model: ModelFolder,
    readonly tokenizer: ModelTokenizer,
    readonly tokens: ModelTokens,
    readonly fallbacks: readonly Fallback[],
    readonly graphs: Graphs,
    contextCacheBytes: number,
  ) {
    this.#binding = bindingOf(graphs, model.manifest, tokens, contextCacheBytes);
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

  /** Whether contexts are encoded once and kept, instead of read anew in every step. */
  get encodesContexts(): boolean {
    return this.graphs.family === 'unmask';
  }

  get contextCache(): EncodedContexts {
    return this.#binding.contextCache;
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
    const begin = this.tokens.begin ?? this.tokens.pad ?? this.tokens.end;
    return { ...layOutContext({ ...pieces, begin }, spanGap), borrowed };
  }

  /**
   * A denoiser for a context, which is encoded for it by models that do, unless it is among those used last.
   *
   * @param stopped is asked between the parts of a context, and by the denoiser before every run of its graph, which fails then
   * @param onEncoded hears nothing of a context that is not encoded for this
   * @returns undefined when stopped
   */
  async bind(layout: ContextLayout): Promise<BoundDenoiser>;
  async bind(
    layout: ContextLayout,
    stopped: () => Promise<boolean>,
    onEncoded?: OnEncoded,
  ): Promise<BoundDenoiser | undefined>;
  bind(
    layout: ContextLayout,
    stopped?: () => Promise<boolean>,
    onEncoded?: OnEncoded,
  ): Promise<BoundDenoiser | undefined> {
    return this.#binding.bind(layout, stopped, onEncoded);
  }

  /**
   * Encodes a context for a `bind` that may come, by models that do.
   *
   * @param stopped is asked between its parts
   */
  encodeAhead(layout: ContextLayout, stopped: () => Promise<boolean>): Promise<void> {
    return this.#binding.encodeAhead(layout, stopped);
  }

  /** Drops the contexts kept encoded: the next one is encoded whatever it is. */
  forgetContexts(): void {
    this.#binding.forgetContexts();
  }

  async dispose(): Promise<void> {
    this.forgetContexts();
    await closeGraphs(this.graphs);
  }
}
