import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto

from adapt.base import BLOCK, Quantised
from adapt.model import SCALE, Shape
from adapt.smoothing import READERS, Calibration, Smoothing, block_of
from adapt.unpacked import ALIGNMENT, AdaptedBlocks, Unpacker
from adapt.weights import Stored
from graph_builder import GraphBuilder, WeightFile

WIDTH, HIDDEN, RANK = 128, 96, 8
SIZES = {"query": (WIDTH, WIDTH), "key": (64, WIDTH), "value": (64, WIDTH), "out": (WIDTH, WIDTH),
         "gate": (HIDDEN, WIDTH), "up": (HIDDEN, WIDTH), "down": (WIDTH, HIDDEN)}


def random_layer() -> Stored:
    """One layer as it is stored: of its inputs, those of `down` are no multiple of the wide block."""
    rng = np.random.default_rng(1)
    base, adapters = {}, {}
    for name, (outputs, inputs) in SIZES.items():
        scale = rng.uniform(0.01, 0.03, (outputs, inputs // BLOCK)).astype(np.float16).astype(np.float32)
        base[name] = Quantised(rng.integers(0, 16, (outputs, inputs), np.uint8), scale, -8 * scale)
        adapters[name] = tuple(rng.normal(0, 0.1, shape).astype(np.float32) for shape in ((RANK, inputs), (outputs, RANK)))
    table = rng.normal(0, 1, (40, WIDTH)).astype(np.float32)
    gains = {f"0.{norm}": np.ones(WIDTH, np.float32) for norm in ("attention_norm", "feed_norm")}
    return Stored(Shape(40, WIDTH, 1, 4, 2, HIDDEN, 1e4, 1e-5, RANK), [base], [adapters], table, gains)


def expected(stored: Stored, activation: str) -> np.ndarray:
    """The matrices that read `activation`, adapters added, [out,in]."""
    parts = []
    for name in READERS[activation]:
        first, second = stored.adapters[0][name]
        parts.append(stored.base[0][name].dequantised() + SCALE * second @ first)
    return np.concatenate(parts)


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def unpacked_product(stored: Stored, activation: str, x: np.ndarray, folder: Path) -> np.ndarray:
    """x [1,len,in] by the adapted matrices, by a graph over the file that `unpack` makes."""
    weights = WeightFile("weights.bin")
    unpacker = Unpacker("unpacked.bin", weights)
    g = GraphBuilder("product", None)
    given = g.input("x", TensorProto.FLOAT, [1, "N", x.shape[-1]])
    even = Smoothing(*(np.ones(size, np.float16) for size in (WIDTH, WIDTH, HIDDEN)))
    calibration = Calibration([even], [even], [even], np.arange(2))
    product = AdaptedBlocks(stored, unpacker, calibration).linear(g, given, 0, activation)
    g.output(product, "y", TensorProto.FLOAT, [1, "N", stored.size(0, activation)[0]])
    weights.write(folder)
    for graph in (g, unpacker.g):
        graph.write(folder / f"{graph.name}.onnx")
    with open(folder / unpacker.name, "wb") as file:
        for tensor in session(folder / "unpack.onnx").run(None, {}):
            file.write(bytes(-file.tell() % ALIGNMENT) + tensor.tobytes())
    return session(folder / "product.onnx").run(None, {"x": x})[0]


class AdaptedBlocksTest(unittest.TestCase):
    def test_scales_are_shared_by_wide_blocks_where_these_divide_the_inputs(self):
        self.assertEqual([block_of(inputs) for inputs in (576, 1536, 96, 32)], [64, 64, 32, 32])

    def test_multiplies_by_base_and_adapters(self):
        stored = random_layer()
        for activation in ("attention", "down"):
            matrix = expected(stored, activation)
            x = np.random.default_rng(2).normal(0, 1, (1, 5, matrix.shape[1])).astype(np.float32)
            with tempfile.TemporaryDirectory() as folder:
                found = unpacked_product(stored, activation, x, Path(folder))
            exact = x @ matrix.T
            self.assertEqual(found.shape, exact.shape)
            self.assertLess((found - exact).std(), 0.015 * exact.std())
