import json
import re
import tempfile
import unittest
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import spans
from corpus import Crop
from encoding import encode, encode_all
from layout import cut_pieces, healed_pieces
from span_boundary import healed
from tests.tokenizers_under_test import ROOT, random_text, texts, trained
from token_corpus import TokenCorpus, TokenCrop
from token_store import store


def whole(text: str) -> Crop:
    return Crop(text, "python", True, True)


def in_characters(crop: TokenCrop, ranges: list[spans.Range]) -> list[spans.Range]:
    """The ranges of a crop of bytes in its decoded text."""
    index = lambda byte: len(crop.decoded(0, byte))
    return [(index(start), index(end)) for start, end in ranges]


class SpanBoundaryTest(unittest.TestCase):
    def test_the_boundary_is_the_engine_s(self):
        # test/unit/denoiser/context/spanBoundary.test.ts reads them too.
        for case in json.loads((ROOT / "test/fixtures/span-boundaries.json").read_text()):
            self.assertEqual(healed(case["text"]), (case["before"], case["lone"], case["borrowed"]), case)

    def test_tokens_up_to_a_word_and_of_the_word_are_those_of_the_text_as_a_whole(self):
        tokenizer = Tokenizer.from_file(str(ROOT / "models/unmask-135m/tokenizer.json"))
        text = (ROOT / "models/training/adapt/encode_graph.py").read_text().replace("\n    ", "\n\t")
        count, mended = 0, 0
        for match in re.finditer(r"(?<=\s)\w+", text):
            around = text[max(0, match.start() - 200):match.end()]
            crop, span = whole(around + "\n"), (len(around) - len(match[0]), len(around))
            joined = lambda pieces: [token for piece in pieces[:2] for token in piece]
            expected = encode(tokenizer, around)
            self.assertEqual(joined(healed_pieces(crop, tokenizer, [span])), expected)
            count += 1
            mended += joined(cut_pieces(crop, tokenizer, [span])) != expected
        self.assertGreater(count, 300)
        self.assertGreater(mended, 0.5 * count)

    def test_pieces_are_those_of_the_boundary_s_parts(self):
        tokenizer, text = trained("gpt"), "def f(a):\n\n    return a\n\n"
        encoded = lambda *parts: sum(encode_all(tokenizer, list(parts)), [])
        word, name = text.index("return"), text.index("a\n\n")
        pieces = healed_pieces(whole(text), tokenizer, [(word, word + 6), (name, name + 1)])
        # Between the two spans there is but a space, which has nothing before it.
        self.assertEqual(pieces, [*map(encoded, ("def f(a):\n\n   ", " return", " ", "a", "\n\n"))])
        line = text.index("    return")
        self.assertEqual(healed_pieces(whole(text), tokenizer, [(line, line)])[0], encoded("def f(a):\n", "\n"))

    def test_a_tokenised_corpus_is_cut_like_its_text(self):
        with tempfile.TemporaryDirectory() as folder:
            work, rng = Path(folder), np.random.default_rng(2)
            rows = [{"language": "typescript", "text": text} for text in texts()]
            rows += [{"language": "python", "text": random_text(rng, 600)} for _ in range(10)]
            for split in ("train", "validation"):
                (work / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
            trained("gpt").save(str(work / "tokenizer.json"))
            corpus = TokenCorpus(store(work, work / "tokenizer.json") / "train")
            taken = 0
            for _ in range(300):
                crop = corpus.crop(rng, int(rng.integers(100, 3000)))
                ranges = crop.snapped(spans.choose(crop.text, rng, 4))
                plain = whole(crop.decoded(0, len(crop.text)))
                self.assertEqual(healed_pieces(crop, trained("gpt"), ranges),
                                 healed_pieces(plain, trained("gpt"), in_characters(crop, ranges)))
                taken += len(ranges)
            self.assertGreater(taken, 400)
