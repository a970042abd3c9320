"""Train the byte-level BPE tokenizer on a sample of the training split."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

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


def sample(corpus: Path, bytes_per_language: int) -> Iterator[str]:
    """Texts from the corpus file, the same amount of each language."""
    taken: dict[str, int] = {}
    for line in corpus.open():
        row = json.loads(line)
        if taken.get(row["language"], 0) < bytes_per_language:
            taken[row["language"]] = taken.get(row["language"], 0) + len(row["text"])
            yield row["text"]


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
