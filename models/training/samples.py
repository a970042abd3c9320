"""Draw held-out spans as JSONL for the command line's `fill --batch`.

Each line: id, prefix, suffix, language, slots (an upper bound on the length),
expected, kind, and the package and path it comes from.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import spans
from corpus import Corpus, Crop
from manifest import MANIFEST, read_manifest

COMMENT = re.compile(r"^\s*(//|\*|/\*|#|\"\"\"|''')")


def repeated(text: str, rng: np.random.Generator) -> spans.Range | None:
    """A name of four characters or more that also occurs elsewhere in the text."""
    span = spans.word(text, rng)
    if span is None or span[1] - span[0] < 4:
        return None
    name = text[slice(*span)]
    return span if len(re.findall(rf"\b{re.escape(name)}\b", text)) >= 3 else None


def returned(text: str, rng: np.random.Generator) -> spans.Range | None:
    """What follows `return` on a line."""
    found = re.compile(r"\breturn ([^\n]{2,60})$", re.M).search(text, int(rng.integers(len(text))))
    return found and found.span(1)


KINDS = {"closing": spans.closing, "repeated": repeated, "return": returned,
         "tail": spans.line_tail, "bracketed": spans.bracketed, "lines": spans.lines}


def sample(crop: Crop, kind: str, tokenizer: Tokenizer, rng: np.random.Generator) -> dict | None:
    """One span near the middle of a crop, or None if the crop offers none of this kind."""
    span = KINDS[kind](crop.text, rng)
    size = len(crop.text)
    if span is None or not size * 0.25 < span[0] <= span[1] < size * 0.85:
        return None
    line = crop.text[crop.text.rfind("\n", 0, span[0]) + 1:]
    expected = crop.text[slice(*span)]
    tokens = len(tokenizer.encode(expected, add_special_tokens=False).ids)
    if COMMENT.match(line) or not expected.strip() or tokens > 40:
        return None
    return {"prefix": crop.text[:span[0]], "suffix": crop.text[span[1]:], "language": crop.language,
            "slots": -(-(tokens + 1) // 8) * 8, "expected": expected, "kind": kind}


def origin(texts: list[tuple[str, dict]], crop: Crop) -> dict:
    """Package and path of the file a crop was cut from."""
    row = next(row for text, row in texts if crop.text in text)
    return {"package": row["package"], "path": row["path"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--tokenizer", default="tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--per-kind", type=int, default=18)
    parser.add_argument("--characters", type=int, default=800, help="window around a span")
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    path = args.work / f"{args.split}.jsonl"
    corpus, tokenizer = Corpus(path), Tokenizer.from_file(str(args.work / args.tokenizer))
    texts = [(row["text"], row) for row in map(json.loads, path.open())]
    rows = []
    for kind in KINDS:
        found = 0
        while found < args.per_kind:
            crop = corpus.crop(rng, args.characters)
            row = sample(crop, kind, tokenizer, rng)
            if row:
                found += 1
                rows.append({"id": f"{kind}-{found}", **row, **origin(texts, crop)})
    args.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    packages = sorted({row["package"] for row in rows})
    for entry in read_manifest(MANIFEST):
        if entry["name"] in packages:
            print(f"- {entry['name']} {entry['version']}, {entry['licence']}")


if __name__ == "__main__":
    main()
