"""The evaluation as Markdown."""

import math

from configurations import AUTO, BUDGETS, LEFT_TO_RIGHT, ONE_BY_ONE, ORACLE, ORACLE_QUARTER, PRESETS, QUARTER, RULES
from configurations import SAMPLER, budgeted, preset
from held_out import KIND_NAMES, KINDS, LANGUAGE_NAMES, LANGUAGES
from metrics import Mean
from results import COPY, Results

# Bars of exact match under automatic length, percent.
GOALS = {("typescript", "line"): 25, ("python", "line"): 20,
         ("typescript", "expression"): 40, ("python", "expression"): 35}


def percent(mean: Mean) -> str:
    """`31.2 ± 3.4`, or a dash for nothing."""
    if math.isnan(mean.value):
        return "–"
    return f"{mean.value:.1%}".rstrip("%") + ("" if math.isnan(mean.error) else f" ± {mean.error * 100:.1f}")


def signed(mean: Mean) -> str:
    """A difference in points."""
    return "–" if math.isnan(mean.value) else f"{mean.value * 100:+.1f} ± {mean.error * 100:.1f}".replace("-", "−")


def number(mean: Mean, digits: int = 2, scale: float = 1) -> str:
    """A mean without its error."""
    return "–" if math.isnan(mean.value) else f"{mean.value * scale:.{digits}f}"


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, the first column to the left."""
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def cells(results: Results) -> str:
    """Exact match per language and kind, side by side."""
    named = [(AUTO.name, "automatic L"), (ORACLE.name, "oracle L"), (LEFT_TO_RIGHT.name, "left to right"),
             (COPY, "copying")]
    named += [(name, configured.label.split(",")[0]) for name, configured in results.configured.items()
              if name.startswith("against-")]
    named = [(name, label) for name, label in named if results.has(name)]
    rows = []
    for language in LANGUAGES:
        for kind in KINDS:
            def here(span, cell=(language, kind)):
                return span.cell == cell
            spans = results.spans("main", [AUTO.name], here)
            if not spans:
                continue
            rows.append([
                f"{LANGUAGE_NAMES[language]}, {KIND_NAMES[kind]}", str(len(spans)),
                *(percent(results.mean("main", name, "exact", here)) for name, _ in named),
                number(results.mean("main", AUTO.name, "similarity", here)),
                percent(results.mean("main", AUTO.name, "clean", here)),
                number(results.mean("main", AUTO.name, "calls", here), 1),
                number(results.mean("main", AUTO.name, "ms", here), 2, 1e-3)])
    header = ["exact match, %", "spans", *(label for _, label in named), "similarity", "parses, %", "calls", "s"]
    return table(header, rows)


def row(results: Results, part: str, name: str, label: str, base: str) -> list[str]:
    """One configuration over all spans of a part."""
    return [
        label, str(results.mean(part, name, "exact").n), percent(results.mean(part, name, "exact")),
        "" if name == base or not results.has(base) else signed(results.difference(part, name, base)),
        number(results.mean(part, name, "similarity")), percent(results.mean(part, name, "clean")),
        *([number(results.mean(part, name, "calls"), 1), number(results.mean(part, name, "ms"), 2, 1e-3)]
          if name != COPY else ["–", "–"])]


def compared(results: Results, part: str, names: list[tuple[str, str]], base: str) -> str:
    """Configurations over all spans of a part, with the difference to the base span by span."""
    header = ["all languages and kinds", "spans", "exact, %", "difference", "similarity", "parses, %", "calls", "s"]
    return table(header, [row(results, part, name, label, base) for name, label in names if results.has(name)])


def main_configurations(results: Results) -> str:
    """What the first part compares, in total."""
    names = [AUTO.name, ORACLE.name, QUARTER.name, ORACLE_QUARTER.name, SAMPLER.name, ONE_BY_ONE.name,
             LEFT_TO_RIGHT.name, COPY]
    names += [name for name in results.configured if name.startswith(("against-", "try-"))]
    return compared(results, "main", [(n, results.configured[n].label) for n in names if n in results.configured],
                    AUTO.name)


def steps(results: Results) -> str:
    """Fewer steps, under the fixed and the adaptive rule, without copies."""
    names = [(budgeted(rule, budget).name, f"{rule} rule, oracle L, T = {budget}")
             for rule in RULES for budget in BUDGETS]
    return compared(results, "steps", names, budgeted("fixed", "L").name)


def presets(results: Results) -> str:
    """The sampler of every preset, without copies."""
    return compared(results, "presets", [(preset(name).name, name) for name in PRESETS], SAMPLER.name)


def goals(results: Results) -> str:
    """The goals the model was trained for, and what came of them."""
    rows = []
    for (language, kind), goal in GOALS.items():
        found = results.mean("main", AUTO.name, "exact", lambda span, cell=(language, kind): span.cell == cell)
        rows.append([f"{LANGUAGE_NAMES[language]}, {KIND_NAMES[kind]}, exact match, %", f"≥ {goal}", percent(found)])
    if results.has(ORACLE.name):
        ratio = percent(results.ratio("main", AUTO.name, ORACLE.name))
        rows.append(["automatic L, exact match as % of oracle L's", "≥ 95", ratio])
    for few, many, length in (
        (QUARTER.name, AUTO.name, "automatic L"), (ORACLE_QUARTER.name, ORACLE.name, "oracle L"),
    ):
        if results.has(few, many):
            change = signed(results.difference("main", few, many))
            rows.append([f"default, {length}: T = L/4 against T = L, points", "≥ −2", change])
    return table(["goal", "wanted", "measured"], rows)


def report(results: Results, origin: str, plots: dict[str, str]) -> str:
    """All tables under headings, with the plots (file by name) where they belong.

    origin: a paragraph that says what was run on what.
    """
    def picture(name: str, text: str) -> list[str]:
        return [f"![{text}]({plots[name]})"] if name in plots else []

    failed = {configured.label: configured.failed for configured in results.configured.values() if configured.failed}
    parts = [origin, *(f"{count} span(s) that the engine refused under “{label}” count as wrong."
                       for label, count in failed.items())]
    if "main" in results.parts and results.has(AUTO.name):
        parts += [cells(results), *picture("exact", "Exact match per language and kind of span"),
                  main_configurations(results), "#### Goals", goals(results)]
    if results.has(budgeted("fixed", "L").name):
        parts += ["#### Steps (without copies)", steps(results), *picture("steps", "Exact match over model calls per fill")]
    if results.has(preset("LLaDA").name):
        parts += ["#### Presets (without copies)", presets(results), *picture("presets", "Exact match of the presets")]
    return "\n\n".join(parts) + "\n"
