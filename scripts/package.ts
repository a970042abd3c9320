/**
 * `npm run package [-- --target linux-x64] [--out FILE]`: builds for production and packs a VSIX that carries
 * the binaries of one platform only.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { platforms, thisPlatform } from './platforms';
import { type VsixEntry, vsixEntries } from './vsixEntries';

const root = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: { target: { type: 'string', default: thisPlatform }, out: { type: 'string' } },
});
const { target } = values;
const binaries = platforms[target];
if (!binaries) {
  fail(`There is no package for ${target}; the targets are ${Object.keys(platforms).join(', ')}.`);
}
if (!existsSync(path.join(root, 'models/unmask-small/model.json'))) {
  fail('models/unmask-small is missing, and a package without a model fills nothing.');
}

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const vsix = path.resolve(values.out ?? `unmask-${target}-${version}.vsix`);

process.chdir(root);
execFileSync(process.execPath, ['scripts/build.mjs', '--production'], { stdio: 'inherit' });
mkdirSync('.unmask', { recursive: true });
const ignoreFile = '.unmask/package.vscodeignore';
writeFileSync(
  ignoreFile,
  `${readFileSync('.vscodeignore', 'utf8')}${binaries.map((glob) => `!${glob}\n`).join('')}`,
);
await createVSIX({
  cwd: root,
  target,
  packagePath: vsix,
  ignoreFile,
  // There is no repository to point the README's links at.
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
report(await vsixEntries(vsix));

/** Prints what weighs how much, heaviest first. */
function report(entries: readonly VsixEntry[]): void {
  const groups = new Map<string, { files: number; compressed: number }>();
  for (const { path: file, compressed } of entries) {
    const name = groupOf(file);
    const group = groups.get(name) ?? { files: 0, compressed: 0 };
    groups.set(name, { files: group.files + 1, compressed: group.compressed + compressed });
  }
  const total = entries.reduce((sum, entry) => sum + entry.compressed, 0);
  console.log(`\n${path.relative(root, vsix)}: ${megabytes(total)} in ${entries.length} files`);
  for (const [name, group] of [...groups].sort((a, b) => b[1].compressed - a[1].compressed)) {
    console.log(`${megabytes(group.compressed).padStart(10)}  ${name} (${group.files} files)`);
  }
}

/** The part of the package a file belongs to: its top folder, or the package under `node_modules`. */
function groupOf(file: string): string {
  const parts = file.split('/');
  if (parts.length === 1) return 'package.json, README and the like';
  return parts[0] === 'dist' ? 'dist' : parts.slice(0, 2).join('/');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
