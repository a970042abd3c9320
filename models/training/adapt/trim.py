"""Trim the base's vocabulary to what code uses, and give it the special tokens of this project.

A token that is kept keeps the two tokens it is merged from, so the kept merges
still reach it. Bytes that the base has no token for are added: any text can be
encoded.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from adapt.base import Base, read
from adapt.work_files import SOURCES_FILE, TOKENIZER_FILE
from vocabulary import BEGIN, END, LANGUAGE_TOKENS, MASK, PAD, SPECIAL_TOKENS

VOCABULARY = 18_432  # most ids kept

# Base tokens whose embeddings the special tokens start from. Pad and mask are trained further.
DOCUMENT_EDGE = "<|endoftext|>"
SOURCES = {
    PAD: DOCUMENT_EDGE, MASK: "<empty_output>", BEGIN: DOCUMENT_EDGE, END: DOCUMENT_EDGE,
    LANGUAGE_TOKENS["typescript"]: "ts", LANGUAGE_TOKENS["javascript"]: "js",
    LANGUAGE_TOKENS["python"]: "py",
}


def byte_pairs(tokens: list[str], merges: list[tuple[str, str]]) -> Tokenizer:
    """A byte-level BPE tokenizer that splits digits, as the base's does."""
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        # What Digits(individual_digits=True) does; other runtimes take only ASCII's for digits there.
        pre_tokenizers.Split(Regex(r"\p{N}"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def usage(tokenizer: Tokenizer, corpus: Path, characters: int) -> Counter:
    """How often each id occurs in about `characters` characters spread over the corpus file."""
    rows, share = Counter(), min(1.0, characters / corpus.stat().st_size)
    rng, batch = np.random.default_rng(1), []
    with corpus.open() as lines:
        for line in lines:
            if rng.random() < share:
                batch.append(json.loads(line)["text"][:20_000])
            if len(batch) == 200:
                for encoding in tokenizer.encode_batch(batch):
                    rows.update(encoding.ids)
                batch = []
    for encoding in tokenizer.encode_batch(batch):
        rows.update(encoding.ids)
    return rows


def chosen(base: Base, corpus: Path, size: int, characters: int) -> list[int]:
    """At most `size` ids of the base, ascending: the most used ones and all they are merged from."""
    ids = {token: i for i, token in enumerate(base.tokens)}
    merges = [tuple(merge.split(" ")) for merge in base.merges]
    parents: dict[int, tuple[int, int]] = {}
    for left, right in merges:
        parents.setdefault(ids[left + right], (ids[left], ids[right]))
    alphabet = [ids[byte] for byte in pre_tokenizers.ByteLevel.alphabet() if byte in ids]
    kept = set(alphabet)

    def ancestry(token: int) -> set[int]:
        found, open_ = {token}, [token]
        while open_:
            for parent in parents.get(open_.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    open_.append(parent)
        return found

    for token, _ in usage(byte_pairs(base.tokens, merges), corpus, characters).most_common():
        grown = kept | ancestry(token)
        if len(grown) > size:
            break
        kept = grown
    return sorted(kept)


def trim(base: Base, corpus: Path, size: int, characters: int = 30_000_000) -> tuple[Tokenizer, np.ndarray]:
    """The tokenizer of at most `size` ids, and for each id the row of the base's embedding that it starts from.

    Special tokens come first (vocabulary.SPECIAL_TOKENS), then the base's kept
    ids in their order, then bytes the base lacks (they start from the document edge).
    """
    ids = {token: i for i, token in enumerate(base.tokens)}
    lacking = [byte for byte in sorted(pre_tokenizers.ByteLevel.alphabet()) if byte not in ids]
    kept = chosen(base, corpus, size - len(SPECIAL_TOKENS) - len(lacking), characters)
    tokens = [*SPECIAL_TOKENS, *(base.tokens[i] for i in kept), *lacking]
    there = set(tokens)
    merges = [(a, b) for a, b in (merge.split(" ") for merge in base.merges)
              if a in there and b in there and a + b in there]
    tokenizer = byte_pairs(tokens, merges)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL_TOKENS])
    return tokenizer, sources_of(base, tokens)


def sources_of(base: Base, tokens: list[str]) -> np.ndarray:
    """For each token of a trimmed vocabulary the row of the base's embedding that it starts from."""
    ids = {token: i for i, token in enumerate(base.tokens)}
    return np.array([ids.get(SOURCES.get(token, token), ids[DOCUMENT_EDGE]) for token in tokens])


def prepare(base: Path, work: Path, size: int) -> None:
    """Trim the base for a work folder, unless that is done already."""
    if not (work / TOKENIZER_FILE).exists():
        tokenizer, sources = trim(read(base), work / "train.jsonl", size)
        np.save(work / SOURCES_FILE, sources)
        tokenizer.save(str(work / TOKENIZER_FILE))
