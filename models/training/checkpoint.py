"""Checkpoints: weights, optimiser state and how far the run has come; or bfloat16 weights alone."""

import io
import os
from pathlib import Path

import torch

from model import Denoiser, Shape
from parts import joined


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


def save_weights(path: Path, model: torch.nn.Module, progress: dict) -> None:
    """Of any model that has a `shape`: weights in bfloat16 and the progress: a fraction of a checkpoint's size, enough to go on from."""
    state = {name: tensor.bfloat16() for name, tensor in model.state_dict().items()}
    torch.save({"shape": model.shape.as_dict(), "model": state, "progress": progress}, path.with_suffix(".partial"))
    os.replace(path.with_suffix(".partial"), path)


def load_weights(path: Path, model: torch.nn.Module) -> dict:
    """Fill a model from such a file, or from the parts of one (see parts.py); returns the progress."""
    state = torch.load(io.BytesIO(joined(path)), map_location="cpu", weights_only=True)
    if type(model.shape)(**state["shape"]) != model.shape:
        raise SystemExit(f"{path} holds a model of another shape: {state['shape']}; choose its recipe.")
    model.load_state_dict({name: tensor.float() for name, tensor in state["model"].items()})
    return state["progress"]
