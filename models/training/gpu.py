"""Train a candidate from the packed corpus, without network, in chunks.

One command; repeat it until it says that the run is complete:

    gpu.py --pack corpus.tar.xz --work DIR --minutes 25
    gpu.py --pack corpus.tar.xz --work DIR --minutes 25 --candidate adapted --base base.tar.xz

Either pack may lie there in parts (corpus.tar.xz.00 …, see parts.py). With
--rehearse, the corpus is enough to try the latter (rehearsal.py).

Each call unpacks and tokenises what is not there yet, goes on from the
checkpoint, ends within --chunk-minutes and prints the validation curve. Where
only NAME.bf16.pt (or its parts, see parts.py) was kept of the last chunk, name
it with --weights. Arguments after `--` go to the candidate's own trainer.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from adapt.work_files import BASE_FILE, PACKED
from pack import unpack
from readers import PACKAGES
from rehearsal import STEPS, prepared, tokenising

HERE = Path(__file__).parent
# Candidate A is trained from scratch, candidate B adapts an autoregressive model. Both trainers take the
# options of `command` and write NAME.log.jsonl.
TRAINERS = {"scratch": "train", "adapted": "adapt.train"}
RECIPES = {"scratch": "base", "adapted": "gpu"}


def command(args: argparse.Namespace, work: Path, left: float) -> list[str]:
    """The trainer's call for one chunk of `left` minutes."""
    options = ["--work", str(work), "--name", args.name, "--device", args.device, "--resume",
               "--recipe", args.recipe or RECIPES[args.candidate], "--workers", str(args.workers),
               "--minutes", str(args.minutes), "--chunk-minutes", f"{left:.2f}", "--report-every", "100",
               "--compile" if args.device == "cuda" else "--no-compile"]
    if args.candidate == "adapted":
        options += ["--base", str(work / BASE_FILE)]
    if args.fill:
        options += ["--fill"]
    if args.weights:
        options += ["--weights", str(args.weights)]
    return [sys.executable, "-m", TRAINERS[args.candidate], *options, *args.rest]


def flat(line: dict) -> dict[str, float]:
    """A log line's numbers, those of lists numbered."""
    found = {}
    for name, value in line.items():
        if isinstance(value, list):
            found |= flat({f"{name}.{index + 1}": item for index, item in enumerate(value)})
        elif isinstance(value, (int, float)):
            found[name] = value
    return found


def curve(log: Path, rows: int = 12) -> str:
    """At most `rows` lines of the log, evenly spread, as a Markdown table."""
    lines = [flat(json.loads(line)) for line in log.read_text().splitlines()]
    picked = sorted({round(index * (len(lines) - 1) / max(1, rows - 1)) for index in range(rows)})
    names = [name for name in lines[-1] if name not in ("cpu_seconds", "masked")]
    cell = lambda value: "" if value is None else f"{value:g}"
    table = [names, ["---"] * len(names), *([cell(lines[i].get(name)) for name in names] for i in picked)]
    return "\n".join("| " + " | ".join(row) + " |" for row in table)


def train(args: argparse.Namespace, work: Path, environment: dict[str, str], until: float) -> float:
    """Train till the time.monotonic() `until` and print the curve; returns the share of the run that is done."""
    left = (until - time.monotonic()) / 60
    if subprocess.run(command(args, work, left), env=environment).returncode:
        sys.exit("The trainer failed; its error is printed above.")
    log = work / f"{args.name}.log.jsonl"
    if not log.exists():  # which every step writes to: none was left, of weights that a run ended with
        return 1.0
    print(curve(log))
    return json.loads(log.read_text().splitlines()[-1])["share"]


def rehearse(args: argparse.Namespace, environment: dict[str, str], until: float) -> None:
    """Train a random base of the size that is asked for, the corpus being tokenised meanwhile."""
    with tokenising(args.work, environment):
        folder = prepared(args.work, environment, args.rehearse)
        args.rest = ["--steps", str(STEPS), *args.rest]
        train(args, folder, environment, until)


def has_gpu() -> bool:
    import torch  # which takes seconds

    return torch.cuda.is_available()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--candidate", choices=TRAINERS, default="scratch")
    parser.add_argument("--base", type=Path, help="what adapt.pack wrote, to adapt")
    parser.add_argument("--recipe", help="base or gpu if not given")
    parser.add_argument("--name", help="of the checkpoint; the recipe's or candidate's if not given")
    parser.add_argument("--minutes", type=float, default=25, help="training time of all chunks together")
    parser.add_argument("--fill", action="store_true", help="train till the end of this call, instead of --minutes in all")
    parser.add_argument("--chunk-minutes", type=float, default=8.5, help="wall-clock time of this call, all included")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--workers", type=int, default=max(1, min(12, (os.cpu_count() or 2) - 2)))
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--rehearse", metavar="SIZE", help="train a random base of this size (adapt.tiny_base) for some steps")
    parser.add_argument("rest", nargs="*", help="after `--`: more options for the trainer")
    args = parser.parse_args()
    if args.candidate == "adapted" and not (args.base or args.rehearse):
        parser.error("--candidate adapted needs --base, the pack that adapt.pack wrote")
    if args.candidate == "scratch" and (args.base or args.rehearse):
        parser.error("--base and --rehearse are for --candidate adapted")
    if args.device == "cuda" and not has_gpu():
        parser.error("PyTorch finds no GPU here; --device cpu trains without one.")
    args.name = args.name or (args.recipe or RECIPES["scratch"] if args.candidate == "scratch" else args.candidate)
    return args


def main() -> None:
    args = arguments()
    until = time.monotonic() + 60 * args.chunk_minutes
    unpack(args.pack, args.work)
    if args.base:
        unpack(args.base, args.work, PACKED)
    paths = os.pathsep.join(str(path.resolve()) for path in (HERE, args.work / PACKAGES))
    # What is compiled serves later calls, too.
    environment = {"TORCHINDUCTOR_CACHE_DIR": str(args.work.resolve() / "compiled")} | os.environ | {
        "PYTHONPATH": paths, "TOKENIZERS_PARALLELISM": "true"}
    if args.rehearse:
        rehearse(args, environment, until)
        return
    share = train(args, args.work, environment, until)
    print("the run is complete" if share >= 1 else f"{share:.0%} of the run is done; repeat the command")


if __name__ == "__main__":
    main()
