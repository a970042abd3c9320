"""Keep the solutions of public benchmarks out of the corpus.

Every run of RUN words of a benchmark's tasks and canonical solutions is kept
as a hash in `benchmark-ngrams.npy`. Words are letters and digits only, lower
case, with names split at their humps: a translation to another language and
an infilling derivative keep the task's text and most of a solution's words.

`benchmarks.py FILE…` adds files (JSON lines with the fields below, plain or
gzip) to the list.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

NGRAMS = Path(__file__).with_name("benchmark-ngrams.npy")
RUN = 10
LEAST_MATCHES = 3  # distinct runs: about RUN + 2 words in a row
LEAST_NAMES = 6  # different words of letters in a run: counting "1 2 3 …" is nobody's solution
# HumanEval; MBPP; HumanEval-Infilling; MultiPL-E and HumanEval-X.
FIELDS = ("prompt", "canonical_solution", "text", "code", "suffix", "declaration", "docstring", "solution")
PRIME = np.uint64(1_099_511_628_211)
MIX = np.uint64(0x9E3779B97F4A7C15)


def powers(count: int) -> np.ndarray:
    """PRIME⁰ … PRIMEᶜᵒᵘⁿᵗ⁻¹ modulo 2⁶⁴."""
    return np.cumprod(np.concatenate(([np.uint64(1)], np.full(count - 1, PRIME))), dtype=np.uint64)


LONGEST = 64  # letters of a word that count
WEIGHTS = powers(LONGEST)


@dataclass
class Words:
    """Hashes (uint64) of the words of a text, and which of them are of letters."""

    hashes: np.ndarray
    letters: np.ndarray


def words(text: str) -> Words:
    """Words are runs of ASCII letters, cut before a capital that follows a small letter, and single digits."""
    data = np.frombuffer(text.encode(), np.uint8)
    upper, lower = (data >= 65) & (data <= 90), (data >= 97) & (data <= 122)
    digit, letter = (data >= 48) & (data <= 57), upper | lower
    before = np.zeros((2, len(data)), bool)
    before[0, 1:], before[1, 1:] = letter[:-1], lower[:-1]
    starts = np.flatnonzero(digit | letter & (~before[0] | upper & before[1]))
    if not len(starts):
        return Words(np.zeros(0, np.uint64), np.zeros(0, bool))
    values = np.where(upper, data + 32, data) * (letter | digit)
    word = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(data)))
    place = np.arange(starts[0], len(data)) - starts[word]
    weighted = values[starts[0]:].astype(np.uint64) * WEIGHTS[place.clip(max=LONGEST - 1)]
    return Words(np.add.reduceat(weighted, starts - starts[0]) * MIX, letter[starts])


def windows(values: np.ndarray) -> np.ndarray:
    """All runs of RUN values, [count,RUN]; empty if there are fewer."""
    if len(values) < RUN:
        return np.zeros((0, RUN), values.dtype)
    return np.lib.stride_tricks.sliding_window_view(values, RUN)


def runs(hashes: np.ndarray) -> np.ndarray:
    """One hash for every run of RUN words."""
    mixed = np.zeros(max(0, len(hashes) - RUN + 1), np.uint64)
    for column in windows(hashes).T:
        mixed = (mixed ^ column) * PRIME
    return mixed


def telling(text: str) -> np.ndarray:
    """The runs of a benchmark's text that have enough different names in them."""
    found = words(text)
    names = [len({h for h, letter in zip(*run) if letter})
             for run in zip(windows(found.hashes), windows(found.letters))]
    return runs(found.hashes)[np.array(names, int) >= LEAST_NAMES]


def tasks(path: Path) -> Iterator[str]:
    """The texts of one benchmark file."""
    with (gzip.open(path, "rt") if path.suffix == ".gz" else path.open()) as lines:
        for line in lines:
            row = json.loads(line)
            for field in FIELDS:
                if isinstance(row.get(field), str):
                    yield row[field]


class Benchmarks:
    """Says which texts hold a part of a benchmark."""

    def __init__(self, path: Path = NGRAMS):
        self.known = np.load(path)

    def matches(self, text: str) -> int:
        """How many distinct runs of the text belong to a benchmark."""
        found = np.unique(runs(words(text).hashes))
        if not len(found):
            return 0
        places = np.searchsorted(self.known, found).clip(max=len(self.known) - 1)
        return int((self.known[places] == found).sum())

    def contain(self, text: str) -> bool:
        return self.matches(text) >= LEAST_MATCHES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=NGRAMS)
    args = parser.parse_args()
    known = [np.load(args.out)] if args.out.exists() else []
    known += [telling(text) for path in args.files for text in tasks(path)]
    merged = np.unique(np.concatenate(known))
    np.save(args.out, merged)
    print(f"{len(merged)} runs")


if __name__ == "__main__":
    main()
