import { join, resolve } from 'node:path';
import { EngineClient } from '../engine/client';
import type { LoadModelRequest, ModelStatus } from '../engine/protocol/messages';
import type { Outputs } from './output';

/** Name of the folder under `models/` of the model that comes with Unmask. */
export const bundledModel = 'unmask-135m';

/** Which model to run and how. */
export interface EngineOptions {
  /** A model folder, relative to the working directory; the bundled one when absent. */
  readonly model?: string | undefined;
  readonly ep: LoadModelRequest['executionProvider'];
  readonly threads: number;
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

/**
 * Starts an engine, loads the model, does the work and ends the engine, also when the work fails.
 *
 * @throws {EngineError} when the engine cannot start or the model cannot be loaded.
 */
export async function withEngine<T>(
  { root, storage, err }: Surroundings,
  options: EngineOptions,
  work: (client: EngineClient, model: ModelStatus) => Promise<T>,
): Promise<T> {
  const client = new EngineClient({
    entry: join(root, 'dist', 'engine.js'),
    storage,
    log: options.verbose ? (line) => err.write(`${line}\n`) : () => {},
  });
  try {
    const model = await client.load({
      folder: options.model ? resolve(options.model) : join(root, 'models', bundledModel),
      executionProvider: options.ep,
      threads: options.threads,
    });
    const { executionProvider, fallbacks } = model;
    const refused = fallbacks.find((each) => each.executionProvider === options.ep);
    if (refused && !options.verbose)
      err.write(`${options.ep} was not used, but ${executionProvider}: ${refused.reason}\n`);
    return await work(client, model);
  } finally {
    await client.dispose();
  }
}
