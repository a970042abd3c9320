import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Settings } from '../../../../src/editor/settings/settings';
import type { Notices } from '../../../../src/editor/status/notices';
import type { ModelStatus } from '../../../../src/engine/protocol/messages';

const heard = vi.hoisted(() => ({ change: (_: unknown) => {} }));
vi.mock('vscode', () => ({
  workspace: {
    onDidChangeConfiguration: (listener: typeof heard.change) => {
      heard.change = listener;
    },
  },
}));
const { ModelInUse } = await import('../../../../src/editor/run/modelInUse');

const modelOf = (name: string, also = {}) =>
  ({
    folder: path.resolve('models', name),
    name,
    fallbacks: [],
    ...also,
  }) as unknown as ModelStatus;
const notices = { otherProvider: vi.fn() };
const told = vi.fn<(model: ModelStatus | null) => void>();
let folder: string;
/** Ends the runs. */
let settle: () => void;
let model: InstanceType<typeof ModelInUse>;

/** Sets `unmask.modelFolder`. */
function choose(name: string): void {
  folder = path.join('models', name);
  heard.change({ affectsConfiguration: (setting: string) => setting === 'unmask.modelFolder' });
}

beforeEach(() => {
  vi.clearAllMocks();
  folder = path.join('models', 'one');
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const settings = { loadModel: () => ({ folder }) } as unknown as Settings;
  model = new ModelInUse(settings, notices as unknown as Notices, () => settled, told);
  model.becomes(modelOf('one'));
});

test('a model goes on being named until the runs that use it have ended', async () => {
  choose('other');
  expect(model.status?.name).toBe('one');
  settle();
  await vi.waitFor(() => expect(model.status).toBeNull());
  expect(told).toHaveBeenLastCalledWith(null);
});

test('one that was loaded meanwhile, or chosen again, goes on being named', async () => {
  choose('other');
  model.becomes(modelOf('other'));
  settle();
  await new Promise(setImmediate);
  expect(model.status?.name).toBe('other');
  choose('one');
  choose('other');
  await new Promise(setImmediate);
  expect(model.status?.name).toBe('other');
  expect(told.mock.calls.map(([status]) => status?.name)).toEqual(['one', 'other']);
});

test('that it does not run where it was to is said once, however often it is used', () => {
  const fallbacks = [{ executionProvider: 'cuda', sentence: 'cuda was not used: it is gone.' }];
  const on = modelOf('one', { wantedProvider: 'cuda', executionProvider: 'cpu', fallbacks });
  model.becomes(on);
  model.becomes(on);
  expect(notices.otherProvider.mock.calls).toEqual([
    ['cuda was not used: it is gone. The model runs on cpu.'],
  ]);
  expect(told).toHaveBeenCalledTimes(2);
  // An engine that had ended has loaded it again.
  model.becomes({ ...on });
  expect(notices.otherProvider).toHaveBeenCalledTimes(1);
  expect(told).toHaveBeenCalledTimes(3);
  model.becomes(null);
  model.becomes(on);
  expect(notices.otherProvider).toHaveBeenCalledTimes(2);
});
