"""Compare the exported graphs of an adapted model with PyTorch."""

import re
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
from parity import Graphs, OnnxRun

FILLER = -1e9


class AdaptedGraphs(Graphs):
    """The two sessions of a variant: the encode continues contexts, the step reads slots in any order or from left to
    right."""

    def __init__(self, folder: Path, precision: str):
        super().__init__(folder, precision)
        self.settled_width = next(each.shape[2] for each in self.step.get_inputs() if each.name == "settled.key")
        # A symbolic dimension names first how many there are without any tokens.
        size = lambda dim: dim if isinstance(dim, int) else int(re.match(r"\d*", dim)[0] or 0)
        kinds = {"tensor(int64)": np.int64, "tensor(float)": np.float32, "tensor(float16)": np.float16}
        self.no_past = {
            each.name: np.zeros([size(dim) for dim in each.shape], kinds[each.type])
            for each in self.encode.get_inputs() if each.name.startswith("past.")}
        self.no_past["past.count"] = np.zeros(1, np.int64)
        # Where tokens follow each other in what the graph gives out, if that is of the new ones alone.
        self.axes = {each.name: each.shape.index("N") for each in self.encode.get_outputs() if "N" in each.shape}

    def context(self, ids: np.ndarray, positions: np.ndarray) -> OnnxRun:
        return self.continued(ids, positions, self.no_past)

    def continued(self, ids: np.ndarray, positions: np.ndarray, past: OnnxRun) -> OnnxRun:
        """The cache of `past.count` tokens of an earlier one and these."""
        feeds = {"context_ids": ids, "context_pos": positions, **past}
        made = dict(zip(self.names, self.encode.run(None, feeds)))
        count = past["past.count"][0]
        if count == 0 or not self.axes:
            return made
        before = {name: past[name.replace("cache.", "past.")].take(range(count), axis) for name, axis in self.axes.items()}
        return {name: np.concatenate((before[name], new), self.axes[name]) for name, new in made.items()}

    def predict(self, ids: np.ndarray, positions: np.ndarray, cache: OnnxRun, bias: np.ndarray | None = None) -> OnnxRun:
        rows = len(ids)
        nothing = np.zeros((rows, 1, self.settled_width), np.float32)
        inputs = {
            "slot_left": np.full(ids.shape, -1), "causal": np.zeros(rows, np.float32),
            "settled.key": nothing, "settled.value": nothing, "settled.bias": np.full((rows, 1), FILLER, np.float32)}
        return super().predict(ids, positions, {**cache, **inputs}, bias)

    def read(self, left: np.ndarray, positions: np.ndarray, cache: OnnxRun, mask: int, settled: list[OnnxRun]) -> OnnxRun:
        """Slots [1,S] from left to right, behind those of earlier calls; `left` as the graph's slot_left."""
        nothing = {name: np.zeros((1, 0, self.settled_width), np.float32) for name in ("slot.key", "slot.value")}
        joined = {name: np.concatenate([nothing[name], *(call[name] for call in settled)], 1) for name in nothing}
        inputs = {
            "slot_left": left, "causal": np.ones(1, np.float32), "settled.key": joined["slot.key"],
            "settled.value": joined["slot.value"], "settled.bias": np.zeros(joined["slot.key"].shape[:2], np.float32)}
        return super().predict(np.full(left.shape, mask), positions, {**cache, **inputs})


@contextmanager
def opened(folder: Path, precision: str) -> Iterator[AdaptedGraphs]:
    """A variant's sessions, unpacked as the engine does it where the variant has to be."""
    unpack = folder / f"unpack.{precision}.onnx"
    if not unpack.exists():
        yield AdaptedGraphs(folder, precision)
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
        yield AdaptedGraphs(Path(place), precision)


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


def compare(graphs: AdaptedGraphs, model: AdaptedDenoiser, batch: Batch, forbidden: list[int]) -> dict[str, float]:
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
            "maxEntropyDifference": float(entropies.max()), "top1Agreement": float(agreed.mean()),
            "maskedSlots": len(agreed)}


@torch.no_grad()
def compare_causal(graphs: AdaptedGraphs, model: AdaptedDenoiser, batch: Batch, forbidden: list[int]) -> dict[str, float]:
    """Slots read from left to right: the difference of the text's top tokens' log-probabilities from PyTorch's, and of
    slots read in three calls from slots read in one."""
    single, previous, chosen = batch.sequential(model.pad)
    cache = model.encode(batch.context_ids, batch.context_pos)
    masks = torch.full_like(single.clean, model.mask)
    logits = model.logits(model.denoise(single, masks, previous, cache, causal=True), single.after)
    logits[..., forbidden] = -torch.inf
    logits[..., model.pad] = logits[..., model.pad].masked_fill(single.edge >= 0, -torch.inf)
    expected = logits.log_softmax(-1).numpy()
    from_torch, from_one_call = [], []
    for row, truth in enumerate(expected):
        one = slice(row, row + 1)
        context = graphs.context(batch.context_ids[one].numpy(), batch.context_pos[one].numpy())
        left = torch.where(single.edge >= 0, -1, previous)[one].numpy()
        positions = single.slot_pos[one].numpy()
        whole = graphs.read(left, positions, context, model.mask, [])
        calls, third = [], -(-left.shape[1] // 3)
        for start in range(0, left.shape[1], third):
            part = slice(start, start + third)
            calls.append(graphs.read(left[:, part], positions[:, part], context, model.mask, calls))
        ids, values = (whole[name][0][:, :8] for name in ("topk_ids", "topk_logprobs"))
        from_torch.append(np.abs(values - np.take_along_axis(truth, ids, -1))[chosen[row].numpy()].max())
        in_parts = np.concatenate([call["topk_logprobs"] for call in calls], 1)[0][:, :8]
        from_one_call.append(np.abs(values - in_parts).max())
    return {"causalMaxLogProbDifference": float(max(from_torch)), "settledMaxLogProbDifference": float(max(from_one_call))}


def compare_continued(graphs: AdaptedGraphs, batch: Batch) -> dict[str, float]:
    """The largest difference in the cache between a context that continues half of another one and one encoded whole."""
    largest, half = 0.0, batch.context_ids.shape[1] // 32 * 16
    for row in range(len(batch.context_ids)):
        ids, positions = (each[row:row + 1].numpy() for each in (batch.context_ids, batch.context_pos))
        whole = graphs.context(ids, positions)
        other = ids.copy()
        other[:, half:] = ids[:, half - 1:half]  # what came next then does not matter
        past = {name.replace("cache.", "past."): value for name, value in graphs.context(other, positions).items()}
        past["past.count"] = np.array([half])
        both = graphs.continued(ids[:, half:], positions[:, half:], past)
        largest = max(largest, *(float(np.abs(both[name] - whole[name]).max()) for name in graphs.names))
    return {"continuedMaxDifference": largest}


def summary(batches: list[dict[str, float]]) -> dict[str, float]:
    """Of all batches together: the largest of what is a maximum, the mean over slots of the rest, three digits each."""
    slots = [batch["maskedSlots"] for batch in batches]
    over_slots = {name: np.average([batch[name] for batch in batches], weights=slots)
                  for name in ("meanLogProbDifference", "top1Agreement")}
    maxima = {name: max(batch[name] for batch in batches) for name in batches[0]}
    return {name: float(f"{value:.3g}") for name, value in (maxima | over_slots).items()} | {"maskedSlots": sum(slots)}
