import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of `engine.js` and `cli.js`. */
    bundles: string;
  }
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles engine and command line once for all files of a run, as they are now; tests never meet a stale build. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Inside the repository, where the engine finds ONNX Runtime.
  const outdir = path.join(root, `test-results/bundles/${process.pid}`);
  const bundle = () =>
    build({
      absWorkingDir: root,
      entryPoints: { cli: 'src/cli/main.ts', engine: 'src/engine/server/main.ts' },
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['onnxruntime-node', '@vscode/tree-sitter-wasm'],
      outdir,
      logLevel: 'warning',
    });
  await bundle();
  project.onTestsRerun(async () => void (await bundle()));
  project.provide('bundles', outdir);
  return () => rm(outdir, { recursive: true, force: true });
}
