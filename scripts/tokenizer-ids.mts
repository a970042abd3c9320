/**
 * `tsx scripts/tokenizer-ids.mts TOKENIZER LINES OUT`: the ids of every string of a JSON list, and the text they
 * decode to, by the tokenizer the extension runs. `models/training/tokenizer_parity.py` compares them with Python's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ModelTokenizer } from '../src/denoiser/tokenizer';

const [tokenizerFile, linesFile, outFile] = process.argv.slice(2);
if (!tokenizerFile || !linesFile || !outFile) {
  throw new Error('Usage: tsx scripts/tokenizer-ids.mts TOKENIZER LINES OUT');
}
const tokenizer = await ModelTokenizer.open(tokenizerFile);
const lines = JSON.parse(readFileSync(linesFile, 'utf8')) as string[];
const results = lines.map((line) => {
  const ids = tokenizer.encode(line);
  return { ids, text: tokenizer.decode(ids) };
});
writeFileSync(outFile, JSON.stringify(results));
