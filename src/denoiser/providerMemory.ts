import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { ModelFolder } from '../models';
import type { Candidate } from './executionProviders';
import { onnxRuntimeVersion } from './onnxRuntime';

const choiceSchema = z.object({
  executionProvider: z.string(),
  /** Those tried and left, with the reason in words; `passing`: it hung or crashed, which it may do once. */
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
const memorySchema = z.record(z.string(), choiceSchema);

/** What `auto` decided by measurement, and when. */
export type ProviderChoice = z.infer<typeof choiceSchema>;

/** Drivers are updated and devices plugged in: after a month it is time to measure again. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;
const LONGEST_PASSING_MS = 24 * 3600 * 1000;

/** The choices that `auto` made, one per machine and model, in a file that outlives the process. */
export class ProviderMemory {
  readonly #file: string;

  /** @param folder where the file lies; made when first written to */
  constructor(folder: string) {
    this.#file = path.join(folder, 'execution-providers.json');
  }

  /**
   * @param key see `choiceKey`
   * @param since milliseconds since 1970; an earlier choice does not count, nor does one made a month ago, nor a day ago where a reason was passing
   */
  async recall(key: string, since: number): Promise<ProviderChoice | undefined> {
    const choice = (await this.#read())[key];
    if (choice === undefined) return undefined;
    const longest = choice.fallbacks.some(({ passing }) => passing)
      ? LONGEST_PASSING_MS
      : LONGEST_MS;
    return choice.madeAt >= Math.max(since, Date.now() - longest) ? choice : undefined;
  }

  /** Keeps a choice; where nothing can be written, the next process has to measure again. */
  async remember(key: string, choice: ProviderChoice): Promise<void> {
    const all = { ...(await this.#read()), [key]: choice };
    // Another process may read meanwhile.
    const draft = `${this.#file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeFile(draft, JSON.stringify(all, undefined, 2));
      await rename(draft, this.#file);
    } catch (error) {
      console.error(`The chosen execution provider is not remembered: ${(error as Error).message}`);
    }
  }

  /** Nothing where there is no file, or not one of ours. */
  async #read(): Promise<z.infer<typeof memorySchema>> {
    try {
      return memorySchema.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      return {};
    }
  }
}

/** All that a choice depends on, as a hash: the machine, the runtime, the model's graphs, what there is to choose from. */
export async function choiceKey(
  model: ModelFolder,
  candidates: readonly Candidate[],
  threads: number,
): Promise<string> {
  const { name, version, variants } = model.manifest;
  const graphs = variants.map(({ graphs: { encode, step } }) => [encode.sha256, step.sha256]);
  const machine = [hostname(), process.platform, process.arch, cpus()[0]?.model, cpus().length];
  const there = candidates.filter(({ absent }) => absent === undefined);
  const parts = [machine, await onnxRuntimeVersion(), name, version, graphs, there, threads];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
