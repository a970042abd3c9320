import { beforeEach, expect, test, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import type { Span } from '../../../../src/editor/span/spans';
import type { HostToPanel, RunPhase } from '../../../../src/panel/messages';
import { waitingFor } from '../../../panelState';
import { forgetListeners, listening, tell } from '../documentEvents';

const renamedTo = vi.hoisted(() => ({ document: {} }));
vi.mock('vscode', async () => {
  const { documentEvents } = await import('../documentEvents');
  return {
    Disposable: {
      from: (...all: readonly { dispose: () => void }[]) => ({
        dispose: () => all.map((each) => each.dispose()),
      }),
    },
    EndOfLine: { LF: 1, CRLF: 2 },
    Range: class {},
    workspace: {
      ...documentEvents,
      fs: { isWritableFileSystem: () => true },
      openTextDocument: async () => renamedTo.document,
    },
  };
});
const { HeldBackHoles } = await import('../../../../src/editor/run/heldBackHoles');

const uriOf = (path: string) => ({
  path,
  toString: () => `file://${path}`,
  with: (change: { path: string }) => uriOf(change.path),
});
function documentOf(path: string, text: string) {
  const made = { uri: uriOf(path), text, eol: 1, isClosed: false, getText: () => made.text };
  return made;
}
const document = documentOf('/a.ts', '');
const asDocument = document as unknown as TextDocument;

let tellOfRun: (change: HostToPanel) => void;
const owner = {
  place: null as { document: TextDocument; spans: readonly Span[] } | null,
  phase: { kind: 'idle' } as RunPhase,
  leftOut: new Set<number>(),
  onDidChange: (listener: typeof tellOfRun) => {
    tellOfRun = listener;
    return { dispose: () => {} };
  },
};
let holes: InstanceType<typeof HeldBackHoles>;

beforeEach(() => {
  forgetListeners();
  Object.assign(document, { text: 'f([MASK], [MASK]);\ng([MASK]);\n', isClosed: false });
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
  const phase = kind === 'starting' ? waitingFor('') : { kind, leftOut };
  const place = { document: asDocument, spans };
  Object.assign(owner, { phase, place, leftOut: new Set(leftOut) });
  tellOfRun({ kind: 'phase', phase });
}

function edit(from: string, to: string, inside = document): void {
  const rangeOffset = inside.text.indexOf(from);
  inside.text = inside.text.replace(from, () => to);
  const contentChanges = [{ rangeOffset, rangeLength: from.length, text: to }];
  tell('change', { document: inside, contentChanges });
}

/** The document is closed, for good or for a moment. */
async function close(isClosed = true): Promise<void> {
  Object.assign(document, { isClosed });
  tell('close', document);
  await new Promise((resolve) => setTimeout(resolve));
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
  await close();
  expect(holes.in(asDocument)).toEqual([]);
});

test('what is held back is so in what its document is renamed or saved as, and when that is closed for a moment', async () => {
  await enter('accepted', [nth(1)], [0]);
  const held = holes.in(asDocument);
  await close(false);
  expect(holes.in(asDocument)).toEqual(held);
  const file = documentOf('/b.ts', document.text);
  const asFile = file as unknown as TextDocument;
  Object.assign(renamedTo, { document: file });
  tell('renamed', { files: [{ oldUri: document.uri, newUri: file.uri }] });
  await vi.waitFor(() => expect(holes.in(asFile)).toEqual(held));
  const copy = documentOf('/c.ts', '');
  tell('open', copy);
  edit('', file.text, copy);
  tell('save', copy);
  // Back at what is in its own file.
  edit('f(', '(', file);
  edit('f(', 'const value = f(', copy);
  expect(holes.in(asFile)).toEqual([]);
  const shift = 'const value = '.length;
  expect(holes.in(copy as unknown as TextDocument)).toEqual(
    held.map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  );
});

test('nothing listens any more for what is held back no more', async () => {
  await enter('accepted', [nth(0), nth(1)], [0, 1]);
  expect(new Set(listening()).has(0)).toBe(false);
  await enter('starting', [nth(0), nth(1)]);
  expect(new Set(listening())).toEqual(new Set([0]));
});
