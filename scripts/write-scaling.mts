/**
 * `npm run scaling -- BENCH.json`: writes the figures of a benchmark (`npm run bench -- --json BENCH.json`) into
 * docs/scaling.md and draws its pictures (Python with matplotlib; PYTHON names another interpreter).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchmarkReport } from '../src/engine/protocol/benchmark';
import { scalingFigures, withFigures } from './bench/scaling';

const [json] = process.argv.slice(2);
if (!json) throw new Error('Name the JSON file of a benchmark: npm run scaling -- BENCH.json');
const page = new URL('../docs/scaling.md', import.meta.url);
const report = JSON.parse(readFileSync(json, 'utf8')) as BenchmarkReport;
writeFileSync(page, withFigures(readFileSync(page, 'utf8'), scalingFigures(report)));
const plots = fileURLToPath(new URL('bench/plots.py', import.meta.url));
const images = fileURLToPath(new URL('../docs/images', import.meta.url));
const { status } = spawnSync(process.env.PYTHON ?? 'python3', [plots, json, images], {
  stdio: 'inherit',
});
if (status !== 0) {
  throw new Error(
    'The pictures were not drawn. Install matplotlib, or name a Python with it in PYTHON.',
  );
}
