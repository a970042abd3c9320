"""Held-out spans: excerpts of files, each with spans of every kind to fill."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from syntax import is_clean

LANGUAGES = ("typescript", "javascript", "python")
KINDS = ("expression", "line", "lines", "characters", "pair")
KIND_NAMES = {"expression": "in-line expression", "line": "whole line", "lines": "2–4 lines",
              "characters": "random characters", "pair": "two spans at once"}
LANGUAGE_NAMES = {"typescript": "TypeScript", "javascript": "JavaScript", "python": "Python"}

# Characters given to the model on either side of a span: more than 1,024 tokens hold.
SIDE = 2500

Range = tuple[int, int]


@dataclass
class Excerpt:
    """Whole lines of one file.

    `head` and `tail` are the lines of the file on which whatever the excerpt cuts begins and ends; between them
    the excerpt is free of syntax errors. Only the check of the syntax reads them, no model does.
    """

    id: str
    package: str
    version: str
    path: str
    line: int
    language: str
    starts: bool
    ends: bool
    head: str
    tail: str
    text: str
    # Kind and character ranges (one, or two for a pair), in the order they were drawn.
    spans: list[tuple[str, list[Range]]] = field(default_factory=list)


@dataclass(frozen=True)
class Span:
    """One thing to fill: one range of an excerpt, or two at once."""

    id: str
    excerpt: Excerpt
    kind: str
    ranges: tuple[Range, ...]
    # 0 for an excerpt's first span of this kind.
    round: int

    @property
    def cell(self) -> tuple[str, str]:
        """What results are told apart by: language and kind."""
        return self.excerpt.language, self.kind

    @property
    def expected(self) -> list[str]:
        """The author's text of each range."""
        return [self.excerpt.text[start:end] for start, end in self.ranges]

    @property
    def contexts(self) -> list[str]:
        """The texts before, between and after the ranges, as the model may read them."""
        text, cuts = self.excerpt.text, [0, *(edge for span in self.ranges for edge in span), len(self.excerpt.text)]
        pieces = [text[start:end] for start, end in zip(cuts[::2], cuts[1::2])]
        return [pieces[0][-SIDE:], *pieces[1:-1], pieces[-1][:SIDE]]

    def request(self) -> dict:
        """The line of a batch that asks for it, length and steps left open."""
        before, *between, after = self.contexts
        excerpt = self.excerpt
        tsx = excerpt.language == "typescript" and excerpt.path.endswith(".tsx")
        return {
            "id": self.id, "prefix": before, "suffix": after,
            **({"between": between} if between else {}),
            "language": "typescriptreact" if tsx else excerpt.language,
            "startsDocument": excerpt.starts and self.ranges[0][0] <= SIDE,
            "endsDocument": excerpt.ends and len(excerpt.text) - self.ranges[-1][1] <= SIDE,
        }

    def is_clean_with(self, texts: list[str]) -> bool:
        """Whether the excerpt has no syntax error with these texts in the ranges; with the author's it has none."""
        text = self.excerpt.text
        for (start, end), filled in reversed(list(zip(self.ranges, texts))):
            text = text[:start] + filled + text[end:]
        excerpt = self.excerpt
        return is_clean(excerpt.head + text + excerpt.tail, excerpt.language, excerpt.path)


def digest(text: str) -> str:
    """What “ordered by hash” means: an order that owes nothing to the text's place or content."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_excerpts(path: Path, excerpts: list[Excerpt]) -> None:
    """One line each, by hash."""
    ordered = sorted(excerpts, key=lambda excerpt: digest(excerpt.id))
    rows = (json.dumps(asdict(excerpt), ensure_ascii=False, separators=(",", ":")) for excerpt in ordered)
    path.write_text("".join(row + "\n" for row in rows), newline="")


def read_excerpts(path: Path) -> list[Excerpt]:
    """The excerpts of a file that `write_excerpts` wrote."""
    # Not splitlines(): source code may hold other line separators.
    rows = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [Excerpt(**json.loads(row)) for row in rows]


def spans_of(excerpts: list[Excerpt]) -> list[Span]:
    """Every span, so that the first n of any cell come from as many excerpts as can be."""
    found = []
    for excerpt in excerpts:
        seen: dict[str, int] = {}
        for kind, ranges in excerpt.spans:
            number = seen[kind] = seen.get(kind, -1) + 1
            found.append(Span(f"{excerpt.id}-{kind}-{number}", excerpt, kind, tuple(map(tuple, ranges)), number))
    return sorted(found, key=lambda span: (span.round, digest(span.id)))


def first(spans: list[Span], count: int) -> list[Span]:
    """The first `count` spans of every cell, the cells taking turns, so that a part of them is a fair sample too."""
    taken: dict[tuple[str, str], list[Span]] = {}
    for span in spans:
        taken.setdefault(span.cell, []).append(span)
    chosen = [(index, span) for cell in taken.values() for index, span in enumerate(cell[:count])]
    return [span for _, span in sorted(chosen, key=lambda pair: (pair[0], pair[1].cell))]
