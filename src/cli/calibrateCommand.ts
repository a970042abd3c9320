import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LengthBias } from '../diffusion/lengthSearch';
import type { EngineClient } from '../engine/client';
import type { ModelStatus } from '../engine/protocol/messages';
import { readBatchLine } from './batchLine';
import { type EngineOptions, type Surroundings, withEngine } from './engineSession';
import { exitCodes, FailureError, StoppedError, UsageError } from './errors';
import { byteLines } from './jsonLines';
import { writeLine } from './output';
import { stoppable } from './stopSignal';
import { reason } from './textFile';

/** What `unmask models calibrate` was told. */
export interface CalibrateOptions extends EngineOptions {
  /** JSONL file of places to fill, as for `unmask fill --batch`. */
  readonly data?: string | undefined;
}

/** Numbers of slots at which the bias is measured: every one while they are few, then a third more each time. */
const GRID = [1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 27, 36, 48, 64, 85, 113, 151, 201, 268];

/** Fewer places say more of themselves than of the model. */
const LEAST_PLACES = 8;

/**
 * Fits a model's length bias: the mean over many places, whose fills have all kinds of lengths, of how sure the model is
 * at first of a fill of each length. Written into the model's `model.json`, for the length rule `calibrated`.
 *
 * @returns the exit code.
 */
export async function calibrateModel(
  options: CalibrateOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { data } = options;
  if (data === undefined)
    throw new UsageError('Say on which places: --data FILE.jsonl, as for “unmask fill --batch”.');
  return stoppable((signal) =>
    withEngine(surroundings, options, signal, async (client, model) => {
      const { bias, places } = await fitBias(client, model, data, signal);
      await writeBias(model.folder, bias);
      const shown = bias.slots.map((slots, i) => `${slots}: ${bias.confidence[i]}`).join(', ');
      await writeLine(
        surroundings.out,
        `Calibrated ${model.name} on ${places} places. Mean confidence by slots: ${shown}`,
      );
      return exitCodes.ok;
    }),
  );
}

async function fitBias(
  client: EngineClient,
  model: ModelStatus,
  data: string,
  signal: AbortSignal,
): Promise<{ bias: LengthBias; places: number }> {
  const most = Math.min(model.spanGap, model.maxSlots);
  const slots = GRID.filter((length) => length <= most);
  const sums = slots.map(() => 0);
  let places = 0;
  const input = await open(data).catch((error: NodeJS.ErrnoException) => {
    throw new FailureError(`Cannot read ${data}: ${reason(error)}.`);
  });
  try {
    for await (const bytes of byteLines(input.createReadStream({ autoClose: false }))) {
      if (signal.aborted) throw new StoppedError('Stopped; the model was left as it is.');
      const line = readBatchLine(bytes);
      if (!line) continue;
      const found = await client.probeLengths({
        language: line.language ?? null,
        context: [line.prefix, line.suffix],
        startsDocument: line.startsDocument ?? true,
        endsDocument: line.endsDocument ?? true,
        lengths: slots,
      });
      for (const [i, confidence] of found.entries()) sums[i]! += confidence;
      places++;
    }
  } finally {
    await input.close();
  }
  if (places < LEAST_PLACES)
    throw new FailureError(
      `${data} has ${places} places; give at least ${LEAST_PLACES}, better a few hundred.`,
    );
  const confidence = sums.map((sum) => Number((sum / places).toFixed(5)));
  return { bias: { slots, confidence }, places };
}

/** Puts the bias into the manifest and leaves the rest of it as it is. */
async function writeBias(folder: string, lengthBias: LengthBias): Promise<void> {
  const file = join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  const text = `${JSON.stringify({ ...manifest, lengthBias }, null, 2)}\n`;
  try {
    // In one go, so that nobody ever reads half a manifest.
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  } catch (error) {
    throw new FailureError(`Cannot write ${file}: ${reason(error as NodeJS.ErrnoException)}.`);
  }
}
