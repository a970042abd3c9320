"""8-bit arithmetic for CPUs, on a file that is unpacked from the stored tensors once, where the model is used.

A CPU multiplies 8-bit integers several times as fast as 4-bit ones, but twice as
many bytes per graph would have to be shipped. The graph `unpack` makes them:
without inputs, its outputs in their order, each from the next multiple of
ALIGNMENT bytes on, are the file. (Left to ONNX Runtime, which could fold the same
operators when it loads a graph, every load took 18 seconds and 6 GB.)
"""

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import numpy as np
from onnx import TensorProto, helper

from adapt.base import BLOCK
from adapt.smoothing import PARTS, READERS, SMOOTHED, Calibration, Smoothing, block_of
from adapt.weights import LEAST, ZERO, Products, Stored, blocked_product
from graph_builder import ALIGNMENT, GraphBuilder, WeightFile
from weights import INTEGER_ARITHMETIC


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

    def whole(self, u: GraphBuilder, index: int, activation: str, adapted: bool) -> str:
        """float32 [out,in] of the base, or of it and its adapters."""
        base = u.op("Reshape", self.matrix(u, index, activation), u.ints(*self.stored.size(index, activation)))
        if not adapted:
            return base
        products = [u.op("MatMul", second, first)
                    for first, second in (self.stored.factors(u, index, name) for name in READERS[activation])]
        return u.op("Add", base, u.op("Concat", *products, axis=0))

    def smoothed(self, u: GraphBuilder, matrix: str, index: int, activation: str) -> str:
        """`matrix` [out,in] for an activation that is divided by its scales."""
        if activation in SMOOTHED:
            matrix = u.op("Mul", matrix, self.scales(u, index, activation))
        if activation == "feed":  # the inner layer is smoothed by the rows of what makes it
            matrix = u.op("Div", matrix, u.op("Unsqueeze", self.row_scales(u, index), u.ints(-1)))
        return matrix

    def scales(self, u: GraphBuilder, index: int, activation: str) -> str:
        """What the columns are multiplied by, float32 [in]."""
        raise NotImplementedError

    def row_scales(self, u: GraphBuilder, index: int) -> str:
        """What the rows of gate and up are divided by, float32 [out]."""
        raise NotImplementedError


class SmoothedRows(EightBit):
    """The base with a scale per output, for activations with a scale per token, or several of both (PARTS).

    With its adapters where the context's rows carry them. The fastest on a CPU, and less exact than blocks.
    """

    def __init__(self, stored: Stored, unpacker: Unpacker, calibration: Calibration):
        super().__init__(stored, unpacker)
        self.calibration = calibration
        both = [Smoothing(*(getattr(start, name) * getattr(factor, name) for name in SMOOTHED))
                for start, factor in zip(calibration.context, calibration.found)]
        self.gains = smoothed_gains(stored.gains, both)

    def linear(self, g: GraphBuilder, x: str, index: int, activation: str) -> str:
        outputs, inputs = self.stored.size(index, activation)
        parts, label = PARTS[activation], f"{index}.{activation}.rows"
        wanted = [one for part in range(parts) for one in (
            Wanted(f"{label}.{part}", TensorProto.INT8, (inputs // parts, outputs)),
            Wanted(f"{label}.{part}.scale", TensorProto.FLOAT, (outputs,)))]
        names = self.unpacker.tensors(g, lambda u: self.quantised(u, index, activation), *wanted)
        first, *others = (rows_product(g, rows, *pair, outputs)
                          for rows, *pair in zip(rounded_rows(g, x, inputs, parts), names[::2], names[1::2]))
        return reduce(lambda total, product: g.op("Add", total, product), others, first)

    def gate_and_up(self, g: GraphBuilder, x: str, index: int) -> list[str]:
        """As Products.gate_and_up. Two products of the same rows take less time than one and a copy of both halves."""
        width, inner = self.shape.width, self.shape.hidden
        wanted = [one for name in READERS["feed"] for one in (
            Wanted(f"{index}.{name}.rows", TensorProto.INT8, (width, inner)),
            Wanted(f"{index}.{name}.rows.scale", TensorProto.FLOAT, (inner,)))]
        names = self.unpacker.tensors(g, lambda u: self.halves(u, index), *wanted)
        rows, = rounded_rows(g, x, width, 1)
        return [rows_product(g, rows, *pair, inner) for pair in (names[:2], names[2:])]

    def halves(self, u: GraphBuilder, index: int) -> tuple[str, ...]:
        """`quantised` of `feed`: gate and its scales, up and its scales."""
        inner = u.ints(self.shape.hidden, self.shape.hidden)
        integers, scales = self.quantised(u, index, "feed")
        pairs = zip(u.op("Split", integers, inner, outputs=2, axis=1), u.op("Split", scales, inner, outputs=2, axis=0))
        return tuple(one for pair in pairs for one in pair)

    def quantised(self, u: GraphBuilder, index: int, activation: str) -> tuple[str, ...]:
        """For each of the parts: int8 [in / parts,out] and scales float32 [out]."""
        (outputs, inputs), parts = self.stored.size(index, activation), PARTS[activation]
        matrix = self.smoothed(u, self.whole(u, index, activation, self.shape.context), index, activation)
        made = []
        for part in range(parts):
            first, end = (u.ints(inputs // parts * each) for each in (part, part + 1))
            columns = u.op("Slice", matrix, first, end, u.ints(1))
            scale = scale_of(u, columns)
            integers = u.op("Cast", u.op("Round", u.op("Div", columns, scale)), to=TensorProto.INT8)
            made += u.op("Transpose", integers, perm=[1, 0]), u.op("Reshape", scale, u.ints(-1))
        return tuple(made)

    def scales(self, u: GraphBuilder, index: int, activation: str) -> str:
        start = getattr(self.calibration.context[index], activation)
        factor = getattr(self.calibration.found[index], activation)
        return u.op("Mul", u.constant(start, f"{index}.{activation}.smoothing"),
                    shortened(u, factor, f"{index}.{activation}.smoothing.found"))

    def row_scales(self, u: GraphBuilder, index: int) -> str:
        start, factor = (beside_ones(each[index].down) for each in (self.calibration.context, self.calibration.found))
        return u.op("Mul", u.constant(start, f"{index}.feed.smoothing.rows"),
                    shortened(u, factor, f"{index}.feed.smoothing.rows.found"))


class AdaptedBlocks(EightBit):
    """The base and its adapters with a scale per block of inputs (`block_of`), for activations rounded in such blocks too."""

    def __init__(self, stored: Stored, unpacker: Unpacker, calibration: Calibration):
        super().__init__(stored, unpacker)
        self.calibration = calibration
        self.gains = smoothed_gains(stored.gains, calibration.slots)

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
        matrix = u.op("Reshape", self.smoothed(u, self.whole(u, index, activation, True), index, activation), blocks)
        scale = scale_of(u, matrix)
        shifted = u.op("Add", u.op("Round", u.op("Div", matrix, scale)), u.scalar(float(ZERO)))
        return u.op("Cast", shifted, to=TensorProto.UINT8), u.op("Squeeze", scale, u.ints(-1))

    def scales(self, u: GraphBuilder, index: int, activation: str) -> str:
        return shortened(u, getattr(self.calibration.slots[index], activation), f"{index}.{activation}.smoothing.slots")

    def row_scales(self, u: GraphBuilder, index: int) -> str:
        return shortened(u, beside_ones(self.calibration.slots[index].down), f"{index}.feed.smoothing.rows.slots")

    def head(self, g: GraphBuilder, x: str) -> str:
        """As Products.head. Beside its largest channels the others of a block would be rounded away, so these few are
        multiplied in float32."""
        outliers = self.calibration.outliers
        columns, = self.unpacker.tensors(
            g, lambda u: (self.columns(u),),
            Wanted("table.outliers", TensorProto.FLOAT, (len(outliers), self.shape.vocabulary)))
        others = np.ones(self.shape.width, np.float32)
        others[outliers] = 0
        product = super().head(g, g.op("Mul", x, g.constant(others, "others")))
        exact = g.op("MatMul", g.op("Gather", x, g.constant(outliers, "outliers"), axis=-1), columns)
        return g.op("Add", product, exact)

    def columns(self, u: GraphBuilder) -> str:
        """The table's columns of the outliers, float32 [OUTLIERS,V]."""
        outliers = self.calibration.outliers
        integers, scale = self.stored.embedding(u)
        rows = u.op("Reshape", integers, u.ints(*self.stored.table.shape))
        chosen = u.op("Cast", u.op("Gather", rows, u.inline(outliers, "outliers"), axis=1), to=TensorProto.FLOAT)
        factors = u.op("Gather", scale, u.inline(outliers // BLOCK, "outliers.blocks"), axis=1)
        return u.op("Transpose", u.op("Mul", u.op("Sub", chosen, u.scalar(float(ZERO))), factors), perm=[1, 0])


def rounded_rows(g: GraphBuilder, x: str, inputs: int, parts: int) -> list[tuple[str, str]]:
    """x [1,N,in] in `parts`: each as integers [1,N,in / parts], ZERO for 0, and a scale for each row [1,N,1].

    All parts are rounded at once: fewer and larger operators take less time, and only the integers are copied.
    """
    width = inputs // parts
    rows, count = (x, "N") if parts == 1 else (g.op("Reshape", x, g.ints(1, -1, width)), f"{parts} * N")
    g.shaped(rows, [1, count, width])
    scales = g.shaped(scale_of(g, rows), [1, count, 1])
    integers = g.op("QuantizeLinear", g.op("Div", rows, scales), g.scalar(1.0), g.scalar(ZERO, np.uint8))
    g.shaped(integers, [1, count, width], TensorProto.UINT8)
    if parts == 1:
        return [(integers, scales)]

    def apart(values: str, last: int, kind: int) -> list[str]:
        whole = g.shaped(g.op("Reshape", values, g.ints(1, -1, last)), [1, "N", last], kind)
        return g.op("Split", whole, outputs=parts, axis=-1, num_outputs=parts)

    return list(zip(apart(integers, inputs, TensorProto.UINT8), apart(scales, parts, TensorProto.FLOAT)))


def rows_product(g: GraphBuilder, rows: tuple[str, str], integers: str, scale: str, outputs: int) -> str:
    """[1,N,out] of rounded rows by int8 [in,out] with scales [out]."""
    tokens, row_scale = rows
    zero = g.scalar(ZERO, np.uint8)
    product = g.microsoft("MatMulIntegerToFloat", tokens, integers, g.scalar(1.0), scale, zero)
    return g.op("Mul", g.shaped(product, [1, "N", outputs]), row_scale)


def smoothed_gains(gains: dict[str, np.ndarray], smoothing: list[Smoothing]) -> dict[str, np.ndarray]:
    """`gains` with norms that divide what they make by its scales."""
    norms = {}
    for index, layer in enumerate(smoothing):
        norms[f"{index}.attention_norm"] = gains[f"{index}.attention_norm"] / layer.attention
        norms[f"{index}.feed_norm"] = gains[f"{index}.feed_norm"] / layer.feed
    return gains | norms


def beside_ones(scale: np.ndarray) -> np.ndarray:
    """1 for every row of gate, then the scales of up's rows."""
    return np.concatenate([np.ones_like(scale), scale])


def shortened(u: GraphBuilder, scale: np.ndarray, name: str) -> str:
    """A float16 scale in the graph itself, read as float32."""
    return u.op("Cast", u.inline(scale, name), to=TensorProto.FLOAT)


def scale_of(g: GraphBuilder, values: str) -> str:
    """The scale that maps the last dimension's largest magnitude to 127; that dimension becomes 1."""
    ends = (g.op(kind, values, g.ints(-1), keepdims=1) for kind in ("ReduceMax", "ReduceMin"))
    most, least = (g.op("Mul", end, g.scalar(sign / 127)) for end, sign in zip(ends, (1, -1)))
    return g.op("Max", most, least, g.scalar(LEAST))
