import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const unit = readdirSync('test/unit', { encoding: 'utf8', recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/unit/${file.replaceAll('\\', '/')}`);
/** What replaces modules, or changes the process beyond what Vitest takes back, is kept from the others. */
const alone = unit.filter((file) =>
  /\bvi\.(mock|doMock)\(|\bdefineProperty\(process\b/.test(readFileSync(file, 'utf8')),
);
const limits = { testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    globalSetup: ['test/temporaryFolder.setup.ts'],
    // The engine tests start real processes that load ONNX Runtime; on two cores more files at once only queue.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...limits,
          // Each starts processes, which takes its time on a busy machine; what is cut off spoils what comes after.
          testTimeout: 60_000,
          name: 'processes',
          include: ['test/engine/**/*.test.ts', 'test/cli/**/*.test.ts'],
          globalSetup: ['test/bundles.setup.ts'],
        },
      },
      {
        test: {
          ...limits,
          name: 'alone',
          include: alone,
        },
      },
      {
        test: {
          ...limits,
          name: 'together',
          include: ['test/unit/**/*.test.ts'],
          exclude: alone,
          // To load the same modules anew for every file takes longer than most of these tests.
          isolate: false,
        },
      },
    ],
  },
});
