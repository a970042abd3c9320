"""Evaluate a model folder through the engine: fills held-out spans under every configuration, then reports.

Writes into --out: `results.json`, `report.md`, `examples.md`, the plots, and under `fills/` what the engine wrote.
A run that was stopped goes on where it was when it is started again; more --spans add to what is there. Use another
--out after changing the engine.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import card
import plots
import tables
from configurations import AUTO, Configuration, parts, tried
from engine import Engine, Fills, Model
from examples import examples
from held_out import KINDS, LANGUAGES, Span, first, read_excerpts, spans_of
from results import COPY, Results, copying, scored

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
PARTS = ("main", "steps", "presets")


def counts(text: str) -> dict[str, int]:
    """`30`, or `main=60,steps=20`: spans of every language and kind, by part."""
    if text.isdigit():
        return dict.fromkeys(PARTS, int(text))
    pairs = dict(pair.split("=") for pair in text.split(","))
    if unknown := set(pairs) - set(PARTS):
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    return {part: int(count) for part, count in pairs.items()}


def chosen(known: tuple[str, ...]):
    """A list of some of these, as an argument."""
    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(known)}")
        return names
    return read


def trial(text: str) -> Configuration:
    """`NAME=OPTIONS`; the name also names files."""
    name, _, options = text.partition("=")
    if not re.fullmatch(r"[\w.-]+", name) or not options:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=OPTIONS")
    return tried(name, options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="model folder")
    parser.add_argument("--out", type=Path, required=True, help="folder for results, kept between runs")
    parser.add_argument("--spans", type=counts, default=counts("30"), metavar="N|PART=N,…",
                        help="spans per language and kind, for all parts or for those named (default 30)")
    parser.add_argument("--languages", type=chosen(LANGUAGES), default=list(LANGUAGES))
    parser.add_argument("--kinds", type=chosen(KINDS), default=list(KINDS))
    parser.add_argument("--split", choices=("test", "validation"), default="test",
                        help="validation to choose settings by, test for the final figures")
    parser.add_argument("--held-out", type=Path, help="another file of spans than the split's")
    parser.add_argument("--against", type=Path, action="append", default=[],
                        help="another model folder to compare with")
    parser.add_argument("--try", dest="trials", type=trial, action="append", default=[], metavar="NAME=OPTIONS",
                        help="other settings to compare, as options of `unmask fill`, e.g. \"one=--preset LLaDA -T 1\"")
    parser.add_argument("--cli", type=Path, default=ROOT / "dist" / "cli.js")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 lets ONNX Runtime choose")
    parser.add_argument("--ep", default="cpu", help="execution provider")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", action="store_true", help="fill nothing, report on what is there")
    parser.add_argument("--card", action="store_true",
                        help="put the report into the model's README.md, plots beside it")
    return parser.parse_args()


def origin(args: argparse.Namespace, model: Model, used: list[Span]) -> str:
    """What was run on what, in words."""
    packages = sorted({f"{span.excerpt.package} {span.excerpt.version}" for span in used})
    excerpts = len({span.excerpt.id for span in used})
    return (
        f"{model.name} {model.version}, {date.today().isoformat()}, through the engine (`unmask fill --batch`, "
        f"{args.ep}, {os.cpu_count()} cores, seed {args.seed}), on {len(used)} spans of {excerpts} excerpts from "
        f"{args.split} packages: {', '.join(packages)}. *Exact*: equal to the author's text, white space at its ends "
        "aside. *Similarity*: 1 − edit distance / longer length. *Parses*: no syntax error in the excerpt afterwards. "
        "*Calls*: runs of the step graph. *s*: seconds per fill, encoding the context included. ±: one standard "
        "error, clustered by excerpt; a *difference* is taken span by span.")


def report(args: argparse.Namespace, model: Model, results: Results, answers: dict[str, dict]) -> None:
    """Writes everything that is made of the scores."""
    used = results.spans("main", [AUTO.name]) if results.has(AUTO.name) and "main" in results.parts else []
    drawn = plots.draw_all(results, args.out)
    words = origin(args, model, used or max(results.parts.values(), key=len))
    text = tables.report(results, words, {name: path.name for name, path in drawn.items()})
    (args.out / "report.md").write_text(text, encoding="utf-8")
    (args.out / "results.json").write_text(json.dumps({
        "model": {"name": model.name, "version": model.version, "manifestSha256": model.sha256},
        "spans": {"file": args.held_out.name, "sha256": hashlib.sha256(args.held_out.read_bytes()).hexdigest(),
                  "perCell": args.spans, "languages": args.languages, "kinds": args.kinds},
        "engine": {"executionProvider": args.ep, "threads": args.threads, "seed": args.seed, "cores": os.cpu_count(),
                   "engineSha256": hashlib.sha256((args.cli.parent / "engine.js").read_bytes()).hexdigest()},
        "configurations": results.as_json(),
    }, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if used:
        shown = examples(used, answers, results.configured[AUTO.name].scores)
        (args.out / "examples.md").write_text(shown, encoding="utf-8")
    if args.card:
        linked = card.copy_plots(drawn, args.model)
        card.put(args.model / "README.md", tables.report(results, words, linked))
    print(text)


def main() -> None:
    args = arguments()
    args.held_out = args.held_out or HERE / "spans" / f"{args.split}.jsonl"
    if not args.cli.exists():
        sys.exit(f"{args.cli} is missing: run npm run build, or name another with --cli.")
    args.out.mkdir(parents=True, exist_ok=True)
    engine, fills = Engine(args.cli.resolve(), args.threads, args.ep, args.seed), Fills(args.out / "fills")
    every = [span for span in spans_of(read_excerpts(args.held_out))
             if span.excerpt.language in args.languages and span.kind in args.kinds]
    spans = {part: first(every, args.spans[part]) for part in PARTS if part in args.spans}
    models: dict[Path, Model] = {}

    def model_of(configuration: Configuration) -> Model:
        folder = configuration.model or args.model
        return models.setdefault(folder, Model(folder))

    wanted: dict[str, tuple[Configuration, dict[str, Span]]] = {}
    for part in spans:
        for configuration in parts(args.against, args.trials)[part]:
            _, of_configuration = wanted.setdefault(configuration.name, (configuration, {}))
            of_configuration.update({span.id: span for span in spans[part]})
    if not args.report:
        for configuration, of_configuration in wanted.values():
            try:
                fills.complete(configuration, model_of(configuration), list(of_configuration.values()), engine)
            except subprocess.CalledProcessError as error:
                sys.exit(f"The engine ended with code {error.returncode} under “{configuration.label}”; "
                         "what it filled is kept.")
            except KeyboardInterrupt:
                sys.exit("Stopped; start again to go on, or add --report for what is there.")
    configured, answers = {}, {}
    for name, (configuration, of_configuration) in wanted.items():
        known = fills.known(configuration, model_of(configuration))
        found = scored(configuration.label, list(of_configuration.values()), known)
        if 0 < found.failed == len(found.scores):
            # The model lacks what the configuration needs, such as a quality head.
            print(f"left out, {configuration.label}: {next(iter(known.values()))['error']}")
            continue
        configured[name], answers[name] = found, known
    if "main" in spans:
        configured[COPY] = copying(spans["main"])
    report(args, Model(args.model), Results(configured, spans), answers.get(AUTO.name, {}))


if __name__ == "__main__":
    main()
