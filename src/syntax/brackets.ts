/** Opening bracket → the one that closes it. */
export const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const closers = new Set(Object.values(closerOf));

/** Whether a text has a closing bracket at all; most tokens have none. */
export function closesSomething(text: string): boolean {
  for (const character of text) if (closers.has(character)) return true;
  return false;
}

/** What closes a bracket that code stands in within a template, a string or JSX: behind it stands no code. */
export const END_OF_CODE = '}…';

/** Brackets open at a point of a text. */
export interface OpenBrackets {
  /** What closes each of them, outermost first; its first character does. */
  readonly expected: readonly string[];
  /** Whether nothing else can be open: the text is known from its beginning. */
  readonly complete: boolean;
}

/**
 * After one more bracket; undefined when it closes what is not open, or something else than the innermost one.
 * Where more may be open than is known, any bracket may close one of those.
 */
export function afterBracket(
  { expected, complete }: OpenBrackets,
  bracket: string,
): OpenBrackets | undefined {
  const closer = closerOf[bracket];
  if (closer !== undefined) return { expected: [...expected, closer], complete };
  if (expected.length === 0) return complete ? undefined : { expected, complete };
  return expected.at(-1)?.[0] === bracket
    ? { expected: expected.slice(0, -1), complete }
    : undefined;
}
