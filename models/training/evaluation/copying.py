"""A baseline without a model: copy what stood in a similar place of the same file."""

import re

from held_out import Span

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
# Tokens: the longest fill, and how much of the text before and after it is compared.
LONGEST, BEFORE, AFTER = 64, 24, 4


def agreement(a: list[str], b: list[str]) -> int:
    """How many of the first tokens are equal."""
    return next((index for index, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def copied(before: str, after: str, elsewhere: str) -> str:
    """The stretch of the file whose surroundings agree with the gap's in most tokens, the shortest of equals.

    Candidates have at most 64 tokens, follow a token equal to the last one of `before`, and end where the text goes
    on as `after` does or the line ends; of what follows, up to 4 tokens count. "" if there are none.
    """
    left, right = TOKEN.findall(before)[:-BEFORE - 1:-1], TOKEN.findall(after)[:AFTER]
    best, text = (0, 0), ""
    for source in map(TOKEN.findall, (before, elsewhere, after)):
        for start in range(1, len(source)):
            agrees = agreement(source[max(0, start - BEFORE):start][::-1], left)
            if agrees == 0 or agrees + len(right) < best[0]:
                continue
            for end in range(start + 1, min(len(source), start + LONGEST + 1)):
                follows = agreement(source[end:end + AFTER], right)
                if (follows or "\n" in source[end]) and (agrees + follows, start - end) > best:
                    best, text = (agrees + follows, start - end), "".join(source[start:end])
    return text


def copy_fills(span: Span) -> list[str]:
    """The baseline's text for every range, each from the surroundings of all."""
    contexts = span.contexts
    return [
        copied(contexts[index], contexts[index + 1], "\n".join(contexts[:index] + contexts[index + 2:]))
        for index in range(len(span.ranges))
    ]
