"""How much text a model reads at once."""

import sys

from transformers import PretrainedConfig, PreTrainedTokenizerBase

from choices import Choices

WINDOW = 2048  # most tokens unless asked otherwise: every step reads all of them
LEAST_CONTEXT = 8  # that a model folder may have
MOST_SLOTS = 1024  # that can be asked for, of whatever model (src/diffusion/settings/sampler.ts)


def reach(config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase) -> int | None:
    """Most tokens that the model reads, as far as it says."""
    named = [getattr(config, name, None) for name in ("max_sequence_length", "max_position_embeddings", "n_positions")]
    # Tokenizers that know of no limit name a number beyond all reason.
    return min((size for size in (*named, tokenizer.model_max_length) if size and size < 1e9), default=None)


def context_length(choices: Choices, asked: int | None, slots: int, most: int | None) -> int:
    """Most context tokens. Exits if nobody could ask for so many slots, or they do not fit beside the context."""
    if not 1 <= slots <= MOST_SLOTS:
        sys.exit(f"{slots} slots: Unmask fills 1 to {MOST_SLOTS} at once, with any model. Set --max-slots.")
    window = min(WINDOW, most or WINDOW)
    why = f"the model reads {most} tokens" if window == most else f"{WINDOW} tokens in all keep a step affordable"
    context = choices.take("contextLength", ((asked, "--context-length"), (window - slots, f"{why}, of which {slots} are slots")))
    if context < LEAST_CONTEXT or (most and context + slots > most):
        sys.exit(f"{context} context tokens beside {slots} slots: the context needs {LEAST_CONTEXT} at least"
                 f"{f', and the model reads no more than {most} in all' if most else ''}. "
                 "Set --context-length and --max-slots.")
    return context
