"""The encode and step graphs of an adapted model, written operator by operator.

Names of shapes: B candidates, S slots, N context tokens, D width, H query heads,
G key/value heads, E = D / H.
"""

import numpy as np
from onnx import TensorProto

from adapt.model import Shape
from adapt.weights import Matrices
from graph_builder import GraphBuilder, WeightFile
from graphs import FORBIDDEN, predictions, rotations


class Layers:
    """What the two graphs share; `reach` is the largest position."""

    def __init__(self, name: str, shape: Shape, matrices: Matrices, file: WeightFile, reach: int):
        self.g = GraphBuilder(name, file)
        self.shape, self.matrices, self.reach = shape, matrices, reach
        self.size, self.repeats = shape.width // shape.heads, shape.heads // shape.groups

    def norm(self, x: str, name: str) -> str:
        gain = self.g.constant(self.matrices.gains[name], name)
        return self.g.op("SimplifiedLayerNormalization", x, gain, axis=-1, epsilon=self.shape.epsilon)

    def prepare(self, positions: str) -> None:
        """This request's rotary table."""
        g = self.g
        frequencies = self.shape.rope_base ** (-np.arange(0, self.size, 2) / self.size)
        self.table = rotations(g, g.op("Reshape", positions, g.ints(-1)), frequencies, self.reach)
        zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
        total = g.op("ReduceProd", g.op("Shape", positions), keepdims=0)
        self.rows = g.op("Reshape", g.op("Range", zero, total, one), g.op("Shape", positions))

    def projections(self, normed: str, index: int, *names: str) -> list[str]:
        """Query and key (rotated) and value, as asked: query [B,G,H/G·len,E], key [B,G,E,len], value [B,G,len,E]."""
        g, shape = self.g, self.shape
        widths = {"query": shape.width, "key": shape.groups * self.size, "value": shape.groups * self.size}
        joined = self.matrices.linear(g, normed, index, *names)
        parts = g.op("Split", joined, g.ints(*(widths[name] for name in names)), outputs=len(names), axis=-1)
        return [getattr(self, name)(part) for name, part in zip(names, parts)]

    def turned(self, x: str) -> str:
        return self.g.microsoft("RotaryEmbedding", x, self.rows, *self.table)

    def query(self, x: str) -> str:
        g = self.g
        scaled = g.op("Mul", self.turned(x), g.scalar(self.size ** -0.5))
        heads = g.op("Transpose", g.op("Reshape", scaled, g.ints(0, 0, self.shape.heads, self.size)), perm=[0, 2, 1, 3])
        return g.op("Reshape", heads, g.ints(0, self.shape.groups, -1, self.size))

    def key(self, x: str) -> str:
        g = self.g
        return g.op("Transpose", g.op("Reshape", self.turned(x), g.ints(0, 0, self.shape.groups, self.size)), perm=[0, 2, 3, 1])

    def value(self, x: str) -> str:
        g = self.g
        return g.op("Transpose", g.op("Reshape", x, g.ints(0, 0, self.shape.groups, self.size)), perm=[0, 2, 1, 3])

    def scores(self, query: str, key: str, length: str) -> str:
        """[B,H,len,keys] of query [B,G,H/G·len,E] and key [B,G,E,keys]; `length` [1] is len."""
        g = self.g
        sizes = g.op("Concat", g.ints(0, self.shape.heads), length, g.ints(-1), axis=0)
        return g.op("Reshape", g.op("MatMul", query, key), sizes)

    def grouped(self, shares: str, length: str) -> str:
        """[B,H,len,keys] → [B,G,H/G·len,keys]; `length` [1] is len."""
        g = self.g
        rows = g.op("Mul", length, g.ints(self.repeats))
        sizes = g.op("Concat", g.ints(0, self.shape.groups), rows, g.ints(-1), axis=0)
        return g.op("Reshape", shares, sizes)

    def merged(self, x: str, length: str) -> str:
        """[B,G,H/G·len,E] → [B,len,D]; `length` [1] is len."""
        g, shape = self.g, self.shape
        sizes = g.op("Concat", g.ints(0, shape.heads), length, g.ints(self.size), axis=0)
        heads = g.op("Transpose", g.op("Reshape", x, sizes), perm=[0, 2, 1, 3])
        return g.op("Reshape", heads, g.ints(0, 0, shape.width))

    def feed(self, x: str, attended: str, index: int) -> str:
        """The rest of a block; attended is [B,len,D]."""
        g, hidden = self.g, self.shape.hidden
        x = g.op("Add", x, self.matrices.linear(g, attended, index, "out"))
        both = self.matrices.linear(g, self.norm(x, f"{index}.feed_norm"), index, "gate", "up")
        gate, up = g.op("Split", both, g.ints(hidden, hidden), outputs=2, axis=-1)
        inner = g.op("Mul", g.op("Mul", gate, g.op("Sigmoid", gate)), up)
        return g.op("Add", x, self.matrices.linear(g, inner, index, "down"))


def encode_graph(shape: Shape, matrices: Matrices, file: WeightFile, reach: int) -> GraphBuilder:
    """context_ids, context_pos [1,N] → the cache.

    cache.position [1,N] as float32, cache.token [1,N]; per layer cache.key.i
    [1,G,E,N] (transposed) and cache.value.i [1,G,N,E].
    """
    layers = Layers("encode", shape, matrices, file, reach)
    g, groups, size = layers.g, shape.groups, layers.size
    ids = g.input("context_ids", TensorProto.INT64, [1, "N"])
    positions = g.input("context_pos", TensorProto.INT64, [1, "N"])
    g.output(g.op("Cast", positions, to=TensorProto.FLOAT), "cache.position", TensorProto.FLOAT, [1, "N"])
    g.output(g.op("Identity", ids), "cache.token", TensorProto.INT64, [1, "N"])
    layers.prepare(positions)
    length = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    later = causal(g, length)
    x = matrices.embedding(g, ids)
    for index in range(shape.layers):
        final = index + 1 == shape.layers
        names = ("key", "value") if final else ("query", "key", "value")
        *query, key, value = layers.projections(layers.norm(x, f"{index}.attention_norm"), index, *names)
        g.output(key, f"cache.key.{index}", TensorProto.FLOAT, [1, groups, size, "N"])
        g.output(value, f"cache.value.{index}", TensorProto.FLOAT, [1, groups, "N", size])
        if final:
            continue
        scores = g.op("Add", layers.scores(query[0], key, length), later)
        shares = layers.grouped(g.op("Softmax", scores, axis=-1), length)
        x = layers.feed(x, layers.merged(g.op("MatMul", shares, value), length), index)
    return g


def causal(g: GraphBuilder, length: str) -> str:
    """[N,N]: 0 where the column does not come after the row, else FORBIDDEN; `length` [1] is N."""
    zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
    steps = g.op("Range", zero, g.op("Squeeze", length), one)
    future = g.op("Greater", g.op("Unsqueeze", steps, g.ints(0)), g.op("Unsqueeze", steps, g.ints(1)))
    return g.op("Where", future, g.scalar(FORBIDDEN), g.scalar(0.0))


def step_graph(
    shape: Shape, matrices: Matrices, file: WeightFile, reach: int,
    forbidden: list[int], pad: int, mask: int, top: int,
) -> GraphBuilder:
    """slot_ids, slot_pos, slot_bias [B,S] and the cache → topk_ids, topk_logprobs [B,S,K], entropy, quality [B,S].

    A slot whose left neighbour is masked cannot be chosen as a pad yet: where the
    text ends is predicted well only after the text itself is there.
    """
    layers = Layers("step", shape, matrices, file, reach)
    g, groups, size = layers.g, shape.groups, layers.size
    ids = g.input("slot_ids", TensorProto.INT64, ["B", "S"])
    positions = g.input("slot_pos", TensorProto.INT64, ["B", "S"])
    bias = g.input("slot_bias", TensorProto.FLOAT, ["B", "S"])
    key_bias = g.op("Unsqueeze", bias, g.ints(1, 2))
    slots = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    known = g.input("cache.position", TensorProto.FLOAT, [1, "N"])
    previous, after, is_first = neighbours(g, ids, positions, known)
    masked = g.op("Equal", ids, g.scalar(mask, np.int64))
    shifted = g.op("Sub", positions, g.op("Cast", masked, to=TensorProto.INT64))
    layers.prepare(g.op("Max", shifted, g.scalar(0, np.int64)))
    ahead, *near_kinds = unaccustomed(g, masked, shifted, known)
    beyond = matrices.embedding(g, after)
    added = g.op("Add", g.op("Mul", beyond, g.constant(matrices.gains["after_gain"], "after_gain")),
                 g.constant(matrices.gains["masked_flag"], "masked_flag"))
    added = g.op("Mul", g.op("Unsqueeze", g.op("Cast", masked, to=TensorProto.FLOAT), g.ints(2)), added)
    x = g.op("Add", matrices.embedding(g, g.op("Where", masked, previous, ids)), added)
    for index in range(shape.layers):
        far_key = g.input(f"cache.key.{index}", TensorProto.FLOAT, [1, groups, size, "N"])
        far_value = g.input(f"cache.value.{index}", TensorProto.FLOAT, [1, groups, "N", size])
        normed = layers.norm(x, f"{index}.attention_norm")
        query, key, value = layers.projections(normed, index, "query", "key", "value")
        reserve = [g.constant(bias[:, None, None], f"{index}.reserve.{kind}")
                   for kind, bias in enumerate(matrices.gains[f"{index}.reserve"])]
        sides = [layers.scores(query, keys, slots) for keys in (far_key, key)]
        sides[0] = g.op("Add", sides[0], g.op("Mul", ahead, reserve[0]))
        sides[1] = g.op("Add", sides[1], key_bias)
        for kind, amount in zip(near_kinds, reserve[1:]):
            sides[1] = g.op("Add", sides[1], g.op("Mul", kind, amount))
        scores = layers.grouped(g.op("Softmax", g.op("Concat", *sides, axis=-1), axis=-1), slots)
        context = g.op("Slice", g.op("Shape", far_key), g.ints(3), g.ints(4))
        far, near = g.op("Split", scores, g.op("Concat", context, slots, axis=0), outputs=2, axis=-1)
        attended = g.op("Add", g.op("MatMul", far, far_value), g.op("MatMul", near, value))
        x = layers.feed(x, layers.merged(attended, slots), index)
    hidden = layers.norm(x, "output_norm")
    logits = g.op("Add", matrices.head(g, hidden), stops(g, hidden, beyond, shape.vocabulary, pad, matrices.gains["stop"]))
    waits = g.op("Unsqueeze", g.op("Cast", g.op("Equal", previous, g.scalar(mask, np.int64)), to=TensorProto.FLOAT), g.ints(2))
    predictions(g, logits, shape.vocabulary, forbidden, pad, is_first, top, waits)
    if "quality.first" in matrices.gains:
        quality(g, hidden, matrices.gains)
    return g


def unaccustomed(g: GraphBuilder, masked: str, positions: str, known: str) -> list[str]:
    """0/1 [B,1,S,keys]: context ahead, other masked slots, revealed slots ahead (adapt.model.unaccustomed)."""
    number = lambda truth: g.op("Unsqueeze", g.op("Cast", truth, to=TensorProto.FLOAT), g.ints(1))
    as_float = g.op("Cast", positions, to=TensorProto.FLOAT)
    row, column = g.op("Unsqueeze", as_float, g.ints(2)), g.op("Unsqueeze", as_float, g.ints(1))
    steps = g.op("Range", g.scalar(0, np.int64), g.op("Gather", g.op("Shape", positions), g.scalar(1, np.int64)),
                 g.scalar(1, np.int64))
    same = g.op("Equal", g.op("Unsqueeze", steps, g.ints(0)), g.op("Unsqueeze", steps, g.ints(1)))
    key_masked = g.op("Unsqueeze", masked, g.ints(1))
    return [number(g.op("Greater", g.op("Unsqueeze", known, g.ints(1)), row)),
            number(g.op("And", key_masked, g.op("Not", same))),
            number(g.op("And", g.op("Greater", column, row), g.op("Not", key_masked)))]


def stops(g: GraphBuilder, hidden: str, beyond: str, vocabulary: int, pad: int, stop: np.ndarray) -> str:
    """[B,S,V]: what the score of the token after the span (its embedding is `beyond` [B,S,D]) adds to the pad's."""
    column = np.zeros(vocabulary, np.float32)
    column[pad] = 1
    score = g.op("ReduceSum", g.op("Mul", hidden, beyond), g.ints(-1), keepdims=1)
    score = g.op("Add", g.op("Mul", score, g.scalar(stop[0])), g.scalar(stop[1]))
    return g.op("Mul", score, g.constant(column, "pad_column"))


def neighbours(g: GraphBuilder, ids: str, positions: str, known: str) -> tuple[str, str, str]:
    """The tokens around each slot: the one before it [B,S], a slot's or the context's; the context's first one beyond
    its span [B,S]; and whether the slot is its span's first [B,S,1]."""
    tokens = g.op("Squeeze", g.input("cache.token", TensorProto.INT64, [1, "N"]), g.ints(0))
    zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
    length = g.op("Gather", g.op("Shape", positions), one)
    steps = g.op("Range", zero, length, one)
    left = g.op("Max", g.op("Sub", steps, one), zero)
    linked = g.op("Equal", g.op("Sub", positions, g.op("Gather", positions, left, axis=1)), one)
    before = g.op("Sub", g.op("Unsqueeze", g.op("Cast", positions, to=TensorProto.FLOAT), g.ints(2)), g.scalar(1.0))
    matches = g.op("Cast", g.op("Equal", before, g.op("Unsqueeze", known, g.ints(1))), to=TensorProto.FLOAT)
    edge = g.op("Gather", tokens, g.op("ArgMax", matches, axis=-1, keepdims=0))
    previous = g.op("Where", linked, g.op("Gather", ids, left, axis=1), edge)
    passed = g.op("LessOrEqual", g.op("Unsqueeze", known, g.ints(1)),
                  g.op("Unsqueeze", g.op("Cast", positions, to=TensorProto.FLOAT), g.ints(2)))
    count = g.op("ReduceSum", g.op("Cast", passed, to=TensorProto.INT64), g.ints(-1), keepdims=0)
    last = g.op("Sub", g.op("Gather", g.op("Shape", known), one), one)
    after = g.op("Gather", tokens, g.op("Min", count, last))
    is_first = g.op("Cast", g.op("Unsqueeze", g.op("Not", linked), g.ints(2)), to=TensorProto.FLOAT)
    return previous, after, is_first


def quality(g: GraphBuilder, hidden: str, gains: dict[str, np.ndarray]) -> None:
    """quality [B,S]: the probability that the token now in a revealed slot is right (adapt.quality)."""
    inner = g.op("Add", g.op("MatMul", hidden, g.constant(gains["quality.first"].T.copy(), "quality.first")),
                 g.constant(gains["quality.first_bias"], "quality.first_bias"))
    inner = g.op("Mul", inner, g.op("Sigmoid", inner))
    score = g.op("Add", g.op("MatMul", inner, g.constant(gains["quality.second"].T.copy(), "quality.second")),
                 g.constant(gains["quality.second_bias"], "quality.second_bias"))
    g.output(g.op("Squeeze", g.op("Sigmoid", score), g.ints(-1)), "quality", TensorProto.FLOAT, ["B", "S"])
