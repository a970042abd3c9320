"""Score fills against held-out spans: exact match and edit similarity per kind.

Takes the samples and the output of `fill --batch` ({"id","text"} per line), or
without the latter fills them itself from a model folder.
"""

import argparse
import difflib
import json
from collections import defaultdict
from pathlib import Path

from tokenizers import Tokenizer

from parity import Graphs
from sampler import Filler


def similarity(expected: str, found: str) -> float:
    """1 for equal texts, 0 for nothing in common (Ratcliff–Obershelp)."""
    return difflib.SequenceMatcher(None, expected, found, autojunk=False).ratio()


def from_model(folder: Path, precision: str, samples: list[dict], steps: int) -> dict[str, str]:
    """Fills by the Python sampler."""
    model = json.loads((folder / "model.json").read_text())
    tokenizer = Tokenizer.from_file(str(folder / model["tokenizer"]["file"]))
    filler = Filler(Graphs(folder, precision), tokenizer, model["contextLength"])
    return {s["id"]: filler.fill(s["prefix"], s["suffix"], model["languageTokens"].get(s["language"]), s["slots"], steps)
            for s in samples}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", type=Path)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--fills", type=Path, help="output of `fill --batch`")
    chosen.add_argument("--model", type=Path, help="model folder to fill from")
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--steps", type=int, default=64, help="denoising steps at most")
    parser.add_argument("--show", type=int, default=0, help="print the first so many fills of every kind")
    args = parser.parse_args()
    samples = [json.loads(line) for line in args.samples.read_text().splitlines()]
    if args.model:
        fills = from_model(args.model, args.precision, samples, args.steps)
    else:
        lines = map(json.loads, args.fills.read_text().splitlines())
        fills = {line["id"]: line.get("text", "") for line in lines}
    scores = defaultdict(list)
    for sample in samples:
        found = fills.get(sample["id"], "")
        # White space at the edges is judged with the suffix in an editor, not here.
        expected, kind = sample["expected"], sample["kind"]
        scores[kind].append((expected.strip() == found.strip(), similarity(expected, found)))
        if len(scores[kind]) <= args.show:
            print(f"{sample['id']}: …{sample['prefix'][-40:]!r} ⟦{found!r}⟧ expected {expected!r}")
    scores["all"] = [pair for pairs in scores.values() for pair in pairs]
    for kind, pairs in scores.items():
        exact, close = (sum(column) / len(pairs) for column in zip(*pairs))
        print(f"{kind:10} {len(pairs):4} spans  exact {exact:6.1%}  similarity {close:.3f}")


if __name__ == "__main__":
    main()
