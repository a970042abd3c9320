/**
 * Builds every runtime Unmask runs in, one esbuild entry each:
 * the extension host, the engine process, the command line and the webview.
 */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  logLevel: 'warning',
  metafile: true,
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // ONNX Runtime requires its native binding by platform and architecture at run time, tree-sitter its WebAssembly.
  external: ['vscode', 'onnxruntime-node', '@vscode/tree-sitter-wasm'],
};

/**
 * npm makes the command executable when it links it, and every build writes it anew.
 * @type {import('esbuild').Plugin}
 */
const executable = {
  name: 'executable',
  setup({ onEnd }) {
    onEnd(({ errors }) =>
      errors.length > 0 ? undefined : chmod(new URL('../dist/cli.js', import.meta.url), 0o755),
    );
  },
};

const entries = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { engine: 'src/engine/server/main.ts' }, outdir: 'dist' },
  {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [executable],
  },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    entryPoints: { panel: 'webview/main.tsx' },
    outdir: 'dist/webview',
  },
];

if (!watch) await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
await mkdir(new URL('../dist/webview', import.meta.url), { recursive: true });
await copyFile(
  new URL('bench/text.txt', import.meta.url),
  new URL('../dist/benchmark.txt', import.meta.url),
);

if (watch) {
  const contexts = await Promise.all(entries.map((entry) => context(entry)));
  await Promise.all(contexts.map((each) => each.watch()));
  console.log('watching for changes…');
} else {
  const results = await Promise.all(entries.map((entry) => build(entry)));
  // For the packager: whose code is in the bundles.
  const inputs = new Set(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
  await writeFile(new URL('../dist/inputs.json', import.meta.url), JSON.stringify([...inputs]));
}
