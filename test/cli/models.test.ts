import { cp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { version } from '../../package.json';
import { tinyAdaptedModel, tinyModel } from '../tinyModels';
import { useInstallation } from './installation';

const here = useInstallation('models');

afterEach(() => vi.unstubAllEnvs());

/** A copy of the tiny model with something wrong with it. */
async function spoiled(name: string, spoil: (folder: string) => Promise<void>): Promise<string> {
  const folder = await here.file(name);
  await cp(tinyModel, folder, { recursive: true });
  await spoil(folder);
  return folder;
}

describe('unmask models', () => {
  it('lists the bundled model, verified', async () => {
    const { code, out } = await here.unmask('models');
    expect(code).toBe(0);
    expect(out).toMatch(/^verified {2}unmask-tiny 0\.1\.0 \(MIT\)/);
    expect(JSON.parse((await here.unmask('models', '--json')).out)).toEqual([
      expect.objectContaining({ verified: true, name: 'unmask-tiny', licence: 'MIT' }),
    ]);
  });

  it('says where packed weights lie unpacked, how large they are, and whether they are whole', async () => {
    const cache = await here.file('a cache');
    for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(name, cache);
    const model = ['--model', tinyAdaptedModel];
    const look = async () => {
      const { code, out } = await here.unmask('models', ...model);
      const json = JSON.parse((await here.unmask('models', ...model, '--json')).out);
      expect(code).toBe(0);
      return { said: out.split('\n')[2]?.trim(), ...json[0].unpacked[0] };
    };
    const absent = await look();
    expect(absent).toMatchObject({ precision: 'int8', state: 'absent', bytes: 0 });
    expect(absent.said).toBe(`int8 not unpacked yet; will be at the first use: ${absent.folder}`);
    expect(absent.folder.startsWith(cache)).toBe(true);

    const file = await here.file('file.ts', 'const a = 1;\n');
    const filled = await here.unmask('fill', file, '--span', '1:11', ...model, '--ep', 'cpu');
    expect(filled.code).toBe(0);
    const { folder } = absent;
    const sizes = (await readdir(folder)).map(
      async (name) => (await stat(path.join(folder, name))).size,
    );
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size);
    expect(await look()).toMatchObject({
      folder,
      state: 'whole',
      bytes,
      said: `int8 unpacked, ${Math.round(bytes / 1e6)} MB, whole: ${folder}`,
    });

    const weights = (await readdir(folder)).find((name) => name.endsWith('.bin'))!;
    await truncate(path.join(folder, weights), 10);
    expect(await look()).toMatchObject({ folder, state: 'damaged' });
  });

  it('verifies packed models also where no engine can start to say where they lie', async () => {
    const engine = await here.file('dist/engine.js');
    await rename(engine, `${engine}.away`);
    try {
      const { code, out } = await here.unmask('models', '--model', tinyAdaptedModel);
      expect(code).toBe(0);
      expect(out).toMatch(/^verified .*\n.*\n +where it lies unpacked no engine could tell: /);
      const { out: json } = await here.unmask('models', '--model', tinyAdaptedModel, '--json');
      expect(JSON.parse(json)[0]).toMatchObject({ verified: true, unpacked: null });
    } finally {
      await rename(`${engine}.away`, engine);
    }
  });

  it('says what is wrong with a model, and so does fill, without filling', async () => {
    const cases: readonly [string, string][] = [
      [
        await spoiled('corrupt', async (folder) => {
          const weights = await readFile(`${folder}/weights.fp32.bin`);
          weights[1000]! ^= 1;
          await writeFile(`${folder}/weights.fp32.bin`, weights);
        }),
        'weights.fp32.bin does not match its SHA-256',
      ],
      [
        await spoiled('incomplete', (folder) => rm(`${folder}/step.fp32.onnx`)),
        'step.fp32.onnx is missing',
      ],
      [
        await spoiled('garbled', (folder) => writeFile(`${folder}/model.json`, '{')),
        'not valid JSON',
      ],
      [await here.file('absent'), 'There is no model folder'],
    ];
    const file = await here.file('file.ts', 'const a = 1;\n');
    for (const [folder, message] of cases) {
      const listed = await here.unmask('models', '--model', folder);
      expect(listed.code).toBe(1);
      expect(listed.out).toMatch(/^unusable {2}/);
      expect(listed.out).toContain(message);

      const filled = await here.unmask('fill', file, '--span', '1:11', '--model', folder);
      expect(filled).toMatchObject({ code: 1, out: '' });
      expect(filled.err).toMatch(/^unmask: [^\n]+\n$/);
      expect(filled.err).toContain(message);
    }
  });
});

describe('unmask', () => {
  it('tells its version and how to use it', async () => {
    expect(await here.start('--version').ended).toEqual({
      code: 0,
      out: `${version}\n`,
      err: '',
    });
    const help = await here.unmask('fill', '--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toMatch(/\nOther:\n {2}-h, --help /);
    for (const option of ['--span', '--steps', '--slots', '--preset', '--watch', '--batch']) {
      expect(help.out).toContain(option);
    }
  });

  it('shows how to use it, with exit code 2, when told nothing or something unknown', async () => {
    expect(await here.unmask()).toMatchObject({ code: 2, out: '' });
    expect(await here.start('fil').ended).toEqual({
      code: 2,
      out: '',
      err: "unmask: unknown command 'fil' (Did you mean fill?) Run “unmask --help” to see what there is.\n",
    });
  });

  it('shows how to use each command, and names a near one for what is none', async () => {
    for (const [command, ...rest] of [['fill'], ['models'], ['models', 'calibrate']]) {
      const help = await here.unmask('help', command!, ...rest);
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help).toEqual(await here.unmask(command!, ...rest, '--help'));
    }
    const all = await here.unmask('help');
    expect(all).toEqual(await here.unmask('--help'));
    expect(all.out).toMatch(/^ {2}help \[command\.\.\.\] +display help for command$/m);

    const calibrate =
      "unmask: unknown command 'calibrat' (Did you mean calibrate?) Run “unmask models --help” to see what there is.\n";
    for (const [args, err] of [
      [
        ['help', 'fil'],
        "unmask: unknown command 'fil' (Did you mean fill?) Run “unmask --help” to see what there is.\n",
      ],
      [
        ['help', 'xyz'],
        "unmask: unknown command 'xyz'. Run “unmask --help” to see what there is.\n",
      ],
      [['help', 'models', 'calibrat'], calibrate],
      [['models', 'calibrat'], calibrate],
      [
        ['help', 'fill', 'it'],
        "unmask: unknown command 'it'. Run “unmask fill --help” to see what there is.\n",
      ],
    ] as const)
      expect(await here.unmask(...args)).toEqual({ code: 2, out: '', err });
  });
});
