"""Train the quality head: how likely the token now in a revealed slot is right.

PRISM (Kim et al. 2025) and RemeDi (Huang et al. 2025) score revealed tokens so
that doubtful ones can be masked again. Here the trunk and its adapters stay as
they are: a small network reads the final hidden state of revealed slots, and
learns from the model's own fills, in which some tokens are wrong.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from adapt import checkpoint
from adapt.batches import Batch, AdaptedBatcher
from adapt.model import AdaptedDenoiser
from batches import Kind
from corpus import Corpus

KIND = Kind(4, 192, 96, 3)
INNER = 64


class Head(nn.Module):
    """hidden [..,D] → logit [..] that the slot's token is right."""

    def __init__(self, width: int):
        super().__init__()
        self.first, self.second = nn.Linear(width, INNER), nn.Linear(INNER, 1)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.second(F.silu(self.first(hidden)))[..., 0]

    def arrays(self) -> dict[str, np.ndarray]:
        """The head's tensors by the names that adapt.step_graph uses."""
        return {name: value.detach().numpy() for name, value in (
            ("first", self.first.weight), ("first_bias", self.first.bias),
            ("second", self.second.weight), ("second_bias", self.second.bias))}


@torch.no_grad()
def examples(model: AdaptedDenoiser, batch: Batch, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states [M,D] of slots just revealed by the model, whether they are right, and how sure it was then.

    Of each row's masked slots a random share is revealed at once, with samples
    of the model's own predictions; the rest stays masked.
    """
    cache = model.encode(batch.context_ids, batch.context_pos)
    predict = lambda tokens: model.denoise(
        batch, tokens, torch.where(batch.edge >= 0, batch.edge, tokens.roll(1, 1)), cache)
    tokens, _ = batch.noisy(model.mask)
    probabilities = model.logits(predict(tokens), batch.after).float().softmax(-1)
    drawn = torch.multinomial(probabilities.flatten(0, 1), 1, generator=generator).view_as(tokens)
    share = torch.rand(len(tokens), 1, generator=generator)
    revealed = batch.mask & (torch.rand(tokens.shape, generator=generator) < share)
    confidence = probabilities.gather(-1, drawn[..., None])[..., 0]
    hidden = predict(torch.where(revealed, drawn, tokens)).float()
    text = revealed & ((drawn != model.pad) | (batch.clean != model.pad))
    return hidden[text], (drawn == batch.clean)[text].float(), confidence[text]


def area_under_curve(scores: Tensor, right: Tensor) -> float:
    """AUROC: how often a right token scores above a wrong one (Mann–Whitney), ties counting half.

    Not a number where all are right, or none.
    """
    order = scores.double().argsort()
    ranks = torch.empty(len(scores), dtype=torch.double)
    values, inverse, counts = scores[order].unique_consecutive(return_inverse=True, return_counts=True)
    ends = counts.cumsum(0).double()
    ranks[order] = (ends - (counts - 1) / 2)[inverse]
    positives = right.sum().item()
    negatives = len(right) - positives
    if not positives * negatives:
        return float("nan")
    return float((ranks[right.bool()].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--name", default="adapted", help="of the checkpoint")
    parser.add_argument("--batches", type=int, default=60, help="at most, to learn from; a sixth as many to judge on")
    parser.add_argument("--minutes", type=float, default=60, help="draw no more batches after this time")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    args = parser.parse_args()
    tokenizer_path = args.work / "tokenizer.adapted.json"
    dtype = torch.bfloat16 if args.bf16 else torch.float32
    model, _ = checkpoint.load(args.work / f"{args.name}.pt", args.base, tokenizer_path, dtype)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    generator = torch.Generator().manual_seed(1)

    def collect(split: str, count: int, minutes: float) -> list[Tensor]:
        batcher = AdaptedBatcher(Corpus(args.work / f"{split}.jsonl"), tokenizer, seed=21)
        until, parts = time.monotonic() + 60 * minutes, []
        while len(parts) < count and (not parts or time.monotonic() < until):
            parts.append(examples(model, batcher.draw(KIND), generator))
        print(f"{split}: {len(parts)} batches", flush=True)
        return [torch.cat(column) for column in zip(*parts)]

    hidden, right, _ = collect("train", args.batches, args.minutes * 6 / 7)
    learnt = len(hidden)
    head = Head(model.shape.width)
    optimiser = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    for _ in range(args.epochs):
        for chosen in torch.randperm(len(hidden), generator=generator).split(512):
            loss = F.binary_cross_entropy_with_logits(head(hidden[chosen]), right[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    hidden, right, confidence = collect("validation", max(4, args.batches // 6), args.minutes / 7)
    figures = {
        "learntFrom": learnt, "judgedOn": len(hidden), "right": round(right.mean().item(), 3),
        "aurocQuality": round(area_under_curve(head(hidden).detach(), right), 3),
        "aurocRevealConfidence": round(area_under_curve(confidence, right), 3),
    }
    np.savez(args.work / f"{args.name}.quality.npz", **head.arrays())
    (args.work / f"{args.name}.quality.json").write_text(json.dumps(figures))
    print(figures)


if __name__ == "__main__":
    main()
