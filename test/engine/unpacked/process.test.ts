import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openableFolder } from '../../../src/denoiser/unpacked/unpacked';
import type { EngineClient } from '../../../src/engine/client';
import { graphFiles, tinyAdaptedModel } from '../../tinyModels';
import { copyOfModel, engineBundle, loadTiny, startClient } from '../engineUnderTest';
import { changeVariant, findUnpacked, packed, useCache, useOwnCache } from './ownCache';

const own = useOwnCache();

describe('an engine that unpacks', () => {
  const request = loadTiny({ folder: tinyAdaptedModel });

  /** An engine whose processes run a statement first. */
  async function startAfter(statement: string) {
    const entry = path.join(own.place, 'entry.js');
    await writeFile(entry, `${statement};require(${JSON.stringify(engineBundle())});`);
    return startClient({ entry });
  }

  it('has another process do it, once, which makes what it would have made itself', async () => {
    const { model, variant } = await packed();
    const to = `${graphFiles(variant).step.file}.bin`;
    useCache(path.join(own.place, 'here'));
    const here = await readFile(path.join(await openableFolder(model, variant), to));

    useCache(own.place);
    const log = path.join(own.place, 'processes');
    const line = `(process.argv[2] ?? 'engine') + ' ' + process.env.ELECTRON_RUN_AS_NODE + '\\n'`;
    const client = await startAfter(
      `require('node:fs').appendFileSync(${JSON.stringify(log)}, ${line})`,
    );
    try {
      await client.load(request);
      await client.load(request);
    } finally {
      await client.dispose();
    }
    // In an Electron host either would be another Electron without the variable.
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual(['engine 1', '--unpack 1']);
    const folder = (await findUnpacked(model, variant))!;
    expect(folder.startsWith(path.join(own.place, 'unmask'))).toBe(true);
    expect(here.equals(await readFile(path.join(folder, to)))).toBe(true);
  });

  it('does without mapped weights where laying them out takes its process down', async () => {
    const crash = `if (process.argv[2] === '--unpack') process.once('message', ({ map, into }) => {
        if (!map) return;
        require('node:fs').mkdirSync(into + '/laid-out');
        process.exit(3);
      })`;
    const client = await startAfter(crash);
    try {
      expect((await client.load(request)).precision).toBe('int8');
    } finally {
      await client.dispose();
    }
    const { model, variant } = await packed();
    const { encode, step } = graphFiles(variant);
    const made = await readdir((await findUnpacked(model, variant))!);
    expect(made.sort()).toEqual([encode.file, step.file, variant.unpack!.to, 'seal.json'].sort());
  });

  it.each([
    ['crashed (exit code 3)', `if (process.argv[2] === '--unpack') process.exit(3)`],
    ['could not be started (spawn /no/node ENOENT)', `process.execPath = '/no/node'`],
  ])('says what to do where the other process %s, and lives on', async (how, statement) => {
    const client = await startAfter(statement);
    try {
      await expect(client.load(request)).rejects.toThrow(
        `The process that unpacks the model's weights ${how}. ` +
          'Free some memory and try again, or select another model.',
      );
      expect(await readdir(path.join(own.place, 'unmask', 'tiny-adapted'))).toEqual([]);
      expect((await client.load(loadTiny())).executionProvider).toBe('cpu');
      expect(client.lines.filter((line) => line.includes('process started'))).toHaveLength(1);
    } finally {
      await client.dispose();
    }
  });

  it('is not spoilt by a model of the same files that says otherwise what becomes of them', async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    await changeVariant(folder, 'int8', ({ unpack }) => {
      Object.assign(unpack!, { to: 'elsewhere.bin' });
    });
    const client = await startClient();
    try {
      await expect(client.load(loadTiny({ folder }))).rejects.toThrow('cannot be opened');
      expect((await client.load(request)).precision).toBe('int8');
    } finally {
      await client.dispose();
      await remove();
    }
  });

  it('says what to do where the model cannot be unpacked anywhere, and does not try elsewhere', async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    await changeVariant(folder, 'int8', (variant) => {
      variant.unpack!.graph = graphFiles(variant).step;
    });
    const log = path.join(own.place, 'unpackings');
    const client = await startAfter(
      `if (process.argv[2] === '--unpack') require('node:fs').appendFileSync(${JSON.stringify(log)}, 'one ')`,
    );
    try {
      await expect(client.load(loadTiny({ folder }))).rejects.toThrow(
        /^The model tiny-adapted cannot be unpacked: .+\. Free some memory and try again, install it anew, or select another model\.$/,
      );
    } finally {
      await client.dispose();
      await remove();
    }
    // Once more without laying the weights out, which may have been the trouble.
    expect(await readFile(log, 'utf8')).toBe('one one ');
  });

  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  /** An engine at which the other process hangs, and that one's id. */
  async function startHanging(signal?: AbortSignal) {
    const file = path.join(own.place, 'pid');
    const client = await startAfter(
      `if (process.argv[2] === '--unpack') process.once('message', () => {
        require('node:fs').appendFileSync(${JSON.stringify(file)}, process.pid + ' ');
        for (;;);
      })`,
    );
    await client.load(loadTiny());
    const { pid: engine } = (await client.status())!;
    const loading = client.load(request, signal).catch(() => {});
    const pids = () => readFile(file, 'utf8').catch(() => '');
    const pid = Number(await vi.waitUntil(pids, 10_000));
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });
    return { client, engine, loading, pid, pids };
  }

  it.each([
    ['is disposed of', (client: EngineClient) => client.dispose()],
    ['is killed', (_: EngineClient, pid: number) => process.kill(pid, 'SIGKILL')],
  ])('takes the other process along when it %s, also one that hangs', async (_, end) => {
    const { client, engine, loading, pid } = await startHanging();
    await end(client, engine);
    await loading;
    await client.dispose();
    await vi.waitUntil(() => !isAlive(pid), 5_000);
  });

  it('ends the other process, and begins none, when nobody waits for the model any more', async () => {
    const controller = new AbortController();
    const { client, engine, loading, pid, pids } = await startHanging(controller.signal);
    controller.abort();
    await loading;
    await vi.waitUntil(() => !isAlive(pid), 5_000);
    expect((await client.load(loadTiny())).executionProvider).toBe('cpu');
    expect((await client.status())!.pid).toBe(engine);
    expect(Number(await pids())).toBe(pid);
    expect(await readdir(path.join(own.place, 'unmask', 'tiny-adapted'))).toEqual([]);
    await client.dispose();
  });

  it('finds the temporary folder where the cache cannot be written', async () => {
    const file = path.join(own.place, 'file');
    await writeFile(file, '');
    useCache(file);
    const temporary = path.join(own.place, 'temporary');
    for (const name of ['TMPDIR', 'TEMP']) vi.stubEnv(name, temporary);
    const client = await startClient();
    try {
      expect((await client.load(request)).precision).toBe('int8');
    } finally {
      await client.dispose();
    }
    const { model, variant } = await packed();
    expect(await findUnpacked(model, variant)).toContain(temporary);
  });

  it('shares what is made with one that does so at the same time', async () => {
    const clients = await Promise.all([startClient(), startClient()]);
    try {
      const loaded = await Promise.all(clients.map((client) => client.load(request)));
      expect(loaded.map(({ precision }) => precision)).toEqual(['int8', 'int8']);
    } finally {
      for (const client of clients) await client.dispose();
    }
    const { model, variant } = await packed();
    expect(await readdir(path.join(own.place, 'unmask', 'tiny-adapted'))).toEqual([
      path.basename((await findUnpacked(model, variant))!),
    ]);
  });
});
