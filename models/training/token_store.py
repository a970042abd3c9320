"""Tokenise the corpus once into memory-mapped files.

Of every split and language there are: the UTF-8 text of all files one after
another (`bytes`), the token ids (`ids`), the byte at which each token starts
(`starts`, one more than there are tokens), and the byte at which each file
starts (`files`, one more than there are files).
"""

import argparse
import fcntl
import hashlib
import json
import mmap
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from tokenizers import Tokenizer

from encoding import encode_all

SPLITS = ("train", "validation")
TEXTS_AT_ONCE = 256


def byte_lengths(tokenizer: Tokenizer) -> np.ndarray:
    """How many bytes each token id stands for: a byte-level token has one character per byte."""
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    sizes = np.zeros(1 + max(vocabulary.values()), np.uint32)
    for token, index in vocabulary.items():
        sizes[index] = len(token)
    return sizes


@dataclass
class Writer:
    """The growing files of one language of one split."""

    text: BinaryIO
    ids: BinaryIO
    starts: BinaryIO
    files: list[int] = field(default_factory=lambda: [0])

    def add(self, text: bytes, ids: list[int], dtype: np.dtype, sizes: np.ndarray) -> None:
        tokens = np.array(ids, dtype)
        ends = self.files[-1] + np.cumsum(sizes[tokens], dtype=np.uint32)
        if len(tokens) and ends[-1] - self.files[-1] != len(text):
            raise RuntimeError("The tokenizer is not lossless on the corpus; only byte-level ones can be used.")
        self.text.write(text)
        self.ids.write(tokens.tobytes())
        self.starts.write(np.concatenate(([np.uint32(self.files[-1])], ends[:-1]), dtype=np.uint32).tobytes())
        self.files.append(self.files[-1] + len(text))


def rows(path: Path) -> Iterator[list[dict]]:
    """The corpus file's rows, some at a time."""
    with path.open() as lines:
        while chunk := [json.loads(line) for line in islice(lines, TEXTS_AT_ONCE)]:
            yield chunk


def write_split(corpus: Path, tokenizer: Tokenizer, folder: Path) -> int:
    """Write one split; returns the number of tokens."""
    sizes, written = byte_lengths(tokenizer), {}
    dtype = np.dtype(np.uint16 if len(sizes) <= 2**16 else np.uint32)
    folder.mkdir(parents=True)
    with ExitStack() as open_files:
        for chunk in rows(corpus):
            for row, ids in zip(chunk, encode_all(tokenizer, [row["text"] for row in chunk])):
                if row["language"] not in written:
                    written[row["language"]] = Writer(*(
                        open_files.enter_context((folder / f"{row['language']}.{part}").open("wb"))
                        for part in ("bytes", "ids", "starts")))
                written[row["language"]].add(row["text"].encode(), ids, dtype, sizes)
    for language, writer in written.items():
        with (folder / f"{language}.starts").open("ab") as starts:
            starts.write(np.uint32(writer.files[-1]).tobytes())
        np.array(writer.files, np.uint64).tofile(folder / f"{language}.files")
    (folder / "dtype").write_text(dtype.name)
    return sum((folder / f"{language}.ids").stat().st_size // dtype.itemsize for language in written)


def store(work: Path, tokenizer: Path) -> Path:
    """The folder of the corpus in `work` tokenised with a tokenizer, written if it is not there yet."""
    mark = hashlib.sha256(tokenizer.read_bytes())
    for split in SPLITS:
        mark.update(f"{(work / f'{split}.jsonl').stat().st_size}".encode())
    folder = work / "tokens" / mark.hexdigest()[:12]
    missing = lambda: [split for split in SPLITS if not (folder / split).exists()]
    if not missing():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process at a time; a killed one lets go of it
        for split in missing():
            partial = folder / f"{split}.partial"
            shutil.rmtree(partial, ignore_errors=True)  # of a process that was killed
            count = write_split(work / f"{split}.jsonl", Tokenizer.from_file(str(tokenizer)), partial)
            partial.rename(folder / split)
            print(f"{split}: {count / 1e6:.1f} million tokens", flush=True)
    return folder


@dataclass
class Tokens:
    """One language of one split, mapped into memory."""

    text: mmap.mmap
    ids: np.ndarray
    starts: np.ndarray
    files: np.ndarray


def read(folder: Path) -> dict[str, Tokens]:
    """Every language of one split's folder."""
    dtype, found = np.dtype((folder / "dtype").read_text()), {}
    for path in sorted(folder.glob("*.bytes")):
        with path.open("rb") as file:
            text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        mapped = lambda part, kind: np.memmap(path.with_suffix(f".{part}"), kind, "r")
        found[path.stem] = Tokens(
            text, mapped("ids", dtype), mapped("starts", np.uint32), np.fromfile(path.with_suffix(".files"), np.uint64))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--tokenizer", default="tokenizer.json", help="file in the work folder")
    args = parser.parse_args()
    print(store(args.work, args.work / args.tokenizer))


if __name__ == "__main__":
    main()
