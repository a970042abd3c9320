"""Training batches: noisy ids, clean targets and positions as tensors."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

import noise
from corpus import Corpus
from token_corpus import TokenCorpus
from layout import Sample, asymmetric, plain, upper_bound
from vocabulary import MASK, SPECIAL_TOKENS

CHARACTERS_PER_TOKEN = 4.5  # generous, so that crops are rarely too short
LIGHT = 0.6


@dataclass(frozen=True)
class Kind:
    """A batch's shape. `context` 0 means plain denoising; else at most `spans` spans a sample.

    `causal` (adapt.batches): every slot is masked, and read with all slots before it known.
    """

    size: int
    context: int
    slots: int
    spans: int = 0
    causal: bool = False


@dataclass
class Batch:
    """Slot tensors [B,S]; context tensors [B,N] or None; link [B,S-1] or None."""

    clean: Tensor
    mask: Tensor
    slot_pos: Tensor
    context_ids: Tensor | None
    context_pos: Tensor | None
    link: Tensor | None

    def noisy(self, mask_id: int) -> Tensor:
        """Slot ids with the masked ones replaced."""
        return self.clean.masked_fill(self.mask, mask_id)

    def to(self, device: str) -> "Batch":
        return Batch(*(value if value is None else moved(value, device) for value in vars(self).values()))


class Batcher:
    """Draws batches of any kind from one corpus, reproducibly from its seed."""

    def __init__(self, corpus: Corpus | TokenCorpus, tokenizer: Tokenizer, seed: int, pads: bool = True):
        """Without `pads`, every span has as many slots as tokens."""
        self.corpus, self.tokenizer, self.pads = corpus, tokenizer, pads
        self.rng = np.random.default_rng(seed)
        self.special = len(SPECIAL_TOKENS)

    def draw(self, kind: Kind) -> Batch:
        return self.asymmetric(kind) if kind.context else self.plain(kind)

    def crop_until(self, tokens: int, make: Callable):
        """Crops until `make` accepts one."""
        for _ in range(1000):
            made = make(self.corpus.crop(self.rng, int(tokens * CHARACTERS_PER_TOKEN)))
            if made is not None:
                return made
        raise RuntimeError("No file of the corpus is long enough for this batch kind; use a smaller one.")

    def plain(self, kind: Kind) -> Batch:
        """Half the rows are masked independently, half in runs; some rows repeat a stretch.

        t stays below LIGHT here: where most of a row is masked there is little
        to learn from it. The asymmetric batches cover all ratios.
        """
        rng, shape = self.rng, (kind.size, kind.slots)
        clean = np.array([self.crop_until(kind.slots, lambda crop: plain(crop, self.tokenizer, rng, kind.slots))
                          for _ in range(kind.size)])
        t = LIGHT * noise.ratios(rng, kind.size)
        as_runs = rng.random(kind.size) < 0.5
        mask = np.where(as_runs[:, None], noise.runs(rng, shape, t), noise.independent(rng, shape, t))
        for row in np.flatnonzero(rng.random(kind.size) < 0.06):
            self.repeat(clean[row], mask[row])
        mask &= clean >= self.special
        link = np.ones((kind.size, kind.slots - 1), np.float32)
        # In the final layout a span's first slot has no linked neighbour.
        cut = rng.random(kind.size) < 0.5
        link[cut] = (mask[cut, 1:] == mask[cut, :-1])
        positions = np.tile(np.arange(kind.slots), (kind.size, 1))
        return Batch(tensor(clean), torch.from_numpy(mask), tensor(positions), None, None, torch.from_numpy(link))

    def repeat(self, row: np.ndarray, mask: np.ndarray) -> None:
        """Overwrite the row's end with an earlier stretch of it and mask most of that copy."""
        size = int(self.rng.integers(16, len(row) // 3))
        start = int(self.rng.integers(0, len(row) - 2 * size))
        row[-size:] = row[start:start + size]
        mask[:] = False
        mask[-size:] = self.rng.random(size) < self.rng.uniform(0.3, 0.9)
        mask[-1] = True

    def asymmetric(self, kind: Kind) -> Batch:
        rng = self.rng
        samples: list[Sample] = [
            self.crop_until(kind.context + kind.slots, lambda crop: asymmetric(
                crop, self.tokenizer, rng, kind.context, kind.slots, kind.spans, upper_bound if self.pads else None))
            for _ in range(kind.size)]
        mask = noise.independent(rng, (kind.size, kind.slots), noise.ratios(rng, kind.size))
        columns = {name: tensor([getattr(sample, name) for sample in samples]) for name in vars(samples[0])}
        return Batch(columns["slot_ids"], torch.from_numpy(mask), columns["slot_pos"],
                     columns["context_ids"], columns["context_pos"], None)


def tensor(values) -> Tensor:
    return torch.from_numpy(np.asarray(values, np.int64))


def moved(value: Tensor, device: str) -> Tensor:
    """The tensor on a device. A GPU's copy is begun and not waited for, which takes pinned memory: else every step
    would first wait for the end of the one before."""
    return value.pin_memory().to(device, non_blocking=True) if torch.device(device).type == "cuda" else value.to(device)


def prefetched(batcher: Batcher, kinds: Callable[[], Kind], depth: int = 3) -> Callable[[], Batch]:
    """A function that returns the next batch, prepared ahead in a thread."""
    ready: queue.Queue = queue.Queue(depth)

    def work() -> None:
        try:
            while True:
                ready.put(batcher.draw(kinds()))
        except Exception as error:  # hand it to the trainer instead of dying silently
            ready.put(error)

    threading.Thread(target=work, daemon=True).start()

    def take() -> Batch:
        item = ready.get()
        if isinstance(item, Exception):
            raise item
        return item

    return take
