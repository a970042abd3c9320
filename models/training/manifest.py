"""The corpus manifest: one JSON line per package that contributed text."""

import json
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.jsonl")


def read_manifest(path: Path) -> list[dict]:
    """Entries with registry, name, version, licence, sha256, split, files and bytes per language."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_manifest(path: Path, entries: list[dict]) -> None:
    """Sorted and one line each, so that a diff shows what changed."""
    ordered = sorted(entries, key=lambda entry: (entry["registry"], entry["name"]))
    path.write_text("".join(json.dumps(entry, sort_keys=True) + "\n" for entry in ordered))
