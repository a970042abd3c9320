"""What is trained on when: batch kinds and learning rate as functions of progress in [0,1]."""

from dataclasses import dataclass, field

import numpy as np

from batches import Kind
from model import Shape


@dataclass(frozen=True)
class Phase:
    """Until `until` (a share of the run), batches are drawn from `kinds` with equal probability."""

    until: float
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Recipe:
    """A model size with its curriculum and learning rates. Batch sizes are per rank."""

    shape: Shape
    phases: tuple[Phase, ...]
    muon_lr: float = 0.02
    adam_lr: float = 0.004
    warmup: float = 0.02
    decay_from: float = 0.4
    tokenizer: str = "tokenizer.json"
    context_length: int = 1024
    max_slots: int = 128
    validation: tuple[Kind, ...] = field(default=(Kind(32, 0, 256), Kind(24, 256, 128, 16)))

    def kind(self, progress: float, rng: np.random.Generator) -> Kind:
        """The kind of the next batch."""
        phase = next((p for p in self.phases if progress < p.until), self.phases[-1])
        return phase.kinds[rng.integers(len(phase.kinds))]

    def rate(self, progress: float) -> float:
        """Warm-up, stable, then linear decay to 2% (Hu et al. 2024)."""
        if progress < self.warmup:
            return max(progress / self.warmup, 0.05)
        if progress < self.decay_from:
            return 1.0
        return max(0.02, (1 - progress) / (1 - self.decay_from))


BASE = Shape(vocabulary=16384, width=512, layers=12, heads=8, hidden=1408)

# Plain denoising first: every position is a slot, so it teaches most per
# multiplication. Then the layout that is used, then long contexts.
RECIPES = {
    # For a GPU: 47 million parameters, about 100,000 tokens a step. Many spans a sample, as few crops have some that
    # fill the slots exactly: with half as many, drawing a batch took four to nine times as long.
    "base": Recipe(
        BASE,
        (
            Phase(0.35, (Kind(256, 0, 512),)),
            Phase(0.85, (Kind(96, 768, 256, 24), Kind(160, 384, 128, 10))),
            Phase(1.00, (Kind(96, 960, 64, 4), Kind(160, 384, 128, 10))),
        ),
        warmup=0.01, decay_from=0.5, tokenizer="tokenizer.base.json",
        validation=(Kind(32, 0, 512), Kind(64, 768, 256, 24), Kind(64, 384, 64, 4)),
    ),
    # The same model for a CPU, where a step of `base` takes minutes: 2,000 tokens a step and rank.
    "base-cpu": Recipe(
        BASE,
        (
            Phase(0.50, (Kind(8, 0, 256),)),
            Phase(1.00, (Kind(6, 256, 128, 16), Kind(9, 224, 48, 3))),
        ),
        tokenizer="tokenizer.base.json", validation=(Kind(8, 0, 256), Kind(8, 256, 128, 16)),
    ),
    "small": Recipe(
        Shape(vocabulary=4096, width=192, layers=6, heads=3, hidden=384),
        (
            Phase(0.50, (Kind(8, 0, 256),)),
            Phase(0.85, (Kind(6, 256, 128, 16), Kind(9, 224, 48, 3))),
            Phase(1.00, (Kind(14, 96, 40, 3), Kind(9, 224, 48, 3), Kind(3, 700, 64, 5))),
        ),
    ),
    "tiny": Recipe(
        Shape(vocabulary=512, width=64, layers=2, heads=1, hidden=96),
        (
            Phase(0.5, (Kind(16, 0, 128),)),
            Phase(0.9, (Kind(16, 128, 64, 8),)),
            Phase(1.0, (Kind(4, 448, 64, 8), Kind(16, 128, 64, 8))),
        ),
        tokenizer="tokenizer.tiny.json", context_length=512, max_slots=64,
        validation=(Kind(16, 0, 128), Kind(16, 128, 64, 8)),
    ),
    # For ablations: small enough that a CPU sees some millions of tokens.
    "ablation": Recipe(
        Shape(vocabulary=4096, width=128, layers=4, heads=2, hidden=256),
        (Phase(1.0, (Kind(16, 192, 64, 16),)),),
        validation=(Kind(64, 192, 64, 16),),
    ),
    "smoke": Recipe(
        Shape(vocabulary=400, width=32, layers=1, heads=1, hidden=64),
        (Phase(0.5, (Kind(4, 0, 64),)), Phase(1.0, (Kind(4, 48, 24, 4),))),
        tokenizer="tokenizer.smoke.json", context_length=64, max_slots=32,
        validation=(Kind(4, 0, 64), Kind(4, 48, 24, 4)),
    ),
}
