import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openableFolder } from '../../../src/denoiser/unpacked/unpacked';
import type { EngineClient } from '../../../src/engine/client';
import type { ModelVariant } from '../../../src/models';
import { graphFiles, tinyAdaptedModel } from '../../tinyModels';
import { copyOfModel, engineBundle, loadTiny, startClient } from '../engineUnderTest';
import { findUnpacked, packed, useCache, useOwnCache } from './ownCache';

const own = useOwnCache();

/** Changes what a manifest says of the packed variant. */
async function changeManifest(
  folder: string,
  change: (variant: Required<ModelVariant>) => void | Promise<void>,
): Promise<void> {
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await change(manifest.variants.find(({ unpack }: ModelVariant) => unpack));
  await writeFile(file, JSON.stringify(manifest));
}

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
    await changeManifest(folder, (variant) => {
      Object.assign(variant.unpack, { to: 'elsewhere.bin' });
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
    await changeManifest(folder, (variant) => {
      variant.unpack.graph = graphFiles(variant).step;
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

  it.each([
    ['is disposed of', (client: EngineClient) => client.dispose()],
    ['is killed', (_: EngineClient, pid: number) => process.kill(pid, 'SIGKILL')],
  ])('takes the other process along when it %s, also one that hangs', async (_, end) => {
    const file = path.join(own.place, 'pid');
    const client = await startAfter(
      `if (process.argv[2] === '--unpack') process.once('message', () => {
        require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid));
        for (;;);
      })`,
    );
    await client.load(loadTiny());
    const { pid: engine } = (await client.status())!;
    const loading = client.load(request).catch(() => {});
    const pid = await vi.waitUntil(() => readFile(file, 'utf8').catch(() => ''), 10_000);
    await end(client, engine);
    await loading;
    await client.dispose();
    const isAlive = () => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    };
    try {
      await vi.waitUntil(() => !isAlive(), 5_000);
    } finally {
      if (isAlive()) process.kill(Number(pid), 'SIGKILL');
    }
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
