"""Batches for the adapted denoiser: slots masked by two complementary draws, or all of them, to be read from left to right."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

import noise
from batches import Batcher, Kind, moved, tensor
from layout import asymmetric, one_end, upper_bound


@dataclass
class Batch:
    """Context [B,N]; slots [2B,S], rows 2b and 2b + 1 being sample b with complementary masks; causal ones [B,S].

    `edge`, as large, is the context token before a span's first slot and -1 elsewhere;
    `after` the first context token after the slot's span.
    """

    context_ids: Tensor
    context_pos: Tensor
    clean: Tensor
    mask: Tensor
    slot_pos: Tensor
    edge: Tensor
    after: Tensor

    @property
    def causal(self) -> bool:
        return len(self.clean) == len(self.context_ids)

    def noisy(self, mask_id: int) -> tuple[Tensor, Tensor]:
        """Slot tokens with the masked ones replaced, and the token before each slot."""
        tokens = self.clean.masked_fill(self.mask, mask_id)
        return tokens, torch.where(self.edge >= 0, self.edge, tokens.roll(1, 1))

    def sequential(self, pad: int) -> tuple["Batch", Tensor, Tensor]:
        """Every slot as a masked one whose left neighbour is known, one row a sample, to be read causally.

        The batch, the token before each slot, and which slots to learn from:
        text and the first pad after it, [B,S].
        """
        one = lambda value: value[::len(value) // len(self.context_ids)]
        clean, edge = one(self.clean), one(self.edge)
        previous = torch.where(edge >= 0, edge, clean.roll(1, 1))
        batch = Batch(self.context_ids, self.context_pos, clean, torch.ones_like(clean, dtype=torch.bool),
                      one(self.slot_pos), edge, one(self.after))
        return batch, previous, (clean != pad) | (previous != pad)

    def to(self, device: str) -> "Batch":
        return Batch(*(moved(value, device) for value in vars(self).values()))


def followers(context_ids: np.ndarray, context_pos: np.ndarray, slot_pos: np.ndarray) -> np.ndarray:
    """For each slot [S] the id of the first context token beyond it; the last token where there is none."""
    index = np.searchsorted(context_pos, slot_pos, side="right")
    return context_ids[np.minimum(index, len(context_ids) - 1)]


def edges(context_ids: np.ndarray, context_pos: np.ndarray, slot_pos: np.ndarray) -> np.ndarray:
    """For each slot [S] the id of the context token right before it, or -1 where another slot is there."""
    first = np.ones(len(slot_pos), bool)
    first[1:] = np.diff(slot_pos) != 1
    index = np.searchsorted(context_pos, slot_pos) - 1
    return np.where(first, context_ids[np.maximum(index, 0)], -1)


class AdaptedBatcher(Batcher):
    """Draws samples as Batcher does, their spans healed.

    t ~ U(0,1] masks one row, its complement the other. Causal kinds have one row, and one pad a span but for what fills the last one up.
    """

    def draw(self, kind: Kind) -> Batch:
        surplus = one_end if kind.causal else upper_bound
        samples = [
            self.crop_until(kind.context + kind.slots, lambda crop: asymmetric(
                crop, self.tokenizer, self.rng, kind.context, kind.slots, kind.spans, surplus, heal=True))
            for _ in range(kind.size)]
        shape = kind.size, kind.slots
        if kind.causal:
            rows = [np.ones(shape, bool)]
        else:
            drawn = noise.independent(self.rng, shape, noise.ratios(self.rng, kind.size))
            rows = [drawn, ~drawn]
        mask = np.stack(rows, 1).reshape(-1, kind.slots)
        column: Callable[[str], np.ndarray] = lambda name: np.array([getattr(sample, name) for sample in samples])
        context_ids, context_pos, slot_pos = column("context_ids"), column("context_pos"), column("slot_pos")
        edge = np.array([edges(*row) for row in zip(context_ids, context_pos, slot_pos)])
        after = np.array([followers(*row) for row in zip(context_ids, context_pos, slot_pos)])
        each = lambda array: tensor(np.repeat(array, len(rows), 0))
        return Batch(tensor(context_ids), tensor(context_pos), each(column("slot_ids")),
                     torch.from_numpy(mask), each(slot_pos), each(edge), each(after))
