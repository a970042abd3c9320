"""What a rehearsal leaves running where its trainer fails."""

import os
import tempfile
import unittest
from pathlib import Path

from adapt.work_files import TOKENIZER_FILE
from rehearsal import prepared, tokenising
from tests.tokenizers_under_test import trained
from token_store import SPLITS


class RehearsalTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name)
        trained("gpt").save(str(self.work / TOKENIZER_FILE))

    def test_tokenising_ends_where_the_trainer_fails(self):
        for split in SPLITS:
            os.mkfifo(self.work / f"{split}.jsonl")  # which nobody writes to: a corpus that takes for ever
        with self.assertRaisesRegex(RuntimeError, "the trainer"), tokenising(self.work, dict(os.environ)) as child:
            self.addCleanup(child.kill)
            raise RuntimeError("the trainer")
        self.assertIsNotNone(child.poll())

    def test_a_corpus_packed_before_the_base_cannot_be_rehearsed_on(self):
        with self.assertRaisesRegex(SystemExit, "adapt.pack"):
            prepared(self.work, dict(os.environ), "tiny")


if __name__ == "__main__":
    unittest.main()
