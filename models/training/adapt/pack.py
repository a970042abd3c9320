"""Pack a base for a machine without network: what training reads of it, its trimmed tokenizer, which rows those are,
and the packages that read it, which such a machine may lack.

The file is an ordinary .tar.xz, cut into parts where it is larger than
--part-megabytes; `gpu.py --base` takes either. Rows of the embedding that no
kept token starts from become zeros: they weigh nothing once compressed, and the
other rows keep their numbers, so a checkpoint fits the whole base as well.
"""

import argparse
import lzma
import shutil
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from gguf import GGUFReader

from adapt.trim import VOCABULARY, prepare
from adapt.work_files import BASE_FILE, SOURCES_FILE, TOKENIZER_FILE
from parts import split
from readers import add_readers


def without_unused_rows(base: Path, sources: np.ndarray, out: Path) -> None:
    """Write the base with zeros for the embedding's rows that are not among `sources`."""
    shutil.copyfile(base, out)
    reader = GGUFReader(out, "r+")
    rows = next(tensor.data for tensor in reader.tensors if tensor.name == "token_embd.weight")
    rows[np.setdiff1d(np.arange(len(rows)), sources)] = 0
    reader.data.flush()


def pack(base: Path, work: Path, out: Path, preset: int = 6) -> None:
    """Write the pack of a base that `work` has the trimmed tokenizer of."""
    with tempfile.TemporaryDirectory() as folder:
        trimmed = Path(folder) / BASE_FILE
        without_unused_rows(base, np.load(work / SOURCES_FILE), trimmed)
        with lzma.open(out, "wb", preset=preset) as packed, tarfile.open(fileobj=packed, mode="w|", dereference=True) as tar:
            for path in (trimmed, work / TOKENIZER_FILE, work / SOURCES_FILE):
                tar.add(path, path.name)
            add_readers(tar)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the autoregressive model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY, help="most tokens kept, if none are chosen yet")
    parser.add_argument("--preset", type=int, default=6, choices=range(10), help="xz's; lower is faster and larger")
    parser.add_argument("--part-megabytes", type=float, default=45)
    args = parser.parse_args()
    prepare(args.base, args.work, args.vocabulary)
    pack(args.base, args.work, args.out, args.preset)
    size, most = args.out.stat().st_size, int(args.part_megabytes * 1e6)
    print(f"{size / 1e6:.1f} MB")
    if size > most:
        for part in split(args.out, most):
            print(part)
        args.out.unlink()


if __name__ == "__main__":
    main()
