import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from benchmarks import NGRAMS, Benchmarks, tasks, telling
from near_duplicates import NearDuplicates
from parts import joined, split
from tests.tokenizers_under_test import texts

TASK = '''def merge_intervals(intervals):
    """ Combine every pair of overlapping intervals of the given list and return them in ascending order.
    """
    ordered, merged = sorted(intervals), []
    for start, end in ordered:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
'''
TRANSLATION = '''// Combine every pair of overlapping intervals of the given
// list and return them in ascending order.
export function mergeIntervals(intervals: [number, number][]) {
  return todo;
}
'''


class NearDuplicatesTest(unittest.TestCase):
    def test_a_copy_with_a_few_changed_lines_is_found(self):
        for text in [text for text in texts() if text.count("\n") > 60][:10]:
            near = NearDuplicates()
            self.assertTrue(near.admit(text))
            lines = text.split("\n")
            lines[len(lines) // 2] = "changed = True"
            self.assertFalse(near.admit("\n".join("  " + line for line in lines)))
            self.assertFalse(near.admit(text[:int(len(text) * 0.95)]))

    def test_different_files_are_kept(self):
        near = NearDuplicates()
        admitted = [near.admit(text) for text in texts()]
        self.assertGreater(sum(admitted), 0.97 * len(admitted))

    def test_short_texts(self):
        near = NearDuplicates()
        self.assertEqual([near.admit(text) for text in ("a", "b", "a", "a\nb", "b\na", "", "\n")],
                         [True, True, False, True, True, True, False])


class BenchmarksTest(unittest.TestCase):
    def known(self, folder: str) -> Benchmarks:
        path = Path(folder) / "known.npy"
        np.save(path, np.unique(telling(TASK)))
        return Benchmarks(path)

    def test_finds_solutions_and_translations(self):
        with tempfile.TemporaryDirectory() as folder:
            known = self.known(folder)
            self.assertTrue(known.contain("import os\n\n" + TASK))
            self.assertTrue(known.contain(TRANSLATION))
            self.assertFalse(any(known.contain(text) for text in texts()))

    def test_the_list_in_the_repository_holds_a_well_known_task(self):
        known = Benchmarks(NGRAMS)
        self.assertTrue(known.contain(
            "Check if in given list of numbers, are any two numbers closer to each other than given threshold."))
        self.assertFalse(any(known.contain(text) for text in texts()))

    def test_reads_the_fields_of_benchmark_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "b.jsonl"
            path.write_text(json.dumps({"task_id": 1, "prompt": "p", "canonical_solution": "s"}) + "\n")
            self.assertEqual(list(tasks(path)), ["p", "s"])


class PartsTest(unittest.TestCase):
    def test_parts_join_to_the_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "w.pt"
            path.write_bytes(bytes(range(256)) * 9)
            parts = split(path, 1000)
            path.unlink()
            self.assertEqual([part.stat().st_size for part in parts], [1000, 1000, 304])
            self.assertEqual(joined(path), bytes(range(256)) * 9)
