"""The search for scales makes the product of rounded matrices more exact."""

import unittest

import torch

from adapt.smoothing import balanced, searched


def rounded(x: torch.Tensor, parts: int) -> torch.Tensor:
    """x [any,in] as 8-bit integers with a scale for each of the parts of a row."""
    split = x.unflatten(-1, (parts, -1))
    scale = split.abs().amax(-1, keepdim=True) / 127
    return ((split / scale).round() * scale).flatten(-2)


class Search(unittest.TestCase):
    def error(self, scale: torch.Tensor, parts: int) -> float:
        product = rounded(self.rows / scale, parts) @ rounded(self.weights * scale, parts).T
        return (product - self.rows @ self.weights.T).square().mean().item()

    def setUp(self) -> None:
        generator = torch.Generator().manual_seed(3)
        self.rows, self.weights = (torch.randn(200, 64, generator=generator) for _ in range(2))
        self.rows[:, 5] *= 40
        self.rows[:4, 40:44] *= 30  # a few rows only, by which the largest values mislead

    def test_better_than_none_and_than_where_it_begins(self):
        begin = balanced(self.rows, self.weights)
        for parts in (1, 2):
            found = self.error(searched(self.rows, self.weights, begin, parts), parts)
            self.assertLess(found, 0.95 * self.error(begin, parts))
            self.assertLess(found, 0.2 * self.error(torch.ones(64), parts))


if __name__ == "__main__":
    unittest.main()
