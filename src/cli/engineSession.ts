import { join, resolve } from 'node:path';
import {
  EngineClient,
  type EngineClientOptions,
  leftProvider,
  loadingText,
  unlessAborted,
} from '../engine/client';
import {
  type LoadModelRequest,
  type LoadStage,
  type ModelStatus,
  threadsSchema,
} from '../engine/protocol/messages';
import { StoppedError, UsageError } from './errors';
import { languageNotes, type NoteLanguage } from './languageNotes';
import { type Outputs, written } from './output';

/** Name of the folder under `models/` of the model that comes with Unmask. */
export const bundledModel = 'unmask-135m';

/** How long a load may take without a word: at its first use, a model is unpacked, and a driver may hang. */
const PATIENCE_MS = 2_000;

/** Which model to run and how. */
export interface EngineOptions {
  /** A model folder, relative to the working directory; the bundled one when absent. */
  readonly model?: string | undefined;
  readonly ep: LoadModelRequest['executionProvider'];
  readonly threads: number;
  /** Folder with ONNX Runtime's libraries for CUDA, relative to the working directory. */
  readonly cudaLibraries?: string | undefined;
  /** VS Code language id that the user named. */
  readonly language?: string | undefined;
  /** Whether the engine's log goes to the terminal. */
  readonly verbose?: boolean | undefined;
}

/** Where things lie and where words go. */
export interface Surroundings extends Outputs {
  /** The folder that holds `dist/` and `models/`. */
  readonly root: string;
  /** Folder in which the engine keeps what it finds out about this machine. */
  readonly storage: string;
}

/** Where it is shown what a load waits for, as it comes to that. */
export interface LoadView {
  wait(text: string): void;
  /** The model is there, or will not be. */
  clear(): void;
}

/** An engine without a word. */
export const engineIn = ({ root, storage }: Surroundings): EngineClientOptions => ({
  entry: join(root, 'dist', 'engine.js'),
  storage,
  log: () => {},
});

/**
 * Starts an engine, loads the model, does the work and ends the engine, also when the work fails.
 *
 * @param view unless given, a terminal is told in lines, and only of a load that takes long
 * @throws {EngineError} when the engine cannot start or the model cannot be loaded.
 * @throws {StoppedError} when stopped before the model is loaded.
 */
export async function withEngine<T>(
  surroundings: Surroundings,
  options: EngineOptions,
  signal: AbortSignal,
  work: (client: EngineClient, model: ModelStatus, noteLanguage: NoteLanguage) => Promise<T>,
  view?: LoadView,
): Promise<T> {
  const { root, err } = surroundings;
  const { error } = threadsSchema.safeParse(options.threads);
  if (error) throw new UsageError(`--threads ${error.issues[0]?.message}.`);
  const client = new EngineClient({
    ...engineIn(surroundings),
    cudaLibraries: () => options.cudaLibraries && resolve(options.cudaLibraries),
    ...(options.verbose && { log: (line) => err.write(written(err, `${line}\n`)) }),
  });
  let stage: LoadStage | undefined;
  let isSlow = false;
  const text = () => `${loadingText(options.ep, stage)} Ctrl+C stops it.`;
  const tell = () => err.isTTY && err.write(`${text()}\n`);
  const slow = () => {
    isSlow = true;
    tell();
  };
  const patience = view ? undefined : setTimeout(slow, PATIENCE_MS);
  view?.wait(text());
  try {
    const wanted = {
      folder:
        options.model === undefined ? join(root, 'models', bundledModel) : resolve(options.model),
      executionProvider: options.ep,
      threads: options.threads,
    };
    const loading = client.load(wanted, undefined, (now) => {
      // It may go on telling until it has ended.
      if (signal.aborted) return;
      stage = now;
      view?.wait(text());
      if (isSlow && now.kind !== 'opening') tell();
    });
    const model = await unlessAborted(loading, signal).finally(() => {
      clearTimeout(patience);
      view?.clear();
    });
    if (!model) throw new StoppedError('Stopped before the model was there.');
    // Who names CUDA's libraries wants CUDA, also where `auto` chooses.
    const left =
      leftProvider(model) ??
      (options.cudaLibraries && leftProvider({ ...model, wantedProvider: 'cuda' }));
    if (left) err.write(written(err, `${left}\n`));
    const noteLanguage = languageNotes(model, err);
    noteLanguage(options.language);
    return await work(client, model, noteLanguage);
  } finally {
    await client.dispose();
  }
}
