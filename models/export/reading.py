"""What a network is given, and how: every model's code has its own way of being told which tokens are filler."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel


def additive(attention_mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """[B,1,N,N] of 0 for tokens, and of the least number for filler, from [B,N] of 1 and 0."""
    filler = (1 - attention_mask).to(dtype)[:, None, None, :] * torch.finfo(dtype).min
    return filler.expand(-1, 1, attention_mask.shape[1], -1)


@dataclass(frozen=True)
class MaskForm:
    """A way to tell a network which tokens are filler: the argument's name and shape, and what it is for a mask [B,N] of
    1 and 0."""

    argument: str
    shape: str
    of: Callable[[torch.Tensor, torch.dtype], torch.Tensor]


PLAIN = MaskForm("attention_mask", "[B,N]", lambda mask, _: mask)
FULL = MaskForm("attention_mask", "[B,1,N,N]", additive)
BIAS = MaskForm("attention_bias", "[B,1,N,N]", additive)


@dataclass(frozen=True)
class Reading:
    """What a network is given beside token ids. Without `mask` it cannot be told of filler."""

    mask: MaskForm | None
    positions: bool


def logits_of(output: object) -> torch.Tensor:
    """[B,N,V] of what a network returned."""
    if hasattr(output, "logits"):
        return output.logits
    if isinstance(output, tuple | list) and isinstance(output[0], torch.Tensor) and output[0].dim() == 3:
        return output[0]
    sys.exit(f"The model returns {type(output).__name__} without logits. Unmask needs a model with a head over the vocabulary.")


class Network:
    """A network and what its forward pass takes."""

    def __init__(self, model: PreTrainedModel):
        self.model, self.head = model, model.get_output_embeddings()
        self.parameters = inspect.signature(model.forward).parameters
        self.fixed = {name: value for name, value in (("use_cache", False), ("return_dict", True)) if name in self.parameters}

    def logits(self, reading: Reading, ids: torch.Tensor, mask: torch.Tensor | None, positions: torch.Tensor | None) -> torch.Tensor:
        """[B,N,V] of `ids` [B,N]; what the reading has no place for is not passed on."""
        given = dict(self.fixed)
        if mask is not None and reading.mask:
            given[reading.mask.argument] = reading.mask.of(mask, self.model.dtype)
        if positions is not None and reading.positions:
            given["position_ids"] = positions
        return logits_of(self.model(input_ids=ids, **given))


def positions_of(ids: torch.Tensor) -> torch.Tensor:
    """0 … N − 1 for every sequence, [B,N]."""
    return torch.arange(ids.shape[1]).expand_as(ids)
