"""Draw held-out spans from the corpus's test or validation packages.

A package is drawn with a probability that grows with the square root of its size, a file with its size, and a
stretch of the file evenly; stretches that offer too few spans, as comments and lists of imports do, are passed over.
Keeps the packages' licence texts, leaves out packages without one, and prints what was drawn from where. The same
corpus and seed give the same file.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from random import Random

from candidates import Excerpted, several_lines, some_characters, two_apart
from held_out import KINDS, LANGUAGES, SIDE, Excerpt, Range, digest, write_excerpts
from licence_texts import licence_text
from syntax import closing_lines, is_clean, opening_lines, parse

MANIFEST = Path(__file__).parent.parent / "manifest.jsonl"
# Characters of a file within which an excerpt's spans lie; SIDE characters around them are context only.
MIDDLE = 1500


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """After the line break of the line that holds `at`."""
    return text.find("\n", at) + 1 or len(text)


def cut(row: dict, rng: Random) -> tuple[Excerpt, Range] | None:
    """An excerpt of a file and where in it spans may lie; None if it cannot be made to parse."""
    text, language, path = row["text"], row["language"], row["path"]
    middle = line_start(text, rng.randrange(len(text)))
    start = line_start(text, max(0, middle - SIDE))
    end = line_end(text, min(len(text), middle + MIDDLE + SIDE) - 1)
    kept = text[start:end]
    tree, lines = parse(text, language, path), [line + "\n" for line in text.split("\n")]
    head = opening_lines(tree, lines, len(text[:start].encode())) if start else ""
    tail = closing_lines(tree, lines, len(text[:end].encode()), language) if end < len(text) else ""
    for before, after in ((head, tail), (head, ""), ("", tail), ("", "")):
        if is_clean(before + kept + after, language, path):
            break
    else:
        return None
    tag = {"typescript": "ts", "javascript": "js", "python": "py"}[language]
    name = f"{tag}-{digest('/'.join((row['package'], path, str(start))))[:8]}"
    excerpt = Excerpt(name, row["package"], row["version"], path, text.count("\n", 0, start) + 1, language,
                      start == 0, end == len(text), before, after, kept)
    return excerpt, (middle - start, min(len(kept), middle - start + MIDDLE))


def choose(excerpt: Excerpt, region: Range, rounds: int, rng: Random) -> bool:
    """Gives the excerpt `rounds` spans of every kind that do not overlap within their kind, or returns False."""
    low, high = region
    text = excerpt.text
    excerpted = Excerpted(excerpt.head, text, excerpt.tail, excerpt.language, excerpt.path)
    expressions, lines = excerpted.expressions(low, high), excerpted.lines(low, high)
    draws = {
        "expression": lambda: [rng.choice(expressions)] if expressions else None,
        "line": lambda: [rng.choice(lines)] if lines else None,
        "lines": lambda: (found := several_lines(lines, text, rng)) and [found],
        "characters": lambda: (found := some_characters(excerpted, low, high, rng)) and [found],
        # Half of the pairs are of expressions, half of lines.
        "pair": lambda: (found := two_apart(rng.choice([expressions, lines]), text, rng)) and list(found),
    }
    for kind in KINDS:
        taken: list[Range] = []
        for _ in range(20 * rounds):
            ranges = draws[kind]()
            if ranges and all(b < start or end < a for start, end in taken for a, b in ranges):
                taken += ranges
                excerpt.spans.append((kind, ranges))
            if sum(kind == known for known, _ in excerpt.spans) == rounds:
                break
        else:
            return False
    return True


def draw(rows: list[dict], count: int, rounds: int, rng: Random) -> list[Excerpt]:
    """`count` excerpts of files of one language, none of which overlap; fewer if the files offer no more."""
    packages: dict[str, list[dict]] = {}
    for row in rows:
        packages.setdefault(row["package"], []).append(row)
    names = sorted(packages)
    weights = [sum(len(row["text"]) for row in packages[name]) ** 0.5 for name in names]
    excerpts: list[Excerpt] = []
    lines_taken: dict[tuple[str, str], list[Range]] = {}
    for _ in range(60 * count):
        files = packages[rng.choices(names, weights)[0]]
        row = rng.choices(files, [len(row["text"]) for row in files])[0]
        made = cut(row, rng)
        if not made:
            continue
        excerpt, region = made
        covered = excerpt.line, excerpt.line + excerpt.text.count("\n")
        others = lines_taken.setdefault((row["package"], row["path"]), [])
        if all(covered[1] < start or end < covered[0] for start, end in others) and choose(
                excerpt, region, rounds, rng):
            others.append(covered)
            excerpts.append(excerpt)
        if len(excerpts) == count:
            break
    return excerpts


def licences(work: Path, packages: set[str]) -> dict[str, str]:
    """The licence texts of packages by name, from the archives the corpus was made of; none for packages without."""
    records = map(json.loads, (work / "fetched.jsonl").read_text().splitlines())
    texts = {record["name"]: licence_text(Path(record["archive"])) for record in records if record["name"] in packages}
    return {name: text for name, text in texts.items() if text}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of the cleaned corpus")
    parser.add_argument("--split", choices=("test", "validation"), default="test")
    parser.add_argument("--out", type=Path, required=True, help="file to write; licences/ beside it")
    parser.add_argument("--manifest", type=Path, default=MANIFEST)
    parser.add_argument("--excerpts", type=int, default=60, help="per language")
    parser.add_argument("--rounds", type=int, default=3, help="spans of every kind in each excerpt")
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    manifest = {entry["name"]: entry for entry in map(json.loads, args.manifest.read_text().splitlines())}
    with (args.work / f"{args.split}.jsonl").open(encoding="utf-8", newline="\n") as lines:
        rows = [json.loads(line) for line in lines]
    texts = licences(args.work, {row["package"] for row in rows})
    if left_out := {row["package"] for row in rows} - set(texts):
        print(f"left out, for they carry no licence text: {', '.join(sorted(left_out))}")
    excerpts: list[Excerpt] = []
    for language in LANGUAGES:
        chosen = [row | {"version": manifest[row["package"]]["version"]} for row in rows
                  if row["language"] == language and row["package"] in texts]
        excerpts += draw(chosen, args.excerpts, args.rounds, Random(f"{args.seed} {args.split} {language}"))
    write_excerpts(args.out, excerpts)
    folder = args.out.parent / "licences"
    folder.mkdir(parents=True, exist_ok=True)
    for package in {excerpt.package for excerpt in excerpts}:
        (folder / f"{package.replace('/', '__')}.txt").write_text(texts[package], encoding="utf-8")
    for (language, package), count in sorted(Counter((e.language, e.package) for e in excerpts).items()):
        entry = manifest[package]
        print(f"- {package} {entry['version']}, {entry['licence']}: {count} {language} excerpts")
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
