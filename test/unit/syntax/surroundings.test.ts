import { describe, expect, test } from 'vitest';
import { parsedSurroundings } from '../../../src/syntax/surroundings';

const before = 'a = 1;\n  b();\nfunction f() {\n  return ';
const after = ';\n}\nelse\n  c();\nd = 2;\n  e();\nf();\n';
const whole = { texts: [before, ' + ', after], startsDocument: true, endsDocument: true };
const part = { ...whole, startsDocument: false, endsDocument: false };

describe('what is parsed of a document', () => {
  test('is all of it where that is not too long', () => {
    expect(parsedSurroundings(whole, before.length)).toEqual(whole);
    expect(after.length).toBeLessThan(before.length);
  });

  test('begins and ends at the outermost level where only a part is there', () => {
    const texts = ['function f() {\n  return ', ' + ', ';\n}\nelse\n  c();\nd = 2;\n  e();\n'];
    expect(parsedSurroundings(part)).toEqual({ ...part, texts });
  });

  test('and where it is too long', () => {
    const texts = ['function f() {\n  return ', ' + ', after];
    expect(parsedSurroundings(whole, before.length - 1)).toEqual({
      ...whole,
      texts,
      startsDocument: false,
    });
  });

  test('is as much as may be where nothing begins at the outermost level', () => {
    const texts = [' return ', ' + ', ';\n}\nelse'];
    expect(parsedSurroundings(whole, 8)).toEqual({ ...part, texts });
    const line = { ...part, texts: ['b(', ')'] };
    expect(parsedSurroundings(line)).toEqual(line);
  });
});
