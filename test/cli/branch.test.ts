import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import { useInstallation } from './installation';

const here = useInstallation('branch');
let file: string;
let recorded: string;
let original: Trace;
beforeAll(async () => {
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

  test('reads the run from standard input where its file is -', async () => {
    const branched = ['fill', file, '--span', '2:10', '--trace', '-', '--branch'];
    const piped = here.startReading('pipe', ...branched, '-');
    piped.child.stdin?.end(await readFile(recorded));
    const { code, out } = await piped.ended;
    expect(code).toBe(0);
    expect(plain(JSON.parse(out))).toEqual(plain(original));
    const other = here.startReading('pipe', ...branched, '-');
    other.child.stdin?.end('{}');
    expect(await other.ended).toMatchObject({
      code: 1,
      err: 'unmask: standard input is not a trace of this version (header: is missing); write one with --trace.\n',
    });
  });

  test('reads a run behind a byte-order mark, as PowerShell writes it', async () => {
    const marked = await here.file('marked.json', `\ufeff${JSON.stringify(original)}\r\n`);
    expect(await fill('--branch', marked)).toMatchObject({ code: 0 });
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
    ['before', 'function sub(a, b) {\n  return ;\n}\n'],
    ['behind', 'function add(a, b) {\n  return ; // a + b\n}\n'],
  ])('refuses a run of another place, other %s the span', async (_, text) => {
    const other = await here.file('other.js', text);
    const { code, err } = await here.unmask('fill', other, '--span', '2:10', '--branch', recorded);
    expect(code).toBe(2);
    expect(err).toContain('recorded at another place');
  });

  test('refuses a run of other spans, and of spans with another text between', async () => {
    const two = await here.file('two.js', 'function add(a, b) {\n  return a + b;\n}\n');
    const path = await here.file('two.json', '');
    const fillAt = (spans: string[], ...options: string[]) =>
      here.unmask('fill', two, ...spans.flatMap((span) => ['--span', span]), ...options);
    const recorded = ['2:10-2:11', '2:14-2:15'];
    expect(await fillAt(recorded, '-L', '2', '--trace', path)).toMatchObject({ code: 0 });
    expect(await fillAt(recorded, '--branch', path)).toMatchObject({ code: 0 });
    expect(await fillAt(['2:10-2:15'], '--branch', path)).toMatchObject({
      code: 2,
      err: 'unmask: The run fills 2 spans, not 1: name its own with --span.\n',
    });
    const { code, err } = await fillAt(['2:10-2:12', '2:14-2:15'], '--branch', path);
    expect(code).toBe(2);
    expect(err).toContain('recorded at another place');
  });

  test('is told in the language of the run, unless another is named', async () => {
    const path = await here.file('python.json', '');
    const branch = await here.file('of-python.json', '');
    const languageOf = async (...options: string[]) => {
      const { code } = await fill('--branch', path, '--trace', branch, ...options);
      expect(code).toBe(0);
      return (await traceIn(branch)).header.language;
    };
    await fill('--language', 'python', '-L', '4', '--trace', path);
    expect(await languageOf()).toBe('python');
    expect(await languageOf('--language', 'TypeScript')).toBe('typescript');
  });

  test.each([
    [['--at', '2'], /Name the run to branch/],
    [['--branch', 'ORIGINAL', '--at', '999'], /branch at a whole number from 0/],
    [['--branch', 'ORIGINAL', '-L', '6'], /'-L, --slots <n\|auto>'/],
    [['--branch', 'ORIGINAL', '--rewrite', '0.5'], /'--rewrite <strength>'/],
    [['--branch', 'ORIGINAL', '--candidates', '2'], /'--candidates <n>'/],
    [['--branch', 'ORIGINAL', '--iterations', '1'], /'--iterations <n>'/],
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

  test.each([
    [['--at', '999'], /branch at a whole number from 0/],
    [['--at', '0', '--mask', '77'], /no slot 77/],
    [['--pin', '77=a'], /no slot 77/],
    [['--pin', 'a'], /SLOT=TEXT/],
    [['--pin', '1=a', '--mask', '1'], /Slot 1 is named more than once/],
    [['--pin', '1=a', '--pin', '1=b'], /Slot 1 is named more than once/],
    [['--pin', `0=${'a'.repeat(1001)}`], /no token has 1001 characters/],
  ])('does so before a model is loaded: %j', async (options, says) => {
    const { code, err } = await fill('--branch', recorded, '--model', 'nowhere', ...options);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });

  test('refuses files that are no traces', async () => {
    const { header } = original;
    const others = [
      'not JSON',
      '{}',
      '{"header":{"version":1},"steps":[null]}',
      JSON.stringify({ ...original, steps: [null] }),
      JSON.stringify({ ...original, steps: [{ ...original.steps[0], transitions: null }] }),
      JSON.stringify({ ...original, header: { ...header, version: 0 } }),
      JSON.stringify({ ...original, header: { ...header, sampler: { steps: 0 } } }),
      JSON.stringify({ ...original, header: { ...header, slots: [{}] } }),
      JSON.stringify({ ...original, header: { ...header, excerpt: undefined } }),
    ];
    for (const other of others) {
      const { code, err } = await fill('--branch', await here.file('other.json', other));
      expect(code, other).toBe(1);
      expect(err).toContain('is not a trace of this version');
    }
  });

  test.each([
    { name: 'another', version: '0.1.0' },
    { name: 'unmask-tiny', version: '9.9.9' },
  ])('refuses a run of another model, $name $version', async (model) => {
    const { header } = original;
    expect(header.model).toEqual({ name: 'unmask-tiny', version: '0.1.0', precision: 'fp32' });
    const path = await here.file(
      'elsewhere.json',
      JSON.stringify({ ...original, header: { ...header, model } }),
    );
    const { code, err } = await fill('--branch', path);
    expect(code).toBe(2);
    expect(err).toContain(`${model.name} ${model.version}`);
    expect(err).toContain('unmask-tiny 0.1.0');
  });

  test.each([
    ['--at', '1'],
    ['--pin', '0=a'],
    ['--mask', '0'],
    ['--release', '0'],
  ])('has no place in a batch: %s %s', async (...change) => {
    const { code, err } = await here.unmask('fill', '--batch', 'in.jsonl', ...change);
    expect(code).toBe(2);
    expect(err).toContain(`'${change[0]} <`);
  });
});
