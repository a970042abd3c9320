"""Cut a file into parts of at most some megabytes, for ways out of a machine that allow no larger ones.

`parts.py FILE --megabytes 15` writes FILE.00, FILE.01, … beside it.
"""

import argparse
from pathlib import Path


def split(path: Path, size: int) -> list[Path]:
    """Write the parts of at most `size` bytes; returns their paths."""
    data = path.read_bytes()
    parts = [path.with_name(f"{path.name}.{index:02}") for index in range(-(-len(data) // size))]
    for index, part in enumerate(parts):
        part.write_bytes(data[index * size:(index + 1) * size])
    return parts


def joined(path: Path) -> bytes:
    """The file's bytes, put together from its parts if it is not there itself."""
    if path.exists():
        return path.read_bytes()
    parts = sorted(path.parent.glob(f"{path.name}.[0-9][0-9]"))
    if not parts:
        raise SystemExit(f"There is neither {path} nor a part of it ({path.name}.00 …).")
    return b"".join(part.read_bytes() for part in parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--megabytes", type=float, default=15)
    args = parser.parse_args()
    for part in split(args.file, int(args.megabytes * 1e6)):
        print(part)


if __name__ == "__main__":
    main()
