/**
 * `npm test`: installs what is missing, then checks, builds and runs every test, from the pure core up to
 * the packaged extension in a real VS Code. The last line is the sum over all of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}test-results`;
const total = { passed: 0, failed: 0, skipped: 0 };

ensureInstalled();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const checked = step('check types, style and import directions', 'npm run --silent check');
if (!checked) total.failed += 1;
if (step('build', 'npm run --silent build')) {
  vitest('unit, engine and command line', 'vitest.config.ts');
  vitest('VS Code', 'test/vscode/vitest.config.ts');
} else {
  total.failed += 1;
}

// Such as need another platform, or what this machine lacks.
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** Runs a command and says how long it took. */
function step(name, command) {
  console.log(`\n▸ ${name}`);
  const started = Date.now();
  const { status } = spawnSync(command, { cwd: root, stdio: 'inherit', shell: true });
  console.log(
    `  ${status === 0 ? 'done' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
  return status === 0;
}

/** Runs the tests of one vitest configuration and adds up what it reports. */
function vitest(name, config) {
  const report = `${results}/${name.replace(/\W+/g, '-')}.json`;
  const finished = step(
    name,
    `npx vitest run --config ${config} --reporter=default --reporter=json --outputFile.json="${report}"`,
  );
  let failed = 0;
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += counts.numPassedTests;
    total.skipped += counts.numPendingTests;
    failed = counts.numFailedTests;
  } catch {
    console.error(`  no report from ${config}`);
  }
  // A file that cannot even be loaded fails without failing a test.
  total.failed += finished ? failed : Math.max(failed, 1);
}
