import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLines } from '../../../../src/cli/batch/jsonLines';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string, size: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of byteLines(chunked(Buffer.from(text), size))) {
    lines.push(Buffer.from(line).toString());
  }
  return lines;
}

const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''));

describe('reading lines of bytes', () => {
  it('breaks at line feeds alone, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const text = lines.map((line) => `${line}\n`).join('');
          expect(await linesOf(text, size)).toEqual(
            lines.map((line) => Buffer.from(line).toString()),
          );
        },
      ),
    );
  });

  it('does not break at the separators JSON strings may hold', async () => {
    expect(await linesOf('"a\u2028b"\n"c"', 2)).toEqual(['"a\u2028b"', '"c"']);
  });

  it('gives the last line also without a line feed', async () => {
    expect(await linesOf('a\nb', 1)).toEqual(['a', 'b']);
  });
});
