"""How the text before a span is tokenised where white space stands there: src/denoiser/context/spanBoundary.ts.

A tokenizer of the GPT-2 kind gives a last space to the token of the word behind
it, and makes any other last white space a token by itself. Up to the span's
boundary alone all of it would be one token, behind which the base has never
seen a word ("token healing").
"""

import re

# What JavaScript takes for white space.
SPACE = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
LONE = re.compile(f"[{SPACE}](?! )[{SPACE}]")


def healed(text: str) -> tuple[str, str, str]:
    """The text before a span in three: what is tokenised as it is, what by itself, and what the span's slots take along."""
    before, last = text[:-1], text[-1:]
    if last == " " and before:
        return before, "", last
    if LONE.fullmatch(text[-2:]):
        return before, last, ""
    return text, "", ""
