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
import { noticesFor } from './notices';
import { platforms, thisPlatform } from './platforms';
import { type VsixEntry, vsixEntries } from './vsixEntries';

const root = fileURLToPath(new URL('..', import.meta.url));

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { target: { type: 'string', default: thisPlatform }, out: { type: 'string' } },
  });
  const { target } = values;
  const binaries = platforms[target];
  if (!binaries) {
    const targets = Object.keys(platforms).join(', ');
    throw new Error(`There is no package for ${target}; the targets are ${targets}.`);
  }
  if (!existsSync(path.join(root, 'models/unmask-135m/model.json'))) {
    throw new Error('models/unmask-135m is missing, and a package without a model fills nothing.');
  }
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const vsix = path.resolve(values.out ?? `unmask-${target}-${version}.vsix`);

  process.chdir(root);
  mkdirSync('.unmask', { recursive: true });
  execFileSync(process.execPath, ['scripts/build.mjs', '--production'], { stdio: 'inherit' });
  const bundled: string[] = JSON.parse(readFileSync('dist/inputs.json', 'utf8'));
  writeFileSync('dist/NOTICES.txt', noticesFor(root, bundled));
  await createVSIX({
    cwd: root,
    target,
    packagePath: vsix,
    ignoreFile: writeIgnoreFile(binaries),
    readmePath: writeReadme(),
    // There is no repository to point links at.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  report(path.relative(root, vsix), await vsixEntries(vsix));
}

/** The allow-list with the binaries of one platform added. */
function writeIgnoreFile(binaries: readonly string[]): string {
  const file = '.unmask/package.vscodeignore';
  const added = binaries.map((glob) => `!${glob}\n`).join('');
  writeFileSync(file, readFileSync('.vscodeignore', 'utf8') + added);
  return file;
}

/** The README without what is of no use on the extension's page: what needs a clone, and pictures, pages and links of it. */
function writeReadme(): string {
  const file = '.unmask/README.md';
  const text = readFileSync('README.md', 'utf8')
    .replaceAll(/^## (Two commands|Try it by hand|In the terminal)\n.*?(?=^## )/gms, '')
    .replaceAll(/<picture>.*?<\/picture>\n*/gs, '')
    .split('\n\n')
    .filter((paragraph) => !/\]\((docs|models)\//.test(paragraph))
    .join('\n\n')
    .replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1');
  writeFileSync(file, text);
  return file;
}

/** Prints what weighs how much, heaviest first. */
function report(name: string, entries: readonly VsixEntry[]): void {
  const groups = new Map<string, { files: number; compressed: number }>();
  for (const { path: file, compressed } of entries) {
    const part = groupOf(file);
    const group = groups.get(part) ?? { files: 0, compressed: 0 };
    groups.set(part, { files: group.files + 1, compressed: group.compressed + compressed });
  }
  const total = entries.reduce((sum, entry) => sum + entry.compressed, 0);
  console.log(`\n${name}: ${megabytes(total)} in ${entries.length} files`);
  for (const [part, group] of [...groups].sort((a, b) => b[1].compressed - a[1].compressed)) {
    console.log(`${megabytes(group.compressed).padStart(10)}  ${part} (${group.files} files)`);
  }
}

/** The part of the package a file belongs to: its top folder, or the model or npm package it is of. */
function groupOf(file: string): string {
  const [top = '', second, ...rest] = file.split('/');
  if (!second) return 'package.json, README and the like';
  return rest.length > 0 && top !== 'dist' ? `${top}/${second}` : top;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
