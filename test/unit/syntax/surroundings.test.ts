import { describe, expect, test } from 'vitest';
import { parsedSurroundings } from '../../../src/syntax/surroundings';

const before = 'a = 1;\n  b();\nfunction f() {\n  return ';
const after = ';\n}\nelse\n  c();\nd = 2;\n  e();\nf();\n';
const whole = { texts: [before, ' + ', after], startsDocument: true, endsDocument: true };
const part = { ...whole, startsDocument: false, endsDocument: false };

describe('what is parsed of a document', () => {
  test('is all of it where that is not too long', () => {
    expect(parsedSurroundings(whole, before.length)).toEqual({
      texts: whole.texts,
      startsDocument: true,
      unbroken: 2,
    });
    expect(after.length).toBeLessThan(before.length);
    const begun = { ...whole, texts: ['', after] };
    expect(parsedSurroundings(begun, after.length)).toEqual({
      texts: begun.texts,
      startsDocument: true,
      unbroken: 1,
    });
  });

  test('begins and ends at the outermost level where only a part is there', () => {
    const texts = ['function f() {\n  return ', ' + ', ';\n}\nelse\n  c();\nd = 2;\n  e();\n'];
    expect(parsedSurroundings(part)).toEqual({ startsDocument: false, texts, unbroken: 2 });
  });

  test('but never with what is left of a line, nor before the end of the line of the span', () => {
    const texts = (before: string, after: string) =>
      parsedSurroundings({ ...part, texts: [before, after] }).texts;
    expect(texts('nction f() {}\ng(', 'b);\nd = 2;\ne(')).toEqual(['g(', 'b);\nd = 2;\n']);
    expect(texts('nction f() {}\n  g(', 'b);\n  c(')).toEqual(['nction f() {}\n  g(', 'b);\n  c(']);
  });

  test('and where it is too long', () => {
    const texts = ['function f() {\n  return ', ' + ', after];
    expect(parsedSurroundings(whole, before.length - 1)).toEqual({
      startsDocument: false,
      texts,
      unbroken: 2,
    });
  });

  test('is as much as may be where nothing begins at the outermost level', () => {
    const texts = [' return ', ' + ', ';\n}\nelse'];
    expect(parsedSurroundings(whole, 8)).toEqual({ startsDocument: false, texts, unbroken: 2 });
    const line = { ...part, texts: ['b(', ')'] };
    expect(parsedSurroundings(line)).toEqual({
      startsDocument: false,
      texts: line.texts,
      unbroken: 1,
    });
  });

  test('is of long texts between spans what is near to those', () => {
    const long = `;\n}\n${'const a = 1;\n'.repeat(100)}function g() {\n  return `;
    const far = { ...whole, texts: ['f(', ') + ', long, '', ';\n}\n'] };
    const { texts, startsDocument, unbroken } = parsedSurroundings(far, 120);
    expect(startsDocument).toBe(true);
    expect(texts.toSpliced(2, 1)).toEqual(far.texts.toSpliced(2, 1));
    expect(texts[2]).toMatch(/^;\n}\n(const a = 1;\n)+function g\(\) {\n {2}return $/);
    expect(texts[2]!.length).toBeLessThanOrEqual(80);
    expect(unbroken).toBe(2);
  });

  test('is little, however many spans there are', () => {
    const line = 'const a = 1;\n'.repeat(10);
    const many = { ...whole, texts: Array.from({ length: 500 }, () => line) };
    const { texts, unbroken } = parsedSurroundings(many, 200);
    expect(texts.join('').length).toBeLessThanOrEqual(800);
    expect(unbroken).toBe(1);
  });
});
