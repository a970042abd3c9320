"""Lay a crop out as `[context | slots]` with exact sizes.

Every span's slots take positions p, p+1, …; the text after the span goes on at
p + SPAN_GAP whatever the number of slots.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

import spans
from corpus import Crop
from span_boundary import healed
from token_corpus import TokenCrop
from vocabulary import BEGIN, END, LANGUAGE_TOKENS, PAD

SPAN_GAP = 64

Surplus = Callable[[np.random.Generator, int], int]  # how many pads follow a span's tokens where there is room for so many


@dataclass
class Sample:
    """Ids and positions of the context [N] and of the clean slots [S]."""

    context_ids: list[int]
    context_pos: list[int]
    slot_ids: list[int]
    slot_pos: list[int]


def upper_bound(rng: np.random.Generator, room: int) -> int:
    """Sometimes no pads, mostly few, often many: L is then an upper bound."""
    draw = rng.random()
    count = 0 if draw < 0.4 else int(rng.integers(1, 9)) if draw < 0.8 else int(rng.integers(1, 41))
    return min(count, room)


def one_end(rng: np.random.Generator, room: int) -> int:
    """The pad that ends a span. Others behind it teach nothing where slots are read from left to right, and only fill a sample up."""
    return min(1, room)


def asymmetric(
    crop: Crop | TokenCrop, tokenizer: Tokenizer, rng: np.random.Generator, context: int, slots: int, count: int,
    surplus: Surplus | None = upper_bound, heal: bool = False,
) -> Sample | None:
    """A sample of exactly `context` context tokens and `slots` slots, or None if the crop is too small for it.

    At most `count` spans are used. A span that does not fit is cut short and
    its rest returned to the context. Without `surplus` every span has as many slots
    as tokens. `heal` is how spans begin (span_boundary.py).
    """
    ranges = crop.snapped(spans.choose(crop.text, rng, count))
    pieces = (healed_pieces if heal else cut_pieces)(crop, tokenizer, ranges)
    ids = tokenizer.token_to_id
    head = [] if rng.random() < 0.1 else [ids(LANGUAGE_TOKENS[crop.language])]
    before = [ids(BEGIN)] * crop.start + pieces[0]
    stretches, filled, left = [before], [], slots
    for true, after in zip(pieces[1::2], pieces[2::2]):
        used = min(len(true), SPAN_GAP, left)
        if left == 0:
            stretches[-1] = stretches[-1] + true + after
            continue
        extra = min(surplus(rng, SPAN_GAP - used), left - used) if surplus and used == len(true) else 0
        filled.append(true[:used] + [ids(PAD)] * extra)
        left -= used + extra
        stretches.append(true[used:] + after)
    if surplus and filled and left <= SPAN_GAP - len(filled[-1]) and left <= 16:
        filled[-1] = filled[-1] + [ids(PAD)] * left
        left = 0
    if left:
        return None
    stretches[-1] = stretches[-1] + [ids(END)] * crop.end
    excess = len(head) + sum(map(len, stretches)) - context
    if excess < 0:
        return None
    first, last = len(stretches[0]), len(stretches[-1])
    # Trim the two ends; where the window lies around the spans is random.
    low, high = max(0, excess - last), min(excess, first)
    if low > high:
        return None
    cut = int(rng.integers(low, high + 1))
    stretches[0] = stretches[0][cut:]
    stretches[-1] = stretches[-1][:last - (excess - cut)]
    return place(head, stretches, filled)


def cut_pieces(crop: Crop | TokenCrop, tokenizer: Tokenizer, ranges: list[spans.Range]) -> list[list[int]]:
    """Token ids of the text before the first span, of the span, of the text up to the next one, …, of the text at the end."""
    cuts = [0, *(edge for span in ranges for edge in span), len(crop.text)]
    return crop.pieces(tokenizer, cuts)


def healed_pieces(crop: Crop | TokenCrop, tokenizer: Tokenizer, ranges: list[spans.Range]) -> list[list[int]]:
    """The same, where spans begin as the tokenizer would have cut."""
    cuts, last = [0], 0
    for start, end in ranges:
        # Sizes in the crop's own units.
        lone, borrowed = (crop.size(part) for part in healed(crop.decoded(last, start))[1:])
        cuts += [start - borrowed - lone, start - borrowed, end]
        last = end
    parts = crop.pieces(tokenizer, [*cuts, len(crop.text)])
    before = (text + lone for text, lone in zip(parts[:-1:3], parts[1::3]))
    return [piece for pair in zip(before, parts[2::3]) for piece in pair] + parts[-1:]


def place(head: list[int], stretches: list[list[int]], filled: list[list[int]]) -> Sample:
    """Assign positions to context stretches with the filled spans between them."""
    sample = Sample(list(head), list(range(len(head))), [], [])
    position = len(head)
    for index, stretch in enumerate(stretches):
        sample.context_ids += stretch
        sample.context_pos += range(position, position + len(stretch))
        position += len(stretch)
        if index < len(filled):
            sample.slot_ids += filled[index]
            sample.slot_pos += range(position, position + len(filled[index]))
            position += SPAN_GAP
    return sample


def plain(crop: Crop | TokenCrop, tokenizer: Tokenizer, rng: np.random.Generator, slots: int) -> list[int] | None:
    """A crop as `slots` slots without context, for denoising at every mask ratio."""
    ids = tokenizer.token_to_id
    head = [] if rng.random() < 0.1 else [ids(LANGUAGE_TOKENS[crop.language])]
    head += [ids(BEGIN)] * crop.start
    tokens = head + crop.pieces(tokenizer, [0, len(crop.text)])[0] + [ids(END)] * crop.end
    return tokens[:slots] if len(tokens) >= slots else None
