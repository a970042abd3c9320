"""Pack the cleaned corpus and its tokenizers into one file for a machine without network, and what reads a base.

The file is an ordinary .tar.xz; `gpu.py` unpacks it.
"""

import argparse
import hashlib
import io
import json
import lzma
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from adapt.work_files import SOURCES_FILE
from parts import joined
from readers import add_readers

SPLITS = ("train", "validation")
DICTIONARY = 2**28  # bytes: files of one family are far apart in the corpus
FIELDS = ("package", "language", "text")
MEMBERS = tuple(f"{split}.jsonl" for split in SPLITS)


def chosen(row: dict, share: float) -> bool:
    """Whether a row is among a share of the corpus, by the hash of its name."""
    digest = hashlib.sha256(f"{row['package']}/{row['path']}".encode()).hexdigest()
    return int(digest[:8], 16) < share * 2**32


def lines(path: Path, share: float) -> Iterator[bytes]:
    """The rows kept, without what training does not read."""
    with path.open() as rows:
        for row in map(json.loads, rows):
            if chosen(row, share):
                yield json.dumps({name: row[name] for name in FIELDS}, ensure_ascii=False).encode() + b"\n"


def pack(work: Path, out: Path, share: float = 1.0, preset: int = 9) -> None:
    """Write the pack of a work folder."""
    tokenizers = sorted(work.glob("tokenizer*.json"))
    if not tokenizers:
        sys.exit(f"{work} has no tokenizer. `tokenizer.py --recipe base` trains one, `adapt.pack` trims that of a base.")
    filters = [{"id": lzma.FILTER_LZMA2, "preset": preset, "dict_size": DICTIONARY}]
    with lzma.open(out, "wb", format=lzma.FORMAT_XZ, filters=filters) as packed, \
            tarfile.open(fileobj=packed, mode="w|", dereference=True) as tar:
        for path in [*tokenizers, *work.glob(SOURCES_FILE)]:
            tar.add(path, path.name)
        if (work / SOURCES_FILE).exists():
            add_readers(tar)
        for split in SPLITS:
            kept = share if split == "train" else 1.0
            member = tarfile.TarInfo(f"{split}.jsonl")
            member.size = sum(map(len, lines(work / member.name, kept)))
            tar.addfile(member, Chunks(lines(work / member.name, kept)))


class Chunks(io.RawIOBase):
    """A readable file made of pieces of bytes."""

    def __init__(self, pieces: Iterator[bytes]):
        self.pieces, self.rest = pieces, b""

    def read(self, size: int = -1) -> bytes:
        parts, missing = [], size
        while missing:
            self.rest = self.rest or next(self.pieces, b"")
            if not self.rest:
                break
            parts.append(self.rest[:missing])
            missing -= len(parts[-1])
            self.rest = self.rest[len(parts[-1]):]
        return b"".join(parts)


def unpack(packed: Path, work: Path, members: tuple[str, ...] = MEMBERS) -> None:
    """Unpack a pack or its parts (see parts.py) into a work folder, unless that has all `members` already."""
    if not all((work / member).exists() for member in members):
        work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work) as folder, tarfile.open(fileobj=io.BytesIO(joined(packed))) as tar:
            tar.extractall(folder, filter="data")
            for path in Path(folder).iterdir():
                if path.is_dir():  # which replaces no folder that is not empty
                    shutil.rmtree(work / path.name, ignore_errors=True)
                path.replace(work / path.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0, help="keep this share of the training files, by hash")
    parser.add_argument("--preset", type=int, default=9, choices=range(10), help="xz's; lower is faster and larger")
    parser.add_argument("--limit-megabytes", type=float, default=60)
    args = parser.parse_args()
    pack(args.work, args.out, args.share, args.preset)
    size = args.out.stat().st_size / 1e6
    print(f"{size:.1f} MB")
    if size > args.limit_megabytes:
        sys.exit(f"That is more than {args.limit_megabytes} MB; try --share {args.share * args.limit_megabytes / size:.2f}.")


if __name__ == "__main__":
    main()
