"""What an adaptation learns from: of every sample two complementary draws, or all slots from left to right."""

import json
import tempfile
import unittest
from pathlib import Path

from adapt.batches import Batch, AdaptedBatcher
from batches import Kind
from corpus import Corpus
from tests.tokenizers_under_test import texts, trained
from vocabulary import PAD


class AdaptedBatchesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.tokenizer = trained("gpt")
        self.pad = self.tokenizer.token_to_id(PAD)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "train.jsonl"
            path.write_text("".join(json.dumps({"language": "typescript", "text": text}) + "\n" for text in texts()))
            self.corpus = Corpus(path)

    def drawn(self, causal: bool, samples: int = 6) -> Batch:
        return AdaptedBatcher(self.corpus, self.tokenizer, seed=1).draw(Kind(samples, 96, 64, 4, causal))

    def test_two_rows_mask_every_slot_once(self):
        batch = self.drawn(causal=False)
        self.assertFalse(batch.causal)
        self.assertEqual(batch.clean.shape, (12, 64))
        self.assertTrue((batch.clean[::2] == batch.clean[1::2]).all())
        self.assertTrue((batch.mask[::2] ^ batch.mask[1::2]).all())

    def test_causal_slots_are_all_masked_behind_known_neighbours(self):
        batch = self.drawn(causal=True)
        single, previous, learnt = batch.sequential(self.pad)
        self.assertTrue(batch.causal and batch.mask.all())
        self.assertTrue((single.clean == batch.clean).all())
        first = batch.edge >= 0
        self.assertTrue((previous[first] == batch.edge[first]).all())
        self.assertTrue((previous[:, 1:][~first[:, 1:]] == batch.clean[:, :-1][~first[:, 1:]]).all())
        self.assertTrue(learnt[batch.clean != self.pad].all())

    def test_nearly_every_causal_slot_teaches(self):
        # Of enough samples that the text they are drawn from does not matter: 4 standard errors or more to either bound.
        kept = {causal: self.drawn(causal, samples).sequential(self.pad)[2].float().mean().item()
                for causal, samples in ((True, 100), (False, 1000))}
        self.assertGreater(kept[True], 0.95)
        self.assertLess(kept[False], 0.8)

    def test_spans_end_with_one_pad(self):
        batch = self.drawn(causal=True)
        for clean, first in zip(batch.clean, batch.edge >= 0):
            starts = [*first.nonzero().flatten().tolist(), len(clean)]
            for start, end in list(zip(starts, starts[1:]))[:-1]:  # the last one takes what is left of the slots
                self.assertEqual((clean[start:end] == self.pad).sum().item(), int(end - start < 64))


if __name__ == "__main__":
    unittest.main()
