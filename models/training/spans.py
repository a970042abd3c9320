"""Choose the spans to infill: pieces of text a person or an editor would select.

All functions return half-open character ranges, or None where the text at the
drawn place does not offer such a piece.
"""

import re

import numpy as np

Range = tuple[int, int]

WORD = re.compile(r"\w+")
CLOSERS = {"(": ")", "[": "]", "{": "}"}


def characters(text: str, rng: np.random.Generator) -> Range | None:
    """A few characters, cut anywhere."""
    start = int(rng.integers(len(text)))
    return start, min(len(text), start + int(rng.geometric(1 / 14)))


def word(text: str, rng: np.random.Generator) -> Range | None:
    """One identifier, keyword or number."""
    found = WORD.search(text, int(rng.integers(len(text))))
    return found and found.span()


def line_tail(text: str, rng: np.random.Generator) -> Range | None:
    """From somewhere in a line to its end, as when completing at the cursor."""
    at = int(rng.integers(len(text)))
    end = text.find("\n", at)
    return None if end <= at else (at, end)


def lines(text: str, rng: np.random.Generator) -> Range | None:
    """One to three whole lines, from the first non-blank character to the last line's end."""
    start = text.find("\n", int(rng.integers(len(text)))) + 1
    while start < len(text) and text[start] in " \t":
        start += 1
    end = start
    for _ in range(int(rng.integers(1, 4))):
        end = text.find("\n", end + 1)
        if end < 0:
            return None
    return (start, end) if text[start:end].strip() else None


def bracketed(text: str, rng: np.random.Generator) -> Range | None:
    """The inside of a bracket pair, or with its closing bracket."""
    at = int(rng.integers(len(text)))
    while at < len(text) and text[at] not in CLOSERS:
        at += 1
    if at >= len(text):
        return None
    depth, opener, closer = 0, text[at], CLOSERS[text[at]]
    for index in range(at, min(len(text), at + 400)):
        depth += (text[index] == opener) - (text[index] == closer)
        if depth == 0:
            return at + 1, index + int(rng.random() < 0.3)
    return None


def closing(text: str, rng: np.random.Generator) -> Range | None:
    """A run of closing punctuation and what separates it, such as `);\\n}`."""
    found = re.compile(r"[)\]};,:\s]*[)\]}][)\]};,:\s]*").search(text, int(rng.integers(len(text))))
    return found and found.span()


def block(text: str, rng: np.random.Generator) -> Range | None:
    """An indented block of at most 300 characters: a line and those indented as deep or deeper."""
    start = text.find("\n", int(rng.integers(len(text)))) + 1
    indent = re.compile(r"[ \t]*").match(text, start).end() - start
    if not indent:
        return None
    end = start
    while end < len(text) and end - start < 300:
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        line = text[end:line_end]
        if line.strip() and len(line) - len(line.lstrip(" \t")) < indent:
            break
        end = line_end + 1
    end = min(len(text), end) - 1
    return (start + indent, end) if end > start + indent else None


def nothing(text: str, rng: np.random.Generator) -> Range | None:
    """An empty span: nothing is missing, every slot is surplus."""
    at = int(rng.integers(len(text)))
    return at, at


KINDS = (characters, word, line_tail, lines, bracketed, closing, block, nothing)
SHARES = (0.16, 0.12, 0.22, 0.15, 0.15, 0.09, 0.09, 0.02)


def choose(text: str, rng: np.random.Generator, count: int) -> list[Range]:
    """At most `count` spans, in order, that neither overlap nor touch, inside the middle of the text."""
    taken: list[Range] = []
    for _ in range(3 * count):
        span = KINDS[rng.choice(len(KINDS), p=SHARES)](text, rng)
        if span is None or span[1] - span[0] > 300 or span[0] < 1 or span[1] >= len(text):
            continue
        if all(span[1] + 1 < start or end + 1 < span[0] for start, end in taken):
            taken.append(span)
        if len(taken) == count:
            break
    return sorted(taken)
