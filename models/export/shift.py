"""Which row of the logits is about a token: measured on a text, since no configuration says."""

import torch

from choices import Choices
from denoise import Denoise
from known_models import KnownModel
from source import is_masked_lm

TEXT = '''def largest(values):
    """The largest of the values, or None if there are none."""
    best = None
    for value in values:
        if best is None or value > best:
            best = value
    return best


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, number):
        self.count = self.count + number
        return self.count
'''
EVERY = 6  # one in so many tokens is masked at a time
CLEAR = 1.0  # nats


@torch.no_grad()
def log_probs(denoise: Denoise, ids: list[int], mask: int) -> tuple[float, float]:
    """Mean log-probability (nats) of the masked ones among the tokens `ids` for a shift of 0 and of 1."""
    tokens = torch.tensor(ids)
    places = torch.arange(1, len(ids))
    means = []
    noisy = tokens.repeat(EVERY, 1)
    hidden = [places[start::EVERY] for start in range(EVERY)]
    for row, masked in enumerate(hidden):
        noisy[row, masked] = mask
    logs = denoise.whole(noisy, torch.ones_like(noisy)).float().log_softmax(-1)
    for shift in (0, 1):
        found = [logs[row, masked - shift, tokens[masked]] for row, masked in enumerate(hidden)]
        means.append(float(torch.cat(found).mean()))
    return means[0], means[1]


def fitting(means: tuple[float, float]) -> int | None:
    """The shift that predicts clearly better, if one does."""
    if abs(means[0] - means[1]) < CLEAR:
        return None
    return int(means[1] > means[0])


def chosen(
    choices: Choices, asked: int | None, denoising: Denoise, facts: KnownModel | None, text: list[int], mask: int
) -> int:
    """The model's shift. Says so if another one predicts the tokens `text` clearly better."""
    means = log_probs(denoising, text, mask)
    best, measured = fitting(means), f"{means[0]:.2f} nats per token of a text with 0, {means[1]:.2f} with 1"
    shift = choices.take("logitsShift", (
        (asked, "--shift"), (facts and facts.shift, "its model type"),
        (0 if is_masked_lm(denoising.model) else None, "a masked language model of transformers"),
        (best, f"the better one: {measured}"), (0, f"assumed; no shift predicts better: {measured}")))
    if best not in (None, shift):
        print(f"  WARNING: a shift of {best} predicts a text better ({measured}). Look it up in the model's card.", flush=True)
    return shift
