"""What an adaptation is trained on: kinds of batches, drawn with equal probability, and the learning rate."""

from dataclasses import dataclass

import numpy as np

from batches import Kind


@dataclass(frozen=True)
class Recipe:
    """Batch sizes are samples a rank; where slots are not read causally, every sample is masked twice (adapt.batches)."""

    kinds: tuple[Kind, ...]
    validation: Kind
    rate: float = 1e-3

    def kind(self, share: float, rng: np.random.Generator) -> Kind:
        """A batch's kind; the same ones at every share of the run."""
        return self.kinds[rng.integers(len(self.kinds))]


RECIPES = {
    # The base knows long contexts already, and on a CPU each costs as much as many slots. Two batches of three are read
    # causally, as the default sampler confirms its drafts: in those nearly every slot teaches.
    "cpu": Recipe(
        (Kind(4, 224, 96, 6, True), Kind(3, 384, 128, 8, True), Kind(3, 224, 96, 4)),
        Kind(8, 320, 96, 4)),
    # For one GPU of 80 GB: about twenty times as many slots a step, and contexts as long as those in use. Ten slots a
    # span, as the spans of a crop have to fill them all: of sixteen a span, nine crops of ten were drawn in vain, and
    # the feed took five times as long. Three kinds, as each has to be compiled.
    "gpu": Recipe(
        (Kind(128, 256, 80, 8, True), Kind(48, 896, 96, 8, True), Kind(64, 320, 96, 6)),
        Kind(32, 320, 96, 4)),
    "smoke": Recipe((Kind(2, 48, 32, 2, True), Kind(2, 48, 32, 2)), Kind(2, 48, 32, 2)),
}


def schedule(share: float) -> float:
    """Warm-up, stable, then linear decay, as a function of the share of the time used."""
    return min(1.0, share / 0.03 + 0.05, max(0.02, (1 - share) / 0.6))
