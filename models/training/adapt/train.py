"""Adapt an autoregressive model to fill masks, for a given time, on CPU or GPU.

The base stays frozen; low-rank adapters on the slot rows and the rows of mask
and pad are trained. The loss is the mean cross-entropy over masked slots. With
--context the context's rows carry the adapters as well, and half of what its own
next tokens cost is added: many times as many tokens teach, at twice the work.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

import clocked_run
import ranks
from adapt import checkpoint
from adapt.base import read
from adapt.batches import Batch, AdaptedBatcher
from adapt.model import AdaptedDenoiser, Shape
from adapt.recipe import RECIPES, schedule
from adapt.trim import VOCABULARY, prepare
from adapt.work_files import SOURCES_FILE, TOKENIZER_FILE
from batches import prefetched
from checkpoint import load_weights, save_weights
from clocked_run import ClockedRun
from corpus import Corpus
from feed import Feed, Source
from token_corpus import TokenCorpus
from token_store import store
from vocabulary import MASK, PAD

CONTEXT_LOSS = 0.5  # weight of the context's own loss
AHEAD = 40  # batches that every worker keeps ready; most are smaller than a megabyte
SCALAR_LR = 0.03  # the biases have far to go from where they start
RANK = 32  # of the recipes' rates: what an adapter adds moves the faster, the more rows it sums over (Kalajdzievski 2023)


class Trainer(ClockedRun):
    """One run: model, data, optimiser and the clock that drives the learning rate."""

    def __init__(self, args: argparse.Namespace, rank: int):
        super().__init__(args, rank, args.work / f"{args.name}.pt")
        torch.manual_seed(args.seed)
        self.recipe = RECIPES[args.recipe]
        base, path = read(args.base), args.work / TOKENIZER_FILE
        tokenizer, self.sources = Tokenizer.from_file(str(path)), np.load(args.work / SOURCES_FILE)
        self.mask_id = tokenizer.token_to_id(MASK)
        shape = checkpoint.shape_of(base, len(self.sources), args.rank, args.context)
        dtype = torch.bfloat16 if args.bf16 else torch.float32
        self.model = AdaptedDenoiser(
            shape, base, self.sources, tokenizer.token_to_id(PAD), self.mask_id, dtype).to(args.device)
        self.parameters = list(self.model.parameters())
        scalar = lambda name: name.endswith(("reserve", "stop"))
        reserves = [p for name, p in self.model.named_parameters() if scalar(name)]
        factors = [p for name, p in self.model.named_parameters() if not scalar(name)]
        self.tops = [args.lr or self.recipe.rate * (RANK / args.rank) ** 0.5, args.scalar_lr]
        # On a GPU one kernel in place of some thousand calls, which would take the processor longer than a step takes.
        fused = torch.device(args.device).type == "cuda"
        self.optimiser = torch.optim.AdamW(
            [{"params": factors}, {"params": reserves}], betas=(0.9, 0.98), weight_decay=0.0, fused=fused)
        if args.resume and self.path.exists():
            self.restore()
        elif args.weights:
            self.go_on_from(load_weights(args.weights, self.model))
        folder, seed = store(args.work, path) / "train", [args.seed, rank, self.progress["steps"]]
        if args.workers:
            # Kinds are the same throughout, so batches may be drawn long ahead: compiling takes minutes.
            self.feed = Feed(Source(folder, path, AdaptedBatcher, self.recipe.kind), seed, args.workers, 0.0, AHEAD)
            self.next = self.feed.next
        else:
            rng = np.random.default_rng(seed)
            self.next = prefetched(AdaptedBatcher(TokenCorpus(folder), tokenizer, seed),
                                   lambda: self.recipe.kind(self.share(), rng))
        self.held_out = AdaptedBatcher(Corpus(args.work / "validation.jsonl"), tokenizer, seed=7)
        self.validation = [self.held_out.draw(self.recipe.validation).to(args.device) for _ in range(2)]

    def compile_all(self) -> None:
        """Compile for every shape that will come, so that the clock drives training only."""
        began = time.monotonic()
        self.model.compile_blocks()
        for kind in self.recipe.kinds:
            batch = self.held_out.draw(kind).to(self.args.device)
            self.loss(batch)[0].backward()
        self.model.zero_grad()
        print(f"compiled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    def restore(self) -> None:
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        # That the context is adapted is seen in no tensor.
        if Shape(**state["shape"]) != self.model.shape:
            sys.exit(f"{self.path} holds a model of another shape: {state['shape']}; give its --rank and --context.")
        self.model.load_state_dict(state["model"])
        if state["optimiser"]:
            self.optimiser.load_state_dict(state["optimiser"])
            self.progress = state["progress"]
        else:  # adapt.restore has none to save
            self.go_on_from(state["progress"])

    def losses(self, batch: Batch, cache: list) -> tuple[Tensor, Tensor]:
        """Cross-entropy [M] of the masked slots, and whether the best token is right."""
        hidden = self.model.denoise(batch, *batch.noisy(self.mask_id), cache)
        logits = self.model.logits(hidden[batch.mask], batch.after[batch.mask]).float()
        target = batch.clean[batch.mask]
        return F.cross_entropy(logits, target, reduction="none"), logits.argmax(-1) == target

    def loss(self, batch: Batch) -> tuple[Tensor, int]:
        """Mean cross-entropy of the batch, and of how many slots."""
        rows, cache = self.read(batch)
        loss, learnt = self.slots_loss(batch, cache)
        return (loss if rows is None else loss + CONTEXT_LOSS * self.context_loss(batch, rows)), learnt

    def read(self, batch: Batch) -> tuple[Tensor | None, list]:
        """What the context's next tokens are predicted from, None where it is not adapted; and its cache."""
        if self.args.context:
            return self.model.continued(batch.context_ids, batch.context_pos)
        return None, self.model.encode(batch.context_ids, batch.context_pos)

    def slots_loss(self, batch: Batch, cache: list) -> tuple[Tensor, int]:
        if batch.causal:
            return self.sequential_loss(batch, cache)
        losses, _ = self.losses(batch, cache)
        return losses.mean(), len(losses)

    def context_loss(self, batch: Batch, rows: Tensor) -> Tensor:
        """Mean cross-entropy of the context's next tokens, where these stand right behind; rows [B,N,D]."""
        beside = batch.context_pos[:, 1:] - batch.context_pos[:, :-1] == 1
        scores = F.linear(rows[:, :-1][beside], self.model.table).float()
        return F.cross_entropy(scores, batch.context_ids[:, 1:][beside])

    def sequential_loss(self, batch: Batch, cache: list) -> tuple[Tensor, int]:
        """Mean cross-entropy with every left neighbour known and the slots read causally, and of how many slots."""
        single, previous, chosen = batch.sequential(self.model.pad)
        tokens = torch.full_like(single.clean, self.mask_id)
        hidden = self.model.denoise(single, tokens, previous, cache, causal=True)
        logits = self.model.logits(hidden[chosen], single.after[chosen]).float()
        return F.cross_entropy(logits, single.clean[chosen]), len(logits)

    def step(self, took: tuple[float, float]) -> float | Tensor:
        """One update; `took` is what the last one took (see gather). Returns the ranks' mean loss."""
        batch = self.next().to(self.args.device)
        for group, top in zip(self.optimiser.param_groups, self.tops):
            group["lr"] = top * self.warmth() * schedule(self.share())
        loss, learnt = self.loss(batch)
        loss.backward()
        mean = self.gather(
            self.parameters, loss, batch.context_ids.numel() + batch.clean.numel(), learnt, took)
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return mean

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Loss and accuracy on held-out text, of text slots, by the share of slots that are masked."""
        # Two batches now and then: compiling for their shapes as well would take longer than it saves.
        with torch.compiler.set_stance("force_eager"):
            return self.evaluated()

    def evaluated(self) -> dict[str, float]:
        figures: dict[str, list[Tensor]] = {}
        for batch in self.validation:
            rows, cache = self.read(batch)
            losses, right = self.losses(batch, cache)
            text = batch.clean[batch.mask] != self.model.pad
            share = batch.mask.float().mean(1, keepdim=True).expand_as(batch.mask)[batch.mask]
            for name, low, high in (("few", 0, 1 / 3), ("half", 1 / 3, 2 / 3), ("most", 2 / 3, 2)):
                chosen = text & (share >= low) & (share < high)
                figures.setdefault(f"{name}_loss", []).append(losses[chosen])
                figures.setdefault(f"{name}_right", []).append(right[chosen].float())
            figures.setdefault("pads_loss", []).append(losses[~text])
            figures.setdefault("sequential_loss", []).append(self.sequential_loss(batch, cache)[0][None])
            if rows is not None:
                figures.setdefault("context_loss", []).append(self.context_loss(batch, rows)[None])
        means = {name: round(torch.cat(values).mean().item(), 3) for name, values in figures.items()}
        if self.feed:
            means["waited"] = round(self.feed.waited, 1)
        if torch.cuda.is_available():
            means["gigabytes"] = round(torch.cuda.max_memory_allocated() / 1e9, 1)
        return means

    def save(self) -> None:
        checkpoint.save(self.path, self.model, self.sources, self.optimiser, self.progress)

    def save_weights(self) -> None:
        save_weights(self.path.with_suffix(".bf16.pt"), self.model, self.progress)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the autoregressive model")
    parser.add_argument("--name", default="adapted", help="of the checkpoint and the log")
    parser.add_argument("--recipe", choices=RECIPES, default="cpu")
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY, help="most tokens kept")
    parser.add_argument("--rank", type=int, default=RANK, help="of the adapters")
    parser.add_argument("--context", action="store_true", help="adapt the context as well")
    parser.add_argument("--lr", type=float, help="learning rate, if not the recipe's for this rank")
    parser.add_argument("--scalar-lr", type=float, default=SCALAR_LR, help="of the biases and the pad's score")
    clocked_run.add_arguments(parser, minutes=75, report_every=25)
    args = parser.parse_args()
    args.until = clocked_run.end_of_chunk(args)
    prepare(args.base, args.work, args.vocabulary)
    store(args.work, args.work / TOKENIZER_FILE)
    ranks.spawn(start, args.ranks, args)


def start(rank: int, args: argparse.Namespace) -> None:
    """The body of one rank."""
    torch.set_num_threads(args.threads)
    Trainer(args, rank).run()


if __name__ == "__main__":
    main()
