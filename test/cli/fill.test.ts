import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Trace } from '../../src/diffusion/trace/trace';
import { seeded, source, useAddFile } from './addFile';
import { useInstallation } from './installation';

const here = useInstallation('fill');
const file = useAddFile(here);

/** Fills in at a cursor. */
const filledWith = (options: readonly string[]) =>
  here.unmask('fill', file(), '--span', '2:10', ...seeded, ...options);

describe('unmask fill', () => {
  it('prints the fill and nothing else, the same for the same seed, and leaves the file alone', async () => {
    const args = ['fill', file(), '--span', '2:10-2:15', ...seeded, '--syntax', 'off'];
    const first = await here.start(...args).ended;
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/.\n$/);
    expect(await here.unmask(...args)).toEqual(first);
    expect(await readFile(file(), 'utf8')).toBe(source);
  });

  it('reads standard input where the file is -', async () => {
    const args = ['--span', '2:10-2:15', ...seeded, '--syntax', 'off'];
    const named = await here.unmask('fill', file(), ...args);
    const piped = here.startReading('pipe', 'fill', '-', ...args, '--language', 'javascript');
    piped.child.stdin?.end(source);
    expect(await piped.ended).toEqual(named);
  });

  it('fills every place where a marker stands', async () => {
    const marked = await here.file('marked.js', source.replaceAll(/[ab] [+-] b/g, '[MASK]'));
    const { code, out, err } = await here.unmask('fill', marked, '--hole', '[MASK]', ...seeded);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^--- 2:10-2:16\n.*\n--- 6:10-6:16\n/s);
    expect(await here.unmask('fill', marked, '--hole', '???')).toMatchObject({
      code: 2,
      err: 'unmask: “???” stands nowhere in the file.\n',
    });
    expect(await here.unmask('fill', marked, '--hole', '')).toMatchObject({
      code: 2,
      err: 'unmask: --hole must be what stands where something is to be filled in: [MASK].\n',
    });
  });

  it.each([
    [['--pace', '1e12'], '--pace must be a number of milliseconds from 0 to 60000.'],
    [['--threads', '999'], '--threads must be a whole number from 0 to 256.'],
    [['--rewrite', '0.5'], 'There is nothing to rewrite at 2:10: leave --rewrite out to fill it.'],
  ])('refuses %j', async (options, says) => {
    const { code, err } = await here.unmask('fill', file(), '--span', '2:10', ...options);
    expect({ code, err }).toEqual({ code: 2, err: `unmask: ${says}\n` });
  });

  it('takes the file behind a span, too', async () => {
    const args = ['fill', '--span', '2:10-2:15', '--span', '6:10-6:15', file(), ...seeded];
    expect(await here.unmask(...args)).toMatchObject({ code: 0 });
  });

  it.each([[['--ep', 'dml']], [['--ep', 'dml', '--verbose']]])(
    'says why a chosen execution provider was not used, with %j',
    async (options) => {
      const { code, err } = await filledWith(options);
      expect(code).toBe(0);
      expect(err).toMatch(/^dml was not used: \S.*\. The model runs on cpu\.$/m);
    },
  );

  it('prints the fill when nobody watches', async () => {
    const run = here.start('fill', file(), '--span', '2:10-2:15', ...seeded, '--watch');
    run.child.stderr?.destroy();
    const { code, out } = await run.ended;
    const plain = await here.unmask('fill', file(), '--span', '2:10-2:15', ...seeded);
    expect({ code, out }).toEqual({ code: 0, out: plain.out });
  });

  it('says when the model was not trained on the language that was named', async () => {
    const { code, err } = await here.unmask(
      ...['fill', file(), '--span', '2:10-2:15', ...seeded, '--syntax', 'off', '--language', 'go'],
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^unmask-tiny was not trained on “go”, but on \S.*\.\n$/);
  });

  it('says when spans are too large to be replaced, and have nothing around them', async () => {
    const long = await here.file('long.js', source.repeat(20));
    const { code, err } = await here.unmask('fill', long, '--span', '1:1-141:1', ...seeded);
    expect(code).toBe(0);
    expect(err).toContain('Span 1:1-141:1 holds 140 lines, and at most 12 tokens take their place');
    expect(err).toContain('There is no code around the span for the model to read.\n');
  });

  it('says on standard error when the fill adds parse errors', async () => {
    const said: string[] = [];
    for (const seed of ['1', '2', '3']) {
      const args = ['fill', file(), '--span', '2:10-2:15', ...seeded, '--seed', seed];
      const { out } = await here.unmask(...args, '--json');
      const { newErrors } = JSON.parse(out).candidates[0];
      const { code, err } = await here.unmask(...args);
      expect(code).toBe(0);
      if (newErrors === 0) expect(err).not.toContain('parse error');
      else expect(err).toMatch(new RegExp(`^The fill adds ${newErrors} parse errors?\\.\\n$`, 'm'));
      said.push(err);
    }
    expect(said.join('')).toContain('parse error');
  });

  it('gives the numbers of the run as JSON', async () => {
    const { out } = await here.unmask('fill', file(), '--span', '2:10-2:15', ...seeded, '--json');
    const fill = JSON.parse(out);
    expect(fill).toMatchObject({
      texts: [expect.any(String)],
      slots: 12,
      seed: 7,
      model: { name: 'unmask-tiny' },
      executionProvider: 'cpu',
    });
    expect(fill.steps).toBeGreaterThan(1);
    // T of them, and the one that cuts the fill back.
    expect(fill.steps).toBeLessThanOrEqual(9);
    expect(fill.ms).toBeGreaterThan(0);
    expect(fill.meanLogProb).toBeLessThan(0);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'remembers what `auto` chose, as a user runs it and in the tests',
    async () => {
      // No driver, so that there is one result, and soon.
      vi.stubEnv('VK_ICD_FILENAMES', '/dev/null').stubEnv('VK_DRIVER_FILES', '/dev/null');
      const kept = await here.file('cache/unmask/execution-providers');
      const choices = async () =>
        Promise.all((await readdir(kept)).map((name) => readFile(path.join(kept, name), 'utf8')));
      const run = ['fill', file(), '--span', '2:10-2:15', '--seed', '7', '-T', '2', '-L', '4'];
      expect(await here.start(...run).ended).toMatchObject({ code: 0 });
      const first = await choices();
      const choice = { executionProvider: 'cpu', fallbacks: [{ executionProvider: 'webgpu' }] };
      expect(first.map((text) => JSON.parse(text))).toMatchObject([choice]);
      expect(await here.unmask(...run)).toMatchObject({ code: 0 });
      // A choice made anew would have another time.
      expect(await choices()).toEqual(first);
      vi.unstubAllEnvs();
    },
  );

  it('says why CUDA was not used, also of `auto`, where its libraries are named', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/dev/null').stubEnv('VK_DRIVER_FILES', '/dev/null');
    const options = ['--ep', 'auto', '--cuda-libraries', 'nowhere'];
    const { code, err } = await filledWith(options);
    expect(code).toBe(0);
    expect(err).toMatch(/^cuda was not used: \S.*\. The model runs on \w+\.$/m);
    vi.unstubAllEnvs();
  });

  it('labels several fills, in document order', async () => {
    const spans = ['--span', '6:10-6:15', '--span', '2:10-2:15'];
    const { out, code } = await here.unmask('fill', file(), ...spans, ...seeded);
    expect(code).toBe(0);
    expect(out.match(/^--- .*$/gm)).toEqual(['--- 2:10-2:15', '--- 6:10-6:15']);
  });

  it('shows the unmasking on standard error, a line a step where there is no terminal', async () => {
    const watched = await here.unmask('fill', file(), '--span', '2:10-2:15', ...seeded, '--watch');
    const plain = await here.unmask('fill', file(), '--span', '2:10-2:15', ...seeded);
    expect(watched.out).toBe(plain.out);
    const lines = watched.err.trim().split('\n');
    expect(lines[0]).toContain('12 of 12 slots masked  ▒▒▒▒▒▒▒▒▒▒▒▒');
    expect(lines.at(-1)).toContain(' 0 of 12 slots masked');
    expect(lines.length).toBeGreaterThan(2);
  });

  it('rewrites from the present text, noised to a strength', async () => {
    const noised = async (strength: string): Promise<string[]> => {
      const path = await here.file(`rewrite-${strength}.json`);
      await here.unmask(
        ...['fill', file(), '--span', '2:3-2:16', '--rewrite', strength],
        ...['--seed', '3', '--ep', 'cpu', '--trace', path],
      );
      const { header, tokenTexts }: Trace = JSON.parse(await readFile(path, 'utf8'));
      return header.slots.map(({ state, token }) =>
        state === 'masked' ? '▒' : (tokenTexts[token] ?? ''),
      );
    };
    expect((await noised('1')).every((text) => text === '▒')).toBe(true);
    const lightly = await noised('0.2');
    expect(lightly.filter((text) => text !== '▒').length).toBeGreaterThan(lightly.length / 2);
    for (const text of lightly) expect('return a + b;▒<|pad|>').toContain(text);
  });
});
