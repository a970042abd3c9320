import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { BenchmarkReport, BenchmarkRequest } from '../protocol/benchmark';
import type {
  ContextRequest,
  EngineStatus,
  FillRequest,
  FillResult,
  LengthProbe,
  LoadModelRequest,
  LoadStage,
  ModelStatus,
  TokenText,
} from '../protocol/messages';
import { encodeAhead, probeLengths, status, tokenise, unpackedWeights } from '../protocol/requests';
import { stoppedEarly } from '../protocol/stopped';
import type { UnpackedWeights } from '../protocol/unpacked';
import { backOffMs } from './backOff';
import { type BenchmarkOptions, benchmarkOn } from './benchmarkOn';
import { EngineProcess } from './engineProcess';
import { EngineError } from './error';
import { type FillOptions, fillOn } from './fillOn';
import { IdleWatch } from './idleWatch';
import { Loading } from './loading';
import { unlessAborted } from './unlessAborted';

export interface EngineClientOptions {
  /** Path of `dist/engine.js`. */
  readonly entry: string;
  /** Gets the engine's output and the client's own remarks, line by line. */
  readonly log: (line: string) => void;
  /** Hears of the model that a process has open, whenever one is to be used. */
  readonly loaded?: (model: ModelStatus) => void;
  /** Environment of the process; the present one by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folder in which the engine may keep what it finds out about this machine; without it, it finds out every time. */
  readonly storage?: string;
  /** Folder with the libraries by which ONNX Runtime reaches CUDA, asked for at every start; needs `storage`. */
  readonly cudaLibraries?: () => string | undefined;
  /** Milliseconds without use after which the process ends, asked whenever a use does and by `idleAgain`; undefined where it is to go on. */
  readonly idleMs?: () => number | undefined;
}

/**
 * Supervises the engine: starts its process when it is needed and ends it when it has long not been, keeps the model loaded
 * across crashes, and makes every failure an EngineError. The engine runs one fill at a time; another waits for it.
 */
export class EngineClient {
  readonly #options: EngineClientOptions;
  #process: EngineProcess | undefined;
  #starting: Promise<EngineProcess> | undefined;
  #loading: Loading | undefined;
  #wanted: LoadModelRequest | undefined;
  /** When the manifest of the model that is wanted was written, as of its last load: a model made anew has another. */
  #writtenAt: number | undefined;
  /** Since the last fill that worked. */
  #crashes = 0;
  readonly #disposal = new AbortController();
  readonly #idle: IdleWatch;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    const afterMs = () => options.idleMs?.();
    this.#idle = new IdleWatch(afterMs, () => this.#rest());
  }

  /** Whether a process has this very model open. */
  hasOpen(request: LoadModelRequest): boolean {
    return this.#loadingOf(request)?.settled ?? false;
  }

  /** Whether it is at something that a fill would have to wait for, such as another one. */
  get busy(): boolean {
    return this.#idle.inUse;
  }

  /**
   * Loads a model, in place of the one loaded before; when that is the same one already, and its manifest has not been written
   * anew since, answers at once. Where another is asked for before it is there, that one is answered with.
   *
   * @param signal tells that it is not waited for any more. Once that is so of all loads that could tell, the model's loading
   * is stopped, and an engine that hangs in it is killed. It is loaded anew for who could not tell.
   * @param onStage hears what takes its time.
   * @throws {EngineError}
   */
  async load(
    request: LoadModelRequest,
    signal?: AbortSignal,
    onStage?: (stage: LoadStage) => void,
  ): Promise<ModelStatus> {
    this.#wanted = request;
    this.#writtenAt = writtenAt(path.join(request.folder, 'model.json'));
    return this.#idle.during(async () => (await this.#ready(signal, onStage)).model);
  }

  /**
   * Fills spans, on the model loaded last. Aborting the signal ends the run within one step, with the outcome
   * `stopped`; an engine that does not even stop is killed.
   *
   * @throws {EngineError}
   */
  async fill(request: FillRequest, options: FillOptions = {}): Promise<FillResult> {
    return this.#idle.during(async () => {
      const ready = await unlessAborted(this.#ready(options.signal), options.signal);
      if (!ready) return stoppedEarly;
      const result = await fillOn(ready.process, request, options);
      this.#crashes = 0;
      return result;
    });
  }

  /**
   * Has the context of a fill that may soon be asked for encoded. Nothing is started or loaded for it, nor kept: without
   * this very model, or when the signal is aborted, which ends it within a part of the context, there is less of it or none.
   *
   * @throws {EngineError}
   */
  async encodeAhead(
    model: LoadModelRequest,
    context: ContextRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const loading = this.#loadingOf(model);
    if (!loading) return;
    await loading.model;
    const overtaken = this.#loading !== loading;
    if (!overtaken && !signal.aborted) await loading.process.request(encodeAhead, context, signal);
  }

  /** Φ of every length, see `meanConfidence`. @throws {EngineError} */
  async probeLengths(probe: LengthProbe): Promise<readonly number[]> {
    return this.#idle.during(async () =>
      (await this.#ready()).process.request(probeLengths, probe),
    );
  }

  /**
   * The tokens that the model loaded last reads a text as.
   *
   * @throws {EngineError}
   */
  async tokenise(text: string): Promise<readonly TokenText[]> {
    return this.#idle.during(async () => (await this.#ready()).process.request(tokenise, { text }));
  }

  /**
   * Measures the model loaded last on this machine. Aborting the signal ends it within one fill.
   *
   * @returns null when stopped
   * @throws {EngineError}
   */
  async benchmark(
    request: BenchmarkRequest,
    options: BenchmarkOptions = {},
  ): Promise<BenchmarkReport | null> {
    return this.#idle.during(async () => {
      const ready = await unlessAborted(this.#ready(options.signal), options.signal);
      return ready ? benchmarkOn(ready.process, request, options) : null;
    });
  }

  /** Where what is shipped packed of a model lies unpacked. The model is not loaded for it. @throws {EngineError} */
  async unpackedWeights(folder: string): Promise<readonly UnpackedWeights[]> {
    return this.#idle.during(async () =>
      (await this.#running()).request(unpackedWeights, { folder }),
    );
  }

  /** null when no process runs. @throws {EngineError} when it ends before it answers */
  async status(): Promise<EngineStatus | null> {
    return this.#process?.alive ? this.#process.requestPlain(status) : null;
  }

  /** Ends the process; the next request starts another. */
  async restart(): Promise<void> {
    await this.#process?.end();
  }

  /** `idleMs` has changed: unless it is in use, the process ends after so long from now. */
  idleAgain(): void {
    this.#idle.again();
  }

  async dispose(): Promise<void> {
    this.#disposal.abort();
    await this.#process?.end();
  }

  #rest(): void {
    if (!this.#process?.alive) return;
    this.#options.log('The engine was not used for a while: its process ends until it is needed.');
    void this.restart();
  }

  /** A process that has the model, and the model that it has. */
  async #ready(
    signal?: AbortSignal,
    onStage?: (stage: LoadStage) => void,
  ): Promise<{ process: EngineProcess; model: ModelStatus }> {
    for (;;) {
      const wanted = this.#wanted;
      if (!wanted) throw new EngineError('noModel', 'No model is loaded. Select a model.');
      const loading = this.#loadingOn(await this.#running(), wanted);
      const isAskedForSince = loading.stopped;
      const isOvertaken = () => this.#loading !== undefined && this.#loading !== loading;
      try {
        const model = await loading.for(signal, onStage);
        // It may have been there before it could be stopped; then it goes again.
        if (isOvertaken()) continue;
        this.#options.loaded?.(model);
        return { process: loading.process, model };
      } catch (error) {
        if (this.#loading === loading) this.#loading = undefined;
        if (signal?.aborted || this.#disposal.signal.aborted) throw error;
        const hung = error instanceof EngineError && error.kind === 'hung';
        // Others stopped it. Where it hangs, though, only who can stop it as well waits for it once more.
        const canWait = isAskedForSince || isOvertaken() || signal !== undefined;
        if (loading.stopped ? hung && !canWait : !hung) throw error;
      }
    }
  }

  /** Where this very model is open, or is being opened. */
  #loadingOf(request: LoadModelRequest): Loading | undefined {
    const now = this.#loading;
    if (!now?.process.alive || now.process.toldToEnd) return undefined;
    return isDeepStrictEqual(now.request, request) ? now : undefined;
  }

  #loadingOn(process: EngineProcess, request: LoadModelRequest): Loading {
    const now = this.#loading;
    const isSame = now?.process === process && now.writtenAt === this.#writtenAt;
    if (isSame && isDeepStrictEqual(now.request, request)) return now;
    // An execution provider that hangs would hold this one up.
    now?.stop();
    this.#loading = new Loading(process, request, this.#writtenAt);
    return this.#loading;
  }

  async #running(): Promise<EngineProcess> {
    this.#checkNotDisposed();
    if (this.#process?.alive && !this.#process.toldToEnd) return this.#process;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  #checkNotDisposed(): void {
    if (this.#disposal.signal.aborted)
      throw new EngineError('disposed', 'Unmask is shutting down.');
  }

  async #start(): Promise<EngineProcess> {
    const { entry, log } = this.#options;
    if (!existsSync(entry)) {
      throw new EngineError('startFailed', `${entry} is missing. Reinstall Unmask.`);
    }
    // One that was told to end may still hold what the next one needs.
    await this.#process?.exited;
    const wait = backOffMs(this.#crashes);
    if (wait > 0) {
      log(`The engine process crashed ${this.#crashes} times in a row; restarting in ${wait} ms.`);
      // Whoever disposes of the client need not wait for it.
      await sleep(wait, undefined, { signal: this.#disposal.signal }).catch(() => {});
    }
    this.#checkNotDisposed();
    const started = new EngineProcess(entry, this.#environment(), log);
    log(`The engine process started (pid ${started.pid}).`);
    this.#process = started;
    void started.exited.then((how) => this.#ended(started, how));
    return started;
  }

  #environment(): NodeJS.ProcessEnv {
    const { env = process.env, storage, cudaLibraries } = this.#options;
    const libraries = cudaLibraries?.();
    return {
      ...env,
      ...(storage !== undefined && { UNMASK_STORAGE: storage }),
      ...(libraries !== undefined && { UNMASK_CUDA_LIBRARIES: libraries }),
    };
  }

  #ended(process: EngineProcess, how: string): void {
    this.#options.log(`The engine process ended (${how}).`);
    if (!process.toldToEnd) this.#crashes++;
  }
}

/** When a file was written last, in milliseconds since 1970; undefined where that cannot be told. */
function writtenAt(file: string): number | undefined {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return undefined;
  }
}
