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

LAST = 2 ** 31 - 1  # end of a slice that leaves nothing out


def encode_graph(products: Products, file: WeightFile | None, reach: int) -> GraphBuilder:
    """context_ids, context_pos [1,N], read behind the first `past.count` [1] tokens of `past.*` → their cache.

    cache.position [1,N] as float32, cache.token [1,N]; per layer, of the products' kind, cache.key.i
    [1,G,E + P,N] (transposed, and below it `layers.pieces`) and cache.value.i [1,G,N,E];
    past.* are such a cache of M tokens, M = 0 for none. Where the attention is not fused,
    the outputs are the cache of the past's tokens as well, M + N in place of N.
    """
    layers, shape = Layers("encode", products, file, reach, 1, "N"), products.shape
    g, groups, size = layers.g, shape.groups, layers.size
    ids = g.input("context_ids", TensorProto.INT64, [1, "N"])
    positions = g.input("context_pos", TensorProto.INT64, [1, "N"])
    length = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    past = Past(layers)
    attention = (FusedAttention if products.fused_attention else PlainAttention)(layers, length, past)
    tokens = attention.TOKENS
    known = past.before("position", TensorProto.FLOAT, g.op("Cast", positions, to=TensorProto.FLOAT))
    g.output(attention.kept(known), "cache.position", TensorProto.FLOAT, [1, tokens])
    g.output(attention.kept(past.before("token", TensorProto.INT64, ids)), "cache.token", TensorProto.INT64, [1, tokens])
    layers.prepare(positions)
    number, numbers = pieces(g, known)
    reached = g.op("Cast", g.op("GreaterOrEqual", attention.kept(number), numbers), to=layers.kind)
    channels = g.op("Expand", g.op("Unsqueeze", reached, g.ints(0, 1)), g.ints(1, groups, 1, 1))
    x = products.embedding(g, ids)
    for index in range(shape.layers):
        query, *own = layers.projections(x, index)
        before = past.keys(index), past.values(index)
        keys, values = attention.cache(own, before)
        if index + 1 < shape.layers:  # nobody reads the context after the last layer
            x = layers.feed(x, attention.attend(query, own, before, (keys, values)), index)
        keys = g.op("Concat", keys, channels, axis=2)
        g.output(keys, f"cache.key.{index}", layers.kind, [1, groups, f"{size} + P", tokens])
        g.output(values, f"cache.value.{index}", layers.kind, [1, groups, tokens, size])
        past.wait_for(keys, values)
    return g


class Past:
    """A context that was encoded before, of which the first `count` [1] tokens stand before the new ones."""

    def __init__(self, layers: Layers):
        self.g, self.groups, self.size, self.kind = layers.g, layers.shape.groups, layers.size, layers.kind
        self.count = self.g.input("past.count", TensorProto.INT64, [1])

    def before(self, name: str, kind: int, new: str) -> str:
        """A row [1,M] up to the count, ahead of new [1,N]."""
        return self.g.op("Concat", self.first(self.g.input(f"past.{name}", kind, [1, "M"]), 1), new, axis=1)

    def keys(self, index: int) -> str:
        """[1,G,E,count]."""
        g = self.g
        keys = g.input(f"past.key.{index}", self.kind, [1, self.groups, f"{self.size} + P", "M"])
        taken = g.op("Slice", keys, g.ints(0, 0), g.op("Concat", g.ints(self.size), self.count, axis=0), g.ints(2, 3))
        return g.shaped(taken, [1, self.groups, self.size, "taken"], self.kind)

    def values(self, index: int) -> str:
        """[1,G,count,E]."""
        values = self.g.input(f"past.value.{index}", self.kind, [1, self.groups, "M", self.size])
        return self.g.shaped(self.first(values, 2), [1, self.groups, "taken", self.size], self.kind)

    def first(self, x: str, axis: int) -> str:
        return self.g.op("Slice", x, self.g.ints(0), self.count, self.g.ints(axis))

    def wait_for(self, *values: str) -> None:
        """Nothing more is taken of the past before these values [1,..] are there.

        Left alone, ONNX Runtime (1.30) takes every layer's past at the start, makes what only leads to outputs at the
        end, and keeps what that is made of: three caches in memory. And an output that no node reads is kept too.
        """
        g = self.g
        for value in values:  # a factor of 1 that is not known before
            self.count = g.op("Mul", self.count, g.op("Slice", g.op("Shape", value), g.ints(0), g.ints(1)))


Pair = tuple[str, str]
"""A layer's keys and values: own ones [1,N,G·E] as projected; cached ones [1,G,E,len] and [1,G,len,E]."""


class FusedAttention:
    """Causal attention by one operator.

    A query's result does not depend on what stands behind it or comes with it, to the last bit: a context continued is
    the context encoded as a whole.
    """

    TOKENS = "N"

    def __init__(self, layers: Layers, length: str, past: Past):
        self.layers, self.past, self.count, g = layers, past, past.count, layers.g
        total = g.op("Cast", g.op("Add", past.count, length), to=TensorProto.INT32)
        self.sizes = g.op("Sub", total, g.scalar(1, np.int32)), g.op("Squeeze", total)

    def kept(self, row: str) -> str:
        """Of a row [1,M + N], what is given out."""
        g = self.layers.g
        return g.op("Slice", row, self.count, g.ints(LAST), g.ints(1))

    def cache(self, own: Pair, before: Pair) -> Pair:
        """What is given out of a layer's own keys and values and those before."""
        return self.layers.transposed(own[0]), self.layers.heads(own[1], self.layers.shape.groups)

    def attend(self, query: str, own: Pair, before: Pair, cache: Pair) -> str:
        """[1,N,D] of a query [1,N,D]."""
        g, shape = self.layers.g, self.layers.shape
        before = g.op("Transpose", before[0], perm=[0, 1, 3, 2]), before[1]
        attended, *both = g.microsoft("GroupQueryAttention", query, *own, *before, *self.sizes, outputs=3,
                                      num_heads=shape.heads, kv_num_heads=shape.groups)
        for each in both:
            g.shaped(each, [1, shape.groups, "M + N", self.layers.size])
        self.past.wait_for(*both)
        return g.shaped(attended, [1, "N", shape.width])


class PlainAttention:
    """Causal attention by plain operators, for GPUs: what is cached stays in their memory, where only a graph can join
    it with what comes next."""

    TOKENS = "M + N"

    def __init__(self, layers: Layers, length: str, past: Past):
        self.layers, self.length = layers, length
        g = layers.g
        zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
        before, count = g.op("Squeeze", past.count), g.op("Squeeze", length)
        total = g.op("Add", before, count)
        row, column = g.op("Range", before, total, one), g.op("Range", zero, total, one)
        future = g.op("Greater", g.op("Unsqueeze", column, g.ints(0)), g.op("Unsqueeze", row, g.ints(1)))
        self.later = g.op("Where", future, g.scalar(FORBIDDEN), g.scalar(0.0))

    def kept(self, row: str) -> str:
        """As FusedAttention.kept."""
        return row

    def cache(self, own: Pair, before: Pair) -> Pair:
        """As FusedAttention.cache."""
        layers, g, groups = self.layers, self.layers.g, self.layers.shape.groups
        keys = g.op("Concat", before[0], layers.transposed(own[0]), axis=3)
        values = g.op("Concat", before[1], layers.heads(own[1], groups), axis=2)
        return (g.shaped(keys, [1, groups, layers.size, "M + N"], layers.kind),
                g.shaped(values, [1, groups, "M + N", layers.size], layers.kind))

    def attend(self, query: str, own: Pair, before: Pair, cache: Pair) -> str:
        """As FusedAttention.attend."""
        layers, g, length = self.layers, self.layers.g, self.length
        queries = layers.grouped(layers.queries(query), length, layers.size)
        scores = layers.spread(g.op("MatMul", queries, cache[0]), length, self.TOKENS)
        shares = layers.compact(g.op("Softmax", g.op("Add", layers.exact(scores), self.later), axis=-1))
        return layers.merged(g.op("MatMul", layers.grouped(shares, length, self.TOKENS), cache[1]), length)
