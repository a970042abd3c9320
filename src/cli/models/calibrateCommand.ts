import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LengthBias } from '../../diffusion/length/search';
import type { EngineClient } from '../../engine/client';
import type { ModelStatus } from '../../engine/protocol/messages';
import type { BatchLine } from '../batch/batchLine';
import { type EngineOptions, type Surroundings, withEngine } from '../engineSession';
import { exitCodes, StoppedError, UsageError } from '../errors';
import { cannot } from '../files/fileErrors';
import { expectWritable } from '../files/outputFile';
import { writeLine } from '../output';
import { stoppable } from '../stopSignal';
import { calibrationSpans } from './calibrationSpans';

/** What `unmask models calibrate` was told. */
export interface CalibrateOptions extends EngineOptions {
  /** JSONL file of spans to fill, as for `unmask fill --batch`; `-` is standard input. */
  readonly data?: string | undefined;
}

/** Numbers of slots at which the bias is measured: every one while they are few, then a third more each time. */
const GRID = [1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 27, 36, 48, 64, 85, 113, 151, 201, 268];

/**
 * Fits a model's length bias: the mean over many spans, whose fills have all kinds of lengths, of how sure the model is
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
    throw new UsageError('Say on which spans: --data FILE.jsonl, as for “unmask fill --batch”.');
  const spans = await calibrationSpans(data);
  return stoppable((signal) =>
    withEngine(surroundings, options, signal, async (client, model, noteLanguage) => {
      for (const { language } of spans) noteLanguage(language);
      // A model may be put together of links to its files.
      const manifest = await realpath(join(model.folder, 'model.json'));
      await expectWritable(draftOf(manifest));
      const bias = await fitBias(client, model, spans, signal);
      await writeBias(manifest, bias);
      const shown = bias.slots.map((slots, i) => `${slots}: ${bias.confidence[i]}`).join(', ');
      await writeLine(
        surroundings.out,
        `Calibrated ${model.name} on ${spans.length} spans. Mean confidence by slots: ${shown}`,
      );
      return exitCodes.ok;
    }),
  );
}

async function fitBias(
  client: EngineClient,
  model: ModelStatus,
  spans: readonly BatchLine[],
  signal: AbortSignal,
): Promise<LengthBias> {
  const most = Math.min(model.spanGap, model.maxSlots);
  const slots = GRID.filter((length) => length <= most);
  const sums = slots.map(() => 0);
  for (const span of spans) {
    if (signal.aborted) throw new StoppedError('Stopped; the model was left as it is.');
    const found = await client.probeLengths({
      language: span.language ?? null,
      context: [span.prefix, span.suffix],
      startsDocument: span.startsDocument ?? true,
      endsDocument: span.endsDocument ?? true,
      lengths: slots,
    });
    for (const [i, confidence] of found.entries()) sums[i]! += confidence;
  }
  const confidence = sums.map((sum) => Number((sum / spans.length).toFixed(5)));
  return { slots, confidence };
}

/** Puts the bias into a manifest and leaves the rest of it as it is. */
async function writeBias(file: string, lengthBias: LengthBias): Promise<void> {
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  const text = `${JSON.stringify({ ...manifest, lengthBias }, null, 2)}\n`;
  // In one go, so that nobody ever reads half a manifest.
  await writeFile(draftOf(file), text)
    .then(() => rename(draftOf(file), file))
    .catch(cannot('write', file));
}

const draftOf = (file: string) => `${file}.new`;
