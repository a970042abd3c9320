import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fillRequest, loadTiny, startClient } from './engineUnderTest';

// On other systems ONNX Runtime keeps its identifier elsewhere.
test.runIf(process.platform === 'linux')(
  'ONNX Runtime leaves no identifier of the device, as it does where it reports its use',
  async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'unmask-home-'));
    const { XDG_CACHE_HOME: _, ORT_DISABLE_TELEMETRY: __, ...env } = process.env;
    const client = await startClient({ env: { ...env, HOME: home, TMPDIR: home } });
    await client.load(loadTiny());
    expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
    await client.dispose();
    expect(await readdir(home)).toEqual([]);
    await rm(home, { recursive: true });
  },
);
