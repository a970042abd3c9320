"""What the cards and the code of published masked diffusion models say, and their configurations do not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownModel:
    """Facts about all models of one `model_type`; tokens that a tokenizer lacks are not taken from here.

    `tokenizer` is a class of transformers that reads the same files as the model's own tokenizer, which has no
    tokenizer.json.
    """

    shift: int
    mask: str | None = None
    pad: str | None = None
    begin: str | None = None
    end: str | None = None
    expand: str | None = None
    delete: str | None = None
    tokenizer: str | None = None


KNOWN_MODELS = {
    "llada": KnownModel(shift=0, mask="<|mdm_mask|>", pad="<|endoftext|>"),
    # Dream, Dream-Coder and DiffuCoder; DreamOn, whose tokenizer has <|expand|>, is of this type too.
    "dream": KnownModel(
        shift=1, mask="<|mask|>", pad="<|endoftext|>", begin="<|beginoftext|>", end="<|endoftext|>",
        expand="<|expand|>", delete="<|delete|>", tokenizer="Qwen2Tokenizer"),
    "coda": KnownModel(shift=1),
}


def known(model_type: str) -> KnownModel | None:
    """What is known of a type, whatever case it is written in."""
    return KNOWN_MODELS.get(model_type.lower())
