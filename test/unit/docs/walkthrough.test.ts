import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const { contributes, icon } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const [walkthrough] = contributes.walkthroughs;

test('the walkthrough leads to commands and pictures that there are', () => {
  const commands = contributes.commands.map(({ command }: { command: string }) => command);
  const text = JSON.stringify(walkthrough);
  const named = [...text.matchAll(/(?:command:|onCommand:)([\w.]+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(4);
  expect(commands).toEqual(expect.arrayContaining(named));
  const pictures = [...text.matchAll(/"([\w/-]+\.png)"/g)].map(([, file]) => file!);
  expect(pictures).toContain('media/editor-light.png');
  for (const file of [icon, ...pictures]) expect(existsSync(new URL(file, root))).toBe(true);
});

test('commands are called as the palette calls them', () => {
  const text: string = walkthrough.steps
    .map((step: { description: string }) => step.description)
    .join();
  const titles = contributes.commands.map(
    ({ category, title }: { category: string; title: string }) => `${category}: ${title}`,
  );
  const called = [...text.matchAll(/\*\*(Unmask: [^*]+)\*\*/g)].map(([, name]) => name);
  expect(called.length).toBeGreaterThan(1);
  expect(titles).toEqual(expect.arrayContaining(called));
});
