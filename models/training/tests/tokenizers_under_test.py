"""Tokenizers trained on this project's own source, of both kinds that candidates use."""

from functools import cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from tokenizer import new_tokenizer
from vocabulary import SPECIAL_TOKENS

ROOT = Path(__file__).resolve().parents[3]


def texts() -> list[str]:
    """This project's sources."""
    return [path.read_text() for pattern in ("src/**/*.ts", "models/training/*.py") for path in sorted(ROOT.glob(pattern))]


@cache
def trained(kind: str) -> Tokenizer:
    """`own` splits as candidates trained from scratch do, `gpt` as SmolLM2 does."""
    if kind == "own":
        tokenizer = new_tokenizer()
    else:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ])
        tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts(), trainers.BpeTrainer(
        vocab_size=900, special_tokens=SPECIAL_TOKENS, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


ALPHABET = ["\r\n", "\n", "\n\n", "    ", "\t", " ", "  ", "é", "ß", "漢字", "👩‍👩‍👧", "\u2028", "\u00a0", "\ufeff", "\0",
            "<|mask|>", "<|pad|>", "<|", "12", "3.14", "x", "fooBar", "_a", "don't", "()", "{};", "=>", "//", '"']


def random_text(rng: np.random.Generator, size: int) -> str:
    """Pieces of code-like text mixed with any code points (no surrogates)."""
    anything = lambda: chr(int(rng.choice([rng.integers(0, 0xD800), rng.integers(0xE000, 0x110000)])))
    return "".join(anything() if rng.random() < 0.2 else ALPHABET[rng.integers(len(ALPHABET))] for _ in range(size))
