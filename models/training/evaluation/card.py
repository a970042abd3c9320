"""Puts the evaluation into a model's card."""

import re
import shutil
from pathlib import Path

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"


def put(card: Path, text: str) -> None:
    """Replaces what stands between the markers of a model card.

    Raises ValueError when the card has no such place.
    """
    old = card.read_text(encoding="utf-8") if card.exists() else ""
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.S)
    if not pattern.search(old):
        raise ValueError(
            f"{card} has no place for the evaluation. Add these two lines where it should go:\n{BEGIN}\n{END}")
    card.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n{END}", old, count=1), encoding="utf-8", newline="")


def copy_plots(plots: dict[str, Path], folder: Path) -> dict[str, str]:
    """Copies pictures beside the card; their links by name."""
    target = folder / "evaluation"
    target.mkdir(exist_ok=True)
    return {name: f"{target.name}/{shutil.copy(path, target / path.name).name}" for name, path in plots.items()}
