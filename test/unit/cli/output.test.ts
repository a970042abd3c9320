import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { writeLine } from '../../../src/cli/output';

const stream = (isTTY: boolean) =>
  Object.assign(new PassThrough({ encoding: 'utf8' }), isTTY && { isTTY });

const fill = 'a\tb\r\n\x1b[31mc\rd\x9b2J';

test('a line that a terminal gets has no control characters but line ends, tabs and its colours', async () => {
  const terminal = stream(true);
  await writeLine(terminal, fill, (text) => `\x1b[1m${text}`);
  expect(terminal.read()).toBe('\x1b[1ma\tb\r\n�[31mc�d�2J\n');
});

test('a file or another program gets it as it is', async () => {
  const file = stream(false);
  await writeLine(file, fill);
  expect(file.read()).toBe(`${fill}\n`);
});
