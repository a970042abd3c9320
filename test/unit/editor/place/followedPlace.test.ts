import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import { forgetListeners, tell } from '../documentEvents';

vi.mock('vscode', async () => {
  const { documentEvents } = await import('../documentEvents');
  return {
    Disposable: { from: () => ({ dispose: () => {} }) },
    EndOfLine: { LF: 1, CRLF: 2 },
    Range: class {
      constructor(
        readonly start: unknown,
        readonly end: unknown,
      ) {}
    },
    workspace: { ...documentEvents, fs: { isWritableFileSystem: () => true } },
  };
});
const { FollowedPlace } = await import('../../../../src/editor/place/followedPlace');

const UNDO = 1;

function documentOf(text: string) {
  const document = {
    text,
    eol: 1,
    uri: { path: '/folder/file.ts', toString: () => 'file:///folder/file.ts' },
    isClosed: false,
    isDirty: false,
    get lineCount() {
      return document.text.split('\n').length;
    },
    lineAt: (line: number) => ({ text: document.text.split('\n')[line]! }),
    getText: () => document.text,
    positionAt: (offset: number) => ({
      line: document.text.slice(0, offset).split('\n').length - 1,
    }),
  };
  return document;
}

let document: ReturnType<typeof documentOf>;
let place: InstanceType<typeof FollowedPlace>;
/** What the hooks were told. */
let told: string[];
let isCandidate: boolean;
let isLeftOut: boolean;
let isAccepting: boolean;

function change(start: number, removed: number, text: string, reason?: number): void {
  const { text: before } = document;
  document.text = before.slice(0, start) + text + before.slice(start + removed);
  const contentChanges = [{ rangeOffset: start, rangeLength: removed, text }];
  tell('change', { document, contentChanges, reason });
}

/** Replaces a text that stands once in the document, as an edit of the given reason. */
const edit = (from: string, to: string, reason?: number) =>
  change(document.text.indexOf(from), from.length, to, reason);

const spanTexts = () =>
  place.present?.spans.map(({ start, end }) => place.present!.document.getText().slice(start, end));

beforeEach(() => {
  forgetListeners();
  document = documentOf('first\nlet a = 42;\nlast');
  told = [];
  isCandidate = false;
  isAccepting = false;
  isLeftOut = false;
  place = new FollowedPlace({
    isCandidate: () => isCandidate,
    isAccepting: () => isAccepting,
    accepted: () => told.push('accepted'),
    isLeftOut: () => isLeftOut,
    edited: () => told.push('edited'),
    lost: (_, why) => told.push(`lost: ${why}`),
    moved: () => told.push('moved'),
  });
  place.begin(document as unknown as TextDocument, [{ start: 14, end: 16 }]);
});

test('a place is named by its file and line', () => {
  expect(place.label).toBe('file.ts:2');
});

describe('an edit', () => {
  test('beside the spans moves them', () => {
    edit('first', 'a longer first');
    expect(told).toEqual(['moved']);
    expect(spanTexts()).toEqual(['42']);
  });

  test('within them is another text, for which nothing was made, until it is undone', () => {
    const before = place.edition;
    edit('42', '43');
    expect(told).toEqual(['lost: edited', 'edited', 'moved']);
    expect(place.edition).not.toBe(before);
    edit('43', '42', UNDO);
    expect(place.edition).toBe(before);
  });

  test('within one that is left out is the user’s own business, undone or not', () => {
    const before = place.edition;
    isLeftOut = true;
    edit('42', '43');
    edit('43', '44');
    edit('44', '43', UNDO);
    expect(told).toEqual(['moved', 'moved', 'moved']);
    expect(place.edition).toBe(before);
    isLeftOut = false;
    edit('43', '45');
    expect(told).toContain('lost: edited');
  });

  test('across their border leaves no place', () => {
    edit('= 4', '=');
    expect(told).toEqual(['lost: edited', 'moved']);
    expect(place.present).toBeNull();
    expect(place.label).toBeNull();
    edit('2', '3');
    expect(told).toHaveLength(2);
  });

  test('of another document, or none, is nothing', () => {
    tell('change', {
      document: documentOf(document.text),
      contentChanges: [
        { range: { start: { line: 1 } }, rangeOffset: 14, rangeLength: 2, text: '' },
      ],
    });
    tell('change', { document, contentChanges: [] });
    expect(told).toEqual([]);
  });

  test('that is the candidate is accepted, and nothing else', () => {
    isCandidate = true;
    edit('42', '6 * 7');
    expect(told).toEqual(['accepted']);
  });

  test('that undoes an acceptance leaves what the runs were made for; the same by hand does not', () => {
    const fill = () => {
      isCandidate = true;
      edit('42', '43');
      isCandidate = false;
      place.filled(place.present!);
      told = [];
    };
    fill();
    edit('43', '42', UNDO);
    expect(told).toEqual(['edited', 'moved']);
    fill();
    edit('43', '42');
    expect(told).toEqual(['lost: edited', 'edited', 'moved']);
  });

  test('at the end of a span that a fill is on its way to stands behind it', () => {
    place.begin(document as unknown as TextDocument, [{ start: 14, end: 14 }]);
    isAccepting = true;
    change(14, 0, '!');
    expect(told).toEqual(['moved']);
    expect(spanTexts()).toEqual(['']);
    isAccepting = false;
    change(14, 0, '?');
    expect(told.slice(1)).toEqual(['lost: edited', 'edited', 'moved']);
    expect(spanTexts()).toEqual(['?']);
  });
});

describe('a place that was left for another', () => {
  const lines = [1, 2, 3, 4].map((line) => `const value${line} = read(${line});\n`);
  const text = `const first = 0;\n${lines.join('')}let a = 42;\nconst last = 9;\n`;
  const at = text.indexOf('42');
  const begin = (start: number, end: number) =>
    place.begin(document as unknown as TextDocument, [{ start, end }]);

  beforeEach(() => {
    document = documentOf(text);
    begin(at, at + 2);
  });

  test('is come back to where its text is by then, with the edition that it had', () => {
    edit('42', '43');
    edit('43', '42!');
    const { edition } = place;
    const left = place.toLeave!;
    begin(0, 5);
    expect(place.edition).not.toBe(edition);
    edit('const first', 'let first');
    const back = place.comeBack(left, document as unknown as TextDocument);
    expect(spanTexts()).toEqual(['42!']);
    expect(place.present).toBe(back);
    expect(place.edition).toBe(edition);
    edit('last', 'other');
    expect(spanTexts()).toEqual(['42!']);
  });

  test('is not where its text is another; the present one stays', () => {
    const left = place.toLeave!;
    const present = begin(0, 5);
    edit('42', '43');
    expect(place.comeBack(left, document as unknown as TextDocument)).toBeNull();
    expect(place.present).toBe(present);
  });
});

test('a document that is closed leaves no place, and one that is so for a moment does', async () => {
  tell('close', document);
  await new Promise((resolve) => setTimeout(resolve));
  expect(told).toEqual([]);
  document.isClosed = true;
  tell('close', document);
  await vi.waitFor(() => expect(told).toEqual(['lost: closed', 'moved']));
  expect(place.present).toBeNull();
});

test.each<[string, () => void]>([
  [
    'closed',
    () => {
      document.isClosed = true;
      tell('close', document);
    },
  ],
  ['taken back to what is in its file', () => edit('42', '43')],
])(
  'a document that was saved under another name is gone on in there once it is %s',
  async (_, happens) => {
    const saved = documentOf(document.text);
    tell('open', saved);
    tell('save', saved);
    happens();
    await vi.waitFor(() => expect(told).toEqual(['moved']));
    expect(place.present?.document).toBe(saved);
    expect(spanTexts()).toEqual(['42']);
  },
);

test('a document that is opened while another one is saved as a file takes nothing of that', async () => {
  const saved = documentOf('');
  tell('open', saved);
  tell('open', documentOf('beside'));
  give(saved, document.text);
  tell('save', saved);
  edit('42', '43');
  expect(told).toEqual(['moved']);
  expect(place.present?.document).toBe(saved);
});

describe('a document that is saved over a file that is open', () => {
  const overwrite = (text: string) => {
    const open = documentOf('what was there\n\n');
    give(open, text);
    tell('save', open);
    return open;
  };

  test('is gone on in there once it is taken back to what is in its own', () => {
    const open = overwrite(document.text);
    edit('42', '43');
    expect(told).toEqual(['moved']);
    expect(place.present?.document).toBe(open);
    expect(spanTexts()).toEqual(['42']);
  });

  test('is so only where that was given its text, and it is given up itself', () => {
    overwrite(document.text.replace('42', '41'));
    edit('first', 'First');
    const open = overwrite(document.text);
    document.isDirty = true;
    edit('First', 'first');
    expect(place.present?.document).toBe(document);
    expect(place.present?.document).not.toBe(open);
  });
});

/** A file is given another text. */
function give(file: typeof document, text: string): void {
  const range = { start: { line: 0 } };
  const contentChanges = [{ range, rangeOffset: 0, rangeLength: file.text.length, text }];
  file.text = text;
  tell('change', { document: file, contentChanges });
}
