import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { endings, fillAnd, useClients } from './engineProcess';
import { fillRequest, loadTiny } from './engineUnderTest';

const newClient = useClients();

const IDLE_MS = 1_000;

test.runIf(process.platform === 'linux')(
  'an engine that waits for work takes no processor time',
  async () => {
    const client = await newClient();
    await client.load(loadTiny({ threads: 2 }));
    await client.fill(fillRequest());
    const { pid } = (await client.status())!;
    const inOneSecond = async () => {
      const before = await processorMs(pid);
      await sleep(IDLE_MS);
      return (await processorMs(pid)) - before;
    };
    // A thread that spins takes all of every second; the garbage of the fill is collected in the first few.
    await expect.poll(inOneSecond, { timeout: 15_000 }).toBeLessThanOrEqual(50);
  },
);

/** Processor time of a process so far, all threads, in milliseconds; the kernel counts in steps of 10. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

describe('an engine that is not used', () => {
  test('ends, and the next fill starts another with its model', async () => {
    const client = await newClient({ idleMs: () => 1 });
    await client.load(loadTiny());
    await vi.waitFor(() => expect(endings(client)).toHaveLength(1), 10_000);
    expect(await client.status()).toBeNull();
    const { outcome } = await client.fill(fillRequest());
    expect(outcome.kind).toBe('finished');
    expect(client.lines.filter((line) => line.includes('crashed'))).toEqual([]);
  });

  test('ends also where that is wanted only since its last use', async () => {
    let idleMs: number | undefined;
    const client = await newClient({ idleMs: () => idleMs });
    await client.load(loadTiny());
    idleMs = 1;
    client.idleAgain();
    await vi.waitFor(() => expect(endings(client)).toHaveLength(1), 10_000);
  });

  test('is kept for as long as a fill takes', async () => {
    const client = await newClient({ idleMs: () => 1 });
    const loaded = client.load(loadTiny());
    const { result } = await fillAnd(client, () => expect(endings(client)).toEqual([]));
    await loaded;
    expect(result.outcome.kind).toBe('finished');
  });

  test('is not kept by contexts that are encoded ahead', async () => {
    const client = await newClient({ idleMs: () => 500 });
    await client.load(loadTiny());
    const { language, context, startsDocument, endsDocument } = fillRequest();
    const ahead = { language, context, startsDocument, endsDocument };
    await vi.waitFor(
      async () => {
        const { signal } = new AbortController();
        await client.encodeAhead(loadTiny(), ahead, signal).catch(() => {});
        expect(endings(client)).toHaveLength(1);
      },
      { timeout: 10_000, interval: 50 },
    );
  });
});
