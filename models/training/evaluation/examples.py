"""Uncurated fills as Markdown."""

from held_out import KIND_NAMES, LANGUAGE_NAMES, Span, digest
from metrics import Score

# Lines of the file shown on either side.
AROUND = 5


def examples(spans: list[Span], answers: dict[str, dict], scores: dict[str, Score], count: int = 10) -> str:
    """The first `count` filled spans by hash, each in its surroundings, with the author's text where they differ."""
    filled = sorted((span for span in spans if span.id in answers), key=lambda span: digest(span.id))
    return "\n\n".join(example(index, span, answers[span.id], scores[span.id])
                       for index, span in enumerate(filled[:count], 1)) + "\n"


def example(index: int, span: Span, answer: dict, score: Score) -> str:
    """One fill, marked ⟦so⟧."""
    excerpt, contexts = span.excerpt, span.contexts
    texts = answer.get("texts") or [answer.get("text", "")]
    before = "\n".join(contexts[0].split("\n")[-AROUND - 1:])
    after = "\n".join(contexts[-1].split("\n")[:AROUND + 1])
    shown = before
    for text, context in zip(texts, [*contexts[1:-1], after]):
        shown += f"⟦{text}⟧{context}"
    parses = "parses" if score.clean else "does not parse"
    verdict = "exact" if score.exact else f"similarity {score.similarity:.2f}, {parses}"
    line = excerpt.line + excerpt.text.count("\n", 0, span.ranges[0][0])
    lines = [f"**{index}. {LANGUAGE_NAMES[excerpt.language]}, {KIND_NAMES[span.kind]}** "
             f"({excerpt.package} {excerpt.version}, `{excerpt.path}`, line {line}): {verdict}",
             fenced(shown, excerpt.language)]
    if not score.exact:
        lines += ["The author wrote:", fenced("\n".join(f"⟦{text}⟧" for text in span.expected), excerpt.language)]
    return "\n\n".join(lines)


def fenced(code: str, language: str) -> str:
    """A code block, fenced so that no fence in the code ends it."""
    fence = "```" if "```" not in code else "`````"
    return f"{fence}{language}\n{code}\n{fence}"
