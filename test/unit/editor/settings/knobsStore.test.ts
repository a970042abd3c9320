import { expect, test, vi } from 'vitest';
import type { Memento } from 'vscode';
import packageJson from '../../../../package.json';
import { readSamplerValues } from '../../../../src/editor/settings/samplerSettings';
import type { Settings } from '../../../../src/editor/settings/settings';
import type { Notices } from '../../../../src/editor/status/notices';

type Listener<Value> = (value: Value) => void;
const settingsChange = vi.hoisted(() => ({ fire: (() => {}) as Listener<unknown> }));
vi.mock('vscode', () => ({
  EventEmitter: class<Value> {
    readonly #listeners: Listener<Value>[] = [];
    readonly event = (listener: Listener<Value>) => this.#listeners.push(listener);
    fire(value: Value) {
      for (const each of this.#listeners) each(value);
    }
  },
  workspace: {
    onDidChangeConfiguration: (listener: Listener<unknown>) => {
      settingsChange.fire = listener;
    },
  },
}));
const { KnobsStore } = await import('../../../../src/editor/settings/knobsStore');

const declared: Readonly<Record<string, { readonly default: unknown }>> = Object.assign(
  {},
  ...packageJson.contributes.configuration.map(({ properties }) => properties),
);

const badSettings = vi.fn();

function openStore() {
  const kept = new Map<string, unknown>();
  const memento = {
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => kept.set(key, value),
  };
  const set = new Map<string, unknown>();
  const settings = {
    samplerValues: () =>
      readSamplerValues((name) => set.get(name) ?? declared[`unmask.${name}`]?.default),
    problem: () => null,
  };
  const store = new KnobsStore(
    memento as unknown as Memento,
    settings as unknown as Settings,
    { badSettings } as unknown as Notices,
  );
  const change = (name: string, value: unknown) => {
    set.set(name, value);
    settingsChange.fire({ affectsConfiguration: () => true });
  };
  return { store, change };
}

test('the panel is not told what it has turned: it may have turned more since', () => {
  const { store } = openStore();
  const told = vi.fn();
  store.onDidChange(told);
  const knobs = { ...store.value, slots: 12 };
  store.value = knobs;
  expect(store.value).toEqual(knobs);
  expect(told).not.toHaveBeenCalled();
});

test('knobs turned in the panel give way once the settings turn others', () => {
  const { store, change } = openStore();
  const told = vi.fn();
  store.onDidChange(told);
  store.value = { ...store.value, slots: 12 };
  change('slots', 20);
  expect(store.value.slots).toBe(20);
  expect(told).toHaveBeenCalledExactlyOnceWith(store.value);
});

test('what is wrong with the settings is said once, as long as nothing else is', () => {
  const { change } = openStore();
  change('topP', 3);
  change('slots', 20);
  change('threads', 2);
  expect(badSettings).toHaveBeenCalledOnce();
  change('topP', 4);
  change('topP', 1);
  expect(badSettings).toHaveBeenCalledOnce();
  change('topP', 4);
  expect(badSettings).toHaveBeenCalledTimes(2);
});
