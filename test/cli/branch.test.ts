import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/diffusion/replay';
import type { Trace } from '../../src/diffusion/trace';
import { type Installation, install } from './installation';

let here: Installation;
let file: string;
let recorded: string;
let original: Trace;
beforeAll(async () => {
  here = await install('branch');
  file = await here.file('add.js', 'function add(a, b) {\n  return ;\n}\n');
  recorded = await here.file('original.json', '');
  const { code } = await fill('--preset', 'MDLM', '--seed', '3', '-L', '6', '--trace', recorded);
  expect(code).toBe(0);
  original = await traceIn(recorded);
});

const fill = (...options: string[]) => here.unmask('fill', file, '--span', '2:10', ...options);
const traceIn = async (path: string): Promise<Trace> => JSON.parse(await readFile(path, 'utf8'));
const plain = ({ steps }: Trace) => steps.map(({ ms: _, ...step }) => step);

describe('fill --branch', () => {
  test('goes on exactly as the run did where nothing is changed', async () => {
    const path = await here.file('same.json', '');
    const { code } = await fill('--branch', recorded, '--at', '2', '--trace', path);
    expect(code).toBe(0);
    const branch = await traceIn(path);
    expect(branch.header.branchedAt).toBe(2);
    expect(plain(branch)).toEqual(plain(original));
    expect(branch.outcome).toEqual(original.outcome);
  });

  test('keeps a pinned token, and steps under other knobs from there on', async () => {
    const path = await here.file('pinned.json', '');
    const { code } = await fill(
      ...['--branch', recorded, '--at', '1', '--pin', '0=a', '--preset', 'LLaDA', '--trace', path],
    );
    expect(code).toBe(0);
    const branch = await traceIn(path);
    expect(branch.header.sampler.order).toBe('confidence');
    const [first] = replay(branch);
    expect(first).toMatchObject({ id: 0, state: 'pinned' });
    expect(branch.tokenTexts[first!.token]).toBe('a');
  });

  test.each([
    [['--at', '2'], /Name the run to branch/],
    [['--branch', 'ORIGINAL', '--at', '999'], /branch at a whole number from 0/],
    [['--branch', 'ORIGINAL', '--pin', '77=a'], /no slot 77/],
    [['--branch', 'ORIGINAL', '--pin', 'a'], /SLOT=TEXT/],
    [['--branch', 'ORIGINAL', '--pin', '0=a b c d e f'], /A slot holds one token/],
  ])('says what is wrong with %j', async (options, says) => {
    const { code, err } = await fill(
      ...options.map((each) => (each === 'ORIGINAL' ? recorded : each)),
    );
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });

  test('refuses a file that is no trace', async () => {
    const { code, err } = await fill('--branch', await here.file('other.json', '{}'));
    expect(code).toBe(1);
    expect(err).toContain('is not a trace of this version');
  });
});
