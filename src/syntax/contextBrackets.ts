import type { Node } from '@vscode/tree-sitter-wasm';
import { afterBracket, closerOf, END_OF_CODE, type OpenBrackets } from './brackets';

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
 * The brackets open at an offset of a parsed document: tree-sitter tells those of the code from those in strings,
 * comments, regular expressions and JSX text.
 *
 * @param complete whether the tree holds the document from its beginning.
 * @returns undefined when the offset is in a string, comment or JSX text, or the text before it is not clear.
 */
export function bracketsAt(
  root: Node,
  offset: number,
  complete: boolean,
): OpenBrackets | undefined {
  if (isOpaqueAt(root, offset)) return undefined;
  let open: OpenBrackets | undefined = { expected: [], complete };
  let last: Node | undefined;
  for (const leaf of leaves(root, (node) => node.startIndex < offset)) {
    // A quote or slash that tree-sitter could not pair: what follows it may be code or not.
    if (UNENDED.test(leaf.type) && leaf.parent?.isError) return undefined;
    if (BRACKETS.has(leaf.type) && !leaf.isMissing) {
      open = beginsCodeWithin(leaf)
        ? { ...open, expected: [...open.expected, END_OF_CODE] }
        : afterBracket(open, leaf.type);
      if (open === undefined) return undefined;
    }
    last = leaf;
  }
  // A line comment goes on to the end of its line, and so over a fill that begins there.
  const inComment =
    last?.type === 'comment' &&
    LINE_COMMENT.test(last.text) &&
    !root.text.slice(last.endIndex, offset).includes('\n');
  return inComment ? undefined : open;
}

/** Whether code begins within a template, a string or JSX, or may, where tree-sitter could not tell. */
function beginsCodeWithin({ type, parent }: Node): boolean {
  if (type !== '{' || parent === null) return type === '${';
  return CODE_AGAIN.test(parent.type) || (parent.isError && parent.children.some(isOfJsx));
}

const isOfJsx = (node: Node | null): boolean => node !== null && JSX.test(node.type);

/**
 * The closing brackets in the text from an offset in code on whose opening ones lie before it, in order; undefined when
 * the parser is not sure of the text.
 */
export function closersAfter(root: Node, offset: number): string[] | undefined {
  if (root.hasError) return undefined;
  const inner: string[] = [];
  const found: string[] = [];
  for (const leaf of leaves(root, (node) => node.endIndex > offset)) {
    if (!BRACKETS.has(leaf.type)) continue;
    const bracket = leaf.type === '${' ? '{' : leaf.type;
    const closer = closerOf[bracket];
    if (closer !== undefined) inner.push(closer);
    else if (inner.length > 0) inner.pop();
    else found.push(bracket);
  }
  return found;
}

/** Whether something that is no code begins before the offset and ends after it. */
function isOpaqueAt(root: Node, offset: number): boolean {
  if (offset === 0) return false;
  let node: Node | null = root.descendantForIndex(offset - 1, offset);
  for (; node !== null; node = node.parent) {
    if (node.endIndex <= offset) continue;
    if (CODE_AGAIN.test(node.type)) return false;
    if (OPAQUE.test(node.type)) return true;
  }
  return false;
}

/** The tree's leaves, in order, of the nodes that are wanted. */
function* leaves(node: Node, wanted: (node: Node) => boolean): Iterable<Node> {
  if (node.childCount === 0) yield node;
  else for (const child of node.children) if (child && wanted(child)) yield* leaves(child, wanted);
}
