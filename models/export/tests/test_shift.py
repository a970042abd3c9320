import unittest
from types import SimpleNamespace

import torch

from shift import fitting, log_probs

MASK = 9


class Oracle:
    """Knows the text, and says what is in a row `shift` rows before it."""

    def __init__(self, text: list[int], shift: int):
        self.text, self.shift = torch.tensor(text), shift

    def whole(self, noisy: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        logits = torch.nn.functional.one_hot(self.text.roll(-self.shift), 10) * 8.0
        return logits.expand(len(noisy), -1, -1)


class ShiftTest(unittest.TestCase):
    def test_the_rows_that_predict_the_text_tell_the_shift(self):
        text = [1, 2, 3, 4, 5, 6, 7, 8] * 4
        for shift in (0, 1):
            self.assertEqual(fitting(log_probs(Oracle(text, shift), text, MASK)), shift)

    def test_a_model_that_predicts_nothing_tells_no_shift(self):
        text = [1, 2, 3, 4] * 4
        even = SimpleNamespace(whole=lambda noisy, mask: torch.zeros(*noisy.shape, 10))
        self.assertIsNone(fitting(log_probs(even, text, MASK)))


if __name__ == "__main__":
    unittest.main()
