"""What the layout costs: the design against full bidirectional attention and against fixed lengths.

Every arm sees the same number of samples of the same shape, drawn with the
same seed, and is judged on the same held-out batches, which have no surplus
slots. Writes results.json and table.md.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

import ranks
import train
from batches import Batch, Kind
from full_attention import FullAttentionDenoiser
from model import Denoiser
from recipe import RECIPES
from token_store import store
from vocabulary import PAD


@dataclass(frozen=True)
class Arm:
    """One way to train."""

    title: str
    model: type[Denoiser]
    pads: bool


ARMS = {
    "design": Arm("asymmetric attention, surplus slots", Denoiser, True),
    "full": Arm("full bidirectional attention, surplus slots", FullAttentionDenoiser, True),
    "fixed": Arm("asymmetric attention, fixed length", Denoiser, False),
}


class ArmTrainer(train.Trainer):
    """A run of one arm."""

    def new_model(self) -> Denoiser:
        return ARMS[self.args.arm].model(self.recipe.shape)


def span_of(slot_pos: Tensor) -> Tensor:
    """The number [B,S] of the span each slot belongs to: positions are consecutive within one."""
    starts = F.pad((slot_pos[:, 1:] - slot_pos[:, :-1] != 1).long(), (1, 0))
    return starts.cumsum(1)


@torch.no_grad()
def predicted(trainer: train.Trainer, batch: Batch, mask: Tensor) -> Tensor:
    """Log-probabilities [B,S,V] where `mask` is hidden."""
    ids = batch.clean.masked_fill(mask, trainer.mask_id)
    hidden = trainer.model(ids, batch.slot_pos, batch.context_ids, batch.context_pos)
    return trainer.model.logits(hidden).float().log_softmax(-1)


def right_spans(batch: Batch, right: Tensor) -> Tensor:
    """1 for every span all of whose slots are right, else 0."""
    spans = span_of(batch.slot_pos)
    row = torch.arange(len(spans), device=spans.device)[:, None] * batch.clean.size(1)
    _, index = torch.unique(row + spans, return_inverse=True)
    return torch.ones(int(index.max()) + 1, device=spans.device).scatter_reduce(
        0, index.flatten(), right.float().flatten(), "amin")


def judge(trainer: train.Trainer, kind: Kind, batches: int) -> dict[str, float]:
    """Figures of a trained arm on held-out samples."""
    plain, padded = (trainer.batcher("validation", seed=21, pads=pads) for pads in (False, True))
    pad = trainer.tokenizer.token_to_id(PAD)
    losses, accuracy, exact, lengths = [], [], [], []
    for _ in range(batches):
        batch = plain.draw(kind).to(trainer.device)
        logs = predicted(trainer, batch, batch.mask)
        losses.append(F.nll_loss(logs[batch.mask], batch.clean[batch.mask], reduction="none"))
        accuracy.append((logs.argmax(-1) == batch.clean)[batch.mask].float())
        blind = predicted(trainer, batch, torch.ones_like(batch.mask)).argmax(-1)
        exact.append(right_spans(batch, blind == batch.clean))
        if trainer.args.pads:
            batch = padded.draw(kind).to(trainer.device)
            blind = predicted(trainer, batch, torch.ones_like(batch.mask)).argmax(-1)
            lengths.append(right_spans(batch, (blind == pad) == (batch.clean == pad)))
    mean = lambda values: round(torch.cat(values).mean().item(), 4) if values else None
    return {"loss": mean(losses), "accuracy": mean(accuracy), "exactInOneStep": mean(exact), "lengthRight": mean(lengths)}


def run(rank: int, args: argparse.Namespace) -> None:
    """Train and judge one arm; rank 0 writes its result."""
    torch.set_num_threads(args.threads)
    trainer = ArmTrainer(RECIPES[args.recipe], args, rank)
    trainer.run()
    if rank == 0:
        progress = trainer.progress
        result = {"arm": args.arm, "title": ARMS[args.arm].title, "steps": progress["steps"],
                  "tokens": int(progress["tokens"]), "minutes": round(progress["seconds"] / 60, 2),
                  **judge(trainer, trainer.recipe.validation[-1], args.batches)}
        (args.out / f"{args.arm}.json").write_text(json.dumps(result) + "\n")


def table(results: list[dict]) -> str:
    """The results as a Markdown table."""
    columns = {"title": "arm", "tokens": "tokens", "minutes": "minutes", "loss": "loss (nats)",
               "accuracy": "accuracy", "exactInOneStep": "spans exact in one step", "lengthRight": "length right"}
    cell = lambda value: "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
    rows = [list(columns.values()), ["---"] * len(columns), *([cell(r[name]) for name in columns] for r in results)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def main() -> None:
    parser = train.arguments()
    parser.description = __doc__
    parser.set_defaults(recipe="ablation", steps=2000)
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument("--batches", type=int, default=16, help="held-out batches to judge on")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    args.until = float("inf")
    store(args.work, args.work / RECIPES[args.recipe].tokenizer)
    for arm in args.arms:
        args.arm, args.pads, args.name = arm, ARMS[arm].pads, f"ablation-{arm}"
        if not (args.out / f"{arm}.json").exists():
            ranks.spawn(run, args.ranks, args)
    results = [json.loads((args.out / f"{arm}.json").read_text()) for arm in args.arms]
    (args.out / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    (args.out / "table.md").write_text(table(results))
    print(table(results))


if __name__ == "__main__":
    main()
