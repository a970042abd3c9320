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

# What reads each activation.
READERS = {"attention": ("query", "key", "value"), "out": ("out",), "feed": ("gate", "up"), "down": ("down",)}
# The attended values are left alone: they are averages, and their scales would have to stay in the cached values.
SMOOTHED = ("attention", "feed", "down")
BALANCE = 0.5  # how much of the difficulty moves from the activations into the matrices


@dataclass
class Smoothing:
    """A layer's scales, by which matrices' columns are multiplied: of the attention's and the feed-forward's input [D]
    and of the inner layer."""

    attention: np.ndarray
    feed: np.ndarray
    down: np.ndarray


@torch.no_grad()
def calibrate(model: AdaptedDenoiser, batches: list[Batch]) -> list[Smoothing]:
    """The scales of every layer, from the largest activations seen in the contexts of `batches`."""
    peaks: dict[tuple[int, str], torch.Tensor] = {}
    handles = []
    for index, block in enumerate(model.blocks):
        for activation in SMOOTHED:
            def record(_, inputs, place=(index, activation)):
                peak = inputs[0].abs().flatten(0, -2).amax(0)
                peaks[place] = torch.maximum(peaks.get(place, peak), peak)
            handles.append(block.get_submodule(READERS[activation][0]).register_forward_pre_hook(record))
    for batch in batches:
        model.encode(batch.context_ids, batch.context_pos)
    for handle in handles:
        handle.remove()
    layers = []
    for index, block in enumerate(model.blocks):
        scales = {}
        for activation in SMOOTHED:
            weights = torch.cat([block.get_submodule(name).weight for name in READERS[activation]])
            largest = weights.abs().amax(0)
            peak = peaks.get((index, activation), largest)  # most of the last layer has no use for the context
            scale = peak.clamp(min=1e-5) ** BALANCE / largest.clamp(min=1e-5) ** (1 - BALANCE)
            scales[activation] = scale.clamp(min=1e-4).float().numpy()
        layers.append(Smoothing(**scales))
    return layers
