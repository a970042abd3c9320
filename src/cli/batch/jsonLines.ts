/** Bytes of an input line, without its line feed; text is decoded by the reader so that one bad line stays one. */
export async function* byteLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const lineFeed = 0x0a;
  let started: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      yield Buffer.concat([...started, chunk.subarray(from, at)]);
      started = [];
      from = at + 1;
    }
    if (from < chunk.length) started.push(chunk.subarray(from));
  }
  if (started.length > 0) yield Buffer.concat(started);
}

/**
 * The JSON value of a line, `undefined` for a blank one.
 *
 * @throws {Error} with one line that says what is wrong.
 */
export function parseJsonLine(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('not UTF-8 text: save the file as UTF-8');
  }
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('not valid JSON');
  }
}
