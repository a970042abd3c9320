import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';

const stack = `export class Stack<Item> {
  private readonly items: Item[] = [];

  push(item: Item): void {
    this.items.push(item);
  }

  pop(): Item {
    const item = this.items.pop();
    if (item === undefined) {
      throw new Error('The stack is empty.');
    }
    return item;
  }

  get size(): number {
    return this.items.length;
  }
}
`;

/** Their exact bytes matter, and Git would be free to change the line ends of fixtures. */
export const files = {
  'stack.ts': stack,
  'crlf.ts': stack.replaceAll('\n', '\r\n'),
  'wide.py':
    'def greet(name):\n\tgreeting = "👩‍👩‍👧 héllo 😀" + name + "😀"\n\treturn greeting  # 😀\n\n# end',
} as const;

/** Replaces parts of a text; every one of them occurs once. */
export function replaced(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((before, [from, to]) => {
    expect(before.split(from)).toHaveLength(2);
    return before.replace(from, () => to);
  }, text);
}

/** Writes the workspace of a test: a folder `demo` in a temporary folder of its own. */
export async function createWorkspace(): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'unmask-workspace-')), 'demo');
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}
