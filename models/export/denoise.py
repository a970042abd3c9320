"""The graph `denoise`: token ids in, the logits of the wanted rows out."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx_ir
import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from torch import nn

from reading import Network, Reading, positions_of

# It misses torchvision, which no language model needs.
logging.getLogger("torch.onnx").setLevel(logging.ERROR)

OPSET = 21
INLINE_BYTES = 1024  # smaller tensors stay in the graph
INPUTS = ("input_ids", "logit_rows", "attention_mask", "position_ids")


def taken(values: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """[B,R,W] of `values` [B,N,W] at `rows` [B,R]."""
    batch, length = values.shape[:2]
    flat = rows + length * torch.arange(batch, device=rows.device)[:, None]
    return nn.functional.embedding(flat, values.flatten(0, 1))


@contextmanager
def only(head: nn.Module | None, rows: torch.Tensor) -> Iterator[list[bool]]:
    """While it lasts, `head` is given no other rows than these; the list is empty if it never was asked."""
    asked: list[bool] = []

    def gather(_: nn.Module, given: tuple[torch.Tensor]) -> tuple[torch.Tensor] | None:
        if given[0].dim() != 3:  # an embedding that is the head as well, given ids
            return None
        asked.append(True)
        return (taken(given[0], rows), *given[1:])

    handle = head.register_forward_pre_hook(gather) if head else None
    try:
        yield asked
    finally:
        if handle:
            handle.remove()


class Denoise(nn.Module):
    """The graph's forward pass. `before_head`: rows are gathered before the head, so that [B,N,V] is never made."""

    def __init__(self, network: Network, reading: Reading):
        super().__init__()
        self.model, self.network, self.reading = network.model, network, reading
        self.before_head = self.gathers()

    @torch.no_grad()
    def gathers(self) -> bool:
        """Whether the head is a module by itself, of which one call makes the logits; learns how many these are."""
        rows, ids = torch.tensor([[1, 4]]), torch.zeros(1, 6, dtype=torch.int64)
        whole = self.whole(ids, torch.ones_like(ids))
        self.vocabulary = whole.shape[-1]
        with only(self.network.head, rows) as asked:
            found = self.whole(ids, torch.ones_like(ids))
        return len(asked) == 1 and found.shape[1] == 2 and torch.allclose(found, whole[:, rows[0]], rtol=1e-2, atol=1e-3)

    def whole(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None, position_ids: torch.Tensor | None = None) -> torch.Tensor:
        """[B,N,V]: the logits of all rows."""
        return self.network.logits(self.reading, input_ids, attention_mask, position_ids)

    def forward(self, input_ids, logit_rows, attention_mask=None, position_ids=None) -> torch.Tensor:
        """[B,R,V] in float32."""
        if not self.before_head:
            return taken(self.whole(input_ids, attention_mask, position_ids), logit_rows).float()
        with only(self.network.head, logit_rows):
            return self.whole(input_ids, attention_mask, position_ids).float()

    def inputs(self, ids: torch.Tensor, rows: torch.Tensor, mask: torch.Tensor) -> dict[str, torch.Tensor]:
        """The graph's inputs by name, without those that the model does not take."""
        given = {"input_ids": ids, "logit_rows": rows}
        if self.reading.mask:
            given["attention_mask"] = mask
        if self.reading.positions:
            given["position_ids"] = positions_of(ids).contiguous()
        return given


AXES = {name: {0: "B", 1: "R" if name == "logit_rows" else "N"} for name in INPUTS}


def write(denoise: Denoise, folder: Path, graph: str, weights: str) -> None:
    """Export to `folder`: the graph, and beside it one file of weights. Dimensions B, N and R stay free.

    Throws what PyTorch's exporter throws.
    """
    ids = torch.arange(14).reshape(2, 7)
    given = denoise.inputs(ids, ids[:, 1:4] % 7, torch.ones_like(ids))
    with torch.no_grad(), warnings.catch_warnings(action="ignore"):
        program = torch.onnx.export(
            denoise, (), kwargs=given, input_names=list(given), output_names=["logits"], opset_version=OPSET,
            dynamic_shapes={name: AXES[name] for name in given}, dynamo=True, verbose=False)
    # Where in which file on this machine each node comes from is many times the graph's own size.
    ClearMetadataAndDocStringPass()(program.model)
    onnx_ir.save(program.model, folder / graph, external_data=weights, size_threshold_bytes=INLINE_BYTES)
    fixed = [value.name for value in program.model.graph.inputs if any(isinstance(size, int) for size in value.shape)]
    if fixed:
        raise RuntimeError(f"the sizes of {', '.join(fixed)} came out fixed")
