import unittest

import numpy as np

from encoding import encode
from tests.tokenizers_under_test import random_text, trained
from vocabulary import SPECIAL_TOKENS


class TokenizerTest(unittest.TestCase):
    def test_loses_nothing_of_any_text(self):
        rng = np.random.default_rng(1)
        for kind in ("own", "gpt"):
            tokenizer = trained(kind)
            specials = {tokenizer.token_to_id(token) for token in SPECIAL_TOKENS}
            for _ in range(400):
                text = random_text(rng, int(rng.integers(1, 40)))
                ids = encode(tokenizer, text)
                self.assertFalse(specials & set(ids), text)
                self.assertEqual(tokenizer.decode(ids, skip_special_tokens=False), text)

    def test_covers_every_byte(self):
        tokenizer = trained("own")
        for text in map(chr, (*range(0x800), 0xFFFD, 0x10FFFF)):
            self.assertEqual(tokenizer.decode(encode(tokenizer, text)), text)

    def test_splits_digits_and_keeps_indentation_together(self):
        tokenizer = trained("own")
        tokens = lambda text: [tokenizer.decode([index]) for index in encode(tokenizer, text)]
        self.assertEqual(tokens("x = 2048")[-4:], ["2", "0", "4", "8"])
        self.assertIn("\n        ", tokens("if x:\n        return y"))

    def test_special_tokens_in_source_are_cut_as_the_extension_cuts_them(self):
        tokenizer = trained("own")
        self.assertEqual(encode(tokenizer, "a<|mask|>b"), encode(tokenizer, "a<") + encode(tokenizer, "|mask|>b"))
