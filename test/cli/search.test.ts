import { cp, lstat, mkdir, readFile, rename, rmdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tinyModel } from '../tinyModels';
import { useInstallation } from './installation';

const here = useInstallation('search');

const code = 'function add(a, b) {\n  return ;\n}\n';

test('--candidates lists what was found, the best first', async () => {
  const file = await here.file('add.js', code);
  const { code: exitCode, out } = await here.unmask(
    ...['fill', file, '--span', '2:10', '-L', '6', '--seed', '3', '--json'],
    ...['--candidates', '4', '--diversity', '1.5', '--syntax', 'guide'],
  );
  expect(exitCode).toBe(0);
  const { texts, candidates } = JSON.parse(out);
  expect(candidates.length).toBeGreaterThan(1);
  expect(candidates[0].texts).toEqual(texts);
  const errors = candidates.map(({ newErrors }: { newErrors: number }) => newErrors);
  expect(errors).toEqual([...errors].sort((a, b) => a - b));
});

test('candidates break their lines as the file does', async () => {
  const file = await here.file('crlf.js', 'function add(a, b) {\r\n  \r\n}\r\n');
  // Whole, although they do not parse.
  const whole = ['-L', '32', '--syntax', 'off'];
  const search = [...whole, '--preset', 'MDLM', '--seed', '3', '--candidates', '4'];
  const { out } = await here.unmask('fill', file, '--span', '2:3', ...search, '--json');
  const input = await here.file(
    'crlf.jsonl',
    '{"id":1,"prefix":"if (a) {\\r\\n  ","suffix":"\\r\\n}"}\n',
  );
  const batch = await here.unmask('fill', '--batch', input, '--language', 'javascript', ...search);
  for (const answer of [out, batch.out]) {
    const fills = JSON.parse(answer).candidates.flatMap(({ texts }: { texts: string[] }) => texts);
    expect(fills.join('')).toContain('\r\n');
    expect(fills.join('')).not.toMatch(/(?<!\r)\n/);
  }
});

test('knobs out of range are named with their range', async () => {
  const fill = ['fill', 'x.js', '--span', '1:1'];
  for (const [option, value, says] of [
    ['--candidates', '99', /--candidates must be a whole number from 1 to 16/],
    ['--iterations', '-1', /--iterations must be a whole number from 0 to 32/],
    ['--syntax', 'hope', /off, prefer, guide/],
    ['--length', 'quantile:quantile=2', /--length’s quantile must be a number from 0.05 to 0.95/],
  ] as const) {
    const { code: exitCode, err } = await here.unmask(...fill, option, value);
    expect(exitCode).toBe(2);
    expect(err).toMatch(says);
  }
});

test('models calibrate fits the length bias and leaves the rest of the manifest alone', async () => {
  const manifest = await here.file('models/unmask-135m/model.json');
  const before = JSON.parse(await readFile(manifest, 'utf8'));
  const data = await here.file('places.jsonl', '');
  const place = (i: number) =>
    JSON.stringify({ id: i, prefix: `let x${i} = `, suffix: ';\n', language: 'javascript' });
  const calibrate = () => here.unmask('models', 'calibrate', '--data', data);

  await here.file('places.jsonl', place(0));
  expect(await calibrate()).toMatchObject({ code: 1, err: expect.stringContaining('at least 8') });

  const places = Array.from({ length: 9 }, (_, i) => place(i));
  for (const [wrong, says] of [
    ['{"id":1,"prefix":"a"}', '“suffix” is missing'],
    ['{"id":1,"prefix":"a","between":["b"],"suffix":"c"}', '“between” makes several spans of it'],
  ]) {
    await here.file('places.jsonl', [...places, '', wrong].join('\n'));
    const { code: exitCode, err } = await calibrate();
    expect(exitCode).toBe(1);
    expect(err).toContain(`${data}, line 11: ${says}`);
  }

  await here.file('places.jsonl', places.join('\n'));
  const { code: exitCode, out } = await calibrate();
  expect(exitCode).toBe(0);
  expect(out).toContain('on 9 spans');
  const { lengthBias, ...rest } = JSON.parse(await readFile(manifest, 'utf8'));
  expect(rest).toEqual(before);
  expect(lengthBias.slots[0]).toBe(1);
  expect(lengthBias.slots.at(-1)).toBe(64);
  for (const each of lengthBias.confidence) expect(each).toBeGreaterThan(0);

  const file = await here.file('add.js', code);
  const filled = await here.unmask('fill', file, '--span', '2:10', '--length', 'calibrated');
  expect(filled.code).toBe(0);

  const piped = async (lines: readonly string[]) => {
    const run = here.startReading('pipe', 'models', 'calibrate', '--data', '-');
    run.child.stdin?.end(lines.join('\n'));
    return run.ended;
  };
  expect(await piped(places)).toEqual({ code: 0, out, err: '' });
  expect(await piped(places.slice(2))).toMatchObject({
    code: 1,
    err: 'unmask: standard input has 7 spans; give at least 8, better a few hundred.\n',
  });
});

test('models calibrate writes through a link, and says before it measures that it cannot write', async () => {
  const folder = await here.file('linked');
  await cp(tinyModel, folder, { recursive: true });
  const manifest = await here.file('manifest.json');
  await rename(path.join(folder, 'model.json'), manifest);
  await symlink(manifest, path.join(folder, 'model.json'));
  const lines = Array.from(
    { length: 8 },
    (_, id) => `{"id":${id},"prefix":"let x = ","suffix":";"}`,
  );
  const data = await here.file('few.jsonl', lines.join('\n'));
  const calibrate = () => here.unmask('models', 'calibrate', '--data', data, '--model', folder);

  await mkdir(`${manifest}.new`);
  const { code: exitCode, err } = await calibrate();
  expect({ exitCode, err }).toEqual({
    exitCode: 1,
    err: `unmask: Cannot write ${manifest}.new: it is a folder.\n`,
  });
  await rmdir(`${manifest}.new`);

  expect(await calibrate()).toMatchObject({ code: 0, err: '' });
  expect((await lstat(path.join(folder, 'model.json'))).isSymbolicLink()).toBe(true);
  expect(JSON.parse(await readFile(manifest, 'utf8'))).toHaveProperty('lengthBias');
});
