import { expect, test, vi } from 'vitest';

interface Item {
  readonly label: string;
}

/** A list as VS Code has it, but for what it leaves out by what is typed. */
const list = vi.hoisted(() => ({
  items: [] as Item[],
  activeItems: [] as Item[],
  value: '',
  type: (_text: string) => {},
  accept: () => {},
  hide: () => {},
}));
vi.mock('vscode', () => ({
  window: {
    createQuickPick: () => ({
      set items(items: Item[]) {
        Object.assign(list, { items, activeItems: items.slice(0, 1) });
      },
      get activeItems() {
        return list.activeItems;
      },
      get value() {
        return list.value;
      },
      onDidChangeValue: (listener: typeof list.type) => {
        list.value = '';
        list.type = (text) => {
          list.value = text;
          listener(text);
        };
      },
      onDidAccept: (listener: typeof list.accept) => {
        list.accept = listener;
      },
      onDidHide: (listener: typeof list.hide) => {
        list.hide = listener;
      },
      show: () => {},
      dispose: () => {},
    }),
  },
}));
const { askStrength } = await import('../../../../src/editor/span/strength');

const labels = () => list.items.map(({ label }) => label);

test('a strength is chosen of a few', async () => {
  const asked = askStrength();
  expect(labels()).toEqual(['Touch up', 'Revise', 'Rework', 'Rewrite']);
  list.accept();
  expect(await asked).toBe(0.2);
});

test('or typed, as a percentage or a share', async () => {
  for (const [text, label, strength] of [
    ['35', '35 %', 0.35],
    ['35 %', '35 %', 0.35],
    ['0.5', '50 %', 0.5],
    ['100', '100 %', 1],
  ] as const) {
    const asked = askStrength();
    list.type(text);
    expect(labels()).toEqual([label]);
    list.accept();
    expect(await asked).toBe(strength);
  }
});

test('what is typed counts, also where the list is still about the first of its digits', async () => {
  const asked = askStrength();
  list.type('3');
  const { activeItems } = list;
  list.type('35');
  list.activeItems = activeItems;
  list.accept();
  expect(await asked).toBe(0.35);
});

test('what is none leaves the list as it is, and who goes away has chosen none', async () => {
  const asked = askStrength();
  for (const text of ['tou', '', '0', '101', '0.5 %']) {
    list.type(text);
    expect(labels()).toHaveLength(4);
  }
  list.activeItems = [];
  list.accept();
  list.hide();
  expect(await asked).toBeUndefined();
});
