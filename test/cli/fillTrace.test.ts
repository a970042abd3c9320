import { readFile, symlink } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import { seeded, source, useAddFile } from './addFile';
import { useInstallation } from './installation';

const here = useInstallation('fill-trace');
const file = useAddFile(here);

describe('unmask fill --trace', () => {
  it('does not write the trace over the file, whatever it is called, nor where nothing can be written', async () => {
    const link = await here.file('link.js');
    await symlink(file(), link);
    for (const trace of [file(), link]) {
      const { code, err } = await here.unmask('fill', file(), '--span', '2:10', '--trace', trace);
      expect({ code, err }).toEqual({
        code: 2,
        err: 'unmask: --trace must be another file than FILE.\n',
      });
    }
    expect(await readFile(file(), 'utf8')).toBe(source);
    const nowhere = await here.file('no folder/run.json');
    const { code, err } = await here.unmask('fill', file(), '--span', '2:10', '--trace', nowhere);
    expect(code).toBe(1);
    expect(err).toContain('its folder does not exist');
    const inFile = await here.unmask(
      'fill',
      file(),
      '--span',
      '2:10',
      '--trace',
      `${file()}/run.json`,
    );
    expect(inFile).toMatchObject({ code: 1, out: '' });
    expect(inFile.err).toContain(`Cannot write ${file()}/run.json: a part of its path is a file.`);
  });

  it('keeps the trace when nobody reads the fill', async () => {
    const path = await here.file('unread.json');
    const run = here.start('fill', file(), '--span', '2:10-2:15', ...seeded, '--trace', path);
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
    const run = here.start('fill', file(), '--span', '2:10-2:15', ...seeded, '--trace', path);
    vi.unstubAllEnvs();
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(await readFile(path, 'utf8')).outcome.kind).toBe('finished');
  });

  it('writes a trace that replays to the fill', async () => {
    const path = await here.file('trace.json');
    const { out } = await here.unmask(
      ...['fill', file(), '--span', '2:10-2:15', ...seeded],
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
    const args = ['fill', file(), '--span', '2:10-2:15', ...seeded, '--syntax', 'off'];
    const { out: fill } = await here.unmask(...args);
    const { code, out, err } = await here.unmask(...args, '--trace', '-');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[^\n]+\n$/);
    const { outcome }: Trace = JSON.parse(out);
    expect(outcome).toMatchObject({ kind: 'finished', texts: [fill.slice(0, -1)] });
  });
});
