import { workspace } from 'vscode';
import { executionProviderSchema, type LoadModelRequest } from '../engine/protocol/messages';
import type { ContextLimit } from './spans';
import type { SamplerValues } from './startKnobs';

/** The extension's settings, typed. They are read anew each time, so a change counts from the next run on. */
export class Settings {
  /** @param bundledModel folder of the model that comes with the extension. */
  constructor(private readonly bundledModel: string) {}

  /** Which model to load, and where to run it. */
  loadModel(): LoadModelRequest {
    const folder = read('modelFolder', '').trim();
    const provider = executionProviderSchema.safeParse(read('executionProvider', 'auto'));
    return {
      folder: folder === '' ? this.bundledModel : folder,
      executionProvider: provider.success ? provider.data : 'auto',
      threads: readWhole('threads', 0, 256),
    };
  }

  contextLimit(): ContextLimit {
    return {
      before: readWhole('contextCharacters.before', 12_000, 200_000),
      after: readWhole('contextCharacters.after', 6_000, 200_000),
    };
  }

  samplerValues(): SamplerValues {
    return {
      preset: read('preset', ''),
      steps: read('steps', null),
      slots: read('slots', 'auto'),
      order: read('order', 'preset'),
      parallelRule: read('parallelRule', 'preset'),
      remasking: read('remasking', 'preset'),
      temperature: read('temperature', null),
      seed: read('seed', null),
    };
  }
}

function read<T>(key: string, fallback: T): T {
  return workspace.getConfiguration('unmask').get<T>(key) ?? fallback;
}

/** From 0 to `most`; what is no number at all counts as not set. */
function readWhole(key: string, fallback: number, most: number): number {
  const value = Math.round(Number(read(key, fallback)));
  return Number.isNaN(value) ? fallback : Math.min(most, Math.max(0, value));
}
