"""Checkpoints: weights, optimiser state and how far the run has come."""

import os
from pathlib import Path

import torch

from model import Denoiser, Shape


def save(path: Path, model: Denoiser, optimisers: list, progress: dict) -> None:
    """Write atomically, so that an export never reads half a file."""
    state = {
        "shape": model.shape.as_dict(), "model": model.state_dict(),
        "optimisers": [o.state_dict() for o in optimisers], "progress": progress,
    }
    torch.save(state, path.with_suffix(".partial"))
    os.replace(path.with_suffix(".partial"), path)


def load(path: Path, device: str = "cpu") -> tuple[Denoiser, dict]:
    """The model in evaluation mode and the whole saved state."""
    state = torch.load(path, map_location=device, weights_only=True)
    model = Denoiser(Shape(**state["shape"])).to(device)
    model.load_state_dict(state["model"])
    return model.eval(), state
