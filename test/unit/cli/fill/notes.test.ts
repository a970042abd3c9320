import { describe, expect, it } from 'vitest';
import { fillNotes } from '../../../../src/cli/fill/fillNotes';
import { spanNotes } from '../../../../src/cli/fill/spanNotes';
import { parseSpan } from '../../../../src/cli/fill/spans';
import { idleOptionNotes } from '../../../../src/cli/options/idleOptions';

describe('notes on a fill', () => {
  const spans = ['2:1', '4:1'].map(parseSpan);
  const found = (newErrors: number | null, distinct = 1) => ({
    candidates: Array.from({ length: distinct }, () => ({
      texts: [],
      logProb: -1,
      meanLogProb: -1,
      newErrors,
    })),
  });

  it('say that it is empty, and what it breaks', () => {
    expect(fillNotes(found(2), ['a', ''], spans, 1, false)).toEqual([
      'The fill of 4:1 is empty.',
      'The fill adds 2 parse errors.',
    ]);
    expect(fillNotes(found(1), ['a', ''], spans, 1, true)).toEqual([]);
    expect(fillNotes(found(null), ['a', ' '], spans, 1, false)).toEqual([]);
  });

  it('say how many candidates are left of those asked for, also beside JSON', () => {
    expect(fillNotes(found(0), ['a'], spans, 4, true)).toEqual(['1 of 4 candidates is distinct.']);
    expect(fillNotes(found(0, 3), ['a'], spans, 4, false)).toEqual([
      '3 of 4 candidates are distinct.',
    ]);
    expect(fillNotes(found(0, 4), ['a'], spans, 4, false)).toEqual([]);
  });
});

describe('notes on spans', () => {
  const typed = [parseSpan('1:1-9:1')];

  it('say when far more is to be replaced than can be', () => {
    const noted = (text: string, slots = 64) =>
      spanNotes([{ kind: 'tooLarge', span: 0, text, slots }], typed);
    expect(noted('x'.repeat(769))).toEqual([
      'Span 1:1-9:1 holds 769 characters, and at most 64 tokens take their place. Name a shorter span.',
    ]);
    expect(noted('x\r\n'.repeat(400), 1)).toEqual([
      'Span 1:1-9:1 holds 401 lines, and at most 1 token takes their place. Name a shorter span.',
    ]);
  });

  it('say when there is nothing to read', () => {
    expect(spanNotes([{ kind: 'nothingAround' }], typed)).toEqual([
      'There is no code around the span for the model to read.',
    ]);
    expect(spanNotes([], typed)).toEqual([]);
  });
});

describe('notes on options', () => {
  it.each([
    [{ particles: 8 }, ['--particles has no effect without --iterations.']],
    [
      { rewardTemperature: 1, iterations: 0, candidates: 4 },
      ['--reward-temperature has no effect without --iterations.'],
    ],
    [
      { diversity: 1, candidates: 1 },
      ['--diversity has no effect without --candidates or --iterations.'],
    ],
    [{ diversity: 1, candidates: 2 }, []],
    [{ diversity: 1, particles: 8, rewardTemperature: 1, iterations: 2 }, []],
    [{}, []],
  ])('say of %j: %j', (options, notes) => {
    expect(idleOptionNotes(options)).toEqual(notes);
  });
});
