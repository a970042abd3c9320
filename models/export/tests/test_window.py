import contextlib
import io
import unittest
from pathlib import Path
from types import SimpleNamespace

from choices import Choices
from window import MOST_SLOTS, context_length, reach


def context(asked: int | None, slots: int, most: int | None) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return context_length(Choices(), asked, slots, most)


class WindowTest(unittest.TestCase):
    def test_the_least_limit_counts(self):
        endless = int(1e30)
        self.assertEqual(reach(SimpleNamespace(max_position_embeddings=514), SimpleNamespace(model_max_length=512)), 512)
        self.assertEqual(reach(SimpleNamespace(max_sequence_length=4096), SimpleNamespace(model_max_length=endless)), 4096)
        self.assertIsNone(reach(SimpleNamespace(), SimpleNamespace(model_max_length=endless)))

    def test_context_and_slots_together_fit(self):
        self.assertEqual(context(None, 128, 512), 384)
        self.assertEqual(context(None, 128, 131072), 1920)
        self.assertEqual(context(None, 128, None), 1920)
        self.assertEqual(context(8000, 128, 131072), 8000)
        with self.assertRaisesRegex(SystemExit, "no more than 512"):
            context(400, 128, 512)
        with self.assertRaisesRegex(SystemExit, "needs 8 at least"):
            context(None, 128, 130)

    def test_no_more_slots_than_can_be_asked_for(self):
        self.assertEqual(context(None, MOST_SLOTS, None), 1024)
        for slots in (0, MOST_SLOTS + 1):
            with self.assertRaisesRegex(SystemExit, f"^{slots} slots: Unmask fills 1 to 1024 .*--max-slots"):
                context(None, slots, None)
        sampler = Path(__file__).parents[3] / "src" / "diffusion" / "settings" / "sampler.ts"
        self.assertIn(f"MOST_SLOTS = {MOST_SLOTS};", sampler.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
