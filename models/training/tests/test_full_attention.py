import unittest

import torch

from full_attention import FullAttentionDenoiser
from model import Denoiser, Shape


def hidden(kind: type[Denoiser], layers: int) -> torch.Tensor:
    """Hidden states of two slots in the middle of six context tokens, with random weights everywhere."""
    torch.manual_seed(1)
    model = kind(Shape(vocabulary=20, width=16, layers=layers, heads=2, hidden=24))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
        context_pos = torch.tensor([[0, 1, 2, 67, 68, 69]])
        return model(torch.tensor([[4, 5]]), torch.tensor([[3, 4]]), torch.arange(6)[None] + 6, context_pos)


class FullAttentionTest(unittest.TestCase):
    def test_differs_from_the_asymmetric_model_only_once_the_context_has_read_the_slots(self):
        for layers, alike in ((1, True), (2, False)):
            both = [hidden(kind, layers) for kind in (Denoiser, FullAttentionDenoiser)]
            self.assertEqual(torch.allclose(*both, atol=1e-5), alike)
