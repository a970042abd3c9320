"""Per-channel scales that make activations easier to round to 8 bits (SmoothQuant, Xiao et al. 2023).

Dividing an activation's channels by s and multiplying the matrix's columns by s
changes nothing but the rounding. The division costs nothing at use: it goes into
the gain of the norm before, or into the rows of the matrix before.
"""

from dataclasses import dataclass

import numpy as np
import torch

from adapt.batches import Batch
from adapt.model import AdaptedDenoiser

# What reads each activation: the first is recorded, all of them get the scales.
READERS = {"attention": ("query", "key", "value"), "out": ("out",), "feed": ("gate", "up"), "down": ("down",)}
BALANCE = 0.5  # how much of the difficulty moves from the activations into the matrices


@dataclass
class Smoothing:
    """A layer's scales: of the attention's and the feed-forward's input [D], of the attended values [G·E], of the inner layer."""

    attention: np.ndarray
    out: np.ndarray
    feed: np.ndarray
    down: np.ndarray

    def columns(self, name: str, heads: int, groups: int) -> np.ndarray:
        """What the columns of the matrix `name` are multiplied by."""
        activation = next(activation for activation, readers in READERS.items() if name in readers)
        scales = getattr(self, activation)
        if activation != "out":
            return scales
        return scales.reshape(groups, 1, -1).repeat(heads // groups, 1).reshape(-1)

    def rows(self, name: str) -> np.ndarray | None:
        """What the rows of the matrix `name` are divided by."""
        return {"value": self.out, "up": self.down}.get(name)


@torch.no_grad()
def calibrate(model: AdaptedDenoiser, batches: list[Batch]) -> list[Smoothing]:
    """The scales of every layer, from the largest activations seen over `batches`."""
    peaks: dict[tuple[int, str], torch.Tensor] = {}
    handles = []
    for index, block in enumerate(model.blocks):
        for activation, readers in READERS.items():
            def record(_, inputs, place=(index, activation)):
                peak = inputs[0].abs().flatten(0, -2).amax(0)
                peaks[place] = torch.maximum(peaks.get(place, peak), peak)
            handles.append(block.get_submodule(readers[0]).register_forward_pre_hook(record))
    for batch in batches:
        cache = model.encode(batch.context_ids, batch.context_pos)
        model.denoise(batch, *batch.noisy(model.mask), cache)
    for handle in handles:
        handle.remove()
    shape = model.shape
    layers = []
    for index, block in enumerate(model.blocks):
        scales = {}
        for activation, readers in READERS.items():
            weights = torch.cat([block.get_submodule(name).merged() for name in readers])
            peak, largest = peaks[index, activation], weights.abs().amax(0)
            if activation == "out":  # the query heads of a group read the same values
                shared = lambda values: values.view(shape.groups, shape.heads // shape.groups, -1).amax(1).flatten()
                peak, largest = shared(peak), shared(largest)
            scale = peak.clamp(min=1e-5) ** BALANCE / largest.clamp(min=1e-5) ** (1 - BALANCE)
            scales[activation] = scale.clamp(min=1e-4).float().numpy()
        layers.append(Smoothing(**scales))
    return layers
