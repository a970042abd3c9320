import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../../../../src', import.meta.url));

test('nothing else shows messages: these alone are without links', async () => {
  const files = await readdir(source, { recursive: true });
  const showing: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(path.join(source, file), 'utf8');
    if (/\bshow(Error|Warning|Information)Message\b/.test(text)) showing.push(path.normalize(file));
  }
  expect(showing).toEqual([path.join('editor', 'status', 'message.ts')]);
});
