"""The variant in float16, and that it is made only where asked for."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from adapt import tiny_base
from adapt.base import read
from adapt.parity import AdaptedGraphs
from adapt.trim import trim
from tests.test_restore import exported, trained
from tests.tokenizers_under_test import texts

TOKENS, SLOTS = 160, 12


class HalfTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        folder = Path(place.name)
        tiny_base.write(folder / "base.gguf")
        base, corpus = read(folder / "base.gguf"), folder / "train.jsonl"
        corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts()[:20]))
        tokenizer, sources = trim(base, corpus, 300)
        model = trained(base, tokenizer, sources)
        exported(folder / "model", model, base, sources, {}, half=True)
        cls.folder, cls.model, cls.base, cls.sources, cls.mask = folder, model, base, sources, model.mask
        cls.half, cls.exact = (AdaptedGraphs(folder / "model", precision) for precision in ("fp16", "fp32"))
        cls.ids = np.random.default_rng(1).integers(20, 250, (1, TOKENS))
        # Two pieces of context, a span between them.
        cls.positions = np.where(np.arange(TOKENS) < 100, np.arange(TOKENS), np.arange(TOKENS) + 64)[None]
        cls.slots = np.arange(100, 100 + SLOTS)[None]

    def test_keys_and_values_take_half_the_room(self):
        half, exact = (graphs.context(self.ids, self.positions) for graphs in (self.half, self.exact))
        for name, value in exact.items():
            self.assertEqual(half[name].shape, value.shape)
            if name.startswith(("cache.key", "cache.value")):
                self.assertEqual(half[name].dtype, np.float16)

    def test_what_lies_beside_it_is_the_same(self):
        without = exported(self.folder / "without", self.model, self.base, self.sources, {})
        names = sorted(path.name for path in without.folder.iterdir())
        self.assertEqual(sorted(path.name for path in (self.folder / "model").iterdir() if "fp16" not in path.name), names)
        for name in names:
            self.assertEqual((self.folder / "model" / name).read_bytes(), (without.folder / name).read_bytes(), name)

    def predicted(self, graphs: AdaptedGraphs, causal: bool) -> np.ndarray:
        """Log-probabilities [S,vocabulary] of the tokens listed."""
        cache = graphs.context(self.ids, self.positions)
        if causal:
            left = np.concatenate(([-1], self.ids[0, :SLOTS - 1]))[None]
            halves = []
            for part in (slice(0, SLOTS // 2), slice(SLOTS // 2, SLOTS)):  # the second behind the first, settled
                halves.append(graphs.read(left[:, part], self.slots[:, part], cache, self.mask, halves))
            found = {name: np.concatenate([each[name] for each in halves], 1) for name in ("topk_ids", "topk_logprobs")}
        else:
            found = graphs.predict(np.full((1, SLOTS), self.mask), self.slots, cache)
        logs = np.full((SLOTS, 300), np.nan)
        np.put_along_axis(logs, found["topk_ids"][0], found["topk_logprobs"][0], -1)
        return logs

    def test_predictions_are_those_of_float32_but_for_rounding(self):
        for causal in (False, True):
            half, exact = (self.predicted(graphs, causal) for graphs in (self.half, self.exact))
            difference = np.nanmax(np.abs(half - exact))
            self.assertLess(difference, 0.02)
            self.assertGreater(difference, 0)

    def test_a_continued_context_is_the_context_encoded_whole(self):
        whole = self.half.context(self.ids, self.positions)
        past = {name.replace("cache.", "past."): value for name, value in whole.items()}
        past["past.count"] = np.array([80])
        both = self.half.continued(self.ids[:, 80:], self.positions[:, 80:], past)
        for name, value in whole.items():
            np.testing.assert_allclose(both[name].astype(np.float32), value.astype(np.float32), atol=2e-3, err_msg=name)
