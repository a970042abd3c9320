import { describe, expect, test } from 'vitest';
import { applyStep } from '../../../../../src/diffusion/trace/replay';
import type { TraceSlot } from '../../../../../src/diffusion/trace/trace';
import { cutRepeats, repeatedLength } from '../../../../../src/engine/server/cuts/cutRepeats';
import { stepOf } from '../../../traces';

describe('repeatedLength', () => {
  test.each([
    ['data);\n    this.set', ');\n    this.set(x);', 'data'],
    ['return this.ready;', ' this.ready;\n}', 'return'],
    [') {\n  run(', '{\n  run(1);\n}', ') '],
  ])('finds what %j says again before %j', (fill, following, kept) => {
    expect(fill.slice(0, fill.length - repeatedLength(fill, following))).toBe(kept);
  });

  test.each([
    ['closing brackets, which may well stand twice', 'g(x));', '));\n'],
    ['a letter or two', 'a + b', 'b\n'],
    ['a whole fill, of which nothing would be left', 'run(1);', 'run(1);\n'],
    ['one of which white space would be left', ' run(1);', 'run(1);\n'],
    ['a stretch that is not at the end', 'run(1); stop();', 'run(1);\n'],
    ['nothing', '', 'x'],
  ])('leaves %s', (_, fill, following) => {
    expect(repeatedLength(fill, following)).toBe(0);
  });
});

/** One token per character of this alphabet, but for `) {`, which is one token. */
const pieces = ['<pad>', '<mask>', ') {', ...'abcdefghijklmnopqrstuvwxyz (){}\n;'];
const tokenizer = {
  encode: (text: string) => [...text].map((character) => pieces.indexOf(character)),
  decode: (ids: readonly number[]) => ids.map((id) => (id > 1 ? pieces[id] : '')).join(''),
};
const slotsOf = (tokens: readonly string[], state: TraceSlot['state'] = 'revealed'): TraceSlot[] =>
  tokens.map((token, id) => ({ id, span: 0, state, token: pieces.indexOf(token) }));
const cut = (slots: readonly TraceSlot[], following: string) => {
  const transitions = cutRepeats(slots, { tokenizer, pad: 0, following: [following] });
  const after = applyStep(slots, stepOf(0, transitions), 1);
  return transitions.length > 0 ? tokenizer.decode(after.map(({ token }) => token)) : undefined;
};

describe('cutRepeats', () => {
  test('turns the slots of a repetition into pads', () => {
    expect(cut(slotsOf([...'a(b);run']), ');run()')).toBe('a(b');
  });

  test('changes no other slot, and in every span those that repeat what stands behind it', () => {
    const tokens = [...'a;run', '<pad>'];
    const slots = [...slotsOf(tokens), ...slotsOf(tokens), ...slotsOf(tokens)].map(
      (slot, id): TraceSlot => ({ ...slot, id, span: Math.floor(id / tokens.length) }),
    );
    const context = { tokenizer, pad: 0, following: [';run()', ';stop()', 'run()'] };
    const changed = cutRepeats(slots, context).map((each) => 'slot' in each && each.slot);
    expect(changed).toEqual([1, 2, 3, 4, 14, 15, 16]);
  });

  test('splits the token in which the repetition begins', () => {
    expect(cut(slotsOf([...'(a', ') {', ...'\nrun']), '{\nrun();')).toBe('(a) ');
  });

  test('does nothing where nothing is repeated, or where the user pinned what is', () => {
    expect(cut(slotsOf([...'a(b)']), ';\n')).toBeUndefined();
    const slots = slotsOf([...'a(b);run']);
    const pinned = slots.with(5, { ...slots[5]!, state: 'pinned' });
    expect(cut(pinned, ');run()')).toBeUndefined();
  });

  test('leaves nothing to be cut again', () => {
    expect(cut(slotsOf([...'a;run();run()']), ';run()')).toBe('a');
  });
});
