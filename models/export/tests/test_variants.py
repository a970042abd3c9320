import contextlib
import io
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import variants
from reading import FULL, PLAIN, Reading


def candidate(reading: Reading) -> SimpleNamespace:
    return SimpleNamespace(reading=reading, before_head=True)


class VariantsTest(unittest.TestCase):
    def test_what_cannot_be_traced_is_read_in_another_way(self):
        plain, full = candidate(Reading(PLAIN, True)), candidate(Reading(FULL, True))
        untraceable = RuntimeError("step 1 failed")
        untraceable.__cause__ = ValueError("a branch on data\nand much more")
        printed = io.StringIO()
        with mock.patch("denoise.write", side_effect=[untraceable, None]) as write, contextlib.redirect_stdout(printed):
            self.assertIs(variants.write([plain, full], Path("out"), "fp32"), full)
        write.assert_called_with(full, Path("out"), "denoise.fp32.onnx", "weights.fp32.bin")
        self.assertIn("not possible: a branch on data\n", printed.getvalue())
        with mock.patch("denoise.write", side_effect=untraceable), contextlib.redirect_stdout(printed):
            with self.assertRaisesRegex(SystemExit, "a branch on data$"):
                variants.write([plain], Path("out"), "fp32")

    def test_int8_is_made_of_fp32(self):
        self.assertEqual(variants.floats(["int8"]), ["fp32"])
        self.assertEqual(variants.floats(["fp16"]), ["fp16"])
        self.assertEqual(variants.floats(["fp16", "fp32"]), ["fp32", "fp16"])


if __name__ == "__main__":
    unittest.main()
