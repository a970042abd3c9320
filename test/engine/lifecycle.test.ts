import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fillAnd, pidOf, useClients } from './engineProcess';
import { copyOfModel, engineBundle, fillRequest, loadTiny } from './engineUnderTest';

const newClient = useClients();

test('loads and fills asked for at once share one process', async () => {
  const client = await newClient();
  const [a, b] = await Promise.all([client.load(loadTiny()), client.load(loadTiny())]);
  expect(b).toBe(a);
  expect(client.lines.filter((line) => line.includes('started'))).toHaveLength(1);
});

test('it is known what a fill would have to wait for: a model that is not open, and another fill', async () => {
  const client = await newClient();
  const loading = client.load(loadTiny());
  expect(client.hasOpen(loadTiny())).toBe(false);
  await loading;
  expect(client.hasOpen(loadTiny())).toBe(true);
  expect(client.hasOpen(loadTiny({ threads: 2 }))).toBe(false);
  expect(client.busy).toBe(false);
  const filling = client.fill(fillRequest());
  expect(client.busy).toBe(true);
  await filling;
  expect(client.busy).toBe(false);
  const restarted = client.restart();
  expect(client.hasOpen(loadTiny())).toBe(false);
  await restarted;
  expect(client.hasOpen(loadTiny())).toBe(false);
});

test('two fills at once go one after the other', async () => {
  const client = await newClient();
  await client.load(loadTiny());
  const order: string[] = [];
  const onFrame = (frame: { run: string }) => {
    if (order.at(-1) !== frame.run) order.push(frame.run);
  };
  await Promise.all([
    client.fill(fillRequest({ run: 'first' }), { onFrame }),
    client.fill(fillRequest({ run: 'second' }), { onFrame }),
  ]);
  expect(order).toEqual(['first', 'second']);
});

test('a model that has been made anew in its folder is loaded anew, by the next load', async () => {
  const client = await newClient();
  const { folder, remove } = await copyOfModel();
  onTestFinished(remove);
  await client.load(loadTiny({ folder }));
  const file = path.join(folder, 'model.json');
  const manifest = await readFile(file, 'utf8');
  await writeFile(file, manifest.replace('"version": "0.1.0"', '"version": "0.2.0"'));
  await utimes(file, new Date(), new Date(Date.now() + 5000));
  expect(await client.load(loadTiny({ folder }))).toMatchObject({ version: '0.2.0' });
});

test('a fill asked for during a restart is of the new process', async () => {
  const client = await newClient();
  await client.load(loadTiny());
  const first = await pidOf(client);
  const ended = client.restart();
  expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
  await ended;
  expect(await pidOf(client)).not.toBe(first);
});

test('dispose ends the process, also in the middle of a run, and nothing starts after it', async () => {
  const client = await newClient();
  await client.load(loadTiny());
  const pid = await pidOf(client);
  const ended = fillAnd(client, () => void client.dispose()).catch((error) => error);
  expect(await ended).toMatchObject({ kind: 'disposed' });
  await client.dispose();
  expect(() => process.kill(pid, 0)).toThrow();
  expect(await client.fill(fillRequest()).catch((error) => error)).toMatchObject({
    kind: 'disposed',
  });
});

test('nothing starts after a dispose that comes while a process told to restart is still ending', async () => {
  const client = await newClient();
  await client.load(loadTiny());
  void client.restart();
  const loaded = client.load(loadTiny()).catch((error) => error);
  await client.dispose();
  expect(await loaded).toMatchObject({ kind: 'disposed' });
  expect(await client.status()).toBeNull();
});
test('the process ends when whoever started it is gone', async () => {
  const child = fork(engineBundle(), { stdio: 'ignore' });
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test('an engine that does not exist cannot be started', async () => {
  const client = await newClient({ entry: '/no/such/engine.js' });
  const error = await client.load(loadTiny()).catch((thrown) => thrown);
  expect(error).toMatchObject({ kind: 'startFailed' });
  expect(error.message).toContain('/no/such/engine.js');
});
