import { describe, expect, it } from 'vitest';
import { seeded, source, useAddFile } from './addFile';
import { useInstallation } from './installation';

const here = useInstallation('wrong-arguments');
const file = useAddFile(here);

describe('unmask fill, told something wrong', () => {
  const refuses = async (code: number, message: string | RegExp, ...args: string[]) => {
    const ended = await here.unmask('fill', ...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(message);
    expect(ended.err).toMatch(/^unmask: [^\n]+\n$/);
  };

  it('says what is wrong in one line, with exit code 2', async () => {
    await refuses(2, 'Say which file to fill');
    await refuses(2, '--span LINE:COLUMN', file());
    await refuses(2, '“2-3” is not a span', file(), '--span', '2-3');
    await refuses(2, 'the file has 8 lines', file(), '--span', '40:1-41:1');
    await refuses(2, 'ends at column 16', file(), '--span', '2:1-2:99');
    await refuses(2, /presets are .*LLaDA/, file(), '--span', '2:1', '--preset', 'best');
    await refuses(2, 'from 1 to 1024', file(), '--span', '2:1', '-T', '0');
    await refuses(2, 'must be a number', file(), '--span', '2:1', '-T', 'many');
    await refuses(2, 'from 1 to 1024', file(), '--span', '2:1', '-L', '5000');
    await refuses(2, 'from 0 to 4294967295', file(), '--span', '2:1', '--seed', '-1');
    await refuses(2, 'from 0 to 2', file(), '--span', '2:1', '--temperature', '3');
    await refuses(2, 'above 0 and up to 1', file(), '--span', '2:1', '--rewrite', '0');
    await refuses(2, 'choices are auto, cpu', file(), '--span', '2:1', '--ep', 'abacus');
    await refuses(2, "unknown option '--slotz'", file(), '--slotz', '3');
    await refuses(2, 'Run “unmask fill --help”', file(), '--slotz', '3');
    await refuses(2, '--out goes with --batch', file(), '--span', '2:1', '--out', 'x');
    await refuses(
      2,
      'name a file to write the trace to',
      file(),
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
      file(),
      '--span',
      '1:1',
      '--model',
      await here.file('nowhere'),
    );
  });

  it.runIf(process.platform === 'linux')('says in words that the disk is full', async () => {
    const args = ['--span', '2:10-2:15', ...seeded, '--trace', '/dev/full'];
    const { code, out, err } = await here.unmask('fill', file(), ...args);
    expect(code).toBe(1);
    expect(out).not.toBe('');
    expect(err).toBe('unmask: Cannot write /dev/full: no space is left there.\n');
  });

  it('does not take a name that is empty, as of an unset variable, for none', async () => {
    await refuses(2, 'must name a folder', file(), '--span', '1:1', '--model', '');
    await refuses(2, 'must name a folder', file(), '--span', '1:1', '--cuda-libraries', '');
    const read = 'The file to read has no name: give it one.';
    await refuses(2, read, '', '--span', '1:1');
    await refuses(2, read, file(), '--span', '1:1', '--branch', '');
    await refuses(2, read, '--batch', '', '--ep', 'cpu');
    await refuses(2, 'has no name', file(), '--span', '1:1', '--ep', 'cpu', '--trace', '');
    await refuses(2, 'has no name', '--batch', file(), '--ep', 'cpu', '--out', '');
    expect(await here.unmask('models', '--model', '')).toMatchObject({ code: 2 });
  });

  it('says with exit code 2 what only the model knows to be wrong', async () => {
    const one = ['--span', '2:10-2:15', '--ep', 'cpu'];
    const range = '-L must be “auto” or a whole number from 1 to';
    await refuses(2, `${range} 64 with unmask-tiny.`, file(), ...one, '-L', '65');
    const two = ['--span', '6:10', ...one];
    await refuses(2, `${range} 32 with unmask-tiny and 2 spans.`, file(), ...two, '-L', '33');
    const uncalibrated =
      '--length calibrated does not work with unmask-tiny: it was not calibrated.';
    await refuses(2, uncalibrated, file(), ...one, '--length', 'calibrated');
    await refuses(2, 'has no quality head', file(), ...one, '--preset', 'PRISM');
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
