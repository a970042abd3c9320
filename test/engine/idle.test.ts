import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fillRequest, loadTiny, startClient } from './engineUnderTest';

const IDLE_MS = 1_000;

test.runIf(process.platform === 'linux')(
  'an engine that waits for work takes no processor time',
  { timeout: 60_000 },
  async () => {
    const client = await startClient();
    await client.load(loadTiny({ threads: 2 }));
    await client.fill(fillRequest());
    const { pid } = (await client.status())!;
    // The last garbage of the fill is collected in the background.
    await sleep(IDLE_MS);
    const before = await processorMs(pid);
    await sleep(IDLE_MS);
    // A thread that spins takes all of the second.
    expect((await processorMs(pid)) - before).toBeLessThanOrEqual(50);
    await client.dispose();
  },
);

/** Processor time of a process so far, all threads, in milliseconds; the kernel counts in steps of 10. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
