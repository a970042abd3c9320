import { beforeEach, expect, test, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { Span } from '../../../../src/editor/span/spans';
import type { HostToPanel, RunPhase } from '../../../../src/panel/messages';

type Listener = (event: unknown) => void;
const heard = vi.hoisted(() => new Map<string, Listener>());
vi.mock('vscode', () => {
  const on = (name: string) => (listener: Listener) => heard.set(name, listener);
  return {
    Disposable: { from: () => ({ dispose: () => {} }) },
    EndOfLine: { LF: 1, CRLF: 2 },
    Range: class {},
    workspace: { onDidChangeTextDocument: on('change'), onDidCloseTextDocument: on('close') },
  };
});
const { HeldBackHoles } = await import('../../../../src/editor/run/heldBackHoles');

const document = { text: '', eol: 1, getText: () => document.text };
const asDocument = document as unknown as TextDocument;

let tell: (change: HostToPanel) => void;
const owner = {
  place: null as { document: TextDocument; spans: readonly Span[] } | null,
  phase: { kind: 'idle' } as RunPhase,
  leftOut: new Set<number>(),
  onDidChange: (listener: typeof tell) => {
    tell = listener;
  },
};
let holes: InstanceType<typeof HeldBackHoles>;

beforeEach(() => {
  document.text = 'f([MASK], [MASK]);\ng([MASK]);\n';
  Object.assign(owner, { place: null, leftOut: new Set() });
  holes = new HeldBackHoles(owner as unknown as RunOwner);
});

const nth = (hole: number): Span => {
  const { index } = [...document.text.matchAll(/\[MASK\]/g)][hole]!;
  return { start: index, end: index + 6 };
};

/** Goes into a phase of a run on spans of the document. */
async function enter(
  kind: 'starting' | 'accepted',
  spans: readonly Span[],
  leftOut: number[] = [],
): Promise<void> {
  const phase = kind === 'starting' ? { kind, message: '' } : { kind, leftOut };
  const place = { document: asDocument, spans };
  Object.assign(owner, { phase, place, leftOut: new Set(leftOut) });
  tell({ kind: 'phase', phase });
}

function edit(from: string, to: string): void {
  const rangeOffset = document.text.indexOf(from);
  document.text = document.text.replace(from, to);
  const contentChanges = [{ rangeOffset, rangeLength: from.length, text: to }];
  heard.get('change')!({ document, contentChanges });
}

test('what was left out is held back through later runs, and edits beside it', async () => {
  const [first, second, third] = [nth(0), nth(1), nth(2)];
  await enter('accepted', [first, second], [0]);
  expect(holes.in(asDocument)).toEqual([first]);
  await enter('starting', [third]);
  await enter('accepted', [third], [0]);
  edit('f(', 'const value = f(');
  expect(holes.in(asDocument)).toEqual([nth(0), nth(2)]);
  expect(holes.in({} as TextDocument)).toEqual([]);
});

test('an acceptance moves what was held back before it, and not what it leaves out', async () => {
  const { text } = document;
  await enter('accepted', [nth(1)], [0]);
  document.text = text.replace('[MASK]', '1');
  const [before, last] = [nth(0), nth(1)];
  // It is told of before the edit that has brought it is heard of here.
  const told = enter('accepted', [{ start: 2, end: 3 }, last], [1]);
  document.text = text;
  edit('[MASK]', '1');
  await told;
  expect(holes.in(asDocument)).toEqual([before, last]);
});

test('what is filled again, written in, or gone is held back no more', async () => {
  const all = [nth(0), nth(1), nth(2)];
  await enter('accepted', all, [0, 1, 2]);
  await enter('starting', [nth(1)]);
  expect(holes.in(asDocument)).toEqual([nth(0), nth(2)]);
  edit('g([MASK]', 'g([MA');
  expect(holes.in(asDocument)).toEqual([nth(0)]);
  heard.get('close')!(asDocument);
  expect(holes.in(asDocument)).toEqual([]);
});
