"""Compare exported graphs with PyTorch, and cached with uncached computation."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from batches import Batch
from model import Denoiser, edges

OnnxRun = dict[str, np.ndarray]


class Graphs:
    """The two sessions of one variant."""

    def __init__(self, folder: Path, precision: str):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        # As the engine has it: without VNNI, pairs of 8-bit products would run over 16 bits.
        options.add_session_config_entry("session.x64quantprecision", "1")
        load = lambda kind: onnxruntime.InferenceSession(
            str(folder / f"{kind}.{precision}.onnx"), options, providers=["CPUExecutionProvider"])
        self.encode, self.step = load("encode"), load("step")
        self.names = [output.name for output in self.encode.get_outputs()]

    def context(self, ids: np.ndarray, positions: np.ndarray) -> OnnxRun:
        return dict(zip(self.names, self.encode.run(None, {"context_ids": ids, "context_pos": positions})))

    def predict(self, ids: np.ndarray, positions: np.ndarray, cache: OnnxRun, bias: np.ndarray | None = None) -> OnnxRun:
        bias = np.zeros(ids.shape, np.float32) if bias is None else bias
        feeds = {"slot_ids": ids, "slot_pos": positions, "slot_bias": bias, **cache}
        return dict(zip([o.name for o in self.step.get_outputs()], self.step.run(None, feeds)))


@torch.no_grad()
def reference(model: Denoiser, batch: Batch, mask_id: int, forbidden: list[int], pad: int) -> np.ndarray:
    """Log-probabilities [B,S,V] of PyTorch in float32 over the allowed ids; no pad in a span's first slot."""
    logits = model.logits(model(batch.noisy(mask_id), batch.slot_pos, batch.context_ids, batch.context_pos))
    logits[..., forbidden] = -torch.inf
    first = edges(batch.slot_pos, batch.context_pos).has_before[..., 0] > 0
    logits[..., pad] = logits[..., pad].masked_fill(first, -torch.inf)
    return logits.log_softmax(-1).numpy()


def compare(graphs: Graphs, model: Denoiser, batch: Batch, mask_id: int, forbidden: list[int], pad: int) -> dict[str, float]:
    """Largest difference of the top tokens' log-probabilities and of entropy, and top-1 agreement, on masked slots."""
    expected = reference(model, batch, mask_id, forbidden, pad)
    logs, entropies, agreed = [], [], []
    noisy = batch.noisy(mask_id)
    for row in range(len(noisy)):
        one = slice(row, row + 1)
        cache = graphs.context(batch.context_ids[one].numpy(), batch.context_pos[one].numpy())
        found = graphs.predict(noisy[one].numpy(), batch.slot_pos[one].numpy(), cache)
        masked, truth = batch.mask[row].numpy(), expected[row]
        # Of the top eight: far down the list a tiny probability may differ by much.
        ids, values = (found[name][0][masked][:, :8] for name in ("topk_ids", "topk_logprobs"))
        logs.append(np.abs(values - np.take_along_axis(truth[masked], ids, -1)).max())
        finite = np.where(np.isfinite(truth), truth, 0)
        entropy = -(np.exp(truth) * finite).sum(-1)[masked]
        entropies.append(np.abs(entropy - found["entropy"][0][masked]).max())
        agreed.append(truth[masked].argmax(-1) == ids[:, 0])
    return {"maxLogProbDifference": float(max(logs)), "maxEntropyDifference": float(max(entropies)),
            "top1Agreement": float(np.concatenate(agreed).mean())}


def batching(graphs: Graphs, batch: Batch, mask_id: int) -> float:
    """Largest difference between a candidate alone and beside a shorter one filled up with filler slots."""
    ids, positions = batch.noisy(mask_id)[:1].numpy(), batch.slot_pos[:1].numpy()
    cache = graphs.context(batch.context_ids[:1].numpy(), batch.context_pos[:1].numpy())
    short = ids.shape[1] // 2
    bias = np.zeros((2, ids.shape[1]), np.float32)
    bias[1, short:] = -1e9
    together = graphs.predict(ids.repeat(2, 0), positions.repeat(2, 0), cache, bias)
    alone = graphs.predict(ids[:, :short], positions[:, :short], cache)
    whole = graphs.predict(ids, positions, cache)
    name = "topk_logprobs"
    return float(max(np.abs(together[name][1, :short, :8] - alone[name][0, :, :8]).max(),
                     np.abs(together[name][0, :, :8] - whole[name][0, :, :8]).max()))
