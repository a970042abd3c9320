"""Per-channel scales that make activations easier to round to 8 bits.

Dividing an activation's channels by s and multiplying the matrix's columns by s
changes nothing but the rounding. The division costs nothing at use: it goes into
the gain of the norm before, or into the rows of the matrix before.

SmoothQuant (Xiao et al. 2023) takes s from the largest values of both. Here that
is where a search begins for the s whose rounding changes the product least.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from adapt.base import BLOCK
from adapt.batches import Batch
from adapt.model import AdaptedDenoiser, Block

# What reads each activation.
READERS = {"attention": ("query", "key", "value"), "out": ("out",), "feed": ("gate", "up"), "down": ("down",)}
# The attended values are left alone: they are averages, and their scales would have to stay in the cached values.
SMOOTHED = ("attention", "feed", "down")
BALANCE = 0.5  # how much of the difficulty moves from the activations into the matrices, to begin with
ROWS = 256  # of a matrix, and about as many of an activation, that the search looks at
LARGEST = 16  # rows of an activation that it looks at in any case: the first tokens of a context can be 500 times as large
# The operator keeps three floats for every block of a matrix, and adds up within blocks. Twice the base's block: 19 MiB
# less for 106M parameters, a tenth less time in the products, and no less exact; four times: noticeably less exact.
WIDE_BLOCK = 2 * BLOCK
# In how many parts the context's rows, and the matrices for them, are rounded, each part with scales of its own.
PARTS = {"attention": 2, "out": 1, "feed": 1, "down": 4}
STEPS, RATE = 80, 0.05  # of the search (Adam on the scales' logarithms)
OUTLIERS = 16  # channels of the last hidden state that are not rounded


@dataclass
class Smoothing:
    """A layer's scales, by which matrices' columns are multiplied: of the attention's and the feed-forward's input [D]
    and of the inner layer."""

    attention: np.ndarray
    feed: np.ndarray
    down: np.ndarray


@dataclass
class Calibration:
    """`context` as SmoothQuant has it; `found` are factors on top of these, found by the search; `slots` are the slot
    rows' scales, and `outliers` [OUTLIERS] the largest channels of their last hidden state."""

    context: list[Smoothing]
    found: list[Smoothing]
    slots: list[Smoothing]
    outliers: np.ndarray


class Seen:
    """What matrices are multiplied by while a model runs, by layer, activation and whether it is of `slots` (else of context)."""

    def __init__(self, model: AdaptedDenoiser):
        self.slots = False
        self.rows: dict[tuple[int, str, bool], list[Tensor]] = {}
        self.handles = [
            block.get_submodule(READERS[activation][0]).register_forward_pre_hook(self.hook(index, activation))
            for index, block in enumerate(model.blocks) for activation in SMOOTHED]

    def hook(self, index: int, activation: str):
        def record(_, inputs: tuple[Tensor, bool]) -> None:
            self.rows.setdefault((index, activation, self.slots), []).append(inputs[0].flatten(0, -2))
        return record

    def of(self, index: int, activation: str, slots: bool) -> Tensor | None:
        """[rows,in]; None where no row came by."""
        rows = self.rows.get((index, activation, slots))
        return None if rows is None else torch.cat(rows)


@torch.no_grad()
def calibrate(model: AdaptedDenoiser, batches: list[Batch]) -> Calibration:
    """The scales of every layer, from the contexts and the slots of `batches`."""
    seen, hidden = Seen(model), []
    for batch in batches:
        seen.slots = False
        cache = model.encode(batch.context_ids, batch.context_pos)
        seen.slots = True
        hidden.append(model.denoise(batch, *batch.noisy(model.mask), cache).flatten(0, -2))
    for handle in seen.handles:
        handle.remove()
    context, found, slots = [], [], []
    for index, block in enumerate(model.blocks):
        start, factors, own = {}, {}, {}
        for activation in SMOOTHED:
            base, adapted = (matrix(block, activation, each) for each in (model.shape.context, True))
            rows = seen.of(index, activation, False)
            begin = balanced(rows, base)
            start[activation] = begin
            # Most of the last layer has no use for the context.
            factors[activation] = torch.ones_like(begin) if rows is None else (
                searched(rows, base, begin, PARTS[activation]) / begin)
            rows = seen.of(index, activation, True)
            own[activation] = searched(rows, adapted, balanced(rows, adapted), rows.size(-1) // block_of(rows.size(-1)))
        context.append(Smoothing(**{name: scale.float().numpy() for name, scale in start.items()}))
        found.append(Smoothing(**{name: shortened(scale) for name, scale in factors.items()}))
        slots.append(Smoothing(**{name: shortened(scale) for name, scale in own.items()}))
    energy = torch.cat(hidden).square().sum(0)
    return Calibration(context, found, slots, energy.argsort(descending=True)[:OUTLIERS].sort().values.numpy())


def block_of(inputs: int) -> int:
    """Inputs of a slot's product that share a scale: as the base has it where WIDE_BLOCK does not divide them."""
    return BLOCK if inputs % WIDE_BLOCK else WIDE_BLOCK


def matrix(block: Block, activation: str, adapted: bool) -> Tensor:
    """[out,in]: the matrices that read `activation`, rows after rows."""
    readers = [block.get_submodule(name) for name in READERS[activation]]
    return torch.cat([reader.merged() if adapted else reader.weight for reader in readers])


def balanced(rows: Tensor | None, weights: Tensor) -> Tensor:
    """SmoothQuant's scales [in]."""
    largest = weights.abs().amax(0)
    peak = largest if rows is None else rows.abs().amax(0)
    scale = peak.clamp(min=1e-5) ** BALANCE / largest.clamp(min=1e-5) ** (1 - BALANCE)
    return scale.clamp(min=1e-4)


def searched(rows: Tensor, weights: Tensor, begin: Tensor, parts: int) -> Tensor:
    """The scales [in] for which rounding `rows` [any,in] and `weights` [out,in] to 8 bits adds least to their product.

    Each row of both has a scale for each of its `parts`. A rounding error is taken as uniform and independent of all
    others. So the product's expected squared error is, over the parts, the sum of the rows' squared scales times the
    squares of the matrix, and the sum of the matrix' squared scales times the squares of the rows.
    """
    largest = rows.norm(dim=-1).argsort(descending=True)[:LARGEST]
    rows = torch.cat([rows[::-(-len(rows) // ROWS)], rows[largest]])
    in_parts = lambda x: x.unflatten(-1, (parts, -1))
    of_rows, of_weights = rows.square().sum(0), weights.square().sum(0)
    weights = weights[::-(-len(weights) // ROWS)]
    share = of_weights.sum() / weights.square().sum()  # of the matrix' rows that are looked at
    magnitudes = rows.abs(), weights.abs()
    logarithm = begin.log().requires_grad_()
    optimiser = torch.optim.Adam([logarithm], lr=RATE)
    least, best = torch.inf, begin
    for step in range(STEPS):
        with torch.enable_grad():
            scale = logarithm.exp()
            for_rows, for_weights = in_parts(magnitudes[0] / scale).amax(-1), in_parts(magnitudes[1] * scale).amax(-1)
            squares = in_parts(of_weights * scale ** 2).sum(-1), in_parts(of_rows / scale ** 2).sum(-1)
            error = (for_rows.square().sum(0) * squares[0]).sum() + share * (for_weights.square().sum(0) * squares[1]).sum()
            error = error.log()
        if error.item() < least:
            least, best = error.item(), scale.detach()
        optimiser.zero_grad()
        error.backward(inputs=[logarithm])
        optimiser.step()
    return best


def shortened(scale: Tensor) -> np.ndarray:
    """float16, with a geometric mean of 1: what all channels have in common makes no difference."""
    return (scale / scale.log().mean().exp()).half().numpy()
