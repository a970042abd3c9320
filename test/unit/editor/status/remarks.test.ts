import { expect, test } from 'vitest';
import type { RunOwner } from '../../../../src/editor/run/runOwner';
import { isUnchanged, remarkOn } from '../../../../src/editor/status/remarks';
import type { RunPhase } from '../../../../src/panel/messages';
import { denoising } from '../../../panelState';
import { trace } from '../../smallRun';

const finished = (...candidate: string[]) =>
  ({
    phase: { kind: 'finished' },
    trace: null,
    candidate,
    leftOut: new Set(),
  }) as unknown as RunOwner;

test('a fill that says it all has no remark', () => {
  expect(remarkOn(finished('return a;'), 0)).toBe('');
});

test('what a run does is said once, at its first span, until it has ended', () => {
  const remarks = (phase: RunPhase) => {
    const owner = { phase, trace, candidate: null } as unknown as RunOwner;
    return [0, 1].map((span) => remarkOn(owner, span));
  };
  expect(remarks(denoising)).toEqual(['⋯ step 3/3 · 0 masked', '']);
  expect(remarks({ kind: 'stopped' })).toEqual(['', '']);
});

test('a fill that cannot be seen is remarked on, at its own span', () => {
  const owner = finished('', '  ', '\n\t\n', 'x');
  expect([0, 1, 2, 3].map((span) => remarkOn(owner, span))).toEqual([
    '∅ an empty fill',
    '∅ only white space',
    '∅ only white space',
    '',
  ]);
});

test('a span that is left out is said to be, not to have a fill like it', () => {
  const place = { document: { getText: () => 'a' }, rangeOf: (span: number) => span };
  const owner = {
    ...finished('a'),
    fills: ['b'],
    leftOut: new Set([0]),
    place,
  } as unknown as RunOwner;
  expect(remarkOn(owner, 0)).toBe('⊘ left out: b');
});

test('a fill that is what stands in its span is said to change nothing', () => {
  const spans = ['a\r\nb', 'c', ''];
  const document = { getText: (range: number) => spans[range] };
  const place = { document, rangeOf: (span: number) => span };
  const owner = { ...finished('a\nb', 'd', ''), place } as unknown as RunOwner;
  expect([0, 1, 2].map((span) => remarkOn(owner, span))).toEqual([
    '= unchanged',
    '',
    '∅ an empty fill',
  ]);
});

test('of ten thousand spans, none looks for the places of the others', () => {
  const asked: number[] = [];
  const place = { document: { getText: () => 'a' }, rangeOf: (span: number) => asked.push(span) };
  expect(isUnchanged({ ...finished('b', 'a'), place } as unknown as RunOwner, 1)).toBe(true);
  expect(isUnchanged({ place, candidate: null } as unknown as RunOwner, 1)).toBe(false);
  expect(asked).toEqual([1]);
});
