"""Checkpoints of an adaptation: only what is trained, and how far the run has come."""

import os
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from adapt.base import Base, read
from adapt.model import AdaptedDenoiser, Shape
from vocabulary import MASK, PAD


def save(path: Path, model: AdaptedDenoiser, sources: np.ndarray, optimiser, progress: dict) -> None:
    """Write atomically, so that an export never reads half a file."""
    state = {
        "shape": model.shape.as_dict(), "sources": torch.from_numpy(sources), "model": model.state_dict(),
        "optimiser": optimiser and optimiser.state_dict(), "progress": progress,
    }
    torch.save(state, path.with_suffix(".partial"))
    os.replace(path.with_suffix(".partial"), path)


def shape_of(base: Base, vocabulary: int, rank: int, context: bool = False) -> Shape:
    return Shape(vocabulary, base.embedding.shape[1], base.layers, base.heads, base.groups,
                 base.hidden, base.rope_base, base.epsilon, rank, context)


def load(path: Path, base: Path, tokenizer: Path, dtype: torch.dtype = torch.float32) -> tuple[AdaptedDenoiser, dict]:
    """The model in evaluation mode and the whole saved state."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    ids = Tokenizer.from_file(str(tokenizer)).token_to_id
    model = AdaptedDenoiser(Shape(**state["shape"]), read(base), state["sources"].numpy(), ids(PAD), ids(MASK), dtype)
    model.load_state_dict(state["model"])
    return model.eval(), state
