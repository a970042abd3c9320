"""What a tokeniser that was killed leaves behind."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import token_store
from tests.tokenizers_under_test import trained


class TokenStoreTest(unittest.TestCase):
    def test_what_a_killed_process_left_makes_way(self):
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            trained("gpt").save(str(work / "tokenizer.json"))
            (work / "validation.jsonl").write_text(json.dumps({"language": "python", "text": "x = 1\n"}) + "\n")
            os.mkfifo(work / "train.jsonl")  # which nobody writes to: a corpus that takes for ever
            with subprocess.Popen([sys.executable, token_store.__file__, "--work", work]) as child:
                self.addCleanup(child.kill)
                while not (left := [*work.glob("tokens/*/train*")]):
                    self.assertIsNone(child.poll(), "It has ended.")
                    time.sleep(0.05)
                child.kill()
            self.assertEqual(len(left), 1)
            (work / "train.jsonl").unlink()
            (work / "train.jsonl").touch()
            stored = token_store.store(work, work / "tokenizer.json")
            self.assertEqual(left[0].parent, stored)
            self.assertEqual(sorted(path.name for path in stored.iterdir()), ["lock", "train", "validation"])


if __name__ == "__main__":
    unittest.main()
