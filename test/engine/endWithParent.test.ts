import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { UNPACK_ARGUMENT } from '../../src/engine/server/processes/unpackProcess';
import { engineBundle } from './engineUnderTest';

test('a process that may not signal the one that started it does not take that for gone', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-parent-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [preload, asked] = ['preload.cjs', 'asked'].map((name) => path.join(folder, name));
  // In the thread that looks, too.
  await writeFile(
    preload!,
    `const { kill } = process;
    process.kill = (pid, signal) => {
      if (signal !== 0) return kill.call(process, pid, signal);
      require('node:fs').appendFileSync(${JSON.stringify(asked)}, '.');
      throw Object.assign(new Error(), { code: 'EPERM' });
    };`,
  );
  const child = fork(engineBundle(), [UNPACK_ARGUMENT], { execArgv: ['--require', preload!] });
  const ended = vi.fn();
  child.once('exit', ended);
  onTestFinished(() => void child.kill('SIGKILL'));
  await vi.waitFor(async () => {
    expect(ended).not.toHaveBeenCalled();
    expect((await readFile(asked!, 'utf8')).length).toBeGreaterThan(1);
  }, 20_000);
}, 30_000);
