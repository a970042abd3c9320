"""The encode graph of an adapted model: the base reads the context causally.

Names of shapes: B candidates, S slots, N context tokens, D width, H query heads,
G key/value heads, E = D / H, P pieces.
"""

import numpy as np
from onnx import TensorProto

from adapt.layers import Layers, pieces
from adapt.weights import Products
from graph_builder import GraphBuilder, WeightFile
from graphs import FORBIDDEN


def encode_graph(products: Products, file: WeightFile | None, reach: int) -> GraphBuilder:
    """context_ids, context_pos [1,N] → the cache.

    cache.position [1,N] as float32, cache.token [1,N]; per layer cache.key.i
    [1,G,E + P,N] (transposed, and below it `layers.pieces`) and cache.value.i [1,G,N,E].
    """
    layers, shape = Layers("encode", products, file, reach), products.shape
    g, groups, size = layers.g, shape.groups, layers.size
    ids = g.input("context_ids", TensorProto.INT64, [1, "N"])
    positions = g.input("context_pos", TensorProto.INT64, [1, "N"])
    known = g.op("Cast", positions, to=TensorProto.FLOAT)
    g.output(known, "cache.position", TensorProto.FLOAT, [1, "N"])
    g.output(g.op("Identity", ids), "cache.token", TensorProto.INT64, [1, "N"])
    layers.prepare(positions)
    length = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    number, numbers = pieces(g, known)
    reached = g.op("Cast", g.op("GreaterOrEqual", number, numbers), to=TensorProto.FLOAT)
    channels = g.op("Expand", g.op("Unsqueeze", reached, g.ints(0, 1)), g.ints(1, groups, 1, 1))
    attention = fused_attention(layers, length) if products.fused_attention else plain_attention(layers, length)
    x = products.embedding(g, ids)
    for index in range(shape.layers):
        query, key, value = layers.projections(x, index)
        transposed, by_group = layers.transposed(key), layers.heads(value, groups)
        g.output(g.op("Concat", transposed, channels, axis=2), f"cache.key.{index}",
                 TensorProto.FLOAT, [1, groups, f"{size} + P", "N"])
        g.output(by_group, f"cache.value.{index}", TensorProto.FLOAT, [1, groups, "N", size])
        if index + 1 < shape.layers:  # nobody reads the context after the last layer
            x = layers.feed(x, attention(query, key, value, transposed, by_group), index)
    return g


def fused_attention(layers: Layers, length: str):
    """Causal attention [1,N,D] in one operator; `length` [1] is N."""
    g, shape = layers.g, layers.shape
    count = g.op("Cast", length, to=TensorProto.INT32)
    sizes = g.op("Sub", count, g.scalar(1, np.int32)), g.op("Squeeze", count)

    def attend(query: str, key: str, value: str, transposed: str, by_group: str) -> str:
        return g.microsoft("GroupQueryAttention", query, key, value, "", "", *sizes, outputs=3,
                           num_heads=shape.heads, kv_num_heads=shape.groups)[0]
    return attend


def plain_attention(layers: Layers, length: str):
    """Causal attention [1,N,D] of plain operators; `length` [1] is N."""
    g = layers.g
    later = causal(g, length)

    def attend(query: str, key: str, value: str, transposed: str, by_group: str) -> str:
        scores = layers.spread(g.op("MatMul", layers.grouped(layers.queries(query), length), transposed), length)
        shares = g.op("Softmax", g.op("Add", scores, later), axis=-1)
        return layers.merged(g.op("MatMul", layers.grouped(shares, length), by_group), length)
    return attend


def causal(g: GraphBuilder, length: str) -> str:
    """[N,N]: 0 where the column does not come after the row, else FORBIDDEN; `length` [1] is N."""
    zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
    steps = g.op("Range", zero, g.op("Squeeze", length), one)
    future = g.op("Greater", g.op("Unsqueeze", steps, g.ints(0)), g.op("Unsqueeze", steps, g.ints(1)))
    return g.op("Where", future, g.scalar(FORBIDDEN), g.scalar(0.0))
