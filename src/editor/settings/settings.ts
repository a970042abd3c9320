import { homedir } from 'node:os';
import { workspace } from 'vscode';
import { usualHoleMarker } from '../../engine/client';
import {
  contextCacheSchema,
  defaultContextCacheMegabytes,
  type LoadModelRequest,
  threadsSchema,
  wantedProviderSchema,
} from '../../engine/protocol/messages';
import type { ContextLimit } from '../span/spans';
import { contextCharacters } from './contextCharacters';
import { engineIdle } from './engineIdle';
import type { ProviderChoices } from './providerChoices';
import { readSamplerValues, type SamplerValues } from './samplerSettings';

/** Settings that are one whole number, with the values they may have. */
const wholes = {
  threads: threadsSchema,
  contextCacheMegabytes: contextCacheSchema,
  engineIdleMinutes: engineIdle.minutes,
  'contextCharacters.before': contextCharacters.before,
  'contextCharacters.after': contextCharacters.after,
};

/** The extension's settings, typed. They are read anew each time, so a change counts from the next run on. */
export class Settings {
  /** @param bundledModel folder of the model that comes with the extension. */
  constructor(
    readonly bundledModel: string,
    private readonly choices: ProviderChoices,
  ) {}

  /** Which model to load, and where to run it. */
  loadModel(): LoadModelRequest {
    return {
      folder: this.modelFolder() ?? this.bundledModel,
      executionProvider: wantedProviderSchema.safeParse(read('executionProvider')).data ?? 'auto',
      threads: wholeOr('threads', 0),
      contextCacheMegabytes: wholeOr('contextCacheMegabytes', defaultContextCacheMegabytes),
      measuredSince: this.choices.since,
    };
  }

  /** Folder of a model that is to be used in place of the bundled one. */
  modelFolder(): string | undefined {
    return folderIn('modelFolder');
  }

  /** Folder with the libraries by which ONNX Runtime reaches CUDA. */
  cudaLibraryFolder(): string | undefined {
    return folderIn('cudaLibraryFolder');
  }

  /** Milliseconds without a fill after which the engine is ended; undefined where it is kept. */
  engineIdleMs(): number | undefined {
    return wholeOr('engineIdleMinutes', engineIdle.usual) * 60_000 || undefined;
  }

  contextLimit(): ContextLimit {
    return {
      before: wholeOr('contextCharacters.before', contextCharacters.usual.before),
      after: wholeOr('contextCharacters.after', contextCharacters.usual.after),
    };
  }

  /** What stands for something that is to be filled in. */
  holeMarker(): string {
    return String(read('holeMarker') ?? '').trim() || usualHoleMarker;
  }

  /** Whether fills are offered at the cursor unbidden. */
  completesInline(): boolean {
    return read('inlineCompletions') === true;
  }

  /** Whether the context of a selection is encoded before a fill is asked for. */
  encodesAhead(): boolean {
    return read('encodeAhead') !== false;
  }

  samplerValues(): SamplerValues {
    return readSamplerValues(read);
  }

  /** What is wrong with the settings that are read one by one, in a sentence; those are left out of account. */
  problem(): string | null {
    const single = { ...wholes, executionProvider: wantedProviderSchema };
    const problems = Object.entries(single).flatMap(([key, schema]) => {
      const value = read(key);
      const message = schema.safeParse(value).error?.issues[0]?.message;
      return value === undefined || message === undefined ? [] : [`unmask.${key} ${message}.`];
    });
    return problems.length === 0 ? null : problems.join(' ');
  }
}

function read(key: string): unknown {
  return workspace.getConfiguration('unmask').get(key);
}

/** A setting that names a folder, `~` being the user's own; undefined where it is empty. */
function folderIn(key: string): string | undefined {
  const folder = String(read(key) ?? '').trim();
  return folder.replace(/^~(?=$|[\\/])/, () => homedir()) || undefined;
}

function wholeOr(key: keyof typeof wholes, fallback: number): number {
  return wholes[key].safeParse(read(key)).data ?? fallback;
}
