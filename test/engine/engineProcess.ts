import { afterEach, expect, vi } from 'vitest';
import type { EngineClient } from '../../src/engine/client';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { fillRequest, startClient } from './engineUnderTest';

type Client = Awaited<ReturnType<typeof startClient>>;

/** Clients of their own for the tests of a file, each with an engine that ends with the test that made it. */
export function useClients(): typeof startClient {
  let client: Client | undefined;
  // Every test starts processes, which takes its time on a busy machine.
  vi.setConfig({ testTimeout: 60_000 });
  afterEach(() => client?.dispose());
  return async (options) => {
    client = await startClient(options);
    return client;
  };
}

/** Many steps, so that something can happen to it meanwhile. */
export const longFill = (): FillRequest =>
  fillRequest({
    spans: [{ text: '', slots: 64 }],
    sampler: {
      ...fillRequest().sampler,
      steps: 1024,
      parallel: { rule: 'ancestral' },
      remask: { remasker: 'remdm-rescale', eta: 0.5 },
    },
  });

/** Fills, and does something once the first steps have come. */
export async function fillAnd(
  client: EngineClient,
  act: (steps: number) => unknown,
  signal?: AbortSignal,
) {
  let steps = 0;
  let acted = false;
  const result = await client.fill(longFill(), {
    ...(signal && { signal }),
    onFrame: (frame) => {
      if (frame.kind === 'steps') steps += frame.steps.length;
      if (steps > 0 && !acted) {
        acted = true;
        act(steps);
      }
    },
  });
  return { result, steps };
}

export const pidOf = async (engine: EngineClient) => (await engine.status())!.pid;

/** What the log says of processes that have ended. */
export const endings = ({ lines }: Client) =>
  lines.filter((line) => line.includes('process ended'));

/** Kills the engine, and waits until the client has seen it. */
export async function crash(client: Client): Promise<void> {
  const before = endings(client).length;
  process.kill(await pidOf(client), 'SIGKILL');
  await vi.waitFor(() => expect(endings(client)).toHaveLength(before + 1), 10_000);
}
