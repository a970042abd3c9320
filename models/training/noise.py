"""The forward process: which slots of a batch are masked."""

import numpy as np


def ratios(rng: np.random.Generator, count: int) -> np.ndarray:
    """Low-discrepancy draws of t ~ U(0,1], one per sample, in random order."""
    return 1 - rng.permutation((np.arange(count) + rng.random()) / count)


def independent(rng: np.random.Generator, shape: tuple[int, int], t: np.ndarray) -> np.ndarray:
    """Each slot masked with its row's probability t, at least one per row."""
    draws = rng.random(shape)
    return draws <= np.maximum(t[:, None], draws.min(1, keepdims=True))


def runs(rng: np.random.Generator, shape: tuple[int, int], t: np.ndarray, mean: float = 6) -> np.ndarray:
    """Like independent(), but masked slots come in runs of geometric length, as spans do."""
    mask = np.zeros(shape, bool)
    for row, share in zip(mask, t):
        wanted = max(1, round(share * shape[1]))
        while row.sum() < wanted:
            start = int(rng.integers(shape[1]))
            row[start:start + int(rng.geometric(1 / mean))] = True
    return mask
