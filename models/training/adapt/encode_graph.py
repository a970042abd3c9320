"""The encode graph of an adapted model: the base reads the context causally.

Names of shapes: N context tokens, M tokens of an earlier context, D width, H query
heads, G key/value heads, E = D / H, P pieces.
"""

import numpy as np
from onnx import TensorProto

from adapt.layers import Layers, pieces
from adapt.weights import Products
from graph_builder import GraphBuilder, WeightFile
from graphs import FORBIDDEN


def encode_graph(products: Products, file: WeightFile | None, reach: int) -> GraphBuilder:
    """context_ids, context_pos [1,N], read behind the first `past.count` [1] tokens of `past.*` → the cache of both.

    cache.position [1,N] as float32, cache.token [1,N]; per layer cache.key.i
    [1,G,E + P,N] (transposed, and below it `layers.pieces`) and cache.value.i [1,G,N,E];
    past.* are such a cache of M tokens, M = 0 for none.
    """
    layers, shape = Layers("encode", products, file, reach), products.shape
    g, groups, size = layers.g, shape.groups, layers.size
    ids = g.input("context_ids", TensorProto.INT64, [1, "N"])
    positions = g.input("context_pos", TensorProto.INT64, [1, "N"])
    past = Past(layers)
    known = past.before("position", TensorProto.FLOAT, g.op("Cast", positions, to=TensorProto.FLOAT))
    g.output(known, "cache.position", TensorProto.FLOAT, [1, "M + N"])
    g.output(past.before("token", TensorProto.INT64, ids), "cache.token", TensorProto.INT64, [1, "M + N"])
    layers.prepare(positions)
    number, numbers = pieces(g, known)
    reached = g.op("Cast", g.op("GreaterOrEqual", number, numbers), to=TensorProto.FLOAT)
    channels = g.op("Expand", g.op("Unsqueeze", reached, g.ints(0, 1)), g.ints(1, groups, 1, 1))
    length = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    attention = (FusedAttention if products.fused_attention else PlainAttention)(layers, length, past.count)
    x = products.embedding(g, ids)
    for index in range(shape.layers):
        projections, before = layers.projections(x, index), (past.keys(index), past.values(index))
        if index + 1 < shape.layers:
            attended, keys, values = attention.attend(*projections, *before)
            x = layers.feed(x, attended, index)
        else:  # nobody reads the context after the last layer
            keys, values = joined(layers, *projections[1:], *before)
        g.output(g.op("Concat", keys, channels, axis=2), f"cache.key.{index}",
                 TensorProto.FLOAT, [1, groups, f"{size} + P", "M + N"])
        g.output(values, f"cache.value.{index}", TensorProto.FLOAT, [1, groups, "M + N", size])
    return g


class Past:
    """A context that was encoded before, of which the first `count` [1] tokens stand before the new ones."""

    def __init__(self, layers: Layers):
        self.g, self.groups, self.size = layers.g, layers.shape.groups, layers.size
        self.count = self.g.input("past.count", TensorProto.INT64, [1])

    def before(self, name: str, kind: int, new: str) -> str:
        """A row [1,M] up to the count, ahead of new [1,N]."""
        return self.g.op("Concat", self.first(self.g.input(f"past.{name}", kind, [1, "M"]), 1), new, axis=1)

    def keys(self, index: int) -> str:
        """[1,G,E,count]."""
        g = self.g
        keys = g.input(f"past.key.{index}", TensorProto.FLOAT, [1, self.groups, f"{self.size} + P", "M"])
        taken = g.op("Slice", keys, g.ints(0, 0), g.op("Concat", g.ints(self.size), self.count, axis=0), g.ints(2, 3))
        return g.shaped(taken, [1, self.groups, self.size, "taken"])

    def values(self, index: int) -> str:
        """[1,G,count,E]."""
        values = self.g.input(f"past.value.{index}", TensorProto.FLOAT, [1, self.groups, "M", self.size])
        return self.g.shaped(self.first(values, 2), [1, self.groups, "taken", self.size])

    def first(self, x: str, axis: int) -> str:
        return self.g.op("Slice", x, self.g.ints(0), self.count, self.g.ints(axis))


def joined(layers: Layers, key: str, value: str, past_keys: str, past_values: str) -> tuple[str, str]:
    """All keys [1,G,E,M + N] and values [1,G,M + N,E], of new ones [1,N,G·E] behind past ones."""
    g, groups = layers.g, layers.shape.groups
    keys = g.op("Concat", past_keys, layers.transposed(key), axis=3)
    values = g.op("Concat", past_values, layers.heads(value, groups), axis=2)
    return g.shaped(keys, [1, groups, layers.size, "M + N"]), g.shaped(values, [1, groups, "M + N", layers.size])


class FusedAttention:
    """Causal attention by one operator, on a part of the queries at a time.

    So its scores take less memory, and those of keys behind a part are never
    computed. A query's result does not depend on what stands behind it or comes with
    it, to the last bit: a context continued is the context encoded as a whole.
    """

    PARTS = 4

    def __init__(self, layers: Layers, length: str, past: str):
        self.layers, self.length = layers, length
        g, one = layers.g, layers.g.ints(1)
        share = g.op("Div", g.op("Add", length, g.ints(self.PARTS - 1)), g.ints(self.PARTS))
        self.parts = []
        for part in range(self.PARTS):
            # None may be empty: of a very short context, some read its last token again.
            start = g.op("Min", g.op("Mul", share, g.ints(part)), g.op("Sub", length, one))
            end = g.op("Min", g.op("Mul", share, g.ints(part + 1)), length)
            before, total = g.op("Add", past, start), g.op("Cast", g.op("Add", past, end), to=TensorProto.INT32)
            sizes = g.op("Sub", total, g.scalar(1, np.int32)), g.op("Squeeze", total)
            self.parts.append((start, end, before, sizes))

    def attend(self, query: str, key: str, value: str, past_keys: str, past_values: str) -> tuple[str, str, str]:
        """[1,N,D] of query [1,N,D], new key and value [1,N,G·E] and past ones (`joined`), and all keys and values."""
        g, shape, size, attended = self.layers.g, self.layers.shape, self.layers.size, []
        widths = shape.width, shape.groups * size, shape.groups * size
        keys, values = g.op("Transpose", past_keys, perm=[0, 1, 3, 2]), past_values
        for part, (start, end, before, sizes) in enumerate(self.parts):
            rows = [g.shaped(g.op("Slice", each, start, end, g.ints(1)), [1, f"rows {part}", width])
                    for each, width in zip((query, key, value), widths)]
            # Each part must read what the one before it gives out: ONNX Runtime keeps what nobody reads to the end.
            past = [g.shaped(g.op("Slice", each, g.ints(0), before, g.ints(2)), [1, shape.groups, f"before {part}", size])
                    for each in (keys, values)]
            result, keys, values = g.microsoft("GroupQueryAttention", *rows, *past, *sizes, outputs=3,
                                               num_heads=shape.heads, kv_num_heads=shape.groups)
            attended.append(g.shaped(result, [1, f"rows {part}", shape.width]))
            for each in (keys, values):
                g.shaped(each, [1, shape.groups, f"up to {part}", size])
        every = g.shaped(g.op("Concat", *attended, axis=1), [1, "all rows", shape.width])
        every = g.shaped(g.op("Slice", every, g.ints(0), self.length, g.ints(1)), [1, "N", shape.width])
        return every, g.op("Transpose", keys, perm=[0, 1, 3, 2]), values


class PlainAttention:
    """Causal attention by plain operators."""

    def __init__(self, layers: Layers, length: str, past: str):
        self.layers, self.length = layers, length
        g = layers.g
        zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
        before, count = g.op("Squeeze", past), g.op("Squeeze", length)
        total = g.op("Add", before, count)
        row, column = g.op("Range", before, total, one), g.op("Range", zero, total, one)
        future = g.op("Greater", g.op("Unsqueeze", column, g.ints(0)), g.op("Unsqueeze", row, g.ints(1)))
        self.later = g.op("Where", future, g.scalar(FORBIDDEN), g.scalar(0.0))

    def attend(self, query: str, key: str, value: str, past_keys: str, past_values: str) -> tuple[str, str, str]:
        """As FusedAttention.attend."""
        layers, g, length = self.layers, self.layers.g, self.length
        keys, values = joined(layers, key, value, past_keys, past_values)
        scores = layers.spread(g.op("MatMul", layers.grouped(layers.queries(query), length), keys), length)
        shares = g.op("Softmax", g.op("Add", scores, self.later), axis=-1)
        return layers.merged(g.op("MatMul", layers.grouped(shares, length), values), length), keys, values
