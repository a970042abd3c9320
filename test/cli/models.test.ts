import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Installation, install, tinyModel, version } from './installation';

let here: Installation;
beforeAll(async () => {
  here = await install('models');
});

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
});
