import { readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import { useInstallation } from './installation';

const source =
  'function add(a, b) {\n  return a + b;\n}\n\nfunction sub(a, b) {\n  return a - b;\n}\n';
const seeded = ['--seed', '7', '--preset', 'mdlm', '-T', '8', '-L', '12', '--ep', 'cpu'];

const here = useInstallation('fill');
let file: string;
beforeAll(async () => {
  file = await here.file('add.js', source);
});

describe('unmask fill', () => {
  it('prints the fill and nothing else, the same for the same seed, and leaves the file alone', async () => {
    const args = ['fill', file, '--span', '2:10-2:15', ...seeded, '--syntax', 'off'];
    const first = await here.start(...args).ended;
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/.\n$/);
    expect(await here.unmask(...args)).toEqual(first);
    expect(await readFile(file, 'utf8')).toBe(source);
  });

  it('reads standard input where the file is -', async () => {
    const args = ['--span', '2:10-2:15', ...seeded, '--syntax', 'off'];
    const named = await here.unmask('fill', file, ...args);
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

  it('does not write the trace over the file, whatever it is called, nor where nothing can be written', async () => {
    const link = await here.file('link.js');
    await symlink(file, link);
    for (const trace of [file, link]) {
      const { code, err } = await here.unmask('fill', file, '--span', '2:10', '--trace', trace);
      expect({ code, err }).toEqual({
        code: 2,
        err: 'unmask: --trace must be another file than FILE.\n',
      });
    }
    expect(await readFile(file, 'utf8')).toBe(source);
    const nowhere = await here.file('no folder/run.json');
    const { code, err } = await here.unmask('fill', file, '--span', '2:10', '--trace', nowhere);
    expect(code).toBe(1);
    expect(err).toContain('its folder does not exist');
    const inFile = await here.unmask('fill', file, '--span', '2:10', '--trace', `${file}/run.json`);
    expect(inFile).toMatchObject({ code: 1, out: '' });
    expect(inFile.err).toContain(`Cannot write ${file}/run.json: a part of its path is a file.`);
  });

  it.each([
    [['--pace', '1e12'], '--pace must be a number of milliseconds from 0 to 60000.'],
    [['--threads', '999'], '--threads must be a whole number from 0 to 256.'],
    [['--rewrite', '0.5'], 'There is nothing to rewrite at 2:10: leave --rewrite out to fill it.'],
  ])('refuses %j', async (options, says) => {
    const { code, err } = await here.unmask('fill', file, '--span', '2:10', ...options);
    expect({ code, err }).toEqual({ code: 2, err: `unmask: ${says}\n` });
  });

  it('takes the file behind a span, too', async () => {
    const args = ['fill', '--span', '2:10-2:15', '--span', '6:10-6:15', file, ...seeded];
    expect(await here.unmask(...args)).toMatchObject({ code: 0 });
  });

  it.each([[['--ep', 'dml']], [['--ep', 'dml', '--verbose']]])(
    'says why a chosen execution provider was not used, with %j',
    async (options) => {
      const { code, err } = await here.unmask(
        'fill',
        file,
        '--span',
        '2:10',
        ...seeded,
        ...options,
      );
      expect(code).toBe(0);
      expect(err).toMatch(/^dml was not used: \S.*\. The model runs on cpu\.$/m);
    },
  );

  it('keeps the trace when nobody reads the fill', async () => {
    const path = await here.file('unread.json');
    const run = here.start('fill', file, '--span', '2:10-2:15', ...seeded, '--trace', path);
    run.child.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(path, 'utf8')).outcome.kind).toBe('finished');
  });

  it('keeps it also where that is called the end of a file, as on Windows', async () => {
    const refusing = await here.file(
      'refusing.cjs',
      `process.stdout._write = (chunk, encoding, done) =>
        done(Object.assign(new Error('EOF: end of file, write'), { code: 'EOF' }));`,
    );
    const path = await here.file('at-the-end.json');
    vi.stubEnv('NODE_OPTIONS', `--require=${JSON.stringify(refusing)}`);
    const run = here.start('fill', file, '--span', '2:10-2:15', ...seeded, '--trace', path);
    vi.unstubAllEnvs();
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(await readFile(path, 'utf8')).outcome.kind).toBe('finished');
  });

  it('prints the fill when nobody watches', async () => {
    const run = here.start('fill', file, '--span', '2:10-2:15', ...seeded, '--watch');
    run.child.stderr?.destroy();
    const { code, out } = await run.ended;
    const plain = await here.unmask('fill', file, '--span', '2:10-2:15', ...seeded);
    expect({ code, out }).toEqual({ code: 0, out: plain.out });
  });

  it('says when the model was not trained on the language that was named', async () => {
    const { code, err } = await here.unmask(
      ...['fill', file, '--span', '2:10-2:15', ...seeded, '--syntax', 'off', '--language', 'go'],
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
      const args = ['fill', file, '--span', '2:10-2:15', ...seeded, '--seed', seed];
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
    const { out } = await here.unmask('fill', file, '--span', '2:10-2:15', ...seeded, '--json');
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
      const run = ['fill', file, '--span', '2:10-2:15', '--seed', '7', '-T', '2', '-L', '4'];
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
    const { code, err } = await here.unmask('fill', file, '--span', '2:10', ...seeded, ...options);
    expect(code).toBe(0);
    expect(err).toMatch(/^cuda was not used: \S.*\. The model runs on \w+\.$/m);
    vi.unstubAllEnvs();
  });

  it('labels several fills, in document order', async () => {
    const spans = ['--span', '6:10-6:15', '--span', '2:10-2:15'];
    const { out, code } = await here.unmask('fill', file, ...spans, ...seeded);
    expect(code).toBe(0);
    expect(out.match(/^--- .*$/gm)).toEqual(['--- 2:10-2:15', '--- 6:10-6:15']);
  });

  it('shows the unmasking on standard error, a line a step where there is no terminal', async () => {
    const watched = await here.unmask('fill', file, '--span', '2:10-2:15', ...seeded, '--watch');
    const plain = await here.unmask('fill', file, '--span', '2:10-2:15', ...seeded);
    expect(watched.out).toBe(plain.out);
    const lines = watched.err.trim().split('\n');
    expect(lines[0]).toContain('12 of 12 slots masked  ▒▒▒▒▒▒▒▒▒▒▒▒');
    expect(lines.at(-1)).toContain(' 0 of 12 slots masked');
    expect(lines.length).toBeGreaterThan(2);
  });

  it('writes a trace that replays to the fill', async () => {
    const path = await here.file('trace.json');
    const { out } = await here.unmask(
      ...['fill', file, '--span', '2:10-2:15', ...seeded],
      ...['--json', '--trace', path],
    );
    const trace: Trace = JSON.parse(await readFile(path, 'utf8'));
    const text = replay(trace)
      .filter((slot) => slot.token !== trace.header.padToken)
      .map((slot) => trace.tokenTexts[slot.token])
      .join('');
    expect(text).toBe(JSON.parse(out).texts[0]);
  });

  it('prints the trace in place of the fill where its file is -', async () => {
    const args = ['fill', file, '--span', '2:10-2:15', ...seeded, '--syntax', 'off'];
    const { out: fill } = await here.unmask(...args);
    const { code, out, err } = await here.unmask(...args, '--trace', '-');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[^\n]+\n$/);
    const { outcome }: Trace = JSON.parse(out);
    expect(outcome).toMatchObject({ kind: 'finished', texts: [fill.slice(0, -1)] });
  });

  it('rewrites from the present text, noised to a strength', async () => {
    const noised = async (strength: string): Promise<string[]> => {
      const path = await here.file(`rewrite-${strength}.json`);
      await here.unmask(
        ...['fill', file, '--span', '2:3-2:16', '--rewrite', strength],
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

describe('unmask fill, told something wrong', () => {
  const refuses = async (code: number, message: string | RegExp, ...args: string[]) => {
    const ended = await here.unmask('fill', ...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(message);
    expect(ended.err).toMatch(/^unmask: [^\n]+\n$/);
  };

  it('says what is wrong in one line, with exit code 2', async () => {
    await refuses(2, 'Say which file to fill');
    await refuses(2, '--span LINE:COLUMN', file);
    await refuses(2, '“2-3” is not a span', file, '--span', '2-3');
    await refuses(2, 'the file has 8 lines', file, '--span', '40:1-41:1');
    await refuses(2, 'ends at column 16', file, '--span', '2:1-2:99');
    await refuses(2, /presets are .*LLaDA/, file, '--span', '2:1', '--preset', 'best');
    await refuses(2, 'from 1 to 1024', file, '--span', '2:1', '-T', '0');
    await refuses(2, 'must be a number', file, '--span', '2:1', '-T', 'many');
    await refuses(2, 'from 1 to 1024', file, '--span', '2:1', '-L', '5000');
    await refuses(2, 'from 0 to 4294967295', file, '--span', '2:1', '--seed', '-1');
    await refuses(2, 'from 0 to 2', file, '--span', '2:1', '--temperature', '3');
    await refuses(2, 'above 0 and up to 1', file, '--span', '2:1', '--rewrite', '0');
    await refuses(2, 'choices are auto, cpu', file, '--span', '2:1', '--ep', 'abacus');
    await refuses(2, "unknown option '--slotz'", file, '--slotz', '3');
    await refuses(2, 'Run “unmask fill --help”', file, '--slotz', '3');
    await refuses(2, '--out goes with --batch', file, '--span', '2:1', '--out', 'x');
    await refuses(
      2,
      'name a file to write the trace to',
      file,
      '--span',
      '2:1',
      '--json',
      '--trace',
      '-',
    );
    await refuses(2, 'go into a folder', '--batch', '-', '--trace', '-');
    await refuses(2, 'cannot both be standard input', '-', '--span', '2:1', '--branch', '-');
  });

  it('says what it could not read, with exit code 1', async () => {
    await refuses(1, 'no such file', await here.file('nowhere.ts'), '--span', '1:1');
    await refuses(1, 'it is a folder', await here.file('models'), '--span', '1:1');
    await refuses(
      1,
      'not UTF-8 text. Save the file as UTF-8.',
      await here.file('models/unmask-135m/weights.fp32.bin'),
      '--span',
      '1:1',
    );
    await refuses(
      1,
      'no model folder',
      file,
      '--span',
      '1:1',
      '--model',
      await here.file('nowhere'),
    );
  });

  it.runIf(process.platform === 'linux')('says in words that the disk is full', async () => {
    const args = ['--span', '2:10-2:15', ...seeded, '--trace', '/dev/full'];
    const { code, out, err } = await here.unmask('fill', file, ...args);
    expect(code).toBe(1);
    expect(out).not.toBe('');
    expect(err).toBe('unmask: Cannot write /dev/full: no space is left there.\n');
  });

  it('does not take a name that is empty, as of an unset variable, for none', async () => {
    await refuses(2, 'must name a folder', file, '--span', '1:1', '--model', '');
    await refuses(2, 'must name a folder', file, '--span', '1:1', '--cuda-libraries', '');
    const read = 'The file to read has no name: give it one.';
    await refuses(2, read, '', '--span', '1:1');
    await refuses(2, read, file, '--span', '1:1', '--branch', '');
    await refuses(2, read, '--batch', '', '--ep', 'cpu');
    await refuses(2, 'has no name', file, '--span', '1:1', '--ep', 'cpu', '--trace', '');
    await refuses(2, 'has no name', '--batch', file, '--ep', 'cpu', '--out', '');
    expect(await here.unmask('models', '--model', '')).toMatchObject({ code: 2 });
  });

  it('says with exit code 2 what only the model knows to be wrong', async () => {
    const one = ['--span', '2:10-2:15', '--ep', 'cpu'];
    const range = '-L must be “auto” or a whole number from 1 to';
    await refuses(2, `${range} 64 with unmask-tiny.`, file, ...one, '-L', '65');
    const two = ['--span', '6:10', ...one];
    await refuses(2, `${range} 32 with unmask-tiny and 2 spans.`, file, ...two, '-L', '33');
    const uncalibrated =
      '--length calibrated does not work with unmask-tiny: it was not calibrated.';
    await refuses(2, uncalibrated, file, ...one, '--length', 'calibrated');
    await refuses(2, 'has no quality head', file, ...one, '--preset', 'PRISM');
    const long = await here.file('long.js', source.repeat(20));
    const whole = ['--span', '1:1-141:1', '--ep', 'cpu'];
    await refuses(
      2,
      /needs \d+ slots and the model fills at most 64/,
      long,
      ...whole,
      '--rewrite',
      '1',
    );
  });
});
