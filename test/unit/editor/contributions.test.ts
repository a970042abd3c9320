import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import packageJson from '../../../package.json';

const { commands, keybindings, menus, configuration, colors } = packageJson.contributes;
const declared = commands.map(({ command }) => command);
const folder = new URL('../../../src/editor/', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

test('every command that is used somewhere is declared', () => {
  const used = [
    ...keybindings.flatMap(({ command, args }) =>
      command === 'runCommands'
        ? args!.commands!.map((each) => (typeof each === 'string' ? each : each.command))
        : [command],
    ),
    ...Object.values(menus).flatMap((items) =>
      items.flatMap((item) => ('command' in item ? [item.command] : [])),
    ),
  ];
  expect(used.filter((command) => !declared.includes(command))).toEqual(['cursorRight']);
});

test('a selection is left before Tab accepts: the edit is on its way for a moment in which one may type', () => {
  const [cursor, selection, ...others] = keybindings.filter(
    ({ key, when }) => key === 'tab' && when.includes('unmask.candidate'),
  );
  expect(others).toEqual([]);
  expect(selection!.args!.commands).toEqual(['cursorRight', cursor!.command]);
  // Where some select nothing, the command that leaves what is selected would move these.
  const [all, some] = [
    'editorHasSelection && (!editorHasMultipleSelections || unmask.allSelect)',
    '(!editorHasSelection || editorHasMultipleSelections && !unmask.allSelect)',
  ];
  expect(selection!.when.endsWith(all)).toBe(true);
  expect(cursor!.when).toBe(selection!.when.replace(all, some));
});

test('the code names only commands, colours and settings that are declared', () => {
  const names = new Set(
    [...sources.matchAll(/'unmask\.([A-Za-z]+)'/g)].map(([, name]) => `unmask.${name}`),
  );
  const known = new Set([
    ...declared,
    ...colors.map(({ id }) => id),
    ...configuration.flatMap(({ properties }) => Object.keys(properties)),
    // Not declared anywhere: keys of what is stored, the status item and the panel's focus command.
    'unmask.knobs',
    'unmask.measuredSince',
    'unmask.status',
    'unmask.panel',
  ]);
  expect([...names].filter((name) => !known.has(name))).toEqual([]);
});

test('every declared colour is used', () => {
  expect(colors.filter(({ id }) => !sources.includes(`'${id}'`))).toEqual([]);
});

test('keys are taken only while Unmask has something to do with them, or a chord leads to it', () => {
  for (const { key, when } of keybindings) {
    const ours = /unmask\.(running|candidate)/.test(when);
    expect(ours || key.includes(' '), `${key} when ${when}`).toBe(true);
    expect(when).toContain('editorTextFocus');
  }
});

test('Escape is left to whatever else it closes in the editor, and to vim where that is typing', () => {
  const others = ['dirtyDiffVisible', 'exceptionWidgetVisible', 'breakpointWidgetVisible'];
  for (const { when } of keybindings.filter(({ key }) => key === 'escape')) {
    expect(others.filter((other) => !when.includes(`!${other}`))).toEqual([]);
    expect(when).toContain("(!vim.active || vim.mode == 'Normal')");
  }
});

test('no command in a title bar has a key, which VS Code would name there though it does something else', () => {
  const keyed: readonly string[] = keybindings.map(({ command }) => command);
  const inTitle = menus['editor/title'].map(({ command }) => command);
  expect(inTitle.filter((command) => keyed.includes(command))).toEqual([]);
});
