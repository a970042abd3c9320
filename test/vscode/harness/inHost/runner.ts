import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { type HostTestResult, resultMark } from './result';

/**
 * What VS Code calls inside the extension host when a window is opened for tests: runs every suite that
 * was bundled beside this file, and prints one marked line for each test.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000 });
  const isSuite = (file: string) => file.endsWith('.suite.cjs');
  for (const file of readdirSync(__dirname).filter(isSuite))
    mocha.addFile(path.join(__dirname, file));
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => report({ outcome: 'passed', title: test.fullTitle() }));
    runner.on('pending', (test) => report({ outcome: 'skipped', title: test.fullTitle() }));
    runner.on('fail', (test, error) => {
      report({ outcome: 'failed', title: test.fullTitle(), error: error.stack ?? String(error) });
    });
  });
}

function report(result: HostTestResult): void {
  console.log(resultMark + JSON.stringify(result));
}
