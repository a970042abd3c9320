"""Compares an exported graph with PyTorch."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from denoise import Denoise

SHAPES = ((1, 5, 1), (2, 33, 7), (3, 70, 20))  # sequences, tokens, rows
TOP = 8  # far down the list a tiny probability may differ by much
# Largest difference of a log-probability (nats) that passes. What quantising changes is the model's, not the export's.
TOLERANCES = {"fp32": 0.01, "fp16": 0.2, "int8": 1.0}


class Graph:
    """A session of an exported graph on the CPU."""

    def __init__(self, path: Path):
        self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def logits(self, given: dict[str, torch.Tensor]) -> np.ndarray:
        """[B,R,V]."""
        return self.session.run(["logits"], {name: value.numpy() for name, value in given.items()})[0]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    wide = logits.astype(np.float64)
    wide -= wide.max(-1, keepdims=True)
    return wide - np.log(np.exp(wide).sum(-1, keepdims=True))


def draw(choice: np.random.Generator, shape: tuple[int, int, int], filler: bool, ordinary: list[int], mask: int) -> tuple:
    """Random ids [B,N], a third of them masks; wanted rows [B,R]; and lengths [B], which leave a few rows to filler."""
    batch, tokens, rows = shape
    ids = choice.choice(ordinary, (batch, tokens))
    ids[choice.random(ids.shape) < 1 / 3] = mask
    lengths = np.maximum(1, tokens - 4 * np.arange(batch)) if filler else np.full(batch, tokens)
    wanted = np.stack([choice.integers(0, length, rows) for length in lengths])
    return ids, wanted, lengths


@torch.no_grad()
def compare(path: Path, denoise: Denoise, ordinary: list[int], mask: int, most: int) -> dict[str, float]:
    """Figures over random sequences of at most `most` tokens, each read by PyTorch alone and without filler.

    The largest difference of the top tokens' log-probabilities, the share of rows with the same first token, and how
    much a row changes with what stands in the filler (absent if the graph takes no `attention_mask`).
    """
    graph, choice = Graph(path), np.random.default_rng(1)
    differences, agreed, moved = [], [], []
    filler = denoise.reading.mask is not None
    for batch, tokens, rows in SHAPES:
        shape = (batch, min(tokens, most), rows)
        ids, wanted, lengths = draw(choice, shape, filler, ordinary, mask)
        attention = (np.arange(shape[1]) < lengths[:, None]).astype(np.int64)
        given = denoise.inputs(*map(torch.from_numpy, (ids, wanted, attention)))
        logits = graph.logits(given)
        found = log_softmax(logits)
        for row, length in enumerate(lengths):
            alone = torch.from_numpy(ids[row:row + 1, :length])
            expected = log_softmax(denoise.whole(alone, torch.ones_like(alone)).float().numpy())[0, wanted[row]]
            top = np.argsort(-expected, -1)[:, :TOP]
            differences.append(np.abs(np.take_along_axis(found[row] - expected, top, -1)).max())
            agreed.append(found[row].argmax(-1) == top[:, 0])
        if filler:
            ids[attention == 0] = choice.choice(ordinary, int((attention == 0).sum()))
            moved.append(np.abs(graph.logits(given | {"input_ids": torch.from_numpy(ids)}) - logits).max())
    figures = {"maxLogProbDifference": max(differences), "top1Agreement": np.concatenate(agreed).mean()}
    if filler:
        figures["maxFillerDifference"] = max(moved)
    return {name: float(f"{value:.3g}") for name, value in figures.items()}


def fault(figures: dict[str, float], tolerance: float) -> str | None:
    """What is wrong with a graph of these figures, as a sentence."""
    # Not the other way round: nothing compares with what is no number.
    if not figures["maxLogProbDifference"] <= tolerance:
        return (f"Its log-probabilities differ from PyTorch's by up to {figures['maxLogProbDifference']}, more than "
                f"{tolerance} nats (--tolerance).")
    if not figures.get("maxFillerDifference", 0) <= tolerance:
        return f"What stands in the filler changes logits by up to {figures['maxFillerDifference']}."
    return None
