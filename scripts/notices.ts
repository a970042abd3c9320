import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** ONNX Runtime is carried whole, outside the bundles. */
const carriedWhole = ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'];

/**
 * The names and licences of everything in the package that others wrote, as their licences ask.
 *
 * @param bundled paths of bundled files, relative to `root`, as esbuild's metafile has them
 */
export function noticesFor(root: string, bundled: Iterable<string>): string {
  const folders = new Set(carriedWhole);
  for (const file of bundled) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder) folders.add(folder);
  }
  const notices = [...folders].sort().map((folder) => noticeOf(path.join(root, folder)));
  return ['Unmask contains the following software.', ...notices].join(`\n\n${'-'.repeat(80)}\n\n`);
}

function noticeOf(folder: string): string {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const source = homepage ?? repository?.url ?? repository ?? '';
  const texts = licenceFiles(folder).map((file) =>
    readFileSync(path.join(folder, file), 'utf8').trim(),
  );
  return [`${name} ${version} (${license})\n${source}`.trim(), ...texts].join('\n\n');
}

function licenceFiles(folder: string): string[] {
  return readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
}
