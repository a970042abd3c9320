import type { StatsFs } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  statfs,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LoadedModel, type Probe, ProviderMemory, unpackHere } from '../../src/denoiser';
import { closeGraphs, openGraphsIn } from '../../src/denoiser/graphs/graphs';
import { openTokenizer } from '../../src/denoiser/modelTokens';
import { readOnnx, writeOnnx } from '../../src/denoiser/onnxFile';
import { variantFor } from '../../src/denoiser/providers/variant';
import { selfCheckPredictions } from '../../src/denoiser/selfCheck/selfCheck';
import type { Unpack } from '../../src/denoiser/unpacked/unpack';
import { openableFolder } from '../../src/denoiser/unpacked/unpacked';
import { unpackedPlaces } from '../../src/denoiser/unpacked/unpackedPlaces';
import type { EngineClient } from '../../src/engine/client';
import { type ModelFolder, type ModelVariant, readModelFolder } from '../../src/models';
import { graphFiles, tinyAdaptedModel, tinyModel } from '../tinyModels';
import { copyOfModel, engineBundle, loadTiny, startClient } from './engineUnderTest';

// As it is, and counted.
vi.mock('../../src/denoiser/unpacked/unpackedPlaces', { spy: true });
vi.mock('node:fs/promises', { spy: true });

/** Where a user's cache is, on every platform. */
const CACHE_VARIABLES = ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME'];

let place: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'unmask-unpacked-'));
  useCache(place);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(place, { recursive: true });
});

const useCache = (folder: string) => {
  for (const name of CACHE_VARIABLES) vi.stubEnv(name, folder);
};

async function packed(folder = tinyAdaptedModel) {
  const model = await readModelFolder(folder);
  return { model, variant: variantFor(model, 'cpu')! };
}

async function findUnpacked(model: ModelFolder, variant: ModelVariant) {
  const places = await unpackedPlaces(model, variant);
  return places.find(({ state }) => state === 'whole')?.folder;
}

/** What the tiny model's graphs in a folder predict for the self-check's input. */
async function predictions(folder: string) {
  const { model, variant } = await packed();
  const graphs = await openGraphsIn(folder, model, variant, 'cpu', 1);
  const { tokens } = await openTokenizer(model);
  const found = await selfCheckPredictions(graphs, model.manifest, tokens);
  await closeGraphs(graphs);
  return found;
}

describe('a variant that is shipped packed', () => {
  it('is unpacked once, whole, and found from then on', async () => {
    const { model, variant } = await packed();
    expect(await findUnpacked(model, variant)).toBeUndefined();
    const [first, second] = await Promise.all([
      openableFolder(model, variant),
      openableFolder(model, variant),
    ]);
    expect(second).toBe(first);
    expect(first.startsWith(place)).toBe(true);
    expect(await findUnpacked(model, variant)).toBe(first);
    expect(await readdir(path.dirname(first))).toEqual([path.basename(first)]);
    const file = path.join(first, `${graphFiles(variant).step.file}.bin`);
    const made = await stat(file);
    expect(await openableFolder(model, variant)).toBe(first);
    expect((await stat(file)).mtimeMs).toBe(made.mtimeMs);
  });

  it('has its weights laid out for this machine, with nothing else left', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const files = [graphFiles(variant).encode.file, graphFiles(variant).step.file];
    const weights = files.map((file) => `${file}.bin`);
    expect((await readdir(folder)).sort()).toEqual(
      [...files, ...weights, 'self-check.json', 'seal.json'].sort(),
    );
    // What maps them needs no room of its own for them.
    const sizes = await Promise.all(weights.map((file) => stat(path.join(folder, file))));
    expect(Math.min(...sizes.map(({ size }) => size))).toBeGreaterThan(100_000);
  });

  it('stays as it is where its weights cannot be laid out, and predicts the same', async () => {
    const { model, variant } = await packed();
    const into = path.join(place, 'plain');
    await mkdir(into);
    await writeFile(path.join(into, 'laid-out'), 'in the way');
    await unpackHere({ modelFolder: model.folder, precision: variant.precision, into, map: true });
    expect(await readdir(into)).toContain(variant.unpack!.to);
    const laidOut = await openableFolder(model, variant);
    expect(await predictions(into)).toEqual(await predictions(laidOut));
  });

  it('is laid out another day where there was no room for it, once there is', async () => {
    const { model, variant } = await packed();
    const { to } = variant.unpack!;
    const hasOnDisk = (bytes: number) =>
      vi.mocked(statfs).mockResolvedValue({ bavail: bytes, bsize: 1 } as StatsFs);
    let isInTheWay = true;
    const unpack = vi.fn<Unpack>(async (request) => {
      if (isInTheWay) await writeFile(path.join(request.into, 'laid-out'), '');
      await unpackHere(request);
    });
    const unpackedBy = async (calls: number) => {
      const folder = await openableFolder(model, variant, unpack);
      expect(unpack).toHaveBeenCalledTimes(calls);
      return folder;
    };
    hasOnDisk(1000);
    const folder = await unpackedBy(1);
    const expected = await predictions(folder);
    const tried = (hoursAgo: number) => {
      const then = new Date(Date.now() - hoursAgo * 60 * 60 * 1000);
      return utimes(path.join(folder, 'no-room'), then, then);
    };
    await tried(25);
    await unpackedBy(1);
    hasOnDisk(1e9);
    await tried(23);
    await unpackedBy(1);

    await tried(25);
    unpack.mockRejectedValueOnce(new Error('no space left'));
    unpack.mockRejectedValueOnce(new Error('no space left'));
    expect(await unpackedBy(3)).toBe(folder);
    await unpackedBy(3);
    expect(await readdir(folder)).toContain(to);

    isInTheWay = false;
    await tried(25);
    expect(await unpackedBy(4)).toBe(folder);
    await unpackedBy(4);
    expect(await readdir(folder)).not.toContain(to);
    expect(await readdir(folder)).not.toContain('no-room');
    expect(await readdir(path.dirname(folder))).toEqual([path.basename(folder)]);
    expect(await predictions(folder)).toEqual(expected);
    vi.mocked(statfs).mockReset();
  });

  it('is not laid out another day where that was not for want of room', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant, async (request) => {
      await writeFile(path.join(request.into, 'laid-out'), '');
      await unpackHere(request);
    });
    expect(await readdir(folder)).toContain(variant.unpack!.to);
    expect(await readdir(folder)).not.toContain('no-room');
  });

  it("can be sealed where the model's own files are read-only", async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    const { variant } = await packed(folder);
    for (const file of await readdir(folder)) await chmod(path.join(folder, file), 0o444);
    const into = path.join(place, 'plain');
    await mkdir(into);
    await unpackHere({ modelFolder: folder, precision: variant.precision, into, map: false });
    for (const file of await readdir(into))
      expect((await stat(path.join(into, file))).mode & 0o200).toBe(0o200);
    await remove();
  });

  it('computes right where its weights were laid out for another machine', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const expected = await predictions(folder);
    const file = path.join(folder, graphFiles(variant).step.file);
    const bytes = await readFile(`${file}.bin`);
    const graph = readOnnx(await readFile(file));
    let layouts = 0;
    for (const constant of graph.graph.initializer) {
      constant.externalData = (constant.externalData ?? []).map(({ key, value }) => {
        if (!key.startsWith('prepacked')) return { key, value };
        layouts++;
        const [name, buffer] = value.split('|') as [string, string];
        const [offset, length] = buffer.split(';').map(Number) as [number, number];
        expect(offset % 64).toBe(0);
        bytes.fill(0, offset, offset + length);
        // It is found by a hash of what this machine makes itself.
        return {
          key,
          value: `${name.replace(/\d/, (digit) => String(9 - Number(digit)))}|${buffer}`,
        };
      });
    }
    expect(layouts).toBeGreaterThan(4);
    await writeFile(`${file}.bin`, bytes);
    await writeFile(file, writeOnnx(graph));
    expect(await predictions(folder)).toEqual(expected);
  });

  it.each([
    { cache: 'file', is: 'a file' },
    // Nothing can be made there, and nothing found: Node would try for ever.
    ...(process.platform === 'linux' ? [{ cache: '/proc/nope', is: 'what can never be' }] : []),
  ])('goes to the temporary folder where the cache is $is', async ({ cache }) => {
    await writeFile(path.join(place, 'file'), '');
    useCache(path.resolve(place, cache));
    vi.stubEnv('TMPDIR', path.join(place, 'temporary'));
    vi.stubEnv('TEMP', path.join(place, 'temporary'));
    const { model, variant } = await packed();
    expect(await openableFolder(model, variant)).toContain(path.join(place, 'temporary'));
  });

  it.runIf(process.getuid)(
    'leaves a temporary folder alone that others can write to: it may lead anywhere',
    async () => {
      await writeFile(path.join(place, 'file'), '');
      useCache(path.join(place, 'file'));
      vi.stubEnv('TMPDIR', place);
      const { model, variant } = await packed();
      const theirs = path.join(place, `unmask-${process.getuid!()}`);
      const documents = path.join(place, 'documents');
      await mkdir(theirs);
      await chmod(theirs, 0o777);
      await mkdir(path.join(documents, 'old'), { recursive: true });
      await utimes(path.join(documents, 'old'), new Date(0), new Date(0));
      await symlink(documents, path.join(theirs, model.manifest.name));
      await expect(openableFolder(model, variant)).rejects.toThrow('others can write there, too');
      expect(await readdir(documents)).toEqual(['old']);
    },
  );

  it('is unpacked anew where a file is missing since, or cut off', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    const expected = await predictions(folder);
    const file = path.join(folder, `${graphFiles(variant).step.file}.bin`);
    for (const spoil of [() => rm(file), () => truncate(file, 100)]) {
      await spoil();
      expect(await findUnpacked(model, variant)).toBeUndefined();
      expect(await openableFolder(model, variant)).toBe(folder);
      expect(await predictions(folder)).toEqual(expected);
    }
    expect(await readdir(path.dirname(folder))).toEqual([path.basename(folder)]);
  });

  it('is not taken from a folder that somebody else has made', async () => {
    const { model, variant } = await packed();
    const folder = await openableFolder(model, variant);
    vi.spyOn(process, 'getuid').mockReturnValue(4711);
    expect(await findUnpacked(model, variant)).toBeUndefined();
    vi.restoreAllMocks();
    expect(await findUnpacked(model, variant)).toBe(folder);
  });

  it('says what to do where nothing can be written', async () => {
    const file = path.join(place, 'file');
    await writeFile(file, '');
    useCache(file);
    vi.stubEnv('TMPDIR', file);
    vi.stubEnv('TEMP', file);
    const { model, variant } = await packed();
    await expect(openableFolder(model, variant)).rejects.toThrow(
      /tiny-adapted could not be unpacked .* has to be writable and have room for it/,
    );
  });

  it('leaves what others made alone for a week, and what they never finished for an hour', async () => {
    const { model, variant } = await packed();
    const beside = path.join(place, 'unmask', 'tiny-adapted');
    const hours = { fresh: 0, used: 24, old: 8 * 24, 'fresh.partial': 0, 'old.partial': 2 };
    for (const [name, age] of Object.entries(hours)) {
      await mkdir(path.join(beside, name), { recursive: true });
      const then = new Date(Date.now() - age * 60 * 60 * 1000);
      await utimes(path.join(beside, name), then, then);
    }
    const made = await openableFolder(model, variant);
    const left = [path.basename(made), 'fresh', 'used', 'fresh.partial'].sort();
    expect((await readdir(beside)).sort()).toEqual(left);

    const then = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(path.join(beside, 'fresh.partial'), then, then);
    await utimes(made, then, then);
    expect(await openableFolder(model, variant)).toBe(made);
    expect((await readdir(beside)).sort()).toEqual(left.filter((name) => name !== 'fresh.partial'));
    expect(Date.now() - (await stat(made)).mtimeMs).toBeLessThan(60_000);
  });

  it.each([
    ['weights', (step: string) => `${step}.bin`],
    ['graphs', (step: string) => step],
    ['notes of what it predicts', () => 'self-check.json'],
  ])('is made anew where its %s were damaged since', async (_, nameOf) => {
    const { model, variant } = await packed();
    const name = nameOf(graphFiles(variant).step.file);
    const file = path.join(await openableFolder(model, variant), name);
    const sound = await readFile(file);
    await writeFile(file, Buffer.alloc(sound.length));
    const client = await startClient();
    try {
      expect((await client.load(loadTiny({ folder: tinyAdaptedModel }))).precision).toBe('int8');
    } finally {
      await client.dispose();
    }
    expect(sound.equals(await readFile(file))).toBe(true);
  });

  it('loads in an engine, which says so the first time, the second time without its packed weights', async () => {
    const { folder, remove } = await copyOfModel(tinyAdaptedModel);
    const client = await startClient();
    try {
      const request = loadTiny({ folder });
      const stages: string[] = [];
      const load = () => client.load(request, undefined, ({ kind }) => stages.push(kind));
      expect((await load()).precision).toBe('int8');
      expect(stages).toEqual(['opening', 'unpacking', 'opening']);
      await writeFile(path.join(folder, 'weights.bin'), 'spoilt');
      expect((await client.load(request)).precision).toBe('int8');
    } finally {
      await client.dispose();
      await remove();
    }
  });
});

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
    const entry = path.join(place, 'entry.js');
    await writeFile(entry, `${statement};require(${JSON.stringify(engineBundle())});`);
    return startClient({ entry });
  }

  it('has another process do it, once, which makes what it would have made itself', async () => {
    const { model, variant } = await packed();
    const to = `${graphFiles(variant).step.file}.bin`;
    useCache(path.join(place, 'here'));
    const here = await readFile(path.join(await openableFolder(model, variant), to));

    useCache(place);
    const log = path.join(place, 'processes');
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
    expect(folder.startsWith(path.join(place, 'unmask'))).toBe(true);
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
      expect(await readdir(path.join(place, 'unmask', 'tiny-adapted'))).toEqual([]);
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
    const log = path.join(place, 'unpackings');
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
    const file = path.join(place, 'pid');
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
    const file = path.join(place, 'file');
    await writeFile(file, '');
    useCache(file);
    const temporary = path.join(place, 'temporary');
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
    expect(await readdir(path.join(place, 'unmask', 'tiny-adapted'))).toEqual([
      path.basename((await findUnpacked(model, variant))!),
    ]);
  });
});

/** Where `auto` has a choice without any library being installed. */
const supported = process.platform === 'linux' && process.arch === 'x64';

it.runIf(supported)('is done before `auto` compares with the CPU against the clock', async () => {
  const { model, variant } = await packed();
  const found: unknown[] = [];
  const probe: Probe = async () => {
    found.push(await findUnpacked(model, variant));
    return { kind: 'unusable', reason: 'slower' };
  };
  const unpack = vi.fn(unpackHere);
  const request = { folder: tinyAdaptedModel, threads: 1, contextCacheBytes: 0, unpack };
  const loaded = await LoadedModel.open({ ...request, executionProvider: 'auto' }, probe);
  await loaded.dispose();
  expect(found).toEqual([await findUnpacked(model, variant)]);
  expect(found[0]).toBeDefined();
  expect(unpack).toHaveBeenCalledOnce();
});

it.runIf(supported)(
  'that was damaged while `auto` measured leaves nothing to remember',
  async () => {
    const { model, variant } = await packed();
    const file = path.join(await openableFolder(model, variant), graphFiles(variant).step.file);
    await writeFile(file, Buffer.alloc((await stat(file)).size));
    const probe = vi.fn<Probe>(async () => ({ kind: 'unusable', reason: 'the CPU failed' }));
    const memory = new ProviderMemory(place);
    const request = { folder: tinyAdaptedModel, threads: 1, contextCacheBytes: 0, memory };
    for (let load = 0; load < 3; load++)
      await (await LoadedModel.open({ ...request, executionProvider: 'auto' }, probe)).dispose();
    // In the first load beside what was damaged, in the second beside what has been made anew.
    expect(probe).toHaveBeenCalledTimes(2);
  },
);

it.runIf(supported)('is looked for once in a load, whether it is there or not', async () => {
  const probe: Probe = async () => ({ kind: 'unusable', reason: 'slower' });
  const request = { folder: tinyAdaptedModel, threads: 1, contextCacheBytes: 0 };
  for (const executionProvider of ['cpu', 'auto', 'cpu', 'auto', 'webgpu']) {
    if (executionProvider === 'auto') await rm(path.join(place, 'unmask'), { recursive: true });
    vi.mocked(unpackedPlaces).mockClear();
    await (await LoadedModel.open({ ...request, executionProvider }, probe)).dispose();
    expect(unpackedPlaces).toHaveBeenCalledOnce();
  }
});

it('says why where what does the unpacking fails, in both places', async () => {
  const { model, variant } = await packed();
  vi.stubEnv('TMPDIR', place);
  vi.stubEnv('TEMP', place);
  const fails = async () => {
    throw new Error('no space left');
  };
  await expect(openableFolder(model, variant, fails)).rejects.toThrow(
    /no space left; .*no space left\)\. One of these folders/,
  );
});

it('a variant with nothing to unpack is opened where it is', async () => {
  const { model, variant } = await packed(tinyModel);
  expect(await openableFolder(model, variant)).toBe(model.folder);
});
