import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const runner = fileURLToPath(new URL('runner.ts', import.meta.url));
/** Inside the repository, because the bundles load mocha from its `node_modules`. */
const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** Test suites and their runner, as the extension host can load them. */
export interface Bundle {
  /** The module that VS Code is to run. */
  readonly entry: string;
  remove(): Promise<void>;
}

/** @param suites TypeScript files that use mocha and `vscode` */
export async function bundleSuites(suites: readonly string[]): Promise<Bundle> {
  const folder = await mkdtemp(path.join(repository, '.provision/in-host-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await build({
      entryPoints: [
        { in: runner, out: 'runner' },
        ...suites.map((suite, i) => ({ in: suite, out: `${i}-${path.parse(suite).name}.suite` })),
      ],
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      sourcemap: 'inline',
      external: ['vscode', 'mocha'],
      logLevel: 'warning',
    });
    return { entry: path.join(folder, 'runner.cjs'), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
