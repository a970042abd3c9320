import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withEngine } from '../../../src/cli/engineSession';
import { StoppedError } from '../../../src/cli/errors';

test('a load that takes long is told of in a terminal, with what it waits for, and can be stopped', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'unmask-session-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, 'dist'));
  // It never answers.
  const engine = "process.on('disconnect', () => process.exit()); setInterval(() => {}, 1000);";
  await writeFile(path.join(root, 'dist', 'engine.js'), engine);
  const err = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true as const });
  const abort = new AbortController();

  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const session = withEngine(
    { root, storage: root, out: new PassThrough(), err },
    { ep: 'webgpu', threads: 1 },
    abort.signal,
    async () => {},
  );
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  expect(err.read()).toBe('Loading the model on webgpu… Ctrl+C stops it.\n');
  abort.abort();
  await expect(session).rejects.toThrow(StoppedError);
});
