/**
 * `npm run test:seeds [-- BATCHES [FIRST]]`: the statistical tests of the diffusion core over many batches of seeds, 100
 * unless said otherwise, numbered from FIRST (1). `npm test` runs them on batch 0 alone; this is for a nightly run.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'test/unit/diffusion';
/** Those that take their seeds from the batch (`seeds` of chiSquare.ts). */
const tests = readdirSync(path.join(root, folder), { encoding: 'utf8', recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => path.join(folder, file))
  .filter((file) => /\bseeds\(/.test(readFileSync(path.join(root, file), 'utf8')));
const [batches = 100, first = 1] = process.argv.slice(2).map(Number);
if (!(Number.isInteger(batches) && batches > 0 && Number.isInteger(first) && first > 0)) {
  console.error('Give the number of batches and the first of them as whole numbers from 1.');
  process.exit(2);
}

const failed: number[] = [];
for (let batch = first; batch < first + batches; batch++) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['vitest', 'run', '--reporter=dot', ...tests],
    {
      cwd: root,
      env: { ...process.env, UNMASK_SEED_BATCH: String(batch) },
      encoding: 'utf8',
    },
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`batch ${batch}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (status === 0) continue;
  failed.push(batch);
  console.log(stdout, stderr);
}
console.log(
  failed.length === 0
    ? `${batches} batches of seeds passed`
    : `${failed.length} of ${batches} batches of seeds failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
