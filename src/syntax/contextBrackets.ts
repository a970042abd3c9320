import type { Node } from '@vscode/tree-sitter-wasm';
import { afterBracket, closerOf, END_OF_CODE, type OpenBrackets } from './brackets';
import { type Visited, visited } from './visited';

/** What encloses text that is no code. */
const OPAQUE =
  /^(string|template_string|string_content|string_fragment|regex|comment|jsx_text|jsx_element|jsx_opening_element|jsx_attribute|concatenated_string|html_comment)$/;
/** What encloses code again, inside of the above. */
const CODE_AGAIN = /^(template_substitution|interpolation|jsx_expression)$/;
/** What begins a string, or a regular expression or comment, where it stands by itself. */
const UNENDED = /^(["'`]|string_start|regex_pattern)$/;
/** What is left of JSX where tree-sitter cannot tell. */
const JSX = /^(jsx_.*|<|>|<\/)$/;
const LINE_COMMENT = /^(\/\/|#)/;
const BRACKETS = new Set(['(', ')', '[', ']', '{', '}', '${']);

/**
 * The brackets open at offsets of a parsed document, in order: tree-sitter tells those of the code from those in strings,
 * comments, regular expressions and JSX text.
 *
 * @param complete whether the tree holds the document from its beginning.
 * @param goOn is called again and again, and may throw to end it.
 * @returns undefined where the offset is in a string, comment or JSX text, or the text before it is not clear.
 */
export function bracketsAt(
  root: Node,
  offsets: readonly number[],
  complete: boolean,
  goOn: () => void,
): (OpenBrackets | undefined)[] {
  const end = offsets.at(-1) ?? 0;
  const before = leaves(root, (node) => node.startIndex < end, goOn);
  let open: OpenBrackets | undefined = { expected: [], complete };
  let last: Node | undefined;
  let next = before.next();
  const openAt = (offset: number) => {
    for (; open && !next.done && next.value.node.startIndex < offset; next = before.next()) {
      open = afterLeaf(open, next.value);
      last = next.value.node;
    }
    // A line comment goes on to the end of its line, and so over a fill that begins there.
    const inComment =
      last?.type === 'comment' &&
      LINE_COMMENT.test(last.text) &&
      !root.text.slice(last.endIndex, offset).includes('\n');
    return inComment || isOpaqueAt(root, offset, goOn) ? undefined : open;
  };
  try {
    return offsets.map(openAt);
  } finally {
    // Not all leaves may have been looked at, and their cursor lies outside of the garbage collector's reach.
    before.return();
  }
}

/** After one more leaf; undefined where it is not clear. */
function afterLeaf(open: OpenBrackets, { node, parent }: Visited): OpenBrackets | undefined {
  // A quote or slash that tree-sitter could not pair: what follows it may be code or not.
  if (UNENDED.test(node.type) && parent?.isError) return undefined;
  if (!BRACKETS.has(node.type) || node.isMissing) return open;
  return beginsCodeWithin(node.type, parent)
    ? { ...open, expected: [...open.expected, END_OF_CODE] }
    : afterBracket(open, node.type);
}

/** Whether code begins within a template, a string or JSX, or may, where tree-sitter could not tell. */
function beginsCodeWithin(type: string, parent: Node | null): boolean {
  if (type !== '{' || parent === null) return type === '${';
  return CODE_AGAIN.test(parent.type) || (parent.isError && hasJsx(parent));
}

const known = new WeakMap<Node, boolean>();

/** Looked for once: a node may have as many children as the text is long. */
function hasJsx(node: Node): boolean {
  const found = known.get(node) ?? node.children.some((child) => child && JSX.test(child.type));
  known.set(node, found);
  return found;
}

/**
 * The closing brackets in the text from an offset in code on whose opening ones lie before it, in order; undefined when
 * the parser is not sure of the text.
 *
 * @param goOn is called again and again, and may throw to end it.
 */
export function closersAfter(root: Node, offset: number, goOn: () => void): string[] | undefined {
  if (root.hasError) return undefined;
  const inner: string[] = [];
  const found: string[] = [];
  for (const { node } of leaves(root, (each) => each.endIndex > offset, goOn)) {
    if (!BRACKETS.has(node.type)) continue;
    const bracket = node.type === '${' ? '{' : node.type;
    const closer = closerOf[bracket];
    if (closer !== undefined) inner.push(closer);
    else if (inner.length > 0) inner.pop();
    else found.push(bracket);
  }
  return found;
}

/** Whether something that is no code begins before the offset and ends after it. */
function isOpaqueAt(root: Node, offset: number, goOn: () => void): boolean {
  const around = (node: Node) => node.startIndex < offset && node.endIndex >= offset;
  let isOpaque = false;
  for (const { node } of visited(root, around)) {
    goOn();
    if (node.endIndex <= offset) continue;
    if (CODE_AGAIN.test(node.type)) isOpaque = false;
    else if (OPAQUE.test(node.type)) isOpaque = true;
  }
  return isOpaque;
}

/** The tree's leaves, in order, of the nodes that are wanted. */
function* leaves(
  root: Node,
  wanted: (node: Node) => boolean,
  goOn: () => void,
): Generator<Visited, void> {
  for (const each of visited(root, wanted)) {
    goOn();
    if (each.node.childCount === 0) yield each;
  }
}
