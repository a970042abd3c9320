import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { ModelFolder } from '../../models';
import { makeFolder } from '../folders/makeFolder';
import { onnxRuntimeVersion } from '../onnxRuntime';
import type { Accelerator } from './executionProviders';

const choiceSchema = z.object({
  executionProvider: z.string(),
  /** Those tried and left, with the reason in words; `passing`: it failed, which it may not do another time. */
  fallbacks: z.array(
    z.object({
      executionProvider: z.string(),
      reason: z.string(),
      passing: z.literal(true).exactOptional(),
    }),
  ),
  /** Milliseconds since 1970. */
  madeAt: z.number(),
});

/** What `auto` decided by measurement, and when. */
export type ProviderChoice = z.infer<typeof choiceSchema>;

/** Drivers are updated and devices plugged in: after a month it is time to measure again. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;
const LONGEST_PASSING_MS = 24 * 3600 * 1000;

/** The choices that `auto` made, a file for each machine and model, so that windows which choose at once do not lose each other's. */
export class ProviderMemory {
  readonly #folder: string;

  /** @param folder where theirs lies; made when first written to */
  constructor(folder: string) {
    this.#folder = path.join(folder, 'execution-providers');
  }

  /**
   * @param key see `choiceKey`
   * @param since milliseconds since 1970; an earlier choice does not count, nor does one made a month ago, nor a day ago where a reason was passing
   * @returns undefined also where there is a file, but not one of ours
   */
  async recall(key: string, since: number): Promise<ProviderChoice | undefined> {
    const choice = await readFile(this.#fileOf(key), 'utf8')
      .then((text) => choiceSchema.parse(JSON.parse(text)))
      .catch(() => undefined);
    if (choice === undefined) return undefined;
    const longest = choice.fallbacks.some(({ passing }) => passing)
      ? LONGEST_PASSING_MS
      : LONGEST_MS;
    return choice.madeAt >= Math.max(since, Date.now() - longest) ? choice : undefined;
  }

  /** Keeps a choice; where nothing can be written, the next process has to measure again. */
  async remember(key: string, choice: ProviderChoice): Promise<void> {
    const file = this.#fileOf(key);
    // Another process may read meanwhile.
    const draft = `${file}.${randomUUID()}`;
    try {
      await makeFolder(this.#folder);
      await writeFile(draft, JSON.stringify(choice, undefined, 2));
      await rename(draft, file);
    } catch (error) {
      console.error(`The chosen execution provider is not remembered: ${(error as Error).message}`);
    } finally {
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  #fileOf(key: string): string {
    return path.join(this.#folder, `${key}.json`);
  }
}

/** All that a choice depends on, as a hash: the machine, the runtime, the model's graphs, what there is to choose from. */
export async function choiceKey(
  model: ModelFolder,
  accelerators: readonly Accelerator[],
  threads: number,
): Promise<string> {
  const { name, version, variants } = model.manifest;
  const graphs = variants.map((variant) =>
    Object.values(variant.graphs).map(({ sha256 }) => sha256),
  );
  const machine = [hostname(), process.platform, process.arch, cpus()[0]?.model, cpus().length];
  const there = accelerators.filter(({ absent }) => absent === undefined);
  const parts = [machine, await onnxRuntimeVersion(), name, version, graphs, there, threads];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
