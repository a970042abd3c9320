import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => ({
  MarkdownString: class {
    value = '';
    isTrusted = {};
    appendMarkdown(text: string) {
      this.value += text;
    }
  },
}));
const { spanHover } = await import('../../../../src/editor/preview/spanHover');

const all = (language: string) => ({ language, leftOut: new Set<number>() });

test('one of several spans shows its own fill, and says that all are accepted', () => {
  const { value } = spanHover(['first()', 'second()', 'third()'], 1, all('typescript'));
  expect(value).toContain('```typescript\nsecond()\n```');
  expect(value).not.toContain('first()');
  expect(value).toContain('[$(check) Accept All 3](command:unmask.accept)');
  expect(value).toContain('[$(close) Reject All 3](command:unmask.reject)');
  expect(value).toContain('[$(remove) Leave Out](command:unmask.leaveOut?%5B1%2Ctrue%5D)');
  expect(value).toContain('[$(diff) Compare](command:unmask.compare)');
});

test('a fill that is left out can be seen, and taken in again', () => {
  const { value } = spanHover(['first()', 'second()', 'third()'], 1, {
    language: 'typescript',
    leftOut: new Set([1]),
  });
  expect(value).toContain('```typescript\nsecond()\n```');
  expect(value).toContain('[$(check) Accept 2 of 3](command:unmask.accept)');
  expect(value).toContain('[$(add) Take In](command:unmask.leaveOut?%5B1%2Cfalse%5D)');
});

test('the only span has no others to speak of', () => {
  const { value } = spanHover(['first()'], 0, all('typescript'));
  expect(value).toContain('[$(check) Accept](command:unmask.accept)');
  expect(value).not.toContain('unmask.leaveOut');
});

test('the last fill that is left to accept is accepted or rejected', () => {
  const left = { language: 'typescript', leftOut: new Set([1]) };
  expect(spanHover(['first()', 'second()'], 0, left).value).not.toContain('unmask.leaveOut');
  expect(spanHover(['first()', 'second()'], 1, left).value).toContain('Take In');
});

test('a fill that cannot be seen is named instead', () => {
  const { value } = spanHover(['', ' '], 0, all('python'));
  expect(value).toContain('∅ an empty fill\n\n[$(check)');
  expect(value).not.toContain('```');
  expect(spanHover(['', ' '], 1, all('python')).value).toContain('∅ only white space');
});

test('only our own commands can be run from it', () => {
  expect(spanHover(['x'], 0, all('python')).isTrusted).toEqual({
    enabledCommands: ['unmask.accept', 'unmask.reject', 'unmask.leaveOut', 'unmask.compare'],
  });
});
