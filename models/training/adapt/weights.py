"""How an adapted model's matrices are stored and multiplied.

Stored once for every graph and execution provider: the base's own 4-bit
integers with their scales and offsets, unchanged, the adapters and the
embedding as 8-bit integers. Each graph builds the matrices it multiplies by
from these bytes with nodes that ONNX Runtime folds into constants at load.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from onnx import TensorProto

from adapt.base import BLOCK, Quantised
from adapt.model import SCALE, Shape
from adapt.smoothing import Smoothing
from graph_builder import GraphBuilder
from weights import INTEGER_ARITHMETIC

LEAST = 1e-8  # keeps scales above zero


class Product(Protocol):
    """Emits x [..,in] · Wᵀ; w names W, of `size` (out, in), which is made of constants."""

    def __call__(self, g: GraphBuilder, x: str, w: str, size: tuple[int, int]) -> str: ...


def float_product(g: GraphBuilder, x: str, w: str, size: tuple[int, int]) -> str:
    """float32 throughout."""
    return g.op("MatMul", x, g.op("Transpose", w, perm=[1, 0]))


def scale_of(g: GraphBuilder, values: str) -> str:
    """The scale that maps the last dimension's largest magnitude to 127; that dimension becomes 1."""
    peak = g.op("ReduceMax", g.op("Abs", values), g.ints(-1), keepdims=1)
    return g.op("Max", g.op("Mul", peak, g.scalar(1 / 127)), g.scalar(LEAST))


def row_product(g: GraphBuilder, x: str, w: str, size: tuple[int, int]) -> str:
    """8-bit integers, a scale per output for W and per token for x: the fastest on a CPU."""
    w_scale, x_scale = scale_of(g, w), scale_of(g, x)
    integers = g.op("Cast", g.op("Round", g.op("Div", w, w_scale)), to=TensorProto.INT8)
    zero = g.scalar(128, np.uint8)
    rows = g.op("QuantizeLinear", g.op("Div", x, x_scale), g.scalar(1.0), zero)
    sums = g.op("MatMulInteger", rows, g.op("Transpose", integers, perm=[1, 0]), zero)
    scaled = g.op("Mul", g.op("Cast", sums, to=TensorProto.FLOAT), g.op("Transpose", w_scale, perm=[1, 0]))
    return g.op("Mul", scaled, x_scale)


def block_product(g: GraphBuilder, x: str, w: str, size: tuple[int, int]) -> str:
    """8-bit integers, a scale per BLOCK inputs for both W and x: slower than rows, and closer to float32."""
    outputs, inputs = size
    blocks = g.op("Reshape", w, g.ints(outputs, inputs // BLOCK, BLOCK))
    scale = scale_of(g, blocks)
    shifted = g.op("Add", g.op("Round", g.op("Div", blocks, scale)), g.scalar(128.0))
    integers = g.op("Cast", shifted, to=TensorProto.UINT8)
    return g.microsoft("MatMulNBits", x, integers, g.op("Reshape", scale, g.ints(-1)), K=inputs, N=outputs,
                       bits=8, block_size=BLOCK, accuracy_level=INTEGER_ARITHMETIC)


@dataclass(frozen=True)
class Arithmetic:
    """How a variant multiplies in each graph, and whether activations are rounded and hence smoothed."""

    encode: Product
    step: Product
    rounds: bool


# Errors in the context matter less than errors in the slots, and most of a fill's time goes into the context.
ARITHMETIC = {
    "int8": Arithmetic(row_product, block_product, True),
    "fp32": Arithmetic(float_product, float_product, False),
}


class Matrices:
    """The weights of one graph.

    `base` holds each layer's quantised matrices; `adapters`, for the step graph,
    each layer's factors by name: first [R,in] and second [out,R]; `table`
    [V,D] is the embedding; `gains` are small float tensors by name; `smoothing`
    each layer's, or None.
    """

    def __init__(
        self, product: Product, shape: Shape, base: list[dict[str, Quantised]], table: np.ndarray,
        gains: dict[str, np.ndarray], adapters: list[dict[str, tuple[np.ndarray, np.ndarray]]] | None,
        smoothing: list[Smoothing] | None,
    ):
        self.product, self.shape, self.base, self.table = product, shape, base, table
        self.gains, self.adapters, self.smoothing = dict(gains), adapters, smoothing
        for index, layer in enumerate(smoothing or []):
            self.gains[f"{index}.attention_norm"] = gains[f"{index}.attention_norm"] / layer.attention
            self.gains[f"{index}.feed_norm"] = gains[f"{index}.feed_norm"] / layer.feed

    def linear(self, g: GraphBuilder, x: str, index: int, *names: str) -> str:
        """Several matrices of a layer that read the same input, as one multiplication."""
        parts = [self.smooth(g, self.matrix(g, index, name), index, name) for name in names]
        shapes = [self.base[index][name].integers.shape for name in names]
        joined = parts[0] if len(parts) == 1 else g.op("Concat", *parts, axis=0)
        return self.product(g, x, joined, (sum(outputs for outputs, _ in shapes), shapes[0][1]))

    def smooth(self, g: GraphBuilder, matrix: str, index: int, name: str) -> str:
        """The matrix for smoothed activations."""
        if self.smoothing is None:
            return matrix
        layer = self.smoothing[index]
        columns = layer.columns(name, self.shape.heads, self.shape.groups)
        matrix = g.op("Mul", matrix, g.constant(columns[None], f"{index}.{name}.columns"))
        rows = layer.rows(name)
        return matrix if rows is None else g.op("Div", matrix, g.constant(rows[:, None], f"{index}.{name}.rows"))

    def matrix(self, g: GraphBuilder, index: int, name: str) -> str:
        """[out,in] of the base, plus the adapter's product where there is one."""
        stored = self.base[index][name]
        outputs, inputs = stored.integers.shape
        halves = stored.integers.reshape(outputs, -1, 2, BLOCK // 2)
        label = f"{index}.{name}"
        packed = g.constant((halves[:, :, 0] | halves[:, :, 1] << 4).astype(np.uint8), label)
        low = g.op("BitwiseAnd", packed, g.scalar(15, np.uint8))
        high = g.op("BitShift", packed, g.scalar(4, np.uint8), direction="RIGHT")
        integers = g.op("Cast", g.op("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
        scale, offset = (half(g, values[..., None], f"{label}.{part}")
                         for part, values in (("scale", stored.scale), ("offset", stored.offset)))
        matrix = g.op("Reshape", g.op("Add", g.op("Mul", integers, scale), offset), g.ints(outputs, inputs))
        if self.adapters is None:
            return matrix
        first, second = (rounded(g, factor, f"{label}.{part}")
                         for part, factor in zip(("first", "second"), self.adapters[index][name]))
        return g.op("Add", matrix, g.op("Mul", g.op("MatMul", second, first), g.scalar(SCALE)))

    def stored_table(self, g: GraphBuilder) -> tuple[str, str]:
        """The embedding's 8-bit integers [V,D / BLOCK,BLOCK] and scales [V,D / BLOCK,1]."""
        blocks = self.table.reshape(len(self.table), -1, BLOCK)
        scale = np.maximum(np.abs(blocks).max(-1, keepdims=True) / 127, LEAST).astype(np.float16)
        integers = np.clip(np.rint(blocks / scale.astype(np.float32)), -127, 127).astype(np.int8)
        return g.constant(integers, "embedding"), half(g, scale, "embedding.scale")

    def embedding(self, g: GraphBuilder, ids: str) -> str:
        """Rows [..,D] of the table."""
        integers, scale = (g.op("Gather", name, ids) for name in self.stored_table(g))
        rows = g.op("Mul", g.op("Cast", integers, to=TensorProto.FLOAT), scale)
        return g.op("Reshape", rows, g.ints(0, 0, self.table.shape[1]))

    def head(self, g: GraphBuilder, x: str) -> str:
        """x [..,D] · tableᵀ."""
        integers, scale = self.stored_table(g)
        rows = g.op("Mul", g.op("Cast", integers, to=TensorProto.FLOAT), scale)
        return self.product(g, x, g.op("Reshape", rows, g.ints(*self.table.shape)), self.table.shape)


def half(g: GraphBuilder, values: np.ndarray, name: str) -> str:
    """Stored as float16, read as float32."""
    return g.op("Cast", g.constant(values.astype(np.float16), name), to=TensorProto.FLOAT)


def rounded(g: GraphBuilder, factor: np.ndarray, name: str) -> str:
    """A float matrix stored as 8-bit integers with a scale per row."""
    scale = np.maximum(np.abs(factor).max(-1, keepdims=True) / 127, LEAST).astype(np.float32)
    integers = g.constant(np.rint(factor / scale).astype(np.int8), name)
    return g.op("Mul", g.op("Cast", integers, to=TensorProto.FLOAT), g.constant(scale, f"{name}.scale"))
