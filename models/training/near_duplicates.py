"""Find files that repeat most of an earlier file, by MinHash over runs of lines.

A file's shingles are the hashes of every SHINGLE consecutive non-blank lines,
indentation ignored. Files that share a band of MinHash values (Broder 1997,
banded as in Leskovec et al., Mining of Massive Datasets, 3.4) are compared
exactly.
"""

import zlib
from collections import defaultdict

import numpy as np

SHINGLE = 3
BANDS, ROWS = 20, 4  # two files of similarity s share a band with probability 1 - (1 - s^4)^20: 0.99 at 0.7
SIMILARITY = 0.7
CONTAINMENT = 0.85
MIX = np.uint64(0x9E3779B97F4A7C15)


def shingles(text: str) -> np.ndarray:
    """Distinct hashes (uint64, sorted) of the text's line runs; a text of fewer lines is one run."""
    lines = [zlib.crc32(line) for line in map(bytes.strip, text.encode().split(b"\n")) if line]
    values = np.array(lines or [0], np.uint64)
    run = values[max(0, SHINGLE - 1):] if len(values) >= SHINGLE else values[-1:]
    mixed = run.copy()
    for back in range(1, min(SHINGLE, len(values))):
        end = len(values) - back
        mixed = mixed * MIX + values[end - len(run):end]
    return np.unique(mixed * MIX)


class NearDuplicates:
    """Remembers the files admitted so far."""

    def __init__(self):
        rng = np.random.default_rng(5)
        # Odd factors permute the 64-bit integers; the high half of a product is well mixed.
        self.factors = rng.integers(0, 2**63, BANDS * ROWS, np.uint64) * np.uint64(2) + np.uint64(1)
        self.terms = rng.integers(0, 2**63, BANDS * ROWS, np.uint64)
        self.known: list[np.ndarray] = []
        self.bands: dict[tuple[int, bytes], list[int]] = defaultdict(list)

    def signature(self, marks: np.ndarray) -> np.ndarray:
        """The least value of every permutation [BANDS·ROWS]."""
        least = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, np.uint64)
        for start in range(0, len(marks), 512):
            np.minimum(least, (marks[start:start + 512, None] * self.factors + self.terms).min(0), out=least)
        return least

    def admit(self, text: str) -> bool:
        """Remember the text and say True, or False if it is nearly a file already admitted."""
        marks = shingles(text)
        keys = [(band, row.tobytes()) for band, row in enumerate(self.signature(marks).reshape(BANDS, ROWS))]
        for index in {index for key in keys for index in self.bands.get(key, ())}:
            other = self.known[index]
            common = len(np.intersect1d(marks, other, assume_unique=True))
            if common >= SIMILARITY * (len(marks) + len(other) - common) or common >= CONTAINMENT * len(marks):
                return False
        for key in keys:
            self.bands[key].append(len(self.known))
        self.known.append(marks)
        return True
