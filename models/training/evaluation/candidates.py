"""The places of a text that can be cut out, kind by kind."""

import re
from random import Random

from held_out import Range
from syntax import parse
from tree_sitter import Node

# Most characters of an expression, a line and several lines: with few exceptions within a span's 64 slots.
LONGEST = {"expression": 80, "line": 120, "lines": 200}
# Most characters between two spans.
APART = 800

EXPRESSIONS = frozenset("""
    array arrow_function as_expression await_expression binary_expression call_expression member_expression
    new_expression non_null_expression object satisfies_expression subscript_expression template_string
    ternary_expression unary_expression
    attribute await binary_operator boolean_operator call comparison_operator conditional_expression dictionary
    dictionary_comprehension generator_expression lambda list list_comprehension not_operator set
    set_comprehension subscript tuple unary_operator
""".split())
ATOMS = frozenset("identifier this number integer float string regex true false null undefined none".split())
# Where a name or a literal is an operand, and if not every child there is, the field that holds it.
OPERAND_OF = {
    **dict.fromkeys("""
        arguments argument_list array list tuple set return_statement binary_expression binary_operator
        boolean_operator comparison_operator unary_expression not_operator ternary_expression
        conditional_expression parenthesized_expression template_substitution spread_element
        await_expression as_expression""".split()),
    **dict.fromkeys(["variable_declarator", "pair", "keyword_argument", "public_field_definition"], "value"),
    **dict.fromkeys(["assignment", "assignment_expression", "augmented_assignment"], "right"),
    "subscript_expression": "index", "subscript": "subscript", "arrow_function": "body", "default_parameter": "value",
}
PROSE = frozenset(["comment", "string", "template_string"])


class Excerpted:
    """The syntax of an excerpt's text, in characters of that text."""

    def __init__(self, head: str, text: str, tail: str, language: str, path: str):
        self.text = text
        self._data = text.encode()
        self._offset = len(head.encode())
        self._root = parse(head + text + tail, language, path).root_node

    def expressions(self, low: int, high: int) -> list[Range]:
        """Expressions of 3 characters or more within one line that are not all of it."""
        found, todo = set(), [(self._root, None, "")]
        while todo:
            node, field, parent = todo.pop()
            if node.type in EXPRESSIONS or (node.type in ATOMS and OPERAND_OF.get(parent, "no") in (None, field)):
                span = self._range(node)
                if span and low <= span[0] and span[1] <= high and self._is_inline(span):
                    found.add(span)
            todo += [(child, node.field_name_for_child(index), node.type)
                     for index, child in enumerate(node.children) if child.is_named]
        return sorted(found)

    def lines(self, low: int, high: int) -> list[Range]:
        """Lines without their indentation, if they hold a letter or digit and do not begin in a comment or text."""
        found = []
        for match in re.finditer(r"(?<![^\n])[ \t]*(\S[^\n]*)(?=\n)", self.text):
            start, end = match.span(1)
            line = self.text[start:end].rstrip()
            inside = low <= start and end <= high and len(line) <= LONGEST["line"]
            if inside and re.search(r"\w", line) and not self.is_prose(start):
                found.append((start, start + len(line)))
        return found

    def is_prose(self, at: int) -> bool:
        """Whether a comment, or a text of several lines, covers the character `at`."""
        byte = self._offset + len(self.text[:at].encode())
        node = self._root.descendant_for_byte_range(byte, byte + 1)
        while node:
            several = node.end_point.row > node.start_point.row
            statement = node.parent and node.parent.type == "expression_statement"
            if "comment" in node.type or (node.type in PROSE and (several or statement)):
                return True
            node = node.parent
        return False

    def _range(self, node: Node) -> Range | None:
        start, end = node.start_byte - self._offset, node.end_byte - self._offset
        if start < 0 or end > len(self._data):
            return None
        before = len(self._data[:start].decode())
        return before, before + len(self._data[start:end].decode())

    def _is_inline(self, span: Range) -> bool:
        start, end = span
        if not 3 <= end - start <= LONGEST["expression"] or "\n" in self.text[start:end]:
            return False
        line = self.text[self.text.rfind("\n", 0, start) + 1:self.text.find("\n", end)]
        return len(line.strip().rstrip(";,")) > end - start


def several_lines(lines: list[Range], text: str, rng: Random) -> Range | None:
    """Two to four successive lines, each of which could be cut out alone."""
    if not lines:
        return None
    index = rng.randrange(len(lines))
    chosen = lines[index:index + rng.randint(2, 4)]
    start, end = chosen[0][0], chosen[-1][1]
    successive = text.count("\n", start, end) == len(chosen) - 1
    return (start, end) if len(chosen) > 1 and successive and end - start <= LONGEST["lines"] else None


def some_characters(excerpted: Excerpted, low: int, high: int, rng: Random) -> Range | None:
    """4 to 40 characters, cut anywhere but in a comment."""
    start = rng.randrange(low, max(low + 1, high))
    end = start + rng.randint(4, 40)
    blank = not excerpted.text[start:end].strip()
    prose = excerpted.is_prose(start) or excerpted.is_prose(end - 1)
    return None if blank or prose or end > high else (start, end)


def two_apart(places: list[Range], text: str, rng: Random) -> tuple[Range, Range] | None:
    """Two of the places, on different lines but near enough for a model to read all that lies between."""
    if len(places) < 2:
        return None
    one, other = sorted(rng.sample(places, 2))
    return (one, other) if one[1] < other[0] <= one[1] + APART and "\n" in text[one[1]:other[0]] else None
