import { beforeEach, expect, test, vi } from 'vitest';
import type { CancellationToken, Position, TextDocument } from 'vscode';
import type { InlineCompletionParts } from '../../../src/editor/inlineCompletions';
import type { FillOptions } from '../../../src/engine/client/fillOn';
import type { FillRequest } from '../../../src/engine/protocol/messages';
import { state } from '../webview/smallRun';

vi.mock('vscode', () => ({
  Disposable: { from: () => ({ dispose: () => {} }) },
  languages: { registerInlineCompletionItemProvider: () => ({}) },
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
}));
const { InlineCompletions } = await import('../../../src/editor/inlineCompletions');

const asked: FillRequest[] = [];
const parts = {
  engine: {
    load: async () => ({ languages: ['typescript'] }),
    fill: async (request: FillRequest, { signal }: FillOptions) => {
      asked.push(request);
      meanwhile();
      if (signal?.aborted) return { outcome: { kind: 'stopped' } };
      return { outcome: { kind: 'finished', texts: ['42'], meanLogProb: -1 } };
    },
  },
  owner: {
    running: false,
    candidate: null as string[] | null,
    onDidChange: (listener: (change: unknown) => void) => {
      tell = listener;
      return {};
    },
  },
  knobs: { value: { ...state.knobs, search: { ...state.knobs.search, candidates: 4 } } },
  settings: {
    completesInline: () => wanted,
    loadModel: () => ({}),
    contextLimit: () => ({ before: 100, after: 100 }),
  },
  log: vi.fn(),
};
let wanted = true;
let meanwhile = () => {};
let tell: (change: unknown) => void = () => {};
let cancel = () => {};

async function offered(languageId = 'typescript', triggerKind = 0) {
  const document = { getText: () => 'let a = ;', offsetAt: () => 8, languageId };
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      cancel = listener;
      return { dispose: () => {} };
    },
  };
  const items = await new InlineCompletions(
    parts as unknown as InlineCompletionParts,
  ).provideInlineCompletionItems(
    document as unknown as TextDocument,
    8 as unknown as Position,
    { triggerKind },
    token as unknown as CancellationToken,
  );
  return items.map(({ insertText }) => insertText);
}

beforeEach(() => {
  asked.length = 0;
  wanted = true;
  meanwhile = () => {};
  Object.assign(parts.owner, { running: false, candidate: null });
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
  expect(await offered('markdown')).toEqual([]);
  parts.owner.running = true;
  expect(await offered()).toEqual([]);
  Object.assign(parts.owner, { running: false, candidate: ['x'] });
  expect(await offered()).toEqual([]);
  expect(asked).toEqual([]);
});

test('typing on, or a run, stops it', async () => {
  meanwhile = () => cancel();
  expect(await offered()).toEqual([]);
  meanwhile = () => tell({ kind: 'phase', phase: { kind: 'starting' } });
  expect(await offered()).toEqual([]);
  expect(asked).toHaveLength(2);
});

test('a failure is for the log', async () => {
  meanwhile = () => {
    throw new Error('It broke.');
  };
  expect(await offered()).toEqual([]);
  expect(parts.log).toHaveBeenCalledWith('No inline completion: It broke.');
});
