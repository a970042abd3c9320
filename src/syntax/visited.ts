import type { Node } from '@vscode/tree-sitter-wasm';

/** A node of a tree, and the one that it is a child of; null for the root. */
export interface Visited {
  readonly node: Node;
  readonly parent: Node | null;
}

/**
 * A tree's nodes, each before its children, without those that are not wanted and what is in them. Trees may be as deep as the
 * text is long.
 */
export function* visited(root: Node, wanted: (node: Node) => boolean): Generator<Visited, void> {
  const cursor = root.walk();
  const parents: Node[] = [];
  try {
    for (;;) {
      const node = cursor.currentNode;
      if (wanted(node)) {
        yield { node, parent: parents.at(-1) ?? null };
        if (cursor.gotoFirstChild()) {
          parents.push(node);
          continue;
        }
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return;
        parents.pop();
      }
    }
  } finally {
    cursor.delete();
  }
}
