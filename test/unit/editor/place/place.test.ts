import { expect, test, vi } from 'vitest';
import type { TextDocument, TextDocumentContentChangeEvent } from 'vscode';
import type { Span } from '../../../../src/editor/span/spans';

const EndOfLine = vi.hoisted(() => ({ LF: 1, CRLF: 2 }));
vi.mock('vscode', () => ({ EndOfLine, Range: class {} }));
const { Place } = await import('../../../../src/editor/place/place');

const lf = 'one\ntwo\n\nthree\n';
const crlf = lf.replaceAll('\n', '\r\n');

function placeIn(text: string, spans: readonly Span[]) {
  const document = {
    text,
    eol: text.includes('\r') ? EndOfLine.CRLF : EndOfLine.LF,
    getText: () => document.text,
  };
  const place = new Place(document as unknown as TextDocument, spans);
  const become = (next: string, eol: number) => {
    const change = { rangeOffset: 0, rangeLength: document.text.length, text: next };
    Object.assign(document, { text: next, eol });
    return place.follow([change as TextDocumentContentChangeEvent], 'typed');
  };
  const type = (offset: number, removed: number, typed: string) => {
    const { text } = document;
    document.text = text.slice(0, offset) + typed + text.slice(offset + removed);
    const change = { rangeOffset: offset, rangeLength: removed, text: typed };
    return place.follow([change as TextDocumentContentChangeEvent], 'typed');
  };
  const texts = () => place.spans.map(({ start, end }) => document.text.slice(start, end));
  return { place, become, type, texts };
}

test('spans stay on their text when the line ends of the document become others, and back', () => {
  const before = [
    { start: 4, end: 10 },
    { start: 14, end: 14 },
  ];
  const { place, become, texts } = placeIn(lf, before);
  expect(texts()).toEqual(['two\n\nt', '']);
  expect(become(crlf, EndOfLine.CRLF)).toBe('moved');
  expect(texts()).toEqual(['two\r\n\r\nt', '']);
  expect(crlf.slice(place.spans[1]!.start)).toBe('\r\n');
  expect(become(lf, EndOfLine.LF)).toBe('moved');
  expect(place.spans).toEqual(before);
});

test('spans follow edits, but for one that breaks them', () => {
  const { place, type, texts } = placeIn(lf, [{ start: 4, end: 7 }]);
  expect(type(0, 0, 'zero\n')).toBe('moved');
  expect(texts()).toEqual(['two']);
  expect(type(10, 1, 'WW')).toBe('inside');
  expect(texts()).toEqual(['tWWo']);
  const before = place.spans;
  expect(type(8, 3, '')).toBe('broken');
  expect(place.spans).toBe(before);
});

test('another text is no change of line ends alone', () => {
  const other = lf.replace('two', '2');
  expect(placeIn(lf, [{ start: 4, end: 7 }]).become(other, EndOfLine.LF)).toBe('broken');
  const { become, texts } = placeIn(lf, [{ start: 4, end: 7 }]);
  expect(become(`first\r\n${crlf}`, EndOfLine.CRLF)).toBe('moved');
  expect(texts()).toEqual(['two']);
  const shorter = placeIn(lf.replaceAll('\n', ' \n'), [{ start: 4, end: 7 }]);
  expect(shorter.become(lf, EndOfLine.LF)).toBe('broken');
});

test('a change from above the spans to below them leaves them where their text stands by then', () => {
  const lines = Array.from({ length: 20 }, (_, line) => `  const value${line} = count(${line});`);
  const text = lines.join('\n');
  const start = text.indexOf('count(9)');
  const { place, become, type, texts } = placeIn(text, [{ start, end: start + 8 }]);
  const reloaded = `// new\n${lines.with(3, '').with(15, '  done();').join('\n')}`;
  expect(become(reloaded, EndOfLine.LF)).toBe('moved');
  expect(texts()).toEqual(['count(9)']);
  // As Join Lines does.
  const line = reloaded.indexOf('  const value9');
  const joined = `${lines[9]!} ${lines[10]!.trim()}`;
  expect(type(line, lines[9]!.length + 1 + lines[10]!.length, joined)).toBe('moved');
  expect(texts()).toEqual(['count(9)']);
  const before = place.spans;
  expect(become(reloaded.replace('count(9)', 'count(0)'), EndOfLine.LF)).toBe('broken');
  expect(place.spans).toBe(before);
});
