import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  type NotificationType,
  type RequestType,
  type RequestType0,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { FillFrame, LoadStage } from '../protocol/messages';
import { fillProgress, loadProgress } from '../protocol/requests';
import { EngineError, kindOfCode } from './error';

/** How long a process may take to end by itself before it is killed. */
const END_TIMEOUT_MS = 2_000;

/**
 * Node's flags of the engine. None of the host's, as a debugger's port can be had only once. The engine collects garbage
 * itself before it needs much memory; and what fills drop at once is collected at every MiB, not at every 16: 33 MiB less
 * at the peak of ten fills (692 to 659), in the same processor time.
 */
const ENGINE_FLAGS = ['--expose-gc', '--max-semi-space-size=1'];

/** One life of the engine process and the connection to it. */
export class EngineProcess {
  /** Settles, never rejects, when the process has ended; how, in words: `signal SIGKILL`. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #frameListeners = new Map<string, (frame: FillFrame) => void>();
  readonly #stageListeners = new Set<(stage: LoadStage) => void>();
  #stage: LoadStage = { kind: 'opening' };
  /** Told when the process has ended, of the requests that wait for an answer. */
  readonly #waiting = new Set<() => void>();
  #how: string | undefined;
  #toldToEnd = false;
  #hung = false;

  constructor(
    entry: string,
    env: NodeJS.ProcessEnv,
    private readonly log: (line: string) => void,
  ) {
    this.#child = fork(entry, [], {
      // In an Electron host, fork() would start another Electron.
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: ENGINE_FLAGS,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface(stream).on('line', log);
    }
    // One that hangs would not notice that whoever started it is gone.
    const kill = () => this.#child.kill('SIGKILL');
    process.once('exit', kill);
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) =>
        resolve(signal ? `signal ${signal}` : `exit code ${code}`),
      );
    });
    void this.exited.then((how) => {
      process.off('exit', kill);
      this.#how = how;
      for (const tell of this.#waiting) tell();
      this.#connection.dispose();
    });
    this.#connection = createMessageConnection(
      new IPCMessageReader(this.#child),
      new IPCMessageWriter(this.#child),
    );
    this.#connection.onNotification(fillProgress, (frame) =>
      this.#frameListeners.get(frame.run)?.(frame),
    );
    this.#connection.onNotification(loadProgress, (stage) => {
      this.#stage = stage;
      for (const tell of this.#stageListeners) tell(stage);
    });
    // A message that cannot be written means that the process is ending; `exited` reports that.
    this.#connection.onError(() => {});
    this.#connection.listen();
  }

  get alive(): boolean {
    return this.#how === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * @param signal cancels the request, which is answered all the same
   * @throws {EngineError} with the engine's answer, or `crashed` when the process ends first
   */
  async request<P, R>(type: RequestType<P, R, void>, params: P, signal?: AbortSignal): Promise<R> {
    const cancellation = new CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#answered(this.#connection.sendRequest(type, params, cancellation.token));
    } finally {
      signal?.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }

  async requestPlain<R>(type: RequestType0<R, void>): Promise<R> {
    return this.#answered(this.#connection.sendRequest(type));
  }

  /** Hands a run's frames to a listener until the returned function is called. */
  listenTo(run: string, listener: (frame: FillFrame) => void): () => void {
    this.#frameListeners.set(run, listener);
    return () => this.#frameListeners.delete(run);
  }

  /**
   * Tells a listener what the loading that goes on takes its time for, now and whenever that changes, until the returned
   * function is called.
   */
  listenToLoading(listener: (stage: LoadStage) => void): () => void {
    this.#stageListeners.add(listener);
    listener(this.#stage);
    return () => this.#stageListeners.delete(listener);
  }

  /** Hands notifications of a type, which has no other listener at present, to one until the returned function is called. */
  onNotification<P>(type: NotificationType<P>, listener: (params: P) => void): () => void {
    const registration = this.#connection.onNotification(type, listener);
    return () => registration.dispose();
  }

  /** Whether the process ends, or ended, because it was told to. */
  get toldToEnd(): boolean {
    return this.#toldToEnd;
  }

  /** Ends the process: by itself if it can, by force after a while. */
  async end(): Promise<void> {
    if (!this.alive) return;
    this.#toldToEnd = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }

  /** Ends the process by force, as it does not answer. */
  endHanging(): void {
    if (!this.alive) return;
    this.#hung = true;
    this.#toldToEnd = true;
    this.log('The engine hangs: its process is ended by force.');
    this.#child.kill('SIGKILL');
  }

  async #answered<R>(answer: Promise<R>): Promise<R> {
    let tell = () => {};
    // Not by `exited` itself, which would keep every answer for as long as the process lives.
    const ended = new Promise<never>((_, reject) => {
      tell = () => reject(this.#endedEarly());
    });
    ended.catch(() => {});
    if (this.alive) this.#waiting.add(tell);
    else tell();
    try {
      return await Promise.race([answer, ended]);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      if (error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected) {
        throw new EngineError(kindOfCode(error.code), error.message);
      }
      // The connection broke or was disposed: the process is ending or has ended.
      return await ended;
    } finally {
      this.#waiting.delete(tell);
    }
  }

  #endedEarly(): EngineError {
    if (this.#hung) return hung();
    return this.#toldToEnd ? shutDown() : crashed(this.#how ?? '');
  }
}

const hung = () =>
  new EngineError(
    'hung',
    'The engine hung and was ended. Your file was not changed. The next run starts it anew.',
  );

const crashed = (how: string) =>
  new EngineError(
    'crashed',
    `The engine ended unexpectedly (${how}). Your file was not changed. ` +
      'The next run starts it anew.',
  );

const shutDown = () =>
  new EngineError(
    'disposed',
    'The engine was shut down. Your file was not changed. Run the command again.',
  );
