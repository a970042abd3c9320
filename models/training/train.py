"""Train the denoiser for a given time, on CPU or GPU.

On a CPU, several ranks of one thread each are far faster than one process of
several threads when the machine has other work: they wait for each other once
a step instead of at every operator.

The loss is the cross-entropy of the clean token averaged over the masked slots
of a batch. (The evidence bound weights a sample's slots by 1/t; both have the
same optimum, and the plain mean has the smaller variance.)
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

import checkpoint
import ranks
from batches import Batch, Batcher, prefetched
from corpus import Corpus
from model import Denoiser
from optimiser import optimisers
from recipe import RECIPES, Recipe
from vocabulary import MASK


class Trainer:
    """One run: model, data, optimisers and the clock that drives the schedules."""

    def __init__(self, recipe: Recipe, args: argparse.Namespace, rank: int):
        self.recipe, self.args, self.rank = recipe, args, rank
        self.device = args.device
        torch.manual_seed(args.seed)
        tokenizer = Tokenizer.from_file(str(args.work / recipe.tokenizer))
        self.mask_id = tokenizer.token_to_id(MASK)
        self.model = Denoiser(recipe.shape).to(self.device)
        self.optimisers = optimisers(self.model, recipe.muon_lr, recipe.adam_lr)
        self.progress = {"seconds": 0.0, "cpu_seconds": 0.0, "steps": 0, "tokens": 0, "masked": 0}
        self.path = args.work / f"{args.recipe}.pt"
        if args.resume and self.path.exists():
            self.restore()
        self.forward = torch.compile(self.model, dynamic=False) if args.compile else self.model
        self.parameters = list(self.model.parameters())
        seed = [args.seed, rank, self.progress["steps"]]
        self.rng = np.random.default_rng(seed)
        self.next = prefetched(
            Batcher(Corpus(args.work / "train.jsonl"), tokenizer, seed),
            lambda: recipe.kind(self.share(), self.rng))
        held_out = Batcher(Corpus(args.work / "validation.jsonl"), tokenizer, seed=7)
        self.validation = [held_out.draw(kind).to(self.device) for kind in recipe.validation]

    def restore(self) -> None:
        model, state = checkpoint.load(self.path, self.device)
        self.model.load_state_dict(model.state_dict())
        for optimiser, saved in zip(self.optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        self.progress = state["progress"]

    def share(self) -> float:
        """How much of the time budget is used, in [0,1]."""
        return min(1.0, self.progress["seconds"] / (60 * self.args.minutes))

    def loss(self, batch: Batch, model) -> tuple[Tensor, Tensor]:
        """Mean cross-entropy over the masked slots, and the share predicted exactly."""
        with torch.autocast(self.device, torch.bfloat16, enabled=self.args.bf16):
            hidden = model(batch.noisy(self.mask_id), batch.slot_pos, batch.context_ids, batch.context_pos, batch.link)
            logits = self.model.logits(hidden[batch.mask])
        target = batch.clean[batch.mask]
        return F.cross_entropy(logits.float(), target), (logits.argmax(-1) == target).float().mean()

    def step(self, seconds: float, cpu_seconds: float) -> float:
        """One update; the arguments are what the last one took. Returns the ranks' mean loss."""
        batch = self.next().to(self.device)
        rate = self.recipe.rate(self.share())
        for optimiser, top in zip(self.optimisers, (self.recipe.muon_lr, self.recipe.adam_lr)):
            for group in optimiser.param_groups:
                group["lr"] = top * rate
        loss, _ = self.loss(batch, self.forward)
        loss.backward()
        context = 0 if batch.context_ids is None else batch.context_ids.numel()
        tokens, masked = context + batch.clean.numel(), int(batch.mask.sum())
        # The clock is shared too, so that all ranks are at one place of the schedules.
        mean = ranks.average(self.parameters, [loss.item(), seconds, cpu_seconds, tokens, masked])
        for optimiser in self.optimisers:
            optimiser.step()
        self.model.zero_grad()
        self.progress["seconds"] += mean[1]
        for name, value in zip(("cpu_seconds", "tokens", "masked"), mean[2:]):
            self.progress[name] += value * self.args.ranks
        self.progress["steps"] += 1
        return mean[0]

    @torch.no_grad()
    def evaluate(self) -> list[list[float]]:
        """[loss, accuracy] of each validation batch."""
        return [[round(value.item(), 4) for value in self.loss(batch, self.model)] for batch in self.validation]

    def report(self, recent: list[float]) -> None:
        line = {"share": round(self.share(), 4), **{name: round(value) for name, value in self.progress.items()},
                "train": round(float(np.mean(recent)), 4), "validation": self.evaluate()}
        with (self.args.work / f"{self.args.recipe}.log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)

    def run(self) -> None:
        recent, saved, seconds, cpu_seconds = [], time.monotonic(), 0.0, 0.0
        while self.share() < 1 and self.progress["steps"] < self.args.steps:
            began, cpu = time.monotonic(), time.process_time()
            recent.append(self.step(seconds, cpu_seconds))
            if self.rank == 0 and self.progress["steps"] % self.args.report_every == 0:
                self.report(recent)
                recent = []
            if self.rank == 0 and time.monotonic() - saved > 120:
                self.save()
                saved = time.monotonic()
            seconds, cpu_seconds = time.monotonic() - began, time.process_time() - cpu
        if self.rank == 0:
            if recent:
                self.report(recent)
            self.save()

    def save(self) -> None:
        checkpoint.save(self.path, self.model, self.optimisers, self.progress)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--recipe", choices=RECIPES, default="small")
    parser.add_argument("--minutes", type=float, default=95, help="wall-clock time that drives all schedules")
    parser.add_argument("--steps", type=int, default=10**9, help="stop earlier, for trials")
    parser.add_argument("--report-every", type=int, default=100)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--ranks", type=int, default=1, help="processes that share every step")
    parser.add_argument("--threads", type=int, default=1, help="threads of each rank")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    ranks.spawn(start, args.ranks, args)


def start(rank: int, args: argparse.Namespace) -> None:
    """The body of one rank."""
    torch.set_num_threads(args.threads)
    Trainer(RECIPES[args.recipe], args, rank).run()


if __name__ == "__main__":
    main()
