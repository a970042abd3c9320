import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CancellationToken, Position, SelectedCompletionInfo, TextDocument } from 'vscode';
import type { InlineCompletionParts } from '../../../src/editor/inlineCompletions';
import type { FillOptions } from '../../../src/engine/client/fillOn';
import type { FillRequest, LoadStage } from '../../../src/engine/protocol/messages';
import { state } from '../smallRun';
import { progressNotices } from './progressNotices';

const executed = vi.hoisted(() => [] as string[]);
vi.mock('vscode', async () => ({
  commands: { executeCommand: (name: string) => executed.push(name) },
  Disposable: { from: () => ({ dispose: () => {} }) },
  languages: { registerInlineCompletionItemProvider: () => ({}) },
  ...(await import('./progressNotices')).progressWindow,
  InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
  InlineCompletionItem: class {
    constructor(
      readonly insertText: string,
      readonly range: unknown,
    ) {}
  },
  Range: class {
    constructor(
      readonly start: unknown,
      readonly end: unknown,
    ) {}
  },
  workspace: { notebookDocuments: [] },
}));
vi.mock('../../../src/models', () => ({
  readModelFolder: async () => {
    await reading();
    return { manifest: { languages: ['typescript'] } };
  },
}));
const { InlineCompletions } = await import('../../../src/editor/inlineCompletions');

const asked: FillRequest[] = [];
const parts = {
  engine: {
    load: async (_: unknown, signal: AbortSignal, onStage: (stage: LoadStage) => void) => {
      loads++;
      if (broken) throw new Error('Its folder is gone.');
      await loading(signal, onStage);
      return {};
    },
    fill: async (request: FillRequest, { signal }: FillOptions) => {
      asked.push(request);
      meanwhile();
      if (signal?.aborted) return { outcome: { kind: 'stopped' } };
      return { candidates: [{ texts: ['42'], newErrors }] };
    },
  },
  owner: {
    running: false,
    candidate: null as string[] | null,
    place: null as unknown,
    onDidChange: (listener: (change: unknown) => void) => {
      tell = listener;
      return {};
    },
  },
  knobs: { value: { ...state.knobs, search: { ...state.knobs.search, candidates: 4 } } },
  settings: {
    completesInline: () => wanted,
    loadModel: () => ({ folder }),
    contextLimit: () => ({ before: 100, after: 100 }),
    holeMarker: () => '[MASK]',
  },
  log: vi.fn(),
};
let newErrors = 0;
let selected: SelectedCompletionInfo | undefined;
let loads = 0;
let wanted = true;
let broken = false;
let folder = '/model';
let meanwhile = () => {};
let reading = async () => {};
let loading: (signal: AbortSignal, onStage: (stage: LoadStage) => void) => Promise<void>;
let tell: (change: unknown) => void = () => {};
let cancel = () => {};

const document = { getText: () => 'let a = ;', offsetAt: () => 8, languageId: '' };

async function offered(
  languageId = 'typescript',
  triggerKind = 0,
  completions = new InlineCompletions(parts as unknown as InlineCompletionParts),
) {
  document.languageId = languageId;
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      cancel = listener;
      return { dispose: () => {} };
    },
  };
  const items = await completions.provideInlineCompletionItems(
    document as unknown as TextDocument,
    8 as unknown as Position,
    { triggerKind, selectedCompletionInfo: selected },
    token as unknown as CancellationToken,
  );
  return items.map(({ insertText }) => insertText);
}

beforeEach(() => {
  asked.length = 0;
  wanted = true;
  meanwhile = () => {};
  reading = async () => {};
  loading = async () => {};
  progressNotices.length = 0;
  Object.assign(parts.owner, { running: false, candidate: null, place: null });
});

test('one fill is offered at the cursor, the same whenever it is asked for', async () => {
  expect(await offered()).toEqual(['42']);
  expect(await offered('typescript', 1)).toEqual(['42']);
  expect(asked[0]).toMatchObject({
    context: ['let a = ', ';'],
    spans: [{ text: '' }],
    search: { candidates: 1, iterations: 0 },
  });
  expect(asked[1]?.seed).toBe(asked[0]?.seed);
});

test('none is where it is not wanted, in a language of which the model knows nothing, and beside a run', async () => {
  wanted = false;
  expect(await offered()).toEqual([]);
  wanted = true;
  selected = {} as SelectedCompletionInfo;
  expect(await offered()).toEqual([]);
  selected = undefined;
  loads = 0;
  expect(await offered('markdown')).toEqual([]);
  expect(loads).toBe(0);
  parts.owner.running = true;
  expect(await offered()).toEqual([]);
  Object.assign(parts.owner, { running: false, candidate: ['x'], place: { document } });
  expect(await offered()).toEqual([]);
  expect(asked).toEqual([]);
});

test('a candidate that waits for another document is no reason to offer none', async () => {
  Object.assign(parts.owner, { candidate: ['x'], place: { document: {} } });
  expect(await offered()).toEqual(['42']);
});

test('none is that would add parse errors', async () => {
  newErrors = 1;
  expect(await offered()).toEqual([]);
  newErrors = 0;
});

test('typing on, or a run, stops it; a run hides what stands there', async () => {
  meanwhile = () => cancel();
  expect(await offered()).toEqual([]);
  meanwhile = () => tell({ kind: 'phase', phase: { kind: 'starting' } });
  expect(await offered()).toEqual([]);
  expect(asked).toHaveLength(2);
  expect(executed).toEqual(['editor.action.inlineSuggest.hide']);
});

test('what waits until nothing is typed asks for no fill any more once it is disposed of, or another is asked for', async () => {
  const completions = new InlineCompletions(parts as unknown as InlineCompletionParts);
  const first = offered('typescript', 1, completions);
  expect(await offered('typescript', 0, completions)).toEqual(['42']);
  expect(await first).toEqual([]);
  const second = offered('typescript', 1, completions);
  completions.dispose();
  expect(await second).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('a model that cannot be loaded is not tried again until another is wanted', async () => {
  broken = true;
  const completions = new InlineCompletions(parts as unknown as InlineCompletionParts);
  parts.log.mockClear();
  expect(await offered('typescript', 0, completions)).toEqual([]);
  expect(await offered('typescript', 0, completions)).toEqual([]);
  expect(parts.log).toHaveBeenCalledOnce();
  broken = false;
  folder = '/other';
  expect(await offered('typescript', 0, completions)).toEqual(['42']);
});

test('one that a run could load after all is tried again', async () => {
  broken = true;
  const completions = new InlineCompletions(parts as unknown as InlineCompletionParts);
  expect(await offered('typescript', 0, completions)).toEqual([]);
  broken = false;
  tell({ kind: 'model', model: null });
  expect(await offered('typescript', 0, completions)).toEqual([]);
  tell({ kind: 'model', model: { name: 'm' } });
  expect(await offered('typescript', 0, completions)).toEqual(['42']);
});

describe('while the model is unpacked', () => {
  let done = () => {};
  const unpacking: typeof loading = (_, onStage) => {
    onStage({ kind: 'opening' });
    onStage({ kind: 'unpacking' });
    return new Promise((resolve) => {
      done = resolve;
    });
  };
  beforeEach(() => {
    loading = unpacking;
  });

  const noticed = async () => {
    await vi.waitFor(() => expect(progressNotices).toHaveLength(1), { timeout: 3_000 });
    return progressNotices[0]!;
  };

  test('a notification says so, and ends with it', async () => {
    const items = offered();
    const notice = await noticed();
    expect(notice.messages).toEqual([expect.stringContaining('Unpacking the model')]);
    done();
    expect(await items).toEqual(['42']);
    await vi.waitFor(() => expect(notice.ended).toBe(true));
  });

  test('it can be called off, and is not begun again with every word', async () => {
    const completions = new InlineCompletions(parts as unknown as InlineCompletionParts);
    const items = offered('typescript', 0, completions);
    (await noticed()).cancel();
    expect(await items).toEqual([]);
    loads = 0;
    expect(await offered('typescript', 0, completions)).toEqual([]);
    expect(loads).toBe(0);
  });

  test('nor by what was asked for just before', async () => {
    const completions = new InlineCompletions(parts as unknown as InlineCompletionParts);
    const items = offered('typescript', 0, completions);
    const notice = await noticed();
    loads = 0;
    reading = async () => notice.cancel();
    expect(await offered('typescript', 0, completions)).toEqual([]);
    expect(await items).toEqual([]);
    expect(loads).toBe(0);
  });

  test('a run that comes before it is begun has it for itself', async () => {
    reading = async () => tell({ kind: 'phase', phase: { kind: 'starting' } });
    loads = 0;
    expect(await offered()).toEqual([]);
    expect(loads).toBe(0);
  });

  test('a run says itself what it waits for', async () => {
    const items = offered();
    const notice = await noticed();
    tell({ kind: 'phase', phase: { kind: 'starting' } });
    expect(await items).toEqual([]);
    await vi.waitFor(() => expect(notice.ended).toBe(true));
  });
});

test('a model that is only opened is opened without a word', async () => {
  vi.useFakeTimers();
  try {
    loading = async (_, onStage) => {
      onStage({ kind: 'opening' });
      await vi.advanceTimersByTimeAsync(5_000);
    };
    expect(await offered()).toEqual(['42']);
    expect(progressNotices).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('a failure is for the log', async () => {
  meanwhile = () => {
    throw new Error('It broke.');
  };
  expect(await offered()).toEqual([]);
  expect(parts.log).toHaveBeenCalledWith('No inline completion: It broke.');
});
