import { counted } from '../../diffusion/counted';
import { type BatchLine, readBatchLine } from '../batch/batchLine';
import { openInput } from '../batch/inputStream';
import { byteLines } from '../batch/jsonLines';
import { FailureError } from '../errors';
import { cannot } from '../files/fileErrors';
import { inputName } from '../files/standardStreams';

/** Fewer spans say more of themselves than of the model. */
const LEAST_SPANS = 8;

/**
 * The spans to calibrate a model on, from a file of lines as for `unmask fill --batch`; `-` is standard input.
 *
 * @throws {FailureError} naming the file, and the line that is wrong.
 */
export async function calibrationSpans(path: string): Promise<BatchLine[]> {
  const input = await openInput(path);
  const name = inputName(path);
  const spans: BatchLine[] = [];
  let number = 0;
  try {
    for await (const bytes of byteLines(input)) {
      number++;
      const line = readSpan(bytes);
      if (line) spans.push(line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined)
      cannot('read', name)(error as NodeJS.ErrnoException);
    throw new FailureError(`${name}, line ${number}: ${(error as Error).message}.`);
  } finally {
    input.destroy();
  }
  if (spans.length < LEAST_SPANS)
    throw new FailureError(
      `${name} has ${counted(spans.length, 'span')}; give at least ${LEAST_SPANS}, better a few hundred.`,
    );
  return spans;
}

/** A length is measured at one span; text around several that is put together never stood so. */
function readSpan(bytes: Uint8Array): BatchLine | undefined {
  const line = readBatchLine(bytes);
  if (line?.between && line.between.length > 0)
    throw new Error(
      '“between” makes several spans of it, and lengths are measured at one: leave it out',
    );
  return line;
}
