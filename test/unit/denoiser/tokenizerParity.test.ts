import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModelTokenizer } from '../../../src/denoiser/tokenizer';

/** Written by Python's tokenizers library: `models/training/tokenizer_parity.py --fixture`. */
interface Parity {
  readonly lines: readonly string[];
  /** By the SHA-256 of tokenizer.json: eight hexadecimal digits per line, the start of its ids' SHA-256. */
  readonly digests: Readonly<Record<string, string>>;
}

const parity = JSON.parse(readFileSync('test/fixtures/tokenizer-parity.json', 'utf8')) as Parity;

const tokenizerFiles = ['models', 'test/fixtures']
  .flatMap((root) => readdirSync(root).map((name) => `${root}/${name}/tokenizer.json`))
  .filter((file) => existsSync(file));

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

test('there are models to compare', () => {
  expect(tokenizerFiles.length).toBeGreaterThanOrEqual(2);
  expect(parity.lines.length).toBeGreaterThan(300);
});

describe.each(tokenizerFiles)('%s', (file) => {
  test('gives the ids that Python gives, and loses nothing', async () => {
    const digests = parity.digests[sha256(readFileSync(file))];
    expect(
      digests,
      'Unknown tokenizer: run models/training/tokenizer_parity.py --fixture and commit its result.',
    ).toBeDefined();
    const tokenizer = await ModelTokenizer.open(file);
    parity.lines.forEach((line, index) => {
      const ids = tokenizer.encode(line);
      expect(sha256(ids.join(',')).slice(0, 8), line).toBe(
        digests!.slice(8 * index, 8 * (index + 1)),
      );
      expect(tokenizer.decode(ids)).toBe(line);
    });
  });
});
