"""Check that the extension's tokenizer runtime gives the ids that Python gives.

    tokenizer_parity.py --corpus W/test.jsonl [--lines 10000] [--models DIR …]

compares both on held-out lines; needs this project's npm packages. With
`--fixture` it writes test/fixtures/tokenizer-parity.json instead, which
`npm test` checks for every model folder: run it after a model was added.
"""

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tokenizers import Tokenizer

from encoding import encode_all

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "test" / "fixtures" / "tokenizer-parity.json"
RUNTIME = ROOT / "scripts" / "tokenizer-ids.mts"

SYNTHETIC = [
    "", " ", "\n", "\r\n", "\t\t", "    \n        return x\r\n", "\n\n\n", "a\r\nb\rc", "x \t\u00a0y", "  trailing  ",
    "\u2028a\u2029b", "\ufeffimport x", "a\u0000b", "e\u0301 = é", "const 𝒳 = '𝔘𝔫𝔪𝔞𝔰𝔨'", "👩‍👩‍👧‍👦👍🏽🇨🇭 = 'emoji'", "名前 = 値 + 1",
    "привет, мир", "مرحبا", "ﷺ ﬁ ǅ", "١٢٣ ⅷ ½ 10⁻³", "0x1F 1_000 3.14e-10 2048n", "don't we'll I'M they'RE 'S",
    "mask = '<|mask|>' # <|pad|><|end|>", "<|", "|>", "<<|ts|>>", "a<|begin|", "{}[]();,.:?!@#$%^&*-+=/\\|~`'\"<>_",
    "=>=>=>...???!!!", "snake_case camelCase PascalCase SCREAMING_CASE kebab-case", "a" * 300, " " * 130 + "x",
    "\t" * 40 + "}", "0" * 50, "\u200b\u200d\ufe0f", "\ud7ff\ue000\ufffd\U0010ffff",
]


def model_folders() -> list[Path]:
    """Every model folder of the repository."""
    return sorted(path.parent for pattern in ("models/*/tokenizer.json", "test/fixtures/*/tokenizer.json")
                  for path in ROOT.glob(pattern))


def digest(ids: list[int]) -> str:
    """Eight hexadecimal digits that stand for a list of ids."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:8]


def fixture_lines() -> list[str]:
    """Synthetic lines, every character up to U+00FF, and lines of this project's own sources."""
    chosen, own = random.Random(1), []
    for pattern in ("src/**/*.ts", "webview/**/*.tsx", "models/training/*.py"):
        lines = sorted({line for path in ROOT.glob(pattern) for line in path.read_text().splitlines() if line.strip()})
        own += chosen.sample(lines, min(80, len(lines)))
    return [*SYNTHETIC, *map(chr, range(256)), "".join(map(chr, range(256))), *own]


def write_fixture() -> None:
    lines = json.loads(FIXTURE.read_text())["lines"] if FIXTURE.exists() else fixture_lines()
    found = {}
    for folder in model_folders():
        data = (folder / "tokenizer.json").read_bytes()
        ids = encode_all(Tokenizer.from_str(data.decode()), lines)
        found[hashlib.sha256(data).hexdigest()] = "".join(map(digest, ids))
    FIXTURE.write_text(json.dumps({"lines": lines, "digests": found}, indent=0) + "\n")


def held_out_lines(corpus: Path, count: int) -> list[str]:
    """Lines drawn from held-out files, some with the next one after a CRLF."""
    with corpus.open() as files:
        texts = [json.loads(file)["text"] for file in files]
    chosen, lines = random.Random(2), []
    while len(lines) < count:
        rows = chosen.choice(texts).split("\n")
        start = chosen.randrange(len(rows))
        lines.append("\r\n".join(rows[start:start + 2]) if len(lines) % 10 == 0 else rows[start])
    return lines


def runtime_results(tokenizer: Path, lines: list[str]) -> list[dict]:
    """What the extension's runtime says: {"ids", "text"} of every line."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "lines.json", Path(folder) / "ids.json"
        asked.write_text(json.dumps(lines))
        subprocess.run(["npx", "tsx", str(RUNTIME), str(tokenizer), str(asked), str(answered)], cwd=ROOT, check=True)
        return json.loads(answered.read_text())


def compare(tokenizer: Path, lines: list[str]) -> int:
    """Print the lines that differ; returns how many."""
    expected = encode_all(Tokenizer.from_file(str(tokenizer)), lines)
    wrong = [line for line, ids, found in zip(lines, expected, runtime_results(tokenizer, lines), strict=True)
             if found["ids"] != ids or found["text"] != line]
    for line in wrong[:10]:
        print(f"  differs: {line!r}")
    print(f"{tokenizer}: {len(lines) - len(wrong)} of {len(lines)} lines agree and are lossless")
    return len(wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixture", action="store_true")
    parser.add_argument("--corpus", type=Path, help="a .jsonl file of held-out text")
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--models", type=Path, nargs="*", help="model folders or tokenizer files; all if not given")
    args = parser.parse_args()
    if args.fixture:
        write_fixture()
        return
    if not args.corpus:
        parser.error("give --corpus, a file of held-out text as clean.py writes it, or --fixture")
    lines = held_out_lines(args.corpus, args.lines)
    paths = [path / "tokenizer.json" if path.is_dir() else path for path in args.models or model_folders()]
    if sum(compare(path.resolve(), lines) for path in paths):
        sys.exit(1)


if __name__ == "__main__":
    main()
