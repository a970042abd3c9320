"""Train the denoiser for a given time, on CPU or GPU.

On a CPU, several ranks of one thread each are far faster than one process of
several threads when the machine has other work: they wait for each other once
a step instead of at every operator.

The loss is the cross-entropy of the clean token averaged over the masked slots
of a batch. (The evidence bound weights a sample's slots by 1/t; both have the
same optimum, and the plain mean has the smaller variance.)
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

import checkpoint
import clocked_run
import ranks
from batches import Batch, Batcher, prefetched
from clocked_run import ClockedRun
from feed import Feed, Source
from model import Denoiser
from optimiser import optimisers
from recipe import RECIPES, Recipe
from token_corpus import TokenCorpus
from token_store import store
from vocabulary import MASK


class Trainer(ClockedRun):
    """One run: model, data, optimisers and the clock that drives the schedules."""

    def __init__(self, recipe: Recipe, args: argparse.Namespace, rank: int):
        super().__init__(args, rank, args.work / f"{args.name or args.recipe}.pt")
        self.recipe = recipe
        self.device = args.device
        torch.manual_seed(args.seed)
        torch.set_float32_matmul_precision("high")
        self.tokenizer_path = args.work / recipe.tokenizer
        self.tokenizer = Tokenizer.from_file(str(self.tokenizer_path))
        self.mask_id = self.tokenizer.token_to_id(MASK)
        self.folder = store(args.work, self.tokenizer_path)
        self.model = self.new_model().to(self.device)
        self.optimisers = optimisers(self.model, recipe.muon_lr, recipe.adam_lr)
        if args.resume and self.path.exists():
            self.restore()
        elif args.weights:
            self.go_on_from(checkpoint.load_weights(args.weights, self.model))
        self.forward = torch.compile(self.model, dynamic=False) if args.compile else self.model
        self.parameters = list(self.model.parameters())
        seed = [args.seed, rank, self.progress["steps"]]
        if args.workers:
            source = Source(self.folder / "train", self.tokenizer_path, partial(Batcher, pads=args.pads), recipe.kind)
            self.feed = Feed(source, seed, args.workers, self.share())
            self.next = self.feed.next
        else:
            rng = np.random.default_rng(seed)
            self.next = prefetched(self.batcher("train", seed), lambda: recipe.kind(self.share(), rng))
        held_out = self.batcher("validation", seed=7)
        self.validation = [held_out.draw(kind).to(self.device) for kind in recipe.validation]

    def new_model(self) -> Denoiser:
        return Denoiser(self.recipe.shape)

    def batcher(self, split: str, seed: int | list[int], pads: bool | None = None) -> Batcher:
        """Draws from a split, with surplus slots as the run has them or as `pads` says."""
        return Batcher(TokenCorpus(self.folder / split), self.tokenizer, seed, self.args.pads if pads is None else pads)

    def compile_all(self) -> None:
        """Compile for every shape that will come, so that the clock drives training only."""
        batcher = self.batcher("train", seed=5)
        for kind in dict.fromkeys(kind for phase in self.recipe.phases for kind in phase.kinds):
            self.loss(batcher.draw(kind).to(self.device), self.forward)[0].backward()
        self.model.zero_grad()

    def restore(self) -> None:
        model, state = checkpoint.load(self.path, self.device)
        self.model.load_state_dict(model.state_dict())
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        self.progress = state["progress"]

    def loss(self, batch: Batch, model) -> tuple[Tensor, Tensor]:
        """Mean cross-entropy over the masked slots, and the share predicted exactly."""
        with torch.autocast(self.device, torch.bfloat16, enabled=self.args.bf16):
            hidden = model(batch.noisy(self.mask_id), batch.slot_pos, batch.context_ids, batch.context_pos, batch.link)
            logits = self.model.logits(hidden[batch.mask])
        target = batch.clean[batch.mask]
        return F.cross_entropy(logits.float(), target), (logits.argmax(-1) == target).float().mean()

    def step(self, took: tuple[float, float]) -> float | Tensor:
        """One update; `took` is what the last one took (see gather). Returns the ranks' mean loss."""
        if self.feed:
            self.feed.share.value = self.share()
        drawn = self.next()
        batch, masked = drawn.to(self.device), int(drawn.mask.sum())
        rate = self.warmth() * self.recipe.rate(self.share())
        for optimiser, top in zip(self.optimisers, (self.recipe.muon_lr, self.recipe.adam_lr)):
            for group in optimiser.param_groups:
                group["lr"] = top * rate
        loss, _ = self.loss(batch, self.forward)
        loss.backward()
        context = 0 if batch.context_ids is None else batch.context_ids.numel()
        mean = self.gather(self.parameters, loss, context + batch.clean.numel(), masked, took)
        for optimiser in self.optimisers:
            optimiser.step()
        self.model.zero_grad()
        return mean

    @torch.no_grad()
    def evaluate(self) -> dict:
        """[loss, accuracy] of each validation batch, and how long the steps waited for their batches."""
        figures = {"validation": [
            [round(value.item(), 4) for value in self.loss(batch, self.model)] for batch in self.validation]}
        return figures | ({"waited": round(self.feed.waited, 1)} if self.feed else {})

    def save(self) -> None:
        checkpoint.save(self.path, self.model, self.optimisers, self.progress)

    def save_weights(self) -> None:
        checkpoint.save_weights(self.path.with_suffix(".bf16.pt"), self.model, self.progress)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--recipe", choices=RECIPES, default="small")
    parser.add_argument("--name", help="of the checkpoint; the recipe's if not given")
    parser.add_argument("--pads", action=argparse.BooleanOptionalAction, default=True, help="train with surplus slots")
    clocked_run.add_arguments(parser, minutes=95, report_every=100)
    parser.set_defaults(compile=True)
    return parser


def main() -> None:
    args = arguments().parse_args()
    args.until = clocked_run.end_of_chunk(args)
    recipe = RECIPES[args.recipe]
    store(args.work, args.work / recipe.tokenizer)
    ranks.spawn(start, args.ranks, args)


def start(rank: int, args: argparse.Namespace) -> None:
    """The body of one rank."""
    torch.set_num_threads(args.threads)
    Trainer(RECIPES[args.recipe], args, rank).run()


if __name__ == "__main__":
    main()
