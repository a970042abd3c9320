import { describe, test } from 'vitest';
import { type HostRunOptions, runInHost } from './run';

/**
 * Makes a vitest test of every mocha test that runs in the extension host.
 *
 * They run while vitest collects, since only then does it learn what tests there are.
 */
export function hostTests(name: string, options: HostRunOptions): void {
  describe(name, async () => {
    for (const result of await runInHost(options)) {
      test.skipIf(result.outcome === 'skipped')(result.title, () => {
        if (result.outcome === 'failed') throw asThrown(result.error);
      });
    }
  });
}

/** An error that points at the suite's own line rather than at this file. */
function asThrown(stack: string): Error {
  const error = new Error(stack.split('\n', 1)[0]);
  error.stack = stack;
  return error;
}
