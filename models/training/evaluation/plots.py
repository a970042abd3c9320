"""The evaluation as pictures."""

import math
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)

from configurations import AUTO, BUDGETS, LEFT_TO_RIGHT, ORACLE, PRESETS, RULES, budgeted, preset  # noqa: E402
from held_out import KINDS, LANGUAGE_NAMES, LANGUAGES  # noqa: E402
from results import COPY, Results  # noqa: E402

# Text stays text, and the same results give the same bytes.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "unmask", "font.family": "sans-serif", "font.size": 9,
         "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
# Okabe and Ito's colours, which colour-blind readers can tell apart too.
ORANGE, BLUE, SKY, GREEN, PURPLE, GREY = "#E69F00", "#0072B2", "#56B4E9", "#009E73", "#CC79A7", "#999999"
BARS = {COPY: ("copying", GREY), LEFT_TO_RIGHT.name: ("left to right", ORANGE),
        AUTO.name: ("default, automatic L", BLUE), ORACLE.name: ("default, oracle L", SKY)}
TICKS = {"expression": "expression", "line": "line", "lines": "2–4 lines", "characters": "characters",
         "pair": "two spans"}


def save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", facecolor="white", metadata={"Date": None})
    plt.close(figure)


def errors(means: list) -> list[float]:
    """Standard errors in points, none where there are too few spans."""
    return [0 if math.isnan(mean.error) else mean.error * 100 for mean in means]


def exact(results: Results, path: Path) -> None:
    """Bars per language and kind."""
    others = [name for name in results.configured if name.startswith("against-")]
    bars = BARS | {name: (results.configured[name].label, colour) for name, colour in zip(others, (GREEN, PURPLE))}
    names = [name for name in bars if results.has(name)]
    languages = [name for name in LANGUAGES if any(span.excerpt.language == name for span in results.parts["main"])]
    figure, axes = plt.subplots(1, len(languages), figsize=(3.6 * len(languages), 2.8), sharey=True, squeeze=False)
    for axis, language in zip(axes[0], languages):
        kinds = [kind for kind in KINDS if results.spans(
            "main", [AUTO.name], lambda span, cell=(language, kind): span.cell == cell)]
        for index, name in enumerate(names):
            means = [results.mean("main", name, "exact", lambda span, cell=(language, kind): span.cell == cell)
                     for kind in kinds]
            width = 0.8 / len(names)
            places = [place + (index - (len(names) - 1) / 2) * width for place in range(len(kinds))]
            axis.bar(places, [mean.value * 100 for mean in means], width, yerr=errors(means), color=bars[name][1],
                     error_kw={"linewidth": 0.7}, label=bars[name][0])
        axis.set_xticks(range(len(kinds)), [TICKS[kind] for kind in kinds], rotation=20, ha="right",
                        rotation_mode="anchor")
        axis.set_title(LANGUAGE_NAMES[language], fontsize=10)
        axis.grid(axis="y", linewidth=0.3)
    axes[0][0].set_ylabel("exact match, %")
    axes[0][0].set_ylim(bottom=0)
    handles, texts = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="upper center", ncols=len(names), frameon=False, bbox_to_anchor=(0.5, 1.08))
    save(figure, path)


def steps(results: Results, path: Path) -> None:
    """Exact match against the model calls it took, for both rules."""
    figure, axis = plt.subplots(figsize=(5.2, 3.2))
    for rule, marker, colour in zip(RULES, "os", (ORANGE, BLUE)):
        budgets = [budget for budget in BUDGETS if results.has(budgeted(rule, budget).name)]
        calls = [results.mean("steps", budgeted(rule, budget).name, "calls").value for budget in budgets]
        means = [results.mean("steps", budgeted(rule, budget).name, "exact") for budget in budgets]
        axis.errorbar(calls, [mean.value * 100 for mean in means], yerr=errors(means), marker=marker,
                      color=colour, capsize=2, linewidth=1, label=f"{rule} rule, oracle L")
        for budget, x, mean in zip(budgets, calls, means):
            axis.annotate(f"T = {budget}", (x, mean.value * 100), textcoords="offset points", fontsize=7,
                          xytext=(4, -10 if rule == "fixed" else 5))
    axis.set_xscale("log", base=2)
    axis.xaxis.set_major_formatter("{x:g}")
    axis.set_xlabel("model calls per fill")
    axis.set_ylabel("exact match, %")
    axis.grid(linewidth=0.3)
    axis.legend(frameon=False)
    save(figure, path)


def presets(results: Results, path: Path) -> None:
    """Exact match of every preset, with its time."""
    names = [name for name in PRESETS if results.has(preset(name).name)][::-1]
    means = [results.mean("presets", preset(name).name, "exact") for name in names]
    figure, axis = plt.subplots(figsize=(5.2, 0.28 * len(names) + 0.6))
    axis.barh(names, [mean.value * 100 for mean in means], xerr=errors(means), color=BLUE,
              error_kw={"linewidth": 0.7}, height=0.7)
    for place, (name, mean, error) in enumerate(zip(names, means, errors(means))):
        seconds = results.mean("presets", preset(name).name, "ms").value / 1000
        axis.annotate(f"{seconds:.2f} s", (mean.value * 100 + error, place), textcoords="offset points",
                      xytext=(4, 0), va="center", fontsize=7)
    axis.set_xlabel("exact match, %, and time per fill")
    axis.grid(axis="x", linewidth=0.3)
    save(figure, path)


def draw_all(results: Results, folder: Path) -> dict[str, Path]:
    """Every picture there are results for, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {}
    with matplotlib.rc_context(STYLE):
        if results.parts.get("main") and results.has(AUTO.name):
            wanted["exact"] = exact
        if results.parts.get("steps") and results.has(budgeted("fixed", "L").name):
            wanted["steps"] = steps
        if results.has(preset("LLaDA").name):
            wanted["presets"] = presets
        for name, picture in wanted.items():
            picture(results, folder / f"{name}.svg")
    return {name: folder / f"{name}.svg" for name in wanted}
