"""A split of the corpus in memory, and random crops of its files."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from encoding import encode_all

# How often each language is drawn; JavaScript also learns from TypeScript.
LANGUAGE_SHARES = {"typescript": 0.45, "javascript": 0.2, "python": 0.35}


@dataclass
class Crop:
    """A piece of one file; `start` and `end` tell if it reaches the file's ends."""

    text: str
    language: str
    start: bool
    end: bool

    def snapped(self, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The ranges with their ends between characters, where they already are."""
        return ranges

    def decoded(self, start: int, end: int) -> str:
        """The characters between two indices."""
        return self.text[start:end]

    def size(self, text: str) -> int:
        """How many indices the characters take."""
        return len(text)

    def pieces(self, tokenizer: Tokenizer, cuts: list[int]) -> list[list[int]]:
        """Token ids of the text between every two neighbouring cuts, each tokenised by itself."""
        return encode_all(tokenizer, [self.text[a:b] for a, b in zip(cuts, cuts[1:])])


class Corpus:
    """Files grouped by language, drawn in proportion to their length."""

    def __init__(self, path: Path):
        self.texts: dict[str, list[str]] = {}
        with path.open() as lines:
            for row in map(json.loads, lines):
                self.texts.setdefault(row["language"], []).append(row["text"])
        self.sums = {name: np.cumsum([len(t) for t in texts]) for name, texts in self.texts.items()}
        names = list(self.texts)
        shares = np.array([LANGUAGE_SHARES[name] for name in names])
        self.names, self.shares = names, shares / shares.sum()

    def crop(self, rng: np.random.Generator, size: int) -> Crop:
        """About `size` characters, most often from the start of a line."""
        language = self.names[rng.choice(len(self.names), p=self.shares)]
        sums = self.sums[language]
        offset = int(rng.integers(sums[-1]))
        index = int(np.searchsorted(sums, offset, side="right"))
        text = self.texts[language][index]
        start = offset - int(sums[index] - len(text))
        # A file's head would else be seen as rarely as any other position.
        if rng.random() < 0.1 or len(text) <= size:
            start = 0
        elif rng.random() < 0.8:
            start = text.rfind("\n", 0, start) + 1
        start = min(start, max(0, len(text) - size))
        return Crop(text[start:start + size], language, start == 0, start + size >= len(text))
