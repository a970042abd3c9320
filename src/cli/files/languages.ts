import { extname } from 'node:path';

/** VS Code language ids by the extensions of files. */
const languages: Readonly<Record<string, string>> = {
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'typescriptreact',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.jsx': 'javascriptreact',
  '.py': 'python',
  '.pyi': 'python',
};

/** VS Code language id of a file name, or null where its extension says nothing. */
export function languageOf(path: string): string | null {
  return languages[extname(path).toLowerCase()] ?? null;
}

/** VS Code language id that somebody means: `Python`, `py`. What is none of ours stays as typed, as models may know others. */
export function languageNamed(typed: string): string {
  const name = typed.toLowerCase();
  const ids = Object.values(languages);
  return languages[`.${name}`] ?? ids.find((id) => id === name) ?? typed;
}
