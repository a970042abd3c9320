"""Every stage in order: fetch, clean, tokenizer, train, export."""

import argparse
import subprocess
import sys
from pathlib import Path

from recipe import RECIPES

HERE = Path(__file__).parent
STAGES = ("fetch", "clean", "tokenizer", "train", "export")


def commands(args: argparse.Namespace) -> dict[str, list[str]]:
    """The arguments of each stage's script."""
    work, recipe = ["--work", str(args.work)], ["--recipe", args.recipe]
    return {
        "fetch": work,
        "clean": [*work, "--manifest", str(args.manifest)],
        "tokenizer": [*work, *recipe],
        "train": [*work, *recipe, "--minutes", str(args.minutes), "--ranks", str(args.ranks),
                  "--device", args.device, "--compile" if args.compile else "--no-compile"],
        "export": [*work, *recipe, "--out", str(args.out), "--name", args.out.name, "--description", args.description],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="downloads, corpus and checkpoints; some gigabytes")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--recipe", choices=RECIPES, default="small")
    parser.add_argument("--description", default="Infills TypeScript, JavaScript and Python.")
    parser.add_argument("--manifest", type=Path, default=HERE / "manifest.jsonl")
    parser.add_argument("--minutes", type=float, default=95)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--first", choices=STAGES, default=STAGES[0], help="start at this stage")
    args = parser.parse_args()
    chosen = commands(args)
    for stage in STAGES[STAGES.index(args.first):]:
        print(f"== {stage}", flush=True)
        subprocess.run([sys.executable, str(HERE / f"{stage}.py"), *chosen[stage]], check=True)


if __name__ == "__main__":
    main()
