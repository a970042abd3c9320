import { execFileSync } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, useInstallation } from './installation';

/** How long a busy machine may take to get an engine going, ms. */
const patience = 60_000;

/** A run of many steps, and the engine's log. */
const long = ['--preset', 'remdm', '-T', '1024', '-L', '60', '--ep', 'cpu', '--watch', '--verbose'];

const here = useInstallation('interruptions');
let file: string;
beforeAll(async () => {
  file = await here.file('list.py', 'items = [\n    \n]\n');
});

describe('a run that does not end by itself', () => {
  it('stops at once on Ctrl+C, and takes the engine along', async () => {
    const { child, ended, said } = here.start('fill', file, '--span', '2:5', ...long);
    await expect.poll(said, { timeout: patience }).toContain('step 3 of at most 1024');
    const asked = performance.now();
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect(performance.now() - asked).toBeLessThan(5000);
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toContain('unmask: Stopped; the spans were not filled.');
    expect(err).not.toContain('step 1000');
    expect(isAlive(enginePid(err))).toBe(false);
  });

  it('ends at once on a second Ctrl+C, and takes along an engine that hangs', async () => {
    const { child, ended, said } = here.start('fill', file, '--span', '2:5', ...long);
    await expect.poll(said, { timeout: patience }).toContain('step 3 of at most 1024');
    const engine = enginePid(said());
    process.kill(engine, 'SIGSTOP');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(130);
    // Its number goes with whoever takes in what others left.
    await expect.poll(() => isAlive(engine), { timeout: 10_000 }).toBe(false);
  });

  it('stops as well when the engine gets the signal, too', async () => {
    const { child, ended, said } = here.start('fill', file, '--span', '2:5', ...long);
    await expect.poll(said, { timeout: patience }).toContain('step 3 of at most 1024');
    process.kill(enginePid(said()), 'SIGTERM');
    child.kill('SIGTERM');
    const { code, out, err } = await ended;
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toContain('unmask: Stopped; the spans were not filled.');
  });

  it('says so when the engine dies', async () => {
    const { ended, said } = here.start('fill', file, '--span', '2:5', ...long);
    await expect.poll(said, { timeout: patience }).toContain('step 3 of at most 1024');
    process.kill(enginePid(said()), 'SIGKILL');
    const { code, out, err } = await ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/unmask: The engine ended unexpectedly \(signal SIGKILL\)/);
  });
});

describe('a batch that does not end by itself', () => {
  const request = (id: number) => JSON.stringify({ id, prefix: 'a = [', suffix: ']\n', slots: 60 });
  const batch = (lines: number) => Array.from({ length: lines }, (_, id) => request(id)).join('\n');
  const slow = ['--preset', 'remdm', '-T', '100', '--ep', 'cpu', '--verbose'];

  it('has written every line it had done when it is stopped', async () => {
    const input = await here.file('many.jsonl', batch(500));
    const output = await here.file('done.jsonl');
    const { child, ended } = here.start('fill', '--batch', input, '--out', output, ...slow);
    await expect
      .poll(
        () =>
          jsonLines(output).then(
            (lines) => lines.length,
            () => 0,
          ),
        { timeout: patience },
      )
      .toBeGreaterThan(1);
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(130);
    const done = await jsonLines(output);
    expect(err).toContain(`Stopped: ${done.length} filled, 0 with an error.`);
    expect(done.length).toBeLessThan(500);
    expect(done.map(({ id }) => id)).toEqual(done.map((_, index) => index));
  });

  it('leaves the output as it was when it is stopped before the model is there', async () => {
    const input = await here.file('few.jsonl', batch(1));
    const output = await here.file('kept.jsonl', 'kept\n');
    const { child, ended, said } = here.start('fill', '--batch', input, '--out', output, ...slow);
    await expect.poll(said, { timeout: patience, interval: 5 }).toContain('process started');
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect({ code, kept: await readFile(output, 'utf8') }).toEqual({ code: 130, kept: 'kept\n' });
    expect(err).toContain('Stopped before');
  });

  it.skipIf(process.platform === 'win32')('stops while it waits for a line', async () => {
    const input = await here.file('lines');
    execFileSync('mkfifo', [input]);
    const { child, ended, said } = here.start('fill', '--batch', input, ...slow);
    let out = '';
    child.stdout!.on('data', (text) => {
      out += text;
    });
    const writer = await open(input, 'r+');
    try {
      await writer.appendFile(`${request(0)}\n`);
      await expect.poll(() => out, { timeout: patience }).toContain('"id":0');
      child.kill('SIGINT');
      const { code, err } = await ended;
      expect({ code, left: isAlive(enginePid(said())) }).toEqual({ code: 130, left: false });
      expect(err).toContain('Stopped: 1 filled, 0 with an error.');
    } finally {
      child.kill('SIGKILL');
      await writer.close();
    }
  });

  it('goes on with a new engine when the old one dies', async () => {
    const input = await here.file('some.jsonl', batch(4));
    const output = await here.file('survived.jsonl');
    const { ended, said } = here.start('fill', '--batch', input, '--out', output, ...slow);
    await expect
      .poll(() => jsonLines(output).catch(() => []), { timeout: patience })
      .toHaveLength(1);
    process.kill(enginePid(said()), 'SIGKILL');
    const { code, err } = await ended;
    expect(code).toBe(1);
    const lines = await jsonLines(output);
    expect(lines.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(lines.filter((line) => 'error' in line)).toHaveLength(1);
    expect(err).toContain('3 filled, 1 with an error.');
  });
});

/** As the engine's log has it. */
function enginePid(log: string): number {
  const pid = /process started \(pid (\d+)\)/.exec(log)?.[1];
  if (!pid) throw new Error(`No engine was started:\n${log}`);
  return Number(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
