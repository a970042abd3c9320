"""8-bit arithmetic for CPUs, on a file that is unpacked from the stored tensors once, where the model is used.

A CPU multiplies 8-bit integers several times as fast as 4-bit ones, but twice as
many bytes per graph would have to be shipped. The graph `unpack` makes them:
without inputs, its outputs in their order, each from the next multiple of
ALIGNMENT bytes on, are the file. (Left to ONNX Runtime, which could fold the same
operators when it loads a graph, every load took 18 seconds and 6 GB.)
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from onnx import TensorProto, helper

from adapt.base import BLOCK
from adapt.smoothing import READERS, SMOOTHED, Smoothing
from adapt.weights import LEAST, ZERO, Products, Stored, blocked_product
from graph_builder import ALIGNMENT, GraphBuilder, WeightFile
from weights import INTEGER_ARITHMETIC

# The operator keeps three floats for every block of a matrix, and adds up within blocks. Twice the base's block: 19 MiB
# less for 106M parameters, a tenth less time in the products, and no less exact; four times: noticeably less exact.
WIDE_BLOCK = 2 * BLOCK


class Wanted(NamedTuple):
    """A tensor of the unpacked file; `kind` is ONNX's."""

    name: str
    kind: int
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        return int(np.prod(self.shape)) * helper.tensor_dtype_to_np_dtype(self.kind).itemsize


class Unpacker:
    """The graph `unpack` and the layout of the file `name` that it makes."""

    def __init__(self, name: str, stored: WeightFile):
        self.name, self.g = name, GraphBuilder("unpack", stored)
        self.offsets: dict[str, int] = {}
        self.end = 0

    def tensors(self, g: GraphBuilder, make: Callable[[GraphBuilder], tuple[str, ...]], *wanted: Wanted) -> list[str]:
        """Initialisers of `g`, the nodes of which `make` emits; by names that are known they are not made again."""
        if wanted[0].name not in self.offsets:
            for value, (name, kind, shape) in zip(make(self.g), wanted):
                self.g.output(value, name, kind, list(shape))
                self.offsets[name] = -(-self.end // ALIGNMENT) * ALIGNMENT
                self.end = self.offsets[name] + Wanted(name, kind, shape).bytes
        return [g.external(*one, self.name, self.offsets[one.name], one.bytes) for one in wanted]


class EightBit(Products):
    """What the products of both graphs have in common."""

    fused_attention = True
    accuracy = INTEGER_ARITHMETIC

    def __init__(self, stored: Stored, unpacker: Unpacker):
        super().__init__(stored)
        self.unpacker = unpacker

    def table(self, g: GraphBuilder) -> tuple[str, str]:
        vocabulary, width = self.stored.table.shape
        blocks = width // BLOCK
        integers, scale = self.unpacker.tensors(
            g, self.stored.embedding, Wanted("table", TensorProto.UINT8, (vocabulary, blocks, BLOCK)),
            Wanted("table.scale", TensorProto.FLOAT, (vocabulary, blocks)))
        return integers, scale

    def matrix(self, u: GraphBuilder, index: int, activation: str) -> str:
        """float32 [out,in / BLOCK,BLOCK] of the base."""
        outputs, inputs = self.stored.size(index, activation)
        integers = self.stored.integers(u, index, activation, TensorProto.UINT4, (outputs, inputs))
        scale, offset = (self.stored.per_block(u, index, activation, part) for part in ("scale", "offset"))
        scaled = u.op("DequantizeLinear", integers, scale, axis=1, block_size=BLOCK)
        blocks = u.op("Reshape", scaled, u.ints(outputs, inputs // BLOCK, BLOCK))
        return u.op("Add", blocks, u.op("Unsqueeze", offset, u.ints(-1)))


class SmoothedRows(EightBit):
    """The base with a scale per output, for activations with a scale per token that `smoothing` makes fit for it.

    The fastest on a CPU, and less exact than blocks.
    """

    def __init__(self, stored: Stored, unpacker: Unpacker, smoothing: list[Smoothing]):
        super().__init__(stored, unpacker)
        self.smoothing = smoothing
        self.gains = dict(stored.gains)
        for index, layer in enumerate(smoothing):
            self.gains[f"{index}.attention_norm"] = stored.gains[f"{index}.attention_norm"] / layer.attention
            self.gains[f"{index}.feed_norm"] = stored.gains[f"{index}.feed_norm"] / layer.feed

    def linear(self, g: GraphBuilder, x: str, index: int, activation: str) -> str:
        outputs, inputs = self.stored.size(index, activation)
        label = f"{index}.{activation}.rows"
        integers, scale = self.unpacker.tensors(
            g, lambda u: self.quantised(u, index, activation), Wanted(label, TensorProto.INT8, (inputs, outputs)),
            Wanted(f"{label}.scale", TensorProto.FLOAT, (outputs,)))
        x_scale = scale_of(g, x)
        zero = g.scalar(ZERO, np.uint8)
        tokens = g.op("QuantizeLinear", g.op("Div", x, x_scale), g.scalar(1.0), zero)
        product = g.microsoft("MatMulIntegerToFloat", tokens, integers, g.scalar(1.0), scale, zero)
        return g.op("Mul", product, x_scale)

    def quantised(self, u: GraphBuilder, index: int, activation: str) -> tuple[str, str]:
        """int8 [in,out] and scales float32 [out]."""
        matrix = u.op("Reshape", self.matrix(u, index, activation), u.ints(*self.stored.size(index, activation)))
        layer = self.smoothing[index]
        if activation in SMOOTHED:
            columns = u.constant(getattr(layer, activation), f"{index}.{activation}.smoothing")
            matrix = u.op("Mul", matrix, columns)
        if activation == "feed":  # the inner layer is smoothed by the rows of what makes it
            rows = np.concatenate([np.ones_like(layer.down), layer.down])
            matrix = u.op("Div", matrix, u.constant(rows[:, None], f"{index}.{activation}.smoothing.rows"))
        scale = scale_of(u, matrix)
        integers = u.op("Cast", u.op("Round", u.op("Div", matrix, scale)), to=TensorProto.INT8)
        return u.op("Transpose", integers, perm=[1, 0]), u.op("Reshape", scale, u.ints(-1))


class AdaptedBlocks(EightBit):
    """The base and its adapters with a scale per WIDE_BLOCK inputs, for activations rounded in such blocks too."""

    def linear(self, g: GraphBuilder, x: str, index: int, activation: str) -> str:
        outputs, inputs = self.stored.size(index, activation)
        block = block_of(inputs)
        label = f"{index}.{activation}.blocks"
        integers, scale = self.unpacker.tensors(
            g, lambda u: self.quantised(u, index, activation, block),
            Wanted(label, TensorProto.UINT8, (outputs, inputs // block, block)),
            Wanted(f"{label}.scale", TensorProto.FLOAT, (outputs, inputs // block)))
        return blocked_product(g, x, integers, scale, (outputs, inputs), 8, self.accuracy, block)

    def quantised(self, u: GraphBuilder, index: int, activation: str, block: int) -> tuple[str, str]:
        """uint8 [out,in / block,block], ZERO for 0, and scales float32 [out,in / block]."""
        outputs, inputs = self.stored.size(index, activation)
        blocks = u.ints(outputs, inputs // block, block)
        products = [u.op("MatMul", second, first)
                    for first, second in (self.stored.factors(u, index, name) for name in READERS[activation])]
        added = u.op("Reshape", u.op("Concat", *products, axis=0), blocks)
        matrix = u.op("Add", u.op("Reshape", self.matrix(u, index, activation), blocks), added)
        scale = scale_of(u, matrix)
        shifted = u.op("Add", u.op("Round", u.op("Div", matrix, scale)), u.scalar(float(ZERO)))
        return u.op("Cast", shifted, to=TensorProto.UINT8), u.op("Squeeze", scale, u.ints(-1))


def block_of(inputs: int) -> int:
    """Inputs that share a scale: as the base has it where WIDE_BLOCK does not divide them."""
    return BLOCK if inputs % WIDE_BLOCK else WIDE_BLOCK


def scale_of(g: GraphBuilder, values: str) -> str:
    """The scale that maps the last dimension's largest magnitude to 127; that dimension becomes 1."""
    ends = (g.op(kind, values, g.ints(-1), keepdims=1) for kind in ("ReduceMax", "ReduceMin"))
    most, least = (g.op("Mul", end, g.scalar(sign / 127)) for end, sign in zip(ends, (1, -1)))
    return g.op("Max", most, least, g.scalar(LEAST))
