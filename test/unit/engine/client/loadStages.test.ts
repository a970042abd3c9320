import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EngineClient } from '../../../../src/engine/client';

/** Unpacks for as long as there is one load, then answers that and tries an execution provider for the next. */
const engine = `
  process.on('disconnect', () => process.exit());
  const say = (kind) => process.send({
    jsonrpc: '2.0', method: 'model/loadProgress', params: { kind, executionProvider: 'webgpu' },
  });
  const loads = [];
  process.on('message', ({ id, method }) => {
    if (method !== 'model/load') return;
    if (loads.push(id) === 1) return say('unpacking');
    setTimeout(() => {
      say('opening');
      process.send({ jsonrpc: '2.0', id: loads[0], error: { code: -32603, message: 'Stopped.' } });
      setTimeout(() => say('trying'), 100);
    }, 100);
  });`;

test('a load that takes the place of another hears of what that still takes, and then of its own', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-stages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const entry = path.join(folder, 'engine.js');
  await writeFile(entry, engine);
  const client = new EngineClient({ entry, log: () => {} });
  onTestFinished(() => client.dispose());

  const stages = { first: [] as string[], second: [] as string[] };
  const load = (which: 'first' | 'second') =>
    client
      .load({ folder: which, executionProvider: 'auto', threads: 1 }, undefined, ({ kind }) =>
        stages[which].push(kind),
      )
      .catch(() => {});
  void load('first');
  await vi.waitFor(() => expect(stages.first).toEqual(['opening', 'unpacking']), 20_000);
  void load('second');
  await vi.waitFor(() => expect(stages.second).toContain('trying'), 20_000);
  expect(stages.second).toEqual(['unpacking', 'opening', 'trying']);
});
