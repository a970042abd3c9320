"""What an adapted model stores, and arithmetic straight on it.

Stored once for every graph and execution provider: the base's own 4-bit
integers with their scales and offsets, unchanged, the adapters and the
embedding as 8-bit integers.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from adapt.base import BLOCK, Quantised
from adapt.model import SCALE, Shape
from adapt.smoothing import READERS
from graph_builder import GraphBuilder

LEAST = 1e-8  # keeps scales above zero
ZERO = 128  # what stands for 0 in the embedding's 8-bit integers

Factors = tuple[np.ndarray, np.ndarray]


@dataclass
class Stored:
    """The tensors of a model.

    `base` holds each layer's quantised matrices; `adapters` each layer's factors
    by name: first [R,in] and second [out,R]; `table` [V,D] is the embedding;
    `gains` are small float tensors by name.

    Matrices that read the same activation are stored as one, rows after rows.
    """

    shape: Shape
    base: list[dict[str, Quantised]]
    adapters: list[dict[str, Factors]]
    table: np.ndarray
    gains: dict[str, np.ndarray]

    def size(self, index: int, activation: str) -> tuple[int, int]:
        """(out, in) of the matrices that read `activation`."""
        shapes = [self.base[index][name].integers.shape for name in READERS[activation]]
        return sum(outputs for outputs, _ in shapes), shapes[0][1]

    def integers(self, g: GraphBuilder, index: int, activation: str, kind: int, shape: tuple[int, ...]) -> str:
        """4-bit integers [out,in], two a byte and the first in the low half, read as `kind` and `shape`."""
        joined = np.concatenate([self.base[index][name].integers for name in READERS[activation]])
        packed = (joined[:, ::2] | joined[:, 1::2] << 4).astype(np.uint8)
        return g.stored(packed, f"{index}.{activation}", kind, shape)

    def per_block(self, g: GraphBuilder, index: int, activation: str, part: str) -> str:
        """`scale` or `offset`, float32 [out,in / BLOCK]."""
        joined = np.concatenate([getattr(self.base[index][name], part) for name in READERS[activation]])
        return half(g, joined, f"{index}.{activation}.{part}")

    def factors(self, g: GraphBuilder, index: int, name: str) -> list[str]:
        """An adapter's two factors in float32, SCALE in the second."""
        first, second = self.adapters[index][name]
        return [rounded(g, factor, f"{index}.{name}.{part}")
                for part, factor in (("first", first), ("second", SCALE * second))]

    def embedding(self, g: GraphBuilder) -> tuple[str, str]:
        """uint8 [V,D / BLOCK,BLOCK], ZERO for 0, and scales float32 [V,D / BLOCK]."""
        blocks = self.table.reshape(len(self.table), -1, BLOCK)
        scale = np.maximum(np.abs(blocks).max(-1) / 127, LEAST).astype(np.float16)
        integers = np.clip(np.rint(blocks / scale[..., None].astype(np.float32)), -127, 127) + ZERO
        return g.constant(integers.astype(np.uint8), "embedding"), half(g, scale, "embedding.scale")


class Products:
    """How a graph multiplies by the weights. `gains` are those of Stored, as this arithmetic needs them."""

    fused_attention: bool
    for_gpus = False
    accuracy = 0  # of MatMulNBits; 0: float32
    kind = TensorProto.FLOAT  # of what is multiplied in the layers, and of the cached keys and values

    def __init__(self, stored: Stored):
        self.stored, self.shape, self.gains = stored, stored.shape, stored.gains

    def linear(self, g: GraphBuilder, x: str, index: int, activation: str) -> str:
        """x [B,len,in], the `activation`, by the transposes of the matrices that read it: [B,len,out]."""
        raise NotImplementedError

    def gate_and_up(self, g: GraphBuilder, x: str, index: int) -> list[str]:
        """The two products [B,len,inner] of `feed`, x [B,len,D] being what they read."""
        inner = self.shape.hidden
        return g.op("Split", self.linear(g, x, index, "feed"), g.ints(inner, inner), outputs=2, axis=-1)

    def compact(self, g: GraphBuilder, x: str) -> str:
        """float32 x as `kind`."""
        return x if self.kind == TensorProto.FLOAT else g.op("Cast", x, to=self.kind)

    def exact(self, g: GraphBuilder, x: str) -> str:
        """x of `kind` in float32, as whatever is squared, exponentiated or added up over the layers has to be."""
        return x if self.kind == TensorProto.FLOAT else g.op("Cast", x, to=TensorProto.FLOAT)

    def table(self, g: GraphBuilder) -> tuple[str, str]:
        """As Stored.embedding."""
        raise NotImplementedError

    def embedding(self, g: GraphBuilder, ids: str) -> str:
        """Rows [..,D] of the table."""
        integers, scale = (g.op("Gather", name, ids) for name in self.table(g))
        signed = g.op("Sub", g.op("Cast", integers, to=TensorProto.FLOAT), g.scalar(float(ZERO)))
        rows = g.op("Mul", signed, g.op("Unsqueeze", scale, g.ints(-1)))
        return g.op("Reshape", rows, g.ints(0, 0, self.shape.width))

    def head(self, g: GraphBuilder, x: str) -> str:
        """x [..,D] · tableᵀ."""
        integers, scale = self.table(g)
        vocabulary, width = self.stored.table.shape
        return blocked_product(g, x, integers, scale, (vocabulary, width), 8, self.accuracy)


class FourBit(Products):
    """Floats of `kind` on the stored integers as they are. `adapted`: with adapters, as slot rows need them."""

    # The fused operator was wrong by up to 1.2 on the WebGPU provider (1.30, SwiftShader).
    fused_attention = False
    for_gpus = True

    def __init__(self, stored: Stored, adapted: bool, kind: int = TensorProto.FLOAT):
        super().__init__(stored)
        self.adapted, self.kind = adapted, kind

    def table(self, g: GraphBuilder) -> tuple[str, str]:
        return self.stored.embedding(g)

    def linear(self, g: GraphBuilder, x: str, index: int, activation: str) -> str:
        outputs, inputs = self.stored.size(index, activation)
        blocks = inputs // BLOCK
        integers = self.stored.integers(g, index, activation, TensorProto.UINT8, (outputs, blocks, BLOCK // 2))
        scale, offset = (self.stored.per_block(g, index, activation, part) for part in ("scale", "offset"))
        product = blocked_product(g, x, integers, self.compact(g, scale), (outputs, inputs), 4, self.accuracy)
        # The operator takes 8 for 0; what it leaves out is the same for all inputs of a block.
        missing = self.compact(g, g.op("Add", offset, g.op("Mul", scale, g.scalar(8.0))))
        missing = g.op("Transpose", missing, perm=[1, 0])
        sums = g.op("ReduceSum", g.op("Reshape", x, g.ints(0, 0, blocks, BLOCK)), g.ints(-1), keepdims=0)
        product = g.op("Add", product, g.op("MatMul", sums, missing))
        return g.op("Add", product, self.adaptation(g, x, index, activation)) if self.adapted else product

    def adaptation(self, g: GraphBuilder, x: str, index: int, activation: str) -> str:
        """What the adapters add to the product."""
        parts = []
        for name in READERS[activation]:
            first, second = (g.op("Transpose", self.compact(g, factor), perm=[1, 0])
                             for factor in self.stored.factors(g, index, name))
            parts.append(g.op("MatMul", g.op("MatMul", x, first), second))
        return parts[0] if len(parts) == 1 else g.op("Concat", *parts, axis=-1)


def blocked_product(
    g: GraphBuilder, x: str, integers: str, scale: str, size: tuple[int, int], bits: int, accuracy: int,
    block: int = BLOCK,
) -> str:
    """x [..,in] · Wᵀ, W of `size` (out, in) as integers [out,in / block,block · bits / 8] and scales [out,in / block]."""
    outputs, inputs = size
    return g.microsoft("MatMulNBits", x, integers, g.op("Reshape", scale, g.ints(-1)), K=inputs, N=outputs,
                       bits=bits, block_size=block, accuracy_level=accuracy)


def half(g: GraphBuilder, values: np.ndarray, name: str) -> str:
    """Stored as float16, read as float32."""
    return g.op("Cast", g.constant(values.astype(np.float16), name), to=TensorProto.FLOAT)


def rounded(g: GraphBuilder, factor: np.ndarray, name: str) -> str:
    """A float matrix stored as 8-bit integers with a scale per row."""
    scale = np.maximum(np.abs(factor).max(-1, keepdims=True) / 127, LEAST).astype(np.float32)
    integers = g.constant(np.rint(factor / scale).astype(np.int8), name)
    return g.op("Mul", g.op("Cast", integers, to=TensorProto.FLOAT), g.constant(scale, f"{name}.scale"))
