import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trace } from '../../diffusion/trace/trace';
import { UsageError } from '../errors';
import { cannot } from '../files/fileErrors';
import { expectOtherFile } from '../files/outputFile';
import { STANDARD_STREAM } from '../files/standardStreams';
import { writeTraceFile } from '../fill/traceFile';

/** What file systems take, in bytes. */
const LONGEST_NAME = 255;

/** The folder for the traces of a batch, each in a file of its own that is named after the id of its line. */
export class TraceFolder {
  /** In small letters, as not every file system tells capitals from them. */
  readonly #written = new Set<string>();

  private constructor(
    private readonly path: string,
    private readonly others: readonly (readonly [option: string, path: string])[],
  ) {}

  /**
   * Makes the folder, unless it is there.
   *
   * @param others files that no trace may take the place of, with the options that name them
   * @throws {UsageError} without a name; {FailureError} when it cannot be made
   */
  static async open(path: string, others: TraceFolder['others']): Promise<TraceFolder> {
    if (path === '' || path === STANDARD_STREAM)
      throw new UsageError('The traces of a batch go into a folder: name it with --trace.');
    await mkdir(path, { recursive: true }).catch(cannot('write', path));
    return new TraceFolder(path, others);
  }

  /**
   * The file for the trace of a line: of its id, what may not stand in a name is written as in addresses.
   *
   * @throws {Error} where there is none that is this line's alone
   */
  async fileFor(id: string | number): Promise<string> {
    const stem = encodeURIComponent(String(id).toWellFormed()).replaceAll('*', '%2A');
    const name = `${stem}.json`;
    if (name.length > LONGEST_NAME)
      throw new Error('“id” is too long for the name of its trace: shorten it');
    const file = join(this.path, name);
    if (this.#written.has(file.toLowerCase()))
      throw new Error(`a line before has its trace in ${name}: give this one another “id”`);
    for (const other of this.others) await expectOtherFile([`The trace ${name}`, file], other);
    return file;
  }

  /** @throws {FailureError} when the file cannot be written */
  async write(file: string, trace: Trace): Promise<void> {
    this.#written.add(file.toLowerCase());
    await writeTraceFile(file, trace);
  }
}
