"""Crops of the tokenised corpus: only the text around cuts is tokenised anew.

A line break after a printable ASCII character is a boundary between the
tokenizer's pieces whatever stands around it (no pre-tokenisation here joins a
character that is not white space with a line break after it), so between the
first and the last such place of a stretch its stored tokens are the tokens
that tokenising the stretch by itself would give.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from corpus import LANGUAGE_SHARES
from encoding import encode_all
from token_store import Tokens, read

LINE_END = re.compile(r"[!-~](?=\n)")
SHORT = 80  # bytes; shorter stretches are simply tokenised


@dataclass
class TokenCrop:
    """A piece of one file. `text` has one character per byte (Latin-1), so that its indices are byte indices."""

    tokens: Tokens
    offset: int
    text: str
    language: str
    start: bool
    end: bool

    def snapped(self, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The ranges with their ends moved on to the next character of the UTF-8 text."""
        return [(self.snap(a), self.snap(b)) for a, b in ranges]

    def snap(self, index: int) -> int:
        while index < len(self.text) and "\x80" <= self.text[index] <= "\xbf":
            index += 1
        return index

    def decoded(self, start: int, end: int) -> str:
        """The characters between two indices."""
        return self.text[start:end].encode("latin-1").decode()

    def size(self, text: str) -> int:
        """How many indices the characters take."""
        return len(text.encode())

    def stored(self, low: int, high: int) -> list[int]:
        """Stored ids from byte `low` to byte `high` of the crop, both of which start a token."""
        starts, size = self.tokens.starts, len(self.tokens.starts)
        first = int(np.searchsorted(starts, np.uint32(self.offset + low)))
        last = int(np.searchsorted(starts[first:min(size, first + high - low + 1)], np.uint32(self.offset + high)))
        return self.tokens.ids[first:first + last].tolist()

    def pieces(self, tokenizer: Tokenizer, cuts: list[int]) -> list[list[int]]:
        """Token ids of the text between every two neighbouring cuts, each tokenised by itself."""
        ends = [match.end() for match in LINE_END.finditer(self.text)]
        plans, fresh = [], []
        for a, b in zip(cuts, cuts[1:]):
            first, last = bisect_left(ends, a + 1), bisect_left(ends, b + 1) - 1
            if b - a < SHORT or last <= first:
                plans.append(None)
                fresh.append(self.text[a:b])
            else:
                plans.append((ends[first], ends[last]))
                fresh += [self.text[a:ends[first]], self.text[ends[last]:b]]
        encoded = iter(encode_all(tokenizer, [text.encode("latin-1").decode() for text in fresh]))
        return [next(encoded) if plan is None else [*next(encoded), *self.stored(*plan), *next(encoded)]
                for plan in plans]


class TokenCorpus:
    """A split of the tokenised corpus; draws as Corpus does, with bytes in place of characters."""

    def __init__(self, folder: Path):
        self.languages = read(folder)
        self.names = list(self.languages)
        shares = np.array([LANGUAGE_SHARES[name] for name in self.names])
        self.shares = np.cumsum(shares / shares.sum())

    def crop(self, rng: np.random.Generator, size: int) -> TokenCrop:
        """About `size` bytes, most often from the start of a line."""
        language = self.names[min(int(np.searchsorted(self.shares, rng.random(), "right")), len(self.names) - 1)]
        tokens = self.languages[language]
        start = int(rng.integers(len(tokens.text)))
        index = int(np.searchsorted(tokens.files, start, side="right")) - 1
        begin, end = int(tokens.files[index]), int(tokens.files[index + 1])
        # A file's head would else be seen as rarely as any other position.
        if rng.random() < 0.1 or end - begin <= size:
            start = begin
        elif rng.random() < 0.8:
            start = max(begin, tokens.text.rfind(b"\n", begin, start) + 1)
        start = min(start, max(begin, end - size))
        stop = min(end, start + size)
        while start < stop and 0x80 <= tokens.text[start] <= 0xBF:
            start += 1
        while stop < end and 0x80 <= tokens.text[stop] <= 0xBF:
            stop += 1
        text = tokens.text[start:stop].decode("latin-1")
        return TokenCrop(tokens, start, text, language, start == begin, stop == end)
