import { afterAll, afterEach, beforeAll } from 'vitest';
import { saveEvidence } from './evidence';
import { openWorkbench, type Workbench, type WorkbenchOptions } from './workbench';

const openLimitMs = 180_000;

/**
 * Opens one workbench for all tests of the surrounding `describe` (or file), saves evidence after each
 * test that fails, and closes it in the end.
 *
 * @returns a workbench that may be used inside tests and hooks
 */
export function useWorkbench(
  options: WorkbenchOptions | (() => Promise<WorkbenchOptions>),
): Workbench {
  let opened: Workbench | undefined;
  beforeAll(async () => {
    opened = await openWorkbench(typeof options === 'function' ? await options() : options);
  }, openLimitMs);

  afterEach(async ({ task }) => {
    if (opened === undefined || task.result?.state !== 'fail') return;
    await saveEvidence(opened, task.fullTestName);
  });

  afterAll(() => opened?.close());

  const current = () => {
    if (opened === undefined) throw new Error('The workbench is open only while tests run.');
    return opened;
  };
  return {
    get page() {
      return current().page;
    },
    get folders() {
      return current().folders;
    },
    get server() {
      return current().server;
    },
    get pageLog() {
      return current().pageLog;
    },
    close: () => current().close(),
  };
}
