import { FailureError } from '../errors';
import { languageOf } from './languages';
import { inputName, readInput } from './standardStreams';

/** A file to fill. */
export interface TextFile {
  /** Without a byte-order mark, as editors show it; line breaks untouched. */
  readonly text: string;
  /** VS Code language id by the file's extension, or null where the extension says nothing. */
  readonly language: string | null;
}

/**
 * The file at a path, or what standard input gives until its end.
 *
 * @throws {FailureError} when it cannot be read or is not UTF-8 text.
 */
export async function readTextFile(path: string): Promise<TextFile> {
  const bytes = await readInput(path);
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      language: languageOf(path),
    };
  } catch {
    throw new FailureError(
      `Cannot read ${inputName(path)}: it is not UTF-8 text. Save the file as UTF-8.`,
    );
  }
}
