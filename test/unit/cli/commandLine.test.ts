import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/commandLine';
import { tinyModel } from '../../tinyModels';

/** What a terminal is sent by a command. */
async function inTerminal(root: string, ...args: string[]): Promise<string> {
  const terminal = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true as const });
  await runCommandLine(args, '1.2.3', { root, storage: root, out: terminal, err: terminal });
  return String(terminal.read());
}

test('what a model or the name of a file says does not steer the terminal', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-terminal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(tinyModel, folder, { recursive: true });
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(
    file,
    JSON.stringify({ ...manifest, name: 'a\x1b]0;b\x07', licence: 'c\x9b2Jd\re' }),
  );
  const listed = await inTerminal(folder, 'models', '--model', folder, '--no-color');
  expect(listed).toContain('verified  a�]0;b� ');
  expect(listed).toContain('(c�2Jd�e)');

  await writeFile(file, '\x1b[2J');
  const unusable = await inTerminal(folder, 'models', '--model', folder, '--no-color');
  expect(unusable).toMatch(/^unusable .*�\[2J/);

  const unread = await inTerminal(folder, 'fill', path.join(folder, '\x1b[2J.ts'), '--span', '1:1');
  expect(unread).toMatch(/^unmask: Cannot read .*�\[2J\.ts: there is no such file or folder\.\n$/);
});
