"""Quick tests: `python -m unittest discover models/training/evaluation`, after `npm run build`.

The environment variable UNMASK_CLI names another command line than dist/cli.js.
"""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path
from random import Random

import plots
import tables
from candidates import Excerpted
from card import BEGIN, END, put
from configurations import AUTO, BUDGETS, PRESETS, Configuration, parts
from copying import copied
from draw import draw
from held_out import KINDS, Excerpt, Span, first, read_excerpts, spans_of, write_excerpts
from metrics import Score, is_exact, mean, similarity
from results import Configured, Results, scored
from syntax import is_clean

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
CLI = os.environ.get("UNMASK_CLI", str(ROOT / "dist" / "cli.js"))

METHODS = "".join(f"""
  /** Adds the {name} to the total. */
  add{name}(amount: number, factor = {index + 2}): number {{
    const weighted = amount * factor + this.offsets[{index}];
    if (weighted > this.limit) {{
      throw new RangeError('Too much {name}: ' + weighted.toFixed(2));
    }}
    this.total += weighted;
    return this.total; // “so far” 😀
  }}
""" for index, name in enumerate(["Rent", "Food", "Fuel", "Books", "Music", "Trips", "Tools", "Taxes"] * 6))
SOURCE = f"export class Budget {{\n  total = 0;\n{METHODS}}}\n"
PYTHON = "".join(f"""
def area_of_{name}(width, height):
    \"\"\"The area of a {name}.\"\"\"
    if width < 0 or height < 0:
        raise ValueError("negative size", width, height)
    sizes = [width * {index}, height + {index}]
    return sum(sizes) * FACTORS["{name}"]
""" for index, name in enumerate(["box", "leaf", "door", "tile", "sail", "wing", "page", "lawn"] * 4))
ROWS = [{"package": "budget", "version": "1.0.0", "path": "src/budget.ts", "language": "typescript", "text": SOURCE},
        {"package": "areas", "version": "2.0.0", "path": "areas.py", "language": "python", "text": PYTHON}]


def drawn(rounds: int = 2) -> list[Excerpt]:
    return [excerpt for row in ROWS for excerpt in draw([row], 1, rounds, Random(1))]


class Draws(unittest.TestCase):
    def test_every_kind_is_cut_out_of_an_excerpt_that_parses(self):
        spans = spans_of(drawn())
        self.assertEqual({span.cell for span in spans},
                         {(language, kind) for language in ("typescript", "python") for kind in KINDS})
        for span in spans:
            self.assertTrue(span.is_clean_with(span.expected), span.id)
            contexts = span.contexts
            whole = contexts[0] + "".join(a + b for a, b in zip(span.expected, contexts[1:]))
            self.assertIn(whole, span.excerpt.text)
            self.assertEqual(len(span.expected), 2 if span.kind == "pair" else 1)
            for text in span.expected:
                self.assertEqual("\n" in text.strip(), span.kind == "lines" or
                                 (span.kind == "characters" and "\n" in text.strip()))

    def test_the_same_seed_draws_the_same_and_files_keep_it(self):
        excerpts = drawn()
        self.assertEqual(excerpts, drawn())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "spans.jsonl"
            write_excerpts(path, excerpts)
            again = read_excerpts(path)
        ids = [span.id for span in spans_of(excerpts)]
        self.assertEqual(sorted(span.id for span in spans_of(again)), sorted(ids))
        self.assertEqual(len(set(ids)), len(ids))
        by_id = {span.id: span.expected for span in spans_of(again)}
        self.assertTrue(all(by_id[span.id] == span.expected for span in spans_of(excerpts)))

    def test_a_window_of_a_file_says_so(self):
        (excerpt,) = draw(ROWS[:1], 1, 1, Random(5))
        self.assertLess(len(excerpt.text), len(SOURCE))
        for span in spans_of([excerpt]):
            line = span.request()
            self.assertEqual(line["startsDocument"], SOURCE.startswith(line["prefix"]))
            self.assertEqual(line["endsDocument"], SOURCE.endswith(line["suffix"]))
            self.assertEqual(len(line.get("between", [])), len(span.ranges) - 1)

    def test_first_spans_take_turns_and_come_from_different_excerpts(self):
        excerpts = [excerpt for seed in range(2) for excerpt in draw(ROWS[:1], 1, 2, Random(seed))]
        some = first(spans_of(excerpts), 2)
        self.assertEqual(len(some), 2 * len(KINDS))
        self.assertEqual({span.kind for span in some[:len(KINDS)]}, set(KINDS))
        for kind in KINDS:
            self.assertEqual(len({span.excerpt.id for span in some if span.kind == kind}), 2)

    def test_expressions_are_operands_and_lines_are_code(self):
        text = '"""A note."""\nimport os\n\n# a remark here\nresult = compute(alpha, beta.gamma)[1]  # é\n'
        excerpted = Excerpted("", text, "", "python", "a.py")
        places = {text[start:end] for start, end in excerpted.expressions(0, len(text))}
        self.assertEqual(places, {"alpha", "beta.gamma", "compute(alpha, beta.gamma)", "compute(alpha, beta.gamma)[1]"})
        lines = [text[start:end] for start, end in excerpted.lines(0, len(text))]
        self.assertEqual(lines, ["import os", "result = compute(alpha, beta.gamma)[1]  # é"])


class Metrics(unittest.TestCase):
    def test_exact_match_ignores_white_space_at_the_ends_only(self):
        self.assertTrue(is_exact(["a + b"], ["\n  a + b "]))
        self.assertFalse(is_exact(["a + b"], ["a +  b"]))
        self.assertFalse(is_exact(["a", "b"], ["a", ""]))

    def test_similarity_is_one_minus_the_share_of_edits(self):
        self.assertEqual(similarity(["abcd"], ["abxd "]), 0.75)
        self.assertEqual(similarity(["abcd", "x"], ["abcd", ""]), 0.5)

    def test_the_standard_error_counts_groups(self):
        alone = mean([0, 1, 0, 1], ["a", "b", "c", "d"])
        self.assertAlmostEqual(alone.value, 0.5)
        self.assertAlmostEqual(alone.error, math.sqrt(1 / 3 / 4))
        # Two groups, each alike in itself, say no more than two values.
        self.assertAlmostEqual(mean([0, 0, 1, 1], ["a", "a", "b", "b"]).error, mean([0, 1], ["a", "b"]).error)
        self.assertTrue(math.isnan(mean([1.0], ["a"]).error))

    def test_syntax_errors_are_seen_in_the_surroundings(self):
        span = next(span for span in spans_of(drawn()) if span.cell == ("typescript", "expression"))
        self.assertTrue(span.is_clean_with(["another(name)"]))
        self.assertFalse(span.is_clean_with(["another(name"]))
        self.assertFalse(is_clean("const x: number = <div>;", "typescript", "a.ts"))
        self.assertTrue(is_clean("const x = <div/>;", "typescript", "a.tsx"))

    def test_a_refused_span_counts_as_wrong(self):
        spans = spans_of(drawn(1))
        result = scored("x", spans, {spans[0].id: {"id": spans[0].id, "error": "too long"}})
        self.assertEqual((result.failed, list(result.scores), result.scores[spans[0].id].exact), (1, [spans[0].id], 0))


class Comparisons(unittest.TestCase):
    def test_steps_are_shares_of_the_slots_or_numbers(self):
        counts = {name: Configuration("x", "x", steps=steps).steps_for(10) for name, steps in BUDGETS.items()}
        self.assertEqual(counts, {"L": 10, "L/2": 5, "L/4": 3, "4": 4, "1": 1})
        self.assertEqual(Configuration("x", "x", steps=Fraction(1, 4)).steps_for(1), 1)
        self.assertIsNone(AUTO.steps_for(10))

    def test_every_preset_is_compared(self):
        source = (ROOT / "src" / "diffusion" / "settings" / "presets.ts").read_text(encoding="utf-8")
        self.assertEqual(list(PRESETS), re.findall(r"^ +name: '(.+)',$", source, re.M))

    def test_each_part_is_reported_by_itself(self):
        spans = first(spans_of(drawn(1)), 1)
        for part, configurations in parts([], []).items():
            scores = {span.id: Score(1, 1, 1, 8, 500) for span in spans}
            configured = {each.name: Configured(each.label, scores) for each in configurations}
            results = Results(configured, {part: spans})
            report = tables.report(results, "Origin.", {})
            self.assertIn(f"| {len(spans)} | 100.0 ± 0.0 |", report, part)
            with tempfile.TemporaryDirectory() as folder:
                drawn_plots = plots.draw_all(results, Path(folder))
                self.assertEqual(list(drawn_plots), ["exact" if part == "main" else part])
            self.assertEqual(set(results.as_json()), set(configured))

    def test_copying_takes_what_stood_between_the_same_neighbours(self):
        self.assertEqual(copied("for i in range(n):\n for j in ", ":\n", "x = 1\n"), "range(n)")
        self.assertEqual(copied("a", "b", ""), "")

    def test_the_card_is_only_changed_between_its_markers(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "README.md"
            path.write_text(f"before\n{BEGIN}old{END}\nafter\n")
            put(path, "new \\1")
            self.assertEqual(path.read_text(), f"before\n{BEGIN}\n\nnew \\1\n{END}\nafter\n")
            path.write_text("nothing")
            with self.assertRaisesRegex(ValueError, "Add these two lines"):
                put(path, "new")


class ThroughTheEngine(unittest.TestCase):
    def run_evaluation(self, folder: Path, *options: str) -> str:
        command = [sys.executable, str(HERE / "run.py"), "--model", str(ROOT / "test/fixtures/tiny-model"),
                   "--out", str(folder / "out"), "--held-out", str(folder / "spans.jsonl"), "--cli", CLI,
                   "--threads", "1", *options]
        ended = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def test_a_small_evaluation_goes_on_where_it_stopped(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_excerpts(folder / "spans.jsonl", drawn(1))
            options = ["--languages", "typescript", "--kinds", "line,pair"]
            said = self.run_evaluation(folder, "--spans", "main=1", *options)
            self.assertIn("0 of 2 spans known", said)
            auto = next((folder / "out" / "fills").glob("unmask-tiny-auto-*.jsonl"))
            whole = auto.read_text()
            answers = [json.loads(line) for line in whole.splitlines()]
            self.assertEqual([len(answer.get("texts", "-")) for answer in answers], [1, 2])

            # An engine that was stopped in the middle of its second line.
            one, other = whole.splitlines(keepends=True)
            auto.write_text("")
            auto.with_suffix(".part").write_text(one + other[:9])
            options += ["--try", "bold=--preset LLaDA -T 2", "--try", "beyond=-L 1000"]
            said = self.run_evaluation(folder, "--spans", "main=1", *options)
            self.assertIn("left out, beyond: ", said)
            self.assertIn("automatic L: 1 of 2 spans known", said)
            self.assertIn("oracle L: 2 of 2 spans known", said)
            again = [json.loads(line) for line in auto.read_text().splitlines()]
            self.assertEqual([{**a, "ms": 0} for a in again], [{**a, "ms": 0} for a in answers])

            results = json.loads((folder / "out" / "results.json").read_text())["configurations"]
            self.assertEqual(set(results), {"auto", "oracle", "auto-quarter", "oracle-quarter", "sampler", "one-by-one",
                                            "left-to-right", "try-bold", "copy"})
            self.assertEqual(results["try-bold"]["means"]["line"]["calls"]["mean"], 2)
            means = results["auto"]["means"]
            self.assertEqual({group: value["spans"] for group, value in means.items()}, {
                "all": 2, "typescript": 2, "line": 1, "pair": 1, "typescript/line": 1, "typescript/pair": 1})
            self.assertEqual(means["all"]["calls"]["mean"], sum(answer["calls"] for answer in answers) / 2)
            # One slot per step: as many calls as slots, over however many tries.
            self.assertGreaterEqual(results["left-to-right"]["means"]["pair"]["calls"]["mean"], 64)
            self.assertIn("| TypeScript, whole line | 1 |", (folder / "out" / "report.md").read_text())
            self.assertEqual((folder / "out" / "examples.md").read_text().count("(budget 1.0.0"), 2)
            self.assertTrue((folder / "out" / "exact.svg").read_text().startswith("<?xml"))


if __name__ == "__main__":
    unittest.main()
