"""Train the byte-level BPE tokenizer on a sample of the training split."""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from recipe import RECIPES
from vocabulary import SPECIAL_TOKENS, SPLIT_PATTERN


def new_tokenizer() -> Tokenizer:
    """An untrained tokenizer: lossless on any UTF-8 text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT_PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def rank(row: dict) -> bytes:
    """Files are taken in this order: an even sample of all packages."""
    return hashlib.sha256(f"{row['package']}/{row['path']}".encode()).digest()


def sample(corpus: Path, bytes_per_language: int) -> list[str]:
    """Texts from the corpus file, about the same amount of each language."""
    sizes: dict[str, list[tuple[bytes, int]]] = {}
    with corpus.open() as lines:
        for row in map(json.loads, lines):
            sizes.setdefault(row["language"], []).append((rank(row), len(row["text"])))
    last = {}
    for language, files in sizes.items():
        files.sort()
        reach = np.searchsorted(np.cumsum([size for _, size in files]), bytes_per_language)
        last[language] = files[min(int(reach), len(files) - 1)][0]
    with corpus.open() as lines:
        return [row["text"] for row in map(json.loads, lines) if rank(row) <= last[row["language"]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--recipe", choices=RECIPES, default="small")
    parser.add_argument("--megabytes", type=float, default=8, help="sample size per language")
    args = parser.parse_args()
    recipe = RECIPES[args.recipe]
    tokenizer = new_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.shape.vocabulary, special_tokens=SPECIAL_TOKENS, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), max_token_length=24,
    )
    tokenizer.train_from_iterator(sample(args.work / "train.jsonl", int(args.megabytes * 1e6)), trainer)
    tokenizer.save(str(args.work / recipe.tokenizer))
    print(f"{tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
