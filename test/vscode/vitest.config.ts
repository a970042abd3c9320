import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'vscode',
    include: ['test/vscode/**/*.test.ts', 'test/webview/**/*.test.ts'],
    globalSetup: ['test/vscode/provision.setup.ts'],
    // A VS Code with its browser keeps two cores busy; a second one beside it would only make both slow.
    fileParallelism: false,
    // What drives the browser takes its time to load, anew for every file otherwise.
    isolate: false,
    testTimeout: 120_000,
    // A busy machine may take its time to draw.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
  },
});
