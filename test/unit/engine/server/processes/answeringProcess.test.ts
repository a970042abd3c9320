import { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askProcess } from '../../../../../src/engine/server/processes/answeringProcess';

const engine = process.argv[1]!;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unmask-answering-'));
  process.argv[1] = path.join(folder, 'engine.js');
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  process.argv[1] = engine;
  await rm(folder, { recursive: true });
});

const hanging = 'setInterval(() => {}, 1000);';
const answering = `${hanging}
  process.once('message', (answer) => process.send({ kind: 'answered', answer }));`;

test('an answer that came in time counts, however long the process takes to end', async () => {
  await writeFile(process.argv[1]!, answering);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // The time runs out while the system ends it, as it does where it holds a driver.
  vi.spyOn(ChildProcess.prototype, 'kill').mockImplementationOnce(() => {
    vi.advanceTimersByTime(10_000);
    return true;
  });
  expect(await askProcess('', { asked: 1 }, { timeoutMs: 10_000 })).toEqual({
    kind: 'answered',
    answer: { asked: 1 },
  });
});

test('a process that does not answer is given up in time', async () => {
  await writeFile(process.argv[1]!, hanging);
  expect(await askProcess('', {}, { timeoutMs: 500 })).toEqual({
    kind: 'unanswered',
    reason: 'did not answer within 0.5 seconds',
  });
});

test('a process that ends without an answer is said to have crashed', async () => {
  await writeFile(process.argv[1]!, 'process.exit(3);');
  expect(await askProcess('', {})).toEqual({
    kind: 'unanswered',
    reason: 'crashed (exit code 3)',
  });
});
