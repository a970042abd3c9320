import { expect, test } from 'vitest';
import { languageNamed, languageOf } from '../../../../src/cli/files/languages';

test.each([
  ['Python', 'python'],
  ['py', 'python'],
  ['TS', 'typescript'],
  ['tsx', 'typescriptreact'],
  ['TypeScriptReact', 'typescriptreact'],
  ['javascript', 'javascript'],
  ['Rust', 'Rust'],
  ['constructor', 'constructor'],
  ['', ''],
])('%s is meant as %s', (typed, id) => {
  expect(languageNamed(typed)).toBe(id);
});

test.each([
  ['code/A.PY', 'python'],
  ['a.rs', null],
  ['py', null],
])('a file named %s is in %s', (path, id) => {
  expect(languageOf(path)).toBe(id);
});
