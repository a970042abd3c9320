"""Iterate over the source files inside a downloaded package."""

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

LANGUAGES = {
    ".ts": "typescript", ".tsx": "typescript", ".mts": "typescript",
    ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript",
    ".py": "python",
}


def language_of(path: str) -> str | None:
    """The corpus language of a path, or None if it is not source code."""
    if path.endswith((".d.ts", ".d.mts", ".min.js")):
        return None
    return LANGUAGES.get(Path(path).suffix)


def source_files(archive: Path) -> Iterator[tuple[str, str]]:
    """(path, text) of every UTF-8 source file, without the top folder of npm tarballs."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                if language_of(name) == "python":
                    yield from decoded(name, wheel.read(name))
    else:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and language_of(member.name) not in (None, "python"):
                    yield from decoded(member.name.split("/", 1)[-1], tar.extractfile(member).read())


def decoded(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The file once if it is UTF-8, else nothing."""
    try:
        yield path, data.decode("utf-8")
    except UnicodeDecodeError:
        return
