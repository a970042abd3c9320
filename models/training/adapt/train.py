"""Adapt an autoregressive model to fill masks, for a given time, on CPU or GPU.

The base stays frozen; low-rank adapters on the slot rows and the rows of mask
and pad are trained. The loss is the mean cross-entropy over masked slots.
"""

import argparse
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
from adapt.batches import Batch, ComplementaryBatcher
from adapt.model import AdaptedDenoiser
from adapt.trim import trim
from batches import Kind, prefetched
from checkpoint import load_weights, save_weights
from clocked_run import ClockedRun
from corpus import Corpus
from vocabulary import MASK, PAD

# The base knows long contexts already, and each costs as much as many slots.
KINDS = (Kind(5, 160, 96, 4), Kind(4, 224, 96, 2), Kind(6, 160, 64, 3), Kind(3, 320, 96, 2))
SCALAR_LR = 0.03  # the biases have far to go
VALIDATION = Kind(8, 320, 96, 4)
SMOKE = Kind(2, 48, 32, 2)


def rate(share: float) -> float:
    """Warm-up, stable, then linear decay, as a function of the share of the time used."""
    return min(1.0, share / 0.03 + 0.05, max(0.02, (1 - share) / 0.6))


class Trainer(ClockedRun):
    """One run: model, data, optimiser and the clock that drives the learning rate."""

    def __init__(self, args: argparse.Namespace, rank: int):
        super().__init__(args, rank, args.work / f"{args.name}.pt")
        torch.manual_seed(args.seed)
        base = read(args.base)
        path = args.work / "tokenizer.adapted.json"
        if rank == 0 and not path.exists():
            tokenizer, sources = trim(base, args.work / "train.jsonl", args.vocabulary)
            np.save(args.work / "sources.npy", sources)
            tokenizer.save(str(path))
        ranks.meet()
        tokenizer, self.sources = Tokenizer.from_file(str(path)), np.load(args.work / "sources.npy")
        self.mask_id = tokenizer.token_to_id(MASK)
        shape = checkpoint.shape_of(base, len(self.sources), args.rank)
        dtype = torch.bfloat16 if args.bf16 else torch.float32
        self.model = AdaptedDenoiser(
            shape, base, self.sources, tokenizer.token_to_id(PAD), self.mask_id, dtype).to(args.device)
        self.parameters = list(self.model.parameters())
        scalar = lambda name: name.endswith(("reserve", "stop"))
        reserves = [p for name, p in self.model.named_parameters() if scalar(name)]
        factors = [p for name, p in self.model.named_parameters() if not scalar(name)]
        self.optimiser = torch.optim.AdamW(
            [{"params": factors, "top": args.lr}, {"params": reserves, "top": SCALAR_LR}],
            betas=(0.9, 0.98), weight_decay=0.0)
        if args.resume and self.path.exists():
            self.restore()
        elif args.weights:
            self.progress |= load_weights(args.weights, self.model)
        seed = [args.seed, rank, self.progress["steps"]]
        rng = np.random.default_rng(seed)
        kinds = (SMOKE,) if args.smoke else KINDS
        self.next = prefetched(ComplementaryBatcher(Corpus(args.work / "train.jsonl"), tokenizer, seed),
                               lambda: kinds[rng.integers(len(kinds))])
        held_out = ComplementaryBatcher(Corpus(args.work / "validation.jsonl"), tokenizer, seed=7)
        self.validation = [held_out.draw(SMOKE if args.smoke else VALIDATION).to(args.device) for _ in range(2)]

    def restore(self) -> None:
        state = torch.load(self.path, map_location=self.args.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        if state["optimiser"]:
            self.optimiser.load_state_dict(state["optimiser"])
        self.progress = state["progress"]

    def losses(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Cross-entropy [M] of the masked slots, and whether the best token is right."""
        cache = self.model.encode(batch.context_ids, batch.context_pos)
        hidden = self.model.denoise(batch, *batch.noisy(self.mask_id), cache)
        logits = self.model.logits(hidden[batch.mask], batch.after[batch.mask]).float()
        target = batch.clean[batch.mask]
        return F.cross_entropy(logits, target, reduction="none"), logits.argmax(-1) == target

    def sequential_loss(self, batch: Batch) -> Tensor:
        """Mean cross-entropy with every left neighbour known and the slots read causally."""
        cache = self.model.encode(batch.context_ids, batch.context_pos)
        single, previous, chosen = batch.sequential(self.model.pad)
        tokens = torch.full_like(single.clean, self.mask_id)
        hidden = self.model.denoise(single, tokens, previous, cache, causal=True)
        logits = self.model.logits(hidden[chosen], single.after[chosen]).float()
        return F.cross_entropy(logits, single.clean[chosen])

    def step(self, took: tuple[float, float]) -> float:
        """One update; `took` is what the last one took (see gather). Returns the ranks' mean loss."""
        batch = self.next().to(self.args.device)
        for group in self.optimiser.param_groups:
            group["lr"] = group["top"] * rate(self.share())
        sequential = self.progress["steps"] % 3 != 0
        loss = self.sequential_loss(batch) if sequential else self.losses(batch)[0].mean()
        loss.backward()
        mean = self.gather(
            self.parameters, loss.item(), batch.context_ids.numel() + batch.clean.numel(), batch.clean.numel() // 2, took)
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return mean

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Loss and accuracy on held-out text, of text slots, by the share of slots that are masked."""
        figures: dict[str, list[Tensor]] = {}
        for batch in self.validation:
            losses, right = self.losses(batch)
            text = batch.clean[batch.mask] != self.model.pad
            share = batch.mask.float().mean(1, keepdim=True).expand_as(batch.mask)[batch.mask]
            for name, low, high in (("few", 0, 1 / 3), ("half", 1 / 3, 2 / 3), ("most", 2 / 3, 2)):
                chosen = text & (share >= low) & (share < high)
                figures.setdefault(f"{name}_loss", []).append(losses[chosen])
                figures.setdefault(f"{name}_right", []).append(right[chosen].float())
            figures.setdefault("pads_loss", []).append(losses[~text])
            figures.setdefault("sequential_loss", []).append(self.sequential_loss(batch)[None])
        return {name: round(torch.cat(values).mean().item(), 3) for name, values in figures.items()}

    def save(self) -> None:
        checkpoint.save(self.path, self.model, self.sources, self.optimiser, self.progress)

    def save_weights(self) -> None:
        save_weights(self.path.with_suffix(".bf16.pt"), self.model, self.progress)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the autoregressive model")
    parser.add_argument("--name", default="adapted", help="of the checkpoint and the log")
    parser.add_argument("--vocabulary", type=int, default=18_432, help="most tokens kept")
    parser.add_argument("--rank", type=int, default=32, help="of the adapters")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--smoke", action="store_true", help="small batches, for tests")
    clocked_run.add_arguments(parser, minutes=75, report_every=25)
    args = parser.parse_args()
    args.until = clocked_run.end_of_chunk(args)
    ranks.spawn(start, args.ranks, args)


def start(rank: int, args: argparse.Namespace) -> None:
    """The body of one rank."""
    torch.set_num_threads(args.threads)
    Trainer(args, rank).run()


if __name__ == "__main__":
    main()
