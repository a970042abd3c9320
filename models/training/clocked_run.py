"""What every training run has in common: the clock that drives its schedules, its loop, its log, its checkpoints."""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from torch import Tensor

import ranks
from feed import Feed

SAVE_SECONDS = 120  # between checkpoints
FRESH_STEPS = 30  # warm-up after a start from weights alone


def add_arguments(parser: argparse.ArgumentParser, minutes: float, report_every: int) -> None:
    """The options that a ClockedRun reads."""
    parser.add_argument("--minutes", type=float, default=minutes, help="time that drives all schedules, over all chunks")
    parser.add_argument("--steps", type=int, help="let this number of steps drive the schedules instead of time")
    parser.add_argument("--chunk-minutes", type=float, help="end after this wall-clock time, to be resumed")
    parser.add_argument("--fill", action="store_true", help="let the schedules end where this chunk does, instead of --minutes")
    parser.add_argument("--report-every", type=int, default=report_every)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--workers", type=int, default=0, help="processes of each rank that draw batches; 0: a thread")
    parser.add_argument("--ranks", type=int, default=1, help="processes that share every step")
    parser.add_argument("--threads", type=int, default=1, help="threads of each rank")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint if there is one")
    parser.add_argument("--weights", type=Path, help="without a checkpoint, go on from such weights (NAME.bf16.pt)")


def end_of_chunk(args: argparse.Namespace) -> float:
    """The time.time() at which a run started now is to end."""
    return float("inf") if args.chunk_minutes is None else time.time() + 60 * args.chunk_minutes


class ClockedRun:
    """A run of `args` (add_arguments; `until` as end_of_chunk gives it) on one rank, kept at `path`.

    A subclass has `step(took)`, which learns from one batch and ends with
    `gather`; `compile_all()`, for every batch shape that will come;
    `evaluate()`, what a report says beside the progress; `save()`; and
    `save_weights()`. It sets `feed` where other processes draw its batches.
    """

    def __init__(self, args: argparse.Namespace, rank: int, path: Path):
        self.args, self.rank, self.path = args, rank, path
        self.feed: Feed | None = None
        self.progress = {"seconds": 0.0, "cpu_seconds": 0.0, "steps": 0, "tokens": 0, "masked": 0}
        self.late = 0.0  # the share of the ranks whose chunk is over
        self.fresh_from = -FRESH_STEPS  # the step at which the optimisers started anew in the middle of the run

    def share(self) -> float:
        """How much of the budget of steps or of time is used, in [0,1]."""
        if self.args.steps:
            return min(1.0, self.progress["steps"] / self.args.steps)
        return min(1.0, self.progress["seconds"] / (60 * self.args.minutes))

    def fill(self) -> None:
        """Let the rest of the run take what is left of the chunk: how long getting ready takes is not known before."""
        self.args.minutes = (self.progress["seconds"] + max(1.0, self.args.until - time.time() - 1)) / 60

    def go_on_from(self, progress: dict) -> None:
        """Go on where weights were saved without their optimisers' state."""
        self.progress |= progress
        self.fresh_from = self.progress["steps"]

    def warmth(self) -> float:
        """A factor of the rate in (0,1]: below 1 while optimisers that started anew warm up."""
        return min(1.0, (self.progress["steps"] - self.fresh_from + 1) / FRESH_STEPS)

    def gather(
        self, parameters: list[Tensor], loss: Tensor, tokens: int, masked: int, took: tuple[float, float],
    ) -> float | Tensor:
        """Average the ranks' gradients and add to the progress; `took` is the seconds and processor seconds of the
        step before. Returns the ranks' mean loss: one rank's as it is, as a GPU's would have to be waited for."""
        # The clock is shared too, so that all ranks are at one place of the schedules.
        late = float(time.time() > self.args.until)
        mean = ranks.average(parameters, [loss.detach(), *took, tokens, masked, late])
        self.progress["seconds"] += mean[1]
        for name, value in zip(("cpu_seconds", "tokens", "masked"), mean[2:5]):
            self.progress[name] += value * self.args.ranks
        self.progress["steps"] += 1
        self.late = mean[5]
        return mean[0]

    def report(self, recent: list[float | Tensor]) -> None:
        progress = {name: round(value, 1 if "seconds" in name else None) for name, value in self.progress.items()}
        line = {"share": round(self.share(), 4), **progress,
                "train": round(float(np.mean([float(loss) for loss in recent])), 4), **self.evaluate()}
        with self.path.with_suffix(".log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)

    def run(self) -> None:
        if self.args.compile and (self.args.fill or self.share() < 1):
            self.compile_all()
        if self.args.fill:
            self.fill()
        recent, saved, took = [], time.monotonic(), (0.0, 0.0)
        # A chunk takes one step at least, so that repeated calls come to an end.
        while self.share() < 1 and not self.late:
            began, cpu = time.monotonic(), time.process_time()
            recent.append(self.step(took))
            if self.rank == 0 and self.progress["steps"] % self.args.report_every == 0:
                self.report(recent)
                recent = []
            if self.rank == 0 and time.monotonic() - saved > SAVE_SECONDS:
                self.save()
                self.save_weights()  # of a run that is killed, they may be all that leaves the machine
                saved = time.monotonic()
            took = time.monotonic() - began, time.process_time() - cpu
        if self.rank == 0:
            if recent:
                self.report(recent)
            self.save()
            self.save_weights()
            if self.share() < 1:
                print(f"{self.share():.0%} done; continue with --resume", file=sys.stderr)
        if self.feed:
            self.feed.close()
