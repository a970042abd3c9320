"""Compare the exported graphs of an adapted model with PyTorch."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from adapt.batches import Batch
from adapt.model import AdaptedDenoiser
from graph_builder import ALIGNMENT
from parity import Graphs


@contextmanager
def opened(folder: Path, precision: str) -> Iterator[Graphs]:
    """A variant's sessions, unpacked as the engine does it where the variant has to be."""
    unpack = folder / f"unpack.{precision}.onnx"
    if not unpack.exists():
        yield Graphs(folder, precision)
        return
    with tempfile.TemporaryDirectory() as place:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession(str(unpack), options, providers=["CPUExecutionProvider"])
        with open(Path(place) / f"unpacked.{precision}.bin", "wb") as file:
            for tensor in session.run(None, {}):
                file.write(bytes(-file.tell() % ALIGNMENT))
                file.write(tensor.tobytes())
        for kind in ("encode", "step"):
            shutil.copy(folder / f"{kind}.{precision}.onnx", place)
        yield Graphs(Path(place), precision)


@torch.no_grad()
def reference(model: AdaptedDenoiser, batch: Batch, forbidden: list[int]) -> np.ndarray:
    """Log-probabilities [2B,S,V] of PyTorch; ids that cannot be chosen are -inf, pads that have to wait among them."""
    cache = model.encode(batch.context_ids, batch.context_pos)
    hidden = model.denoise(batch, *batch.noisy(model.mask), cache)
    logits = model.logits(hidden, batch.after)
    logits[..., forbidden] = -torch.inf
    logits[..., model.pad] = logits[..., model.pad].masked_fill(batch.edge >= 0, -torch.inf)
    logs = logits.log_softmax(-1)
    waits = batch.noisy(model.mask)[1] == model.mask
    logs[..., model.pad] = logs[..., model.pad].masked_fill(waits, -torch.inf)
    return logs.numpy()


def compare(graphs: Graphs, model: AdaptedDenoiser, batch: Batch, forbidden: list[int]) -> dict[str, float]:
    """Differences on masked slots: of the top tokens' log-probabilities, of entropy, and top-1 agreement."""
    expected = reference(model, batch, forbidden)
    tokens, _ = batch.noisy(model.mask)
    logs, entropies, agreed = [], [], []
    for row in range(len(tokens)):
        one, sample = slice(row, row + 1), slice(row // 2, row // 2 + 1)
        cache = graphs.context(batch.context_ids[sample].numpy(), batch.context_pos[sample].numpy())
        found = graphs.predict(tokens[one].numpy(), batch.slot_pos[one].numpy(), cache)
        masked, truth = batch.mask[row].numpy(), expected[row]
        # Of the top eight: far down the list a tiny probability may differ by much.
        ids, values = (found[name][0][masked][:, :8] for name in ("topk_ids", "topk_logprobs"))
        logs.append(np.abs(values - np.take_along_axis(truth[masked], ids, -1)).ravel())
        settled = masked & (batch.noisy(model.mask)[1][row].numpy() != model.mask)
        finite = np.where(np.isfinite(truth), truth, 0)
        entropy = -(np.exp(truth) * finite).sum(-1)
        entropies.append(np.abs(entropy - found["entropy"][0])[settled])
        agreed.append(truth[masked].argmax(-1) == ids[:, 0])
    logs, entropies, agreed = (np.concatenate(values) for values in (logs, entropies, agreed))
    return {"maxLogProbDifference": float(logs.max()), "meanLogProbDifference": float(logs.mean()),
            "maxEntropyDifference": float(entropies.max()), "top1Agreement": float(agreed.mean())}
