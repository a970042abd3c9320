import { LoadedModel, type Probe, type ProviderMemory, type Unpack } from '../../denoiser';
import { lengthRulesWith } from '../../diffusion/length/lengthRules';
import type {
  CheckedLoadModelRequest,
  ExecutionProvider,
  LoadStage,
  ModelStatus,
  WantedProvider,
} from '../protocol/messages';
import { unpackInChild } from './processes/unpackProcess';

/** The one model the engine has open. */
export class ModelHolder {
  #loaded: { readonly model: LoadedModel; readonly status: ModelStatus } | undefined;

  /**
   * @param memory where `auto` keeps what it measured, if it does
   * @param onStage hears what a load is at, where it takes long
   */
  constructor(
    private readonly probe: Probe,
    private readonly memory: ProviderMemory | undefined,
    private readonly onStage: (stage: LoadStage) => void,
  ) {}

  get model(): LoadedModel | undefined {
    return this.#loaded?.model;
  }

  get status(): ModelStatus | null {
    return this.#loaded?.status ?? null;
  }

  /** Opens a model in place of the one now open; when that fails, or is stopped in time, none is. */
  async load(request: CheckedLoadModelRequest, signal: AbortSignal): Promise<ModelStatus> {
    await this.#unload();
    const started = performance.now();
    const contextCacheBytes = request.contextCacheMegabytes * 2 ** 20;
    const model = await LoadedModel.open(
      { ...request, contextCacheBytes, memory: this.memory, unpack: this.#unpack(signal), signal },
      this.#try,
    );
    const status = statusOf(model, request.executionProvider, performance.now() - started);
    this.#loaded = { model, status };
    return status;
  }

  readonly #unpack =
    (signal: AbortSignal): Unpack =>
    (request) =>
      this.#during({ kind: 'unpacking' }, unpackInChild(request, signal));

  readonly #try: Probe = (request, signal) =>
    this.#during(
      { kind: 'trying', executionProvider: request.executionProvider },
      this.probe(request, signal),
    );

  async #during<T>(stage: LoadStage, work: Promise<T>): Promise<T> {
    this.onStage(stage);
    try {
      return await work;
    } finally {
      this.onStage({ kind: 'opening' });
    }
  }

  async #unload(): Promise<void> {
    const model = this.#loaded?.model;
    this.#loaded = undefined;
    await model?.dispose();
  }
}

function statusOf(
  loaded: LoadedModel,
  wantedProvider: WantedProvider,
  loadMs: number,
): ModelStatus {
  const { folder, manifest } = loaded.model;
  return {
    folder,
    name: manifest.name,
    version: manifest.version,
    languages: manifest.languages,
    contextLength: manifest.contextLength,
    maxSlots: manifest.maxSlots,
    spanGap: manifest.spanGap,
    lengthRules: lengthRulesWith({
      hasPads: loaded.tokens.pad !== undefined,
      isCalibrated: manifest.lengthBias !== undefined,
    }),
    wantedProvider,
    executionProvider: loaded.executionProvider as ExecutionProvider,
    precision: loaded.precision,
    fallbacks: loaded.fallbacks.map(({ executionProvider, reason }) => ({
      executionProvider: executionProvider as ExecutionProvider,
      sentence: `${executionProvider} was not used: ${reason}.`,
    })),
    loadMs,
  };
}
