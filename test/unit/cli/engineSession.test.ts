import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withEngine } from '../../../src/cli/engineSession';
import { StoppedError } from '../../../src/cli/errors';

/** A terminal beside an installation whose engine is this script. */
async function terminalWith(engine: string) {
  const root = await mkdtemp(path.join(tmpdir(), 'unmask-session-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, 'dist'));
  await writeFile(path.join(root, 'dist', 'engine.js'), engine);
  const err = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true as const });
  return { root, storage: root, out: new PassThrough(), err };
}

test('a load that takes long is told of in a terminal, with what it waits for, and can be stopped', async () => {
  // It never answers.
  const engine = "process.on('disconnect', () => process.exit()); setInterval(() => {}, 1000);";
  const surroundings = await terminalWith(engine);
  const { err } = surroundings;
  const abort = new AbortController();

  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const session = withEngine(
    surroundings,
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

test('so is what it takes long for, as it comes to that', async () => {
  const engine = `
    process.on('disconnect', () => process.exit());
    const stage = { jsonrpc: '2.0', method: 'model/loadProgress', params: { kind: 'unpacking' } };
    process.on('message', () => process.send(stage));`;
  const surroundings = await terminalWith(engine);
  const { err } = surroundings;
  let said = '';
  err.on('data', (text: string) => {
    said += text;
  });
  const abort = new AbortController();
  const session = withEngine(
    surroundings,
    { ep: 'auto', threads: 1 },
    abort.signal,
    async () => {},
  );
  await vi.waitFor(() => expect(said).toMatch(/^Unpacking the model, once on this machine\./m), {
    timeout: 20_000,
  });
  abort.abort();
  await expect(session).rejects.toThrow(StoppedError);
}, 30_000);

test('where there is a view, it is told at once what a load waits for, and no more once that is stopped', async () => {
  // It goes on telling, whatever becomes of the load, and faster than anybody reads.
  const engine = `
    process.on('disconnect', () => process.exit());
    const params = { kind: 'trying', executionProvider: 'webgpu' };
    const stage = { jsonrpc: '2.0', method: 'model/loadProgress', params };
    const tell = () => {
      for (let time = 0; time < 100; time++) process.send(stage);
    };
    process.once('message', () => setInterval(tell, 1));`;
  const surroundings = await terminalWith(engine);
  const { err } = surroundings;
  const abort = new AbortController();
  const told: string[] = [];
  const view = { wait: (text: string) => told.push(text), clear: () => told.push('cleared') };
  const session = withEngine(
    surroundings,
    { ep: 'auto', threads: 1 },
    abort.signal,
    async () => {},
    view,
  );
  expect(told).toEqual(['Loading the model… Ctrl+C stops it.']);
  const trying = 'Trying the model on webgpu… Ctrl+C stops it.';
  await vi.waitFor(() => expect(told.at(-1)).toBe(trying), { timeout: 20_000 });
  abort.abort();
  await expect(session).rejects.toThrow(StoppedError);
  expect(told.slice(told.indexOf('cleared'))).toEqual(['cleared']);
  expect(err.read()).toBeNull();
}, 30_000);
