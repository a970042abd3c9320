import contextlib
import io
import tempfile
import unittest
from argparse import Namespace
from types import SimpleNamespace

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast, Qwen2Tokenizer

from choices import Choices
from known_models import KnownModel, known
from tests.tiny_models import bert_tokenizer, byte_level_bpe, llama_tokenizer
from tokens import ROLES, boundary, byte_level, check_rows, fast_twin, special_tokens


def chosen(tokenizer: PreTrainedTokenizerBase, facts: KnownModel | None = None, configured: dict = {}, **options: str) -> dict:
    asked = Namespace(**{role: options.get(role) for role in ROLES})
    with contextlib.redirect_stdout(io.StringIO()):
        return special_tokens(asked, Choices(), tokenizer, facts, configured)


class TokenizerTest(unittest.TestCase):
    def test_a_byte_level_bpe_is_taken(self):
        self.assertEqual(boundary(byte_level(bert_tokenizer())), "healed")

    def test_markers_are_special_and_added_text_is_not(self):
        tokenizer = llama_tokenizer()
        tokenizer.add_tokens(["<|fim_prefix|>", "<table>", "    "])
        added = byte_level(tokenizer).get_added_tokens_decoder().values()
        self.assertEqual({token.content for token in added if not token.special}, {"<table>", "    "})

    def test_spaces_that_are_no_part_of_a_word_are_cut(self):
        tokenizer = byte_level_bpe(["<|mask|>"])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Split(" ", "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        self.assertEqual(boundary(tokenizer), "cut")

    def test_other_tokenizers_are_refused(self):
        word_piece = Tokenizer(models.WordPiece({"[UNK]": 0, "a": 1}, unk_token="[UNK]"))
        word_piece.pre_tokenizer, word_piece.decoder = pre_tokenizers.BertPreTokenizer(), decoders.WordPiece()
        with self.assertRaisesRegex(SystemExit, "no byte-level BPE but WordPiece"):
            byte_level(PreTrainedTokenizerFast(tokenizer_object=word_piece))
        with self.assertRaisesRegex(SystemExit, "no byte-level BPE"):
            byte_level(PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE())))
        lower = byte_level_bpe([])
        lower.normalizer = normalizers.Lowercase()
        with self.assertRaisesRegex(SystemExit, "does not keep text as it is"):
            byte_level(PreTrainedTokenizerFast(tokenizer_object=lower))
        slow = llama_tokenizer()
        slow.__class__ = type("Slow", (PreTrainedTokenizerFast,), {"is_fast": False})
        with self.assertRaisesRegex(SystemExit, "no tokenizer.json"):
            byte_level(slow)


class FastTwinTest(unittest.TestCase):
    def test_it_tokenises_as_the_slow_one(self):
        # The files that a slow tokenizer of Qwen2's kind has.
        tokenizer = byte_level_bpe([])
        with tempfile.TemporaryDirectory() as folder:
            tokenizer.model.save(folder)
            fast = Qwen2Tokenizer.from_pretrained(folder)
        plain = lambda text, add_special_tokens: tokenizer.encode(text, add_special_tokens=add_special_tokens).ids
        fast.backend_tokenizer.pre_tokenizer = tokenizer.pre_tokenizer
        self.assertIs(fast_twin(SimpleNamespace(encode=plain), fast), fast)
        other = lambda text, add_special_tokens: plain(text, add_special_tokens)[::-1]
        with self.assertRaisesRegex(SystemExit, "Qwen2Tokenizer, made of the files of .* otherwise"):
            fast_twin(SimpleNamespace(encode=other), fast)


class SpecialTokensTest(unittest.TestCase):
    def test_what_the_tokenizer_says(self):
        self.assertEqual(chosen(bert_tokenizer()), {"mask": "[MASK]", "begin": "[CLS]", "end": "[SEP]"})

    def test_options_come_before_the_configuration_and_that_before_the_type(self):
        tokenizer = llama_tokenizer("<|other|>", "<|third|>")
        ids = tokenizer.convert_tokens_to_ids
        facts = KnownModel(shift=0, mask="<|mask|>", pad="<|endoftext|>")
        self.assertEqual(chosen(tokenizer, facts), {"mask": "<|mask|>", "pad": "<|endoftext|>"})
        configured = {"mask_token_id": ids("<|other|>")}
        self.assertEqual(chosen(tokenizer, facts, configured)["mask"], "<|other|>")
        self.assertEqual(chosen(tokenizer, facts, configured, mask="<|third|>", pad=""), {"mask": "<|third|>"})

    def test_without_a_mask_there_is_no_export(self):
        with self.assertRaisesRegex(SystemExit, "--mask"):
            chosen(llama_tokenizer())
        with self.assertRaisesRegex(SystemExit, "no token '<mask>'"):
            chosen(llama_tokenizer(), mask="<mask>")

    def test_every_token_has_a_row(self):
        tokenizer = bert_tokenizer()
        check_rows(tokenizer, len(tokenizer))
        with self.assertRaisesRegex(SystemExit, "do not belong together"):
            check_rows(tokenizer, len(tokenizer) - 1)

    def test_expand_and_delete_come_together(self):
        dream = known("Dream")
        plain = llama_tokenizer()
        self.assertEqual(chosen(plain, dream), {"mask": "<|mask|>", "pad": "<|endoftext|>", "end": "<|endoftext|>"})
        elastic = llama_tokenizer("<|expand|>")
        with self.assertRaisesRegex(SystemExit, "none to delete: name it with --delete"):
            chosen(elastic, dream)
        self.assertNotIn("expand", chosen(elastic, dream, expand=""))
        found = chosen(elastic, dream, {"delete_token_id": elastic.convert_tokens_to_ids("<|endoftext|>")})
        self.assertEqual((found["expand"], found["delete"]), ("<|expand|>", "<|endoftext|>"))
        self.assertNotIn("pad", found)


if __name__ == "__main__":
    unittest.main()
