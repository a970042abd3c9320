"""Syntax trees of TypeScript, JavaScript and Python, and where a reader would cut a file."""

import re
from functools import cache, lru_cache

import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Tree

# Python's nodes that end where the indentation does.
INDENTED = re.compile(r"^block$|_statement$|_definition$|_clause$|^assignment$")


@cache
def _parser(grammar: str) -> Parser:
    sources = {
        "tsx": tree_sitter_typescript.language_tsx,
        "typescript": tree_sitter_typescript.language_typescript,
        "javascript": tree_sitter_javascript.language,
        "python": tree_sitter_python.language,
    }
    return Parser(Language(sources[grammar]()))


@lru_cache(maxsize=32)
def parse(text: str, language: str, path: str) -> Tree:
    """The tree of a text; `path` tells TSX from TypeScript. The last trees are kept: large files are cut repeatedly."""
    return _parser("tsx" if path.endswith(".tsx") else language).parse(text.encode())


def is_clean(text: str, language: str, path: str) -> bool:
    """Whether the parser accepts the text without an error or a missing token.

    Tree-sitter is more lenient than a compiler: what it refuses is wrong, what it accepts may still be.
    """
    return not parse(text, language, path).root_node.has_error


def enclosing(root: Node, at: int) -> list[Node]:
    """The nodes around the byte `at` that begin before and end after it, outermost first, without the root."""
    nodes, node = [], root
    while inner := next((child for child in node.children if child.start_byte < at < child.end_byte), None):
        nodes.append(inner)
        node = inner
    return nodes


def opening_lines(tree: Tree, lines: list[str], at: int) -> str:
    """The lines on which the nodes around `at` begin: `class A {`, `run() {`, …"""
    # A block of Python begins with its first statement, which is complete by itself.
    rows = sorted({node.start_point.row for node in enclosing(tree.root_node, at) if node.type != "block"})
    return "".join(lines[row] for row in rows)


def closing_lines(tree: Tree, lines: list[str], at: int, language: str) -> str:
    """The lines on which the nodes around `at` end: `}`, `})`, …; for Python only those of brackets and texts."""
    nodes = enclosing(tree.root_node, at)
    if language == "python":
        nodes = [node for node in nodes if not INDENTED.search(node.type)]
    rows = sorted({node.end_point.row for node in nodes})
    return "".join(lines[row] for row in rows)
