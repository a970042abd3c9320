"""How good fills are, and how sure we can be of a mean."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from held_out import Span


@dataclass(frozen=True)
class Score:
    """One span's fill. `exact` and `clean` are 0 or 1, `similarity` lies between."""

    exact: float
    similarity: float
    clean: float
    calls: float
    ms: float


@dataclass(frozen=True)
class Mean:
    """A mean over n spans and its standard error."""

    value: float
    error: float
    n: int


def is_exact(expected: Sequence[str], found: Sequence[str]) -> bool:
    """Whether every text is the author's, white space at its two ends aside."""
    return [text.strip() for text in expected] == [text.strip() for text in found]


def similarity(expected: Sequence[str], found: Sequence[str]) -> float:
    """1 − edit distance / length of the longer text, white space at the ends aside; the mean over a span's texts."""
    pairs = zip(expected, found, strict=True)
    return sum(Levenshtein.normalized_similarity(a.strip(), b.strip()) for a, b in pairs) / len(expected)


def score(span: Span, texts: Sequence[str], calls: float = 0, ms: float = 0) -> Score:
    """All metrics of one fill."""
    exact = is_exact(span.expected, texts)
    clean = span.is_clean_with(list(texts))
    return Score(exact, similarity(span.expected, texts), clean, calls, ms)


def mean(values: Sequence[float], groups: Sequence[str]) -> Mean:
    """The mean with a standard error that counts values of one group as what they may be: alike.

    The cluster-robust estimator √(G/(G−1) · Σ_g (Σ_{i∈g} (x_i − x̄))²) / n over G groups; not a number for G < 2.
    """
    n = len(values)
    if n == 0:
        return Mean(math.nan, math.nan, 0)
    average = sum(values) / n
    sums: dict[str, float] = defaultdict(float)
    for value, group in zip(values, groups, strict=True):
        sums[group] += value - average
    if len(sums) < 2:
        return Mean(average, math.nan, n)
    total = sum(deviation * deviation for deviation in sums.values())
    return Mean(average, math.sqrt(len(sums) / (len(sums) - 1) * total) / n, n)
