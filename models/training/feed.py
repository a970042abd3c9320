"""Draw batches ahead of the trainer in processes of their own."""

import os
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as multiprocessing
from tokenizers import Tokenizer

from batches import Batcher, Kind
from token_corpus import TokenCorpus

DEPTH = 3  # batches that every worker keeps ready


@dataclass(frozen=True)
class Source:
    """What a worker needs to draw batches for itself.

    `folder` is a split of the tokenised corpus; `batcher` draws from it, given the corpus, the tokenizer and a seed;
    `kind` chooses a batch's kind at a share of the run.
    """

    folder: Path
    tokenizer: Path
    batcher: Callable[[TokenCorpus, Tokenizer, list[int]], Batcher]
    kind: Callable[[float, np.random.Generator], Kind]


def arrays(batch) -> list[np.ndarray | None]:
    """The batch's tensors as arrays, ids and positions in four bytes: a third of the copying."""
    small = lambda t: t.numpy().astype(np.int32) if t.dtype == torch.int64 else t.numpy()
    return [None if tensor is None else small(tensor) for tensor in vars(batch).values()]


def batch_of(batch: type, values: list[np.ndarray | None]):
    wide = lambda a: torch.from_numpy(a).long() if a.dtype == np.int32 else torch.from_numpy(a)
    return batch(*(None if value is None else wide(value) for value in values))


def work(source: Source, seed: list[int], share: Synchronized, ready: multiprocessing.Queue) -> None:
    """The body of one worker: batches of the kinds that the run's progress asks for, without end."""
    torch.set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the workers are the parallelism
    rng = np.random.default_rng([*seed, 1])
    batcher = source.batcher(TokenCorpus(source.folder), Tokenizer.from_file(str(source.tokenizer)), seed)
    while True:
        batch = batcher.draw(source.kind(share.value, rng))
        ready.put((type(batch), arrays(batch)))


class Feed:
    """Batches from several workers in turn, so that their order does not depend on who is faster."""

    def __init__(self, source: Source, seed: list[int], workers: int, share: float, depth: int = DEPTH):
        context = multiprocessing.get_context("spawn")
        self.share = context.Value("d", share)
        self.queues = [context.Queue(depth) for _ in range(workers)]
        self.workers = [
            context.Process(target=work, args=(source, [*seed, index], self.share, ready), daemon=True)
            for index, ready in enumerate(self.queues)]
        for worker in self.workers:
            worker.start()
        self.turn, self.waited = 0, 0.0

    def next(self):
        """The next batch; adds to `waited` the seconds that none was ready."""
        index = self.turn % len(self.queues)
        self.turn += 1
        began = time.monotonic()
        while True:
            try:
                drawn = self.queues[index].get(timeout=5)
                break
            except queue.Empty:
                if not self.workers[index].is_alive():
                    raise RuntimeError("A process that draws batches has ended; its error is printed above.") from None
        self.waited += time.monotonic() - began
        return batch_of(*drawn)

    def close(self) -> None:
        for worker in self.workers:
            worker.terminate()
