import type { LoadModelRequest, LoadStage, ModelStatus } from '../protocol/messages';
import { loadModel, status } from '../protocol/requests';
import { endIfHanging } from './endIfHanging';
import type { EngineProcess } from './engineProcess';

/** A model that a process has open, or is opening. */
export class Loading {
  /** Settles when it is open or will not be. */
  readonly model: Promise<ModelStatus>;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<AbortSignal>();
  #settled = false;

  constructor(
    readonly process: EngineProcess,
    readonly request: LoadModelRequest,
    /** See `EngineClient.#writtenAt`. */
    readonly writtenAt: number | undefined,
  ) {
    this.model = process.request(loadModel, request, this.#abort.signal).finally(() => {
      this.#settled = true;
    });
    this.model.catch(() => {});
  }

  /** Whether the model is open, or will not be. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Whether it was told to stop. It may have been open before it could. */
  get stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /**
   * Stops it once the signals of all who wait for it are aborted. Who has none takes what comes.
   *
   * @param onStage hears what takes its time, now and later: another load, where this one waits for that
   */
  async for(
    signal: AbortSignal | undefined,
    onStage: ((stage: LoadStage) => void) | undefined,
  ): Promise<ModelStatus> {
    if (!onStage || this.#settled) return this.#waitedFor(signal);
    const unlisten = this.process.listenToLoading(onStage);
    try {
      return await this.#waitedFor(signal);
    } finally {
      unlisten();
    }
  }

  async #waitedFor(signal: AbortSignal | undefined): Promise<ModelStatus> {
    if (!signal || signal.aborted) return this.model;
    const leave = () => {
      this.#waiting.delete(signal);
      // A run that takes the place of another asks for it in the same turn.
      setImmediate(() => this.#waiting.size === 0 && this.stop());
    };
    this.#waiting.add(signal);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.model;
    } finally {
      signal.removeEventListener('abort', leave);
      // A model stays open for any number of runs, and none of their signals is to be kept for as long.
      this.#waiting.delete(signal);
    }
  }

  /**
   * Ends the examination of an execution provider, or what is unpacked, and with it the loading; the process as well, if a
   * graph holds it.
   */
  stop(): void {
    if (this.#settled || this.stopped) return;
    this.#abort.abort();
    // Not for the model: while its files are verified the process answers, and goes on.
    void endIfHanging(this.process, this.process.requestPlain(status));
  }
}
