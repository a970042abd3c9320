import { createRequire } from 'node:module';
import path from 'node:path';
import type { Language, Parser } from '@vscode/tree-sitter-wasm';

type Library = typeof import('@vscode/tree-sitter-wasm');

const requireHere = createRequire(__filename);

/** VS Code language id → tree-sitter grammar. JavaScript's grammar knows JSX; TypeScript's does not. */
const grammars: Readonly<Record<string, string>> = {
  typescript: 'typescript',
  typescriptreact: 'tsx',
  javascript: 'javascript',
  javascriptreact: 'javascript',
  python: 'python',
};

const loaded = new Map<string, Promise<Language>>();

/**
 * A parser for a language; the caller deletes it. The library and the grammar are loaded when first asked for, which
 * takes some tens of milliseconds, and kept.
 *
 * @returns undefined when there is no grammar for the language.
 * @throws {Error} when the package with the grammars is damaged or incomplete.
 */
export async function parserFor(language: string | null): Promise<Parser | undefined> {
  if (language === null || !Object.hasOwn(grammars, language)) return undefined;
  // Required, not imported: its names are only there once it has run, which an import of CommonJS does not see.
  const library = requireHere('@vscode/tree-sitter-wasm') as Library;
  const name = grammars[language]!;
  const ready = await grammarOf(library, name);
  return new library.Parser().setLanguage(ready);
}

/** Kept unless it fails to load: what was in the way may be gone the next time. */
function grammarOf(library: Library, name: string): Promise<Language> {
  const known = loaded.get(name);
  if (known) return known;
  const grammar = load(library, name);
  loaded.set(name, grammar);
  grammar.catch(() => loaded.delete(name));
  return grammar;
}

async function load(library: Library, name: string): Promise<Language> {
  await library.Parser.init();
  const entry = requireHere.resolve('@vscode/tree-sitter-wasm');
  return library.Language.load(path.join(path.dirname(entry), `tree-sitter-${name}.wasm`));
}
