import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from adapt import tiny_base
from adapt.base import Base, read
from adapt.checkpoint import save, shape_of
from adapt.export import write_graphs
from adapt.model import AdaptedDenoiser
from adapt.quality import Head
from adapt.restore import Exported, progress, restored
from adapt.smoothing import Calibration, Smoothing
from adapt.train import Trainer
from adapt.trim import trim
from tests.tokenizers_under_test import texts
from vocabulary import MASK, PAD


def trained(base: Base, tokenizer: Tokenizer, sources: np.ndarray) -> AdaptedDenoiser:
    """A model of which every tensor has moved away from its start."""
    ids = tokenizer.token_to_id
    model = AdaptedDenoiser(shape_of(base, len(sources), rank=4), base, sources, ids(PAD), ids(MASK))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn(parameter.shape, generator=generator)
    return model


def exported(
    folder: Path, model: AdaptedDenoiser, base: Base, sources: np.ndarray, quality: dict, half: bool = False,
) -> Exported:
    """The model's graphs, written and opened."""
    sizes = (base.embedding.shape[1],) * 2 + (base.hidden,)
    even = [Smoothing(*(np.ones(size, np.float16) for size in sizes))] * base.layers
    folder.mkdir()
    calibration = Calibration(even, even, even, np.arange(2))
    write_graphs(folder, model, base, sources, quality, calibration, [model.mask], half)
    return Exported(folder)


class RestoreTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        tiny_base.write(self.folder / "base.gguf")
        self.base, corpus = read(self.folder / "base.gguf"), self.folder / "train.jsonl"
        corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts()[:20]))
        self.tokenizer, self.sources = trim(self.base, corpus, 300)
        self.model = trained(self.base, self.tokenizer, self.sources)
        self.quality = Head(self.model.shape.width).arrays()
        self.exported = exported(self.folder / "first", self.model, self.base, self.sources, self.quality)

    def test_weights_come_back_as_they_are_stored(self):
        found, sources = restored(self.exported, self.base, self.tokenizer)
        self.assertEqual(found.shape, self.model.shape)
        self.assertEqual(sources.tolist(), self.sources.tolist())
        rounded = ("first", "second", "pad_row", "mask_row")
        for (name, given), value in zip(self.model.named_parameters(), found.parameters()):
            # Half a step of the integers; the scale of a row of the table is rounded too.
            step = given.abs().amax(-1, keepdim=True) / 127 if name.endswith(rounded) else torch.zeros(1)
            self.assertTrue(((given - value).abs() <= 0.6 * step + 1e-7).all(), name)

    def test_exporting_it_again_gives_the_same_integers(self):
        found, sources = restored(self.exported, self.base, self.tokenizer)
        again = exported(self.folder / "again", found, self.base, sources, self.exported.quality())
        self.assertEqual(again.tensors.keys(), self.exported.tensors.keys())
        for name in again.tensors:
            if name.endswith(".scale"):
                np.testing.assert_allclose(again[name], self.exported[name], rtol=1e-6)
            else:
                np.testing.assert_array_equal(again[name], self.exported[name], name)

    def test_the_quality_head_comes_back(self):
        found = self.exported.quality()
        self.assertEqual(found.keys(), self.quality.keys())
        for name, value in self.quality.items():
            np.testing.assert_array_equal(found[name], value)
        bare = exported(self.folder / "bare", self.model, self.base, self.sources, {})
        self.assertEqual(bare.quality(), {})

    def test_a_run_is_not_resumed_with_another_context(self):
        trainer = Trainer.__new__(Trainer)
        trainer.path, trainer.model = self.folder / "adapted.pt", self.model
        adapted, sources = restored(self.exported, self.base, self.tokenizer, context=True)
        save(trainer.path, adapted, sources, None, {})
        with self.assertRaisesRegex(SystemExit, "another shape"):
            trainer.restore()

    def test_progress_is_counted_as_training_counts_it(self):
        provenance = {"trainingMinutes": 1.5, "cpuMinutes": 2, "steps": 3, "tokensSeen": 4, "maskedTokensLearnt": 5}
        self.assertEqual(progress(provenance), {"seconds": 90, "cpu_seconds": 120, "steps": 3, "tokens": 4, "masked": 5})
