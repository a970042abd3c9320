"""The cost of encodes and steps as pictures: python plots.py BENCH.json FOLDER."""

import json
import statistics
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)

# Text stays text, and the same samples give the same bytes.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "unmask", "font.family": "sans-serif", "font.size": 9,
         "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
# Okabe and Ito's colours, which colour-blind readers can tell apart too.
ORANGE, BLUE, GREEN = "#E69F00", "#0072B2", "#009E73"


def line(axis: plt.Axes, points: dict[int, list[float]], **style) -> None:
    """Medians, with the least and the most of the rounds."""
    places = sorted(points)
    medians = [statistics.median(points[place]) for place in places]
    below = [median - min(points[place]) for place, median in zip(places, medians)]
    above = [max(points[place]) - median for place, median in zip(places, medians)]
    axis.errorbar(places, medians, yerr=[below, above], capsize=2, linewidth=1, **style)


def finish(figure: plt.Figure, axis: plt.Axes, label: str, path: Path) -> None:
    axis.set_xlabel(label)
    axis.set_ylabel("milliseconds")
    axis.set_ylim(bottom=0)
    axis.grid(linewidth=0.3)
    axis.legend(frameon=False)
    figure.savefig(path, bbox_inches="tight", facecolor="white", metadata={"Date": None})
    plt.close(figure)


def encodes(report: dict, path: Path) -> None:
    """The context encode by context length, and its matrix products alone."""
    figure, axis = plt.subplots(figsize=(4.6, 3))
    contexts = report["contexts"]
    line(axis, {each["asked"]: [s["encodeMs"] for s in each["samples"]] for each in contexts},
         marker="o", color=BLUE, label="context encode")
    floors = {each["asked"]: [s["floorMs"] for s in each["samples"]] for each in contexts}
    if all(value is not None for values in floors.values() for value in values):
        line(axis, floors, marker="s", color=ORANGE, label="its matrix products alone")
    finish(figure, axis, "context tokens", path)


def steps(report: dict, path: Path) -> None:
    """A step by L, one line per context length."""
    figure, axis = plt.subplots(figsize=(4.6, 3))
    for context, colour, marker in zip(report["contexts"], (BLUE, ORANGE, GREEN), "os^"):
        points = {each["slots"]: [s["everyStep"]["stepsMs"] / s["everyStep"]["steps"] for s in each["samples"]]
                  for each in report["cases"] if each["context"] == context["asked"] and each["candidates"] == 1}
        line(axis, points, marker=marker, color=colour, label=f"{context['asked']} context tokens")
    finish(figure, axis, "L, slots of a step", path)


def main(source: str, folder: str) -> None:
    report = json.loads(Path(source).read_text(encoding="utf8"))
    Path(folder).mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(STYLE):
        encodes(report, Path(folder) / "scaling-encode.svg")
        steps(report, Path(folder) / "scaling-step.svg")


if __name__ == "__main__":
    main(*sys.argv[1:])
