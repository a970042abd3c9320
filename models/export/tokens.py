"""The tokenizer as the engine reads it, and the model's special tokens."""

import json
import re
import sys
from argparse import Namespace

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from choices import Choices
from known_models import KnownModel

# Text that must come back as it was.
SAMPLES = ["def area(r):\n    return 3.14 * r ** 2\n", "\tif (a!=b) {\r\n\t\tthrow new Error(`é ${x} 名前 👍🏽`);\r\n\t}",
           " leading", "trailing ", "\n\n\n", "    ", "SCREAMING_CASE camelCase 0x1F"]
# Tokens that stand for no text, whatever their tokenizer calls them: Qwen's for a hole in code are not marked as special.
MARKER = re.compile(r"<[|｜].*[|｜]>")
ROLES = ("mask", "pad", "begin", "end", "expand", "delete")


def fast_twin(slow: PreTrainedTokenizerBase, fast: PreTrainedTokenizerBase) -> PreTrainedTokenizerBase:
    """The fast one, made of the same files. Exits if it does not tokenise as the slow one does."""
    for text in SAMPLES:
        if slow.encode(text, add_special_tokens=False) != fast.encode(text, add_special_tokens=False):
            sys.exit(f"{type(fast).__name__}, made of the files of {type(slow).__name__}, tokenises {text!r} otherwise. "
                     "Save a fast tokenizer that agrees into the model's folder, and export that folder.")
    return fast


def byte_level(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    """The tokenizer in the form of tokenizer.json, without truncation and padding, with every MARKER special.

    Exits if the engine could not read text with it.
    """
    if not tokenizer.is_fast:
        sys.exit("The tokenizer has no tokenizer.json (it is no fast one). Unmask reads no other: save a fast one into "
                 "the model's folder, with AutoTokenizer or by hand, and export that folder.")
    fast = tokenizer.backend_tokenizer
    fast.no_truncation()
    fast.no_padding()
    written = json.loads(fast.to_str())
    if written["model"]["type"] != "BPE" or not all("ByteLevel" in kinds(written[part]) for part in ("pre_tokenizer", "decoder")):
        sys.exit(f"The tokenizer is no byte-level BPE but {written['model']['type']}, which does not keep text as it is "
                 "or writes it otherwise than in bytes. Unmask cannot use this model.")
    for token in written["added_tokens"]:
        token["special"] |= MARKER.fullmatch(token["content"]) is not None
    fast = Tokenizer.from_str(json.dumps(written))
    for text in SAMPLES:
        again = fast.decode(fast.encode(text, add_special_tokens=False).ids, skip_special_tokens=False)
        if again != text:
            sys.exit(f"The tokenizer does not keep text as it is: {text!r} comes back as {again!r}. Fills would change "
                     "the code around them, so Unmask cannot use this model.")
    return fast


def kinds(part: dict | None) -> set[str]:
    """The types of a part of tokenizer.json and of what it is a sequence of."""
    if part is None:
        return set()
    within = [*part.get("pretokenizers", []), *part.get("decoders", [])]
    return {part["type"]}.union(*map(kinds, within))


def boundary(tokenizer: Tokenizer) -> str:
    """How text before a span is tokenised: `healed` where a last space belongs to the word behind it."""
    pieces = [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str("a   b")]
    return "healed" if pieces[-1] == "Ġb" else "cut"


def special_tokens(
    options: Namespace, choices: Choices, tokenizer: PreTrainedTokenizerBase, facts: KnownModel | None, configured: dict
) -> dict[str, str]:
    """The tokens of model.json's `specialTokens`; `configured` are the model's and its generation's configuration.

    Exits without a mask, with a token that the tokenizer lacks, and with only one of expand and delete.
    """
    vocabulary = tokenizer.get_vocab()
    around = put_around(tokenizer)
    own = {"mask": tokenizer.mask_token, **around}
    found = {}
    for role in ROLES:
        by_type = facts and getattr(facts, role)
        by_id = configured.get(f"{role}_token_id") if role in ("mask", "expand", "delete") else None
        found[role] = choices.take(role, (
            (getattr(options, role), f"--{role}"),
            (tokenizer.convert_ids_to_tokens(by_id) if isinstance(by_id, int) else None, "the configuration"),
            (by_type if by_type in vocabulary else None, "its model type"),
            (own.get(role), "the tokenizer"),
        ))
    found = {role: token for role, token in found.items() if token is not None}
    if "mask" not in found:
        sys.exit("Neither the configuration nor the tokenizer names a mask token. If the model has one, name it with "
                 "--mask; if it has none, it is no masked diffusion model, and Unmask cannot use it.")
    for role, token in found.items():
        if token not in vocabulary:
            sys.exit(f"The tokenizer has no token {token!r} (--{role}). Give the token as its tokenizer.json writes it.")
    if ("expand" in found) != ("delete" in found):
        there, missing = ("expand", "delete") if "expand" in found else ("delete", "expand")
        sys.exit(f"The model has a token to {there} ({found[there]}) but none to {missing}: name it with --{missing}, "
                 f"or do without both with --{there} ''.")
    if found.get("pad") == found.get("delete"):
        # Slots that reveal it vanish, so that nothing is left for pad to do.
        found.pop("pad", None)
    return found


def check_rows(tokenizer: PreTrainedTokenizerBase, rows: int) -> None:
    """Exits if the tokenizer has a token for which the model has no row in its table of embeddings."""
    token, last = max(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    if last >= rows:
        sys.exit(f"The tokenizer's token {token!r} has the id {last}, and the model knows {rows} tokens: they do not belong "
                 "together. If tokens were added for the model, its embeddings have to be resized and trained with them.")


def put_around(tokenizer: PreTrainedTokenizerBase) -> dict[str, str]:
    """The tokens that the tokenizer itself puts before and after a text, as far as it is one each."""
    bare = tokenizer("x", add_special_tokens=False)["input_ids"]
    ids = tokenizer("x")["input_ids"]
    at = next((start for start in range(len(ids)) if ids[start:start + len(bare)] == bare), 0)
    before, after = ids[:at], ids[at + len(bare):]
    sides = {"begin": before, "end": after}
    return {role: tokenizer.convert_ids_to_tokens(side[0]) for role, side in sides.items() if len(side) == 1}


def ordinary(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """The ids that stand for text, ascending."""
    return sorted(set(tokenizer.get_vocab().values()) - set(tokenizer.added_tokens_decoder))
