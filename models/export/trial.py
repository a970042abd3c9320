"""How a network can be read: found out by trying."""

import sys

import torch

from reading import BIAS, FULL, PLAIN, MaskForm, Network, Reading, positions_of

TOKENS, FILLER = 12, 4  # of the sequences tried
TOLERANCE = {torch.float32: 1e-3, torch.float16: 2e-2}  # of the largest logit


class Trial:
    """Reads a few random sequences and compares what comes of it."""

    def __init__(self, network: Network, ordinary: list[int]):
        self.network = network
        choice = torch.Generator().manual_seed(1)
        drawn = torch.randint(len(ordinary), (3, TOKENS), generator=choice)
        self.ids, self.other, third = (torch.tensor(ordinary)[row][None] for row in drawn)
        self.ids = torch.cat([self.ids, third])
        self.other = self.other.expand_as(self.ids)
        self.ones = torch.ones_like(self.ids)

    def agree(self, first: torch.Tensor, second: torch.Tensor) -> bool:
        limit = TOLERANCE[self.network.model.dtype] * second.abs().max()
        return bool(((first - second).abs() <= limit).all())

    def takes_positions(self) -> bool:
        """Whether positions that count from 0 mean to the network what it reads without any."""
        if "position_ids" not in self.network.parameters:
            return False
        reading = Reading(None, True)
        without = self.network.logits(reading, self.ids, None, None)
        try:
            return self.agree(self.network.logits(reading, self.ids, None, positions_of(self.ids)), without)
        except (RuntimeError, ValueError, TypeError):
            return False

    def understands(self, form: MaskForm, full: bool) -> bool:
        """Whether filler behind a sequence changes nothing in this form of mask, nor, unless `full`, the mask itself."""
        if form.argument not in self.network.parameters:
            return False
        read = lambda ids, mask: self.network.logits(Reading(form, False), ids, mask, None)
        short, filled = self.ones.clone(), self.ids.clone()
        short[:, -FILLER:] = 0
        filled[:, -FILLER:] = self.other[:, -FILLER:]
        try:
            whole, alone = read(self.ids, self.ones), read(self.ids[:, :-FILLER], self.ones[:, :-FILLER])
            same = full or self.agree(whole, self.network.logits(Reading(None, False), self.ids, None, None))
            return same and all(self.agree(read(ids, short)[:, :-FILLER], alone) for ids in (self.ids, filled))
        except (RuntimeError, ValueError, TypeError):
            return False

    def sees_both_ways(self, reading: Reading) -> bool:
        """Whether a later token changes what is said of earlier ones."""
        changed = self.ids.clone()
        changed[:, -1] = torch.where(self.ids[:, -1] == self.other[:, 0], self.other[:, 1], self.other[:, 0])
        before, after = (self.network.logits(reading, ids, self.ones, positions_of(ids))[:, :-1] for ids in (self.ids, changed))
        return bool((before - after).abs().max() > 1e-6 * before.abs().max())


CAUSAL = (
    "The model reads from left to right: a later token changes nothing of what it says of earlier ones, so it cannot "
    "take the text after a span into account. Either it is an autoregressive model, which Unmask cannot use, or it was "
    "trained to see both ways but loaded with code that does not: add --trust-remote-code if it brings code of its own, "
    "or --bidirectional if its card says that the causal mask has to be taken off.")


@torch.no_grad()
def readings(network: Network, ordinary: list[int], bidirectional: bool) -> list[Reading]:
    """The ways in which a network can be read, the best first. `bidirectional`: its causal mask is to be replaced.

    Exits if attention is causal.
    """
    trial = Trial(network, ordinary)
    positions = trial.takes_positions()
    forms = [form for form in ((FULL, BIAS) if bidirectional else (PLAIN, FULL, BIAS)) if trial.understands(form, bidirectional)]
    if bidirectional and not forms:
        sys.exit("--bidirectional: the model takes no attention mask of [B,1,N,N], so its own cannot be replaced.")
    found = [Reading(form, positions) for form in forms]
    if not bidirectional:
        found.append(Reading(None, positions))
    if not trial.sees_both_ways(found[0]):
        sys.exit(CAUSAL)
    return found
