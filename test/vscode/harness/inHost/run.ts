import { saveEvidence } from '../evidence';
import { openWorkbench, type WorkbenchOptions } from '../workbench';
import { remoteUri } from '../workbenchUrl';
import { bundleSuites } from './bundle';
import { type HostTestResult, resultMark } from './result';

const runLimitMs = 180_000;

export interface HostRunOptions extends WorkbenchOptions {
  /** Extension-host tests need the source tree: a packaged extension cannot be asked to run them. */
  readonly extension: { readonly kind: 'development'; readonly folder: string };
  /** TypeScript files with mocha suites. */
  readonly suites: readonly string[];
}

/**
 * Opens VS Code for extension tests, as `@vscode/test-cli` does on the desktop: the suites run in the
 * extension host, on the real `vscode` API.
 *
 * @returns how each test ended, in order
 * @throws when VS Code does not finish them
 */
export async function runInHost(options: HostRunOptions): Promise<HostTestResult[]> {
  const bundle = await bundleSuites(options.suites);
  const results: HostTestResult[] = [];
  let finish: (exitCode: number) => void;
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  try {
    const workbench = await openWorkbench(options, async (page, origin) => {
      results.length = 0;
      // VS Code looks for these two functions: the first hears everything that is logged, the second the end.
      await page.exposeFunction('codeAutomationLog', (_level: string, words: unknown[]) => {
        const line = words.find((word) => String(word).startsWith(resultMark));
        if (line !== undefined) results.push(JSON.parse(String(line).slice(resultMark.length)));
      });
      await page.exposeFunction('codeAutomationExit', (exitCode: number) => finish(exitCode));
      return [['extensionTestsPath', remoteUri(origin, bundle.entry)]];
    });
    let allIsWell = false;
    try {
      const exitCode = await within(runLimitMs, finished);
      if (exitCode !== 0 || results.length === 0) {
        throw new Error(`The extension host ran no tests (exit code ${exitCode}).`);
      }
      allIsWell = results.every(({ outcome }) => outcome !== 'failed');
      return results;
    } finally {
      if (!allIsWell) await saveEvidence(workbench, 'in-host');
      await workbench.close();
    }
  } finally {
    await bundle.remove();
  }
}

async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`VS Code did not finish its tests within ${limitMs / 1000} s.`);
    timer = setTimeout(() => reject(error), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
