"""The scores of every configuration, and means over parts of them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from copying import copy_fills
from held_out import Span
from metrics import Mean, Score, mean, score

COPY = "copy"
METRICS = ("exact", "similarity", "clean", "calls", "ms")

Where = Callable[[Span], bool]


def everywhere(_: Span) -> bool:
    """No restriction."""
    return True


@dataclass
class Configured:
    """One configuration's scores by span, and how it is called."""

    label: str
    scores: dict[str, Score]
    # Spans the engine refused or failed; they count as wrong.
    failed: int = 0


def scored(label: str, spans: list[Span], answers: dict[str, dict]) -> Configured:
    """Scores what the engine answered; a span without an answer yet is left out."""
    result = Configured(label, {})
    for span in spans:
        answer = answers.get(span.id)
        if answer is None:
            continue
        if "error" in answer:
            result.failed += 1
            result.scores[span.id] = score(span, [""] * len(span.ranges))
        else:
            texts = answer.get("texts") or [answer["text"]]
            result.scores[span.id] = score(span, texts, answer["calls"], answer["ms"])
    return result


def copying(spans: list[Span]) -> Configured:
    """The baseline's scores."""
    return Configured("copy baseline", {span.id: score(span, copy_fills(span)) for span in spans})


class Results:
    """Everything measured: configurations by name, and which spans each part of the evaluation used."""

    def __init__(self, configured: dict[str, Configured], parts: dict[str, list[Span]]):
        self.configured, self.parts = configured, parts

    def spans(self, part: str, names: list[str], where: Where = everywhere) -> list[Span]:
        """The spans of a part that all named configurations have filled."""
        maps = [self.configured[name].scores for name in names]
        return [span for span in self.parts[part] if where(span) and all(span.id in scores for scores in maps)]

    def mean(self, part: str, name: str, metric: str, where: Where = everywhere) -> Mean:
        """A metric of one configuration over a part."""
        spans, scores = self.spans(part, [name], where), self.configured[name].scores
        return mean([getattr(scores[span.id], metric) for span in spans], [span.excerpt.id for span in spans])

    def difference(self, part: str, name: str, other: str, metric: str = "exact") -> Mean:
        """How much higher a metric is than under another configuration, span by span."""
        spans = self.spans(part, [name, other])
        a, b = self.configured[name].scores, self.configured[other].scores
        return mean([getattr(a[span.id], metric) - getattr(b[span.id], metric) for span in spans],
                    [span.excerpt.id for span in spans])

    def ratio(self, part: str, name: str, other: str) -> Mean:
        """Exact matches as a share of another configuration's, the error by linearisation."""
        spans = self.spans(part, [name, other])
        a = [self.configured[name].scores[span.id].exact for span in spans]
        b = [self.configured[other].scores[span.id].exact for span in spans]
        if not sum(b):
            return Mean(math.nan, math.nan, len(spans))
        value, base = sum(a) / sum(b), sum(b) / len(b)
        residues = mean([x - value * y for x, y in zip(a, b)], [span.excerpt.id for span in spans])
        return Mean(value, residues.error / base, len(spans))

    def has(self, *names: str) -> bool:
        """Whether all these configurations have scores."""
        return all(name in self.configured and self.configured[name].scores for name in names)

    def as_json(self) -> dict:
        """Every mean of every configuration: over all spans, per language, per kind and per cell."""
        report = {}
        for name, configured in self.configured.items():
            part = max((part for part in self.parts if self.spans(part, [name])), default=None,
                       key=lambda part: len(self.spans(part, [name])))
            if part is None:
                continue
            groups: dict[str, Where] = {"all": everywhere}
            for language, kind in sorted({span.cell for span in self.parts[part]}):
                groups[language] = lambda span, language=language: span.excerpt.language == language
                groups[kind] = lambda span, kind=kind: span.kind == kind
                groups[f"{language}/{kind}"] = lambda span, cell=(language, kind): span.cell == cell
            report[name] = {
                "label": configured.label, "failed": configured.failed,
                "means": {group: self._means(part, name, where) for group, where in groups.items()},
            }
        return report

    def _means(self, part: str, name: str, where: Where) -> dict:
        means = {metric: self.mean(part, name, metric, where) for metric in METRICS}
        return {"spans": means["exact"].n} | {
            metric: {"mean": rounded(found.value), "standardError": rounded(found.error)}
            for metric, found in means.items()}


def rounded(value: float) -> float | None:
    """For JSON, which has no “not a number”."""
    return None if math.isnan(value) else round(value, 5)
