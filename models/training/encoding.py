"""Text to token ids, as the extension does it: special tokens spelled out in source text stay text."""

import re
from functools import lru_cache

from tokenizers import Tokenizer


@lru_cache(maxsize=4)
def special_in_text(tokenizer: Tokenizer) -> re.Pattern | None:
    """Finds a special token written out in text."""
    names = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    return re.compile("|".join(map(re.escape, names))) if names else None


def stretches(text: str, special: re.Pattern | None) -> list[str]:
    """The text, cut after the first character of every special token that it spells out."""
    if special is None or not special.search(text):
        return [text]
    cuts = [0, *(match.start() + 1 for match in special.finditer(text)), len(text)]
    return [text[a:b] for a, b in zip(cuts, cuts[1:])]


def encode_all(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """Token ids of every text, tokenised separately; never a special token."""
    special = special_in_text(tokenizer)
    parts = [stretches(text, special) for text in texts]
    encodings = iter(tokenizer.encode_batch_fast([part for cut in parts for part in cut], add_special_tokens=False))
    return [[token for _ in cut for token in next(encodings).ids] for cut in parts]


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """Token ids of one text."""
    return encode_all(tokenizer, [text])[0]
