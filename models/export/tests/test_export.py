import contextlib
import hashlib
import io
import json
import math
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import ModernBertForMaskedLM

import masked_lm
import parity
from denoise import Denoise
from reading import PLAIN, Network, Reading
from tests import tiny_models
from tests.modeling_both_ways import BothWays


class ExportTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "out"

    def export(self, make: Callable[[Path], None], *options: str) -> str:
        """Make a model and export it to `out`; returns what was printed."""
        model = self.folder / make.__name__
        make(model)
        arguments = ["masked_lm.py", "--model", str(model), "--out", str(self.out), "--name", "tiny", "--max-slots", "32", *options]
        printed = io.StringIO()
        with mock.patch("sys.argv", arguments), contextlib.redirect_stdout(printed):
            masked_lm.main()
        return printed.getvalue()

    def manifest(self) -> dict:
        return json.loads((self.out / "model.json").read_text())

    def logits(self, precision: str, ids: list[list[int]], rows: list[list[int]]) -> np.ndarray:
        session = onnxruntime.InferenceSession(str(self.out / f"denoise.{precision}.onnx"))
        ids = np.array(ids)
        given = {"input_ids": ids, "logit_rows": np.array(rows), "attention_mask": np.ones_like(ids),
                 "position_ids": np.broadcast_to(np.arange(ids.shape[1]), ids.shape)}
        return session.run(None, {one.name: given[one.name] for one in session.get_inputs()})[0]

    def assert_whole(self, manifest: dict) -> None:
        """Every file that the manifest names is there and as it says, and the folder holds no other."""
        named = [manifest["tokenizer"]]
        for variant in manifest["variants"]:
            named += [variant["graphs"]["denoise"], *variant["weights"]]
        for entry in named:
            self.assertEqual(hashlib.sha256((self.out / entry["file"]).read_bytes()).hexdigest(), entry["sha256"])
        self.assertEqual({path.name for path in self.out.iterdir()}, {"model.json", *(entry["file"] for entry in named)})

    def test_a_masked_lm_of_transformers(self):
        printed = self.export(tiny_models.modern_bert, "--precision", "fp32", "int8", "--languages", "python")
        manifest = self.manifest()
        self.assert_whole(manifest)
        expected = {
            "formatVersion": 1, "name": "tiny", "version": "1.0.0", "licence": "apache-2.0", "family": "masked-lm",
            "languages": ["python"], "vocabSize": 403, "logitsShift": 0, "contextLength": tiny_models.REACH - 32,
            "maxSlots": 32, "topK": 64, "revealedSlots": "silent", "spanBoundary": "healed",
            "specialTokens": {"mask": "[MASK]", "begin": "[CLS]", "end": "[SEP]"},
        }
        self.assertEqual({name: manifest[name] for name in expected}, expected)
        self.assertEqual([variant["precision"] for variant in manifest["variants"]], ["int8", "fp32"])
        parity = manifest["provenance"]["parity"]
        self.assertLess(parity["fp32"]["maxLogProbDifference"], 1e-3)
        self.assertLess(parity["fp32"]["maxFillerDifference"], 1e-3)
        self.assertGreater(parity["int8"]["top1Agreement"], 0.8)
        self.assertIn("attention_mask as [B,N], position_ids, rows gathered before the head", printed)

        graph = onnx.load(self.out / "denoise.fp32.onnx", load_external_data=False)
        inputs = {one.name: [size.dim_param for size in one.type.tensor_type.shape.dim] for one in graph.graph.input}
        self.assertEqual(inputs, {
            "input_ids": ["B", "N"], "logit_rows": ["B", "R"], "attention_mask": ["B", "N"], "position_ids": ["B", "N"]})
        self.assertEqual(graph.graph.output[0].type.tensor_type.elem_type, onnx.TensorProto.FLOAT)
        self.assertEqual(graph.opset_import[0].version, 21)

        # Parity tells one model from another that differs in a few weights.
        self.assertLess(self.figures_against(tiny_models.modern_bert)["maxLogProbDifference"], 1e-3)
        self.assertGreater(self.figures_against(tiny_models.altered_modern_bert)["maxLogProbDifference"], 0.01)

        # Four matrices a layer and two of the head, of which one is the table of embeddings too.
        nodes = onnx.load(self.out / "denoise.int8.onnx", load_external_data=False).graph.node
        self.assertEqual(sum(node.op_type == "MatMulNBits" for node in nodes), 4 * 2 + 2)

        # Asked for in another order, rows come in that order.
        ids = [[5, 3, 7, 3, 9], [5, 3, 8, 3, 9]]
        forward, backward = (self.logits("fp32", ids, rows) for rows in ([[1, 3], [1, 3]], [[3, 1], [3, 1]]))
        self.assertEqual(forward.shape, (2, 2, 403))
        np.testing.assert_allclose(forward, backward[:, ::-1], atol=1e-5)

    def test_a_model_with_code_of_its_own_that_predicts_the_next_token(self):
        with self.assertRaisesRegex(SystemExit, "--trust-remote-code"):
            self.export(tiny_models.both_ways)
        self.assertFalse(self.out.exists())
        self.export(tiny_models.both_ways, "--trust-remote-code", "--shift", "1", "--pad", "<|endoftext|>", "--licence", "MIT")
        manifest = self.manifest()
        self.assert_whole(manifest)
        self.assertEqual(manifest["logitsShift"], 1)
        self.assertEqual(manifest["specialTokens"], {"mask": "<|mask|>", "pad": "<|endoftext|>"})
        self.assertEqual(manifest["licence"], "MIT")
        self.assertLess(manifest["provenance"]["parity"]["fp32"]["maxLogProbDifference"], 1e-3)
        self.assertIn("maxFillerDifference", manifest["provenance"]["parity"]["fp32"])

    def test_a_causal_model_is_refused_unless_its_mask_is_to_be_taken_off(self):
        with self.assertRaisesRegex(SystemExit, "from left to right.*--bidirectional"):
            self.export(tiny_models.llama)
        self.assertFalse((self.out / "model.json").exists())
        self.export(tiny_models.llama, "--bidirectional", "--precision", "fp16")
        self.assert_whole(self.manifest())
        self.assertEqual(self.manifest()["licence"], "unknown")
        tiny_models.both_ways(self.folder / "both_ways")
        model = BothWays.from_pretrained(self.folder / "both_ways")
        ids, rows = [[5, 1, 7, 1, 9], [5, 1, 7, 1, 10]], [[1, 3], [4, 3]]
        expected = model(torch.tensor(ids)).logits.detach().numpy()
        for row, found in enumerate(self.logits("fp16", ids, rows)):
            np.testing.assert_allclose(found, expected[row, rows[row]], atol=0.02 * np.abs(expected).max())

    def test_a_graph_that_differs_from_pytorch_leaves_no_model(self):
        far = {"maxLogProbDifference": 0.1, "top1Agreement": 1.0}
        for figures in (far, far | {"maxLogProbDifference": math.nan}, far | {"maxLogProbDifference": 0, "maxFillerDifference": 1}):
            with mock.patch("denoise.write"), mock.patch("parity.compare", return_value=figures):
                with self.assertRaisesRegex(SystemExit, "The fp32 graph is not the model"):
                    self.export(tiny_models.modern_bert)
            self.assertFalse((self.out / "model.json").exists())

    def figures_against(self, make: Callable[[Path], None]) -> dict[str, float]:
        """Of the exported graph against another model."""
        make(self.folder / "other")
        network = Network(ModernBertForMaskedLM.from_pretrained(self.folder / "other"))
        return parity.compare(
            self.out / "denoise.fp32.onnx", Denoise(network, Reading(PLAIN, True)), list(range(4, 400)), 3, tiny_models.REACH)


if __name__ == "__main__":
    unittest.main()
