import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from encoding import encode_all
from tests.tokenizers_under_test import random_text, texts, trained
from token_corpus import TokenCorpus
from token_store import store


class TokenCorpusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.corpora = {kind: cls.corpus(kind, Path(place.name) / kind) for kind in ("own", "gpt")}

    @staticmethod
    def corpus(kind: str, work: Path) -> TokenCorpus:
        work.mkdir()
        rng = np.random.default_rng(2)
        rows = [{"language": "typescript", "text": text} for text in texts()]
        rows += [{"language": "python", "text": random_text(rng, 600)} for _ in range(10)]
        for split in ("train", "validation"):
            (work / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        trained(kind).save(str(work / "tokenizer.json"))
        return TokenCorpus(store(work, work / "tokenizer.json") / "train")

    def test_pieces_are_what_tokenising_each_by_itself_gives(self):
        for kind, corpus in self.corpora.items():
            with self.subTest(kind):
                rng, taken = np.random.default_rng(3), 0
                for _ in range(300):
                    crop = corpus.crop(rng, int(rng.integers(50, 4000)))
                    inner = sorted(rng.integers(0, len(crop.text) + 1, int(rng.integers(0, 9))))
                    pairs = crop.snapped(list(zip([0, *inner], [*inner, len(crop.text)])))
                    cuts = [0, *(end for _, end in pairs)]
                    data = crop.text.encode("latin-1")
                    whole = [data[a:b].decode() for a, b in zip(cuts, cuts[1:])]
                    self.assertEqual(crop.pieces(trained(kind), cuts), encode_all(trained(kind), whole))
                    taken += crop.language == "python"
                self.assertGreater(taken, 30)

    def test_crops_are_text_of_one_file_and_know_its_ends(self):
        corpus, rng = self.corpora["own"], np.random.default_rng(4)
        whole = texts()
        for _ in range(100):
            crop = corpus.crop(rng, 1000)
            text = crop.text.encode("latin-1").decode()
            if crop.language == "typescript":
                homes = [file for file in whole if text in file]
                self.assertTrue(homes)
                self.assertTrue(not crop.start or any(file.startswith(text) for file in homes))
                self.assertTrue(not crop.end or any(file.endswith(text) for file in homes))

    def test_a_crop_as_large_as_the_file_is_the_file(self):
        crop = self.corpora["own"].crop(np.random.default_rng(5), 10**7)
        self.assertTrue(crop.start and crop.end)
