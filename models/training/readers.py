"""The packages that read a base, which a machine without network may lack, to be packed along."""

import importlib.util
import tarfile

PACKAGES = "packages"  # the folder that they are in
READERS = ("gguf", "yaml", "tqdm")  # gguf and what it imports beside NumPy; all work as Python alone


def python_alone(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A filter of tarfile's: folders and Python sources."""
    return member if member.isdir() and not member.name.endswith("__pycache__") or member.name.endswith(".py") else None


def add_readers(tar: tarfile.TarFile) -> None:
    """Add this environment's packages to a pack."""
    for name in READERS:
        folder = importlib.util.find_spec(name).submodule_search_locations[0]
        tar.add(folder, f"{PACKAGES}/{name}", filter=python_alone)
