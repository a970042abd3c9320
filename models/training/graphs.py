"""The encode and step graphs of the `unmask` family, written operator by operator.

Names of shapes: B candidates, S slots, N context tokens, D width, H heads, E = D / H.
"""

import numpy as np
from onnx import TensorProto

from graph_builder import GraphBuilder, WeightFile
from model import Shape
from weights import Weights

FORBIDDEN = -1e9  # finite, so that p · log p is 0 and not NaN
FILLER_BELOW = -1.0
COARSE = 64

Tensors = dict[str, np.ndarray]


class Layers:
    """What the two graphs share.

    `tensors` is the checkpoint's state dict in float32, `reach` the largest position.
    """

    def __init__(self, name: str, shape: Shape, tensors: Tensors, weights: Weights, file: WeightFile, reach: int):
        self.g = GraphBuilder(name, file)
        self.shape, self.tensors, self.weights, self.reach = shape, tensors, weights, reach
        self.size = shape.width // shape.heads

    def norm(self, x: str, name: str) -> str:
        gain = self.g.constant(self.tensors[f"{name}.gain"], f"{name}.gain")
        return self.g.op("SimplifiedLayerNormalization", x, gain, axis=-1, epsilon=1e-6)

    def linear(self, x: str, index: int, *names: str) -> str:
        """Several matrices that read the same input, as one multiplication."""
        matrix = np.concatenate([self.tensors[f"blocks.{index}.{name}.weight"] for name in names]).T
        return self.weights.linear(self.g, x, matrix, f"blocks.{index}.{'_'.join(names)}")

    def embed(self, ids: str) -> str:
        return self.norm(self.weights.embedding(self.g, ids, self.tensors["embedding.weight"]), "input_norm")

    def heads(self, x: str) -> str:
        """[B,len,D] → [B,len,H,E]."""
        return self.g.op("Reshape", x, self.g.ints(0, 0, self.shape.heads, self.size))

    def merged(self, x: str) -> str:
        """[B,H,len,E] → [B,len,D]."""
        return self.g.op("Reshape", self.g.op("Transpose", x, perm=[0, 2, 1, 3]), self.g.ints(0, 0, self.shape.width))

    def prepare(self, positions: str, alive: str | None) -> None:
        """Neighbour indices and links, and this request's rotary table."""
        g = self.g
        length = g.op("Gather", g.op("Shape", positions), g.scalar(1, np.int64))
        zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
        steps = g.op("Range", zero, length, one)
        last = g.op("Sub", length, one)
        self.sides = []
        for shifted, sign in ((g.op("Max", g.op("Sub", steps, one), zero), -1),
                              (g.op("Min", g.op("Add", steps, one), last), 1)):
            neighbour = g.op("Gather", positions, shifted, axis=1)
            link = g.op("Cast", g.op("Equal", g.op("Sub", neighbour, positions), g.scalar(sign, np.int64)),
                        to=TensorProto.FLOAT)
            if alive:
                link = g.op("Mul", g.op("Mul", link, alive), g.op("Gather", alive, shifted, axis=1))
            self.sides.append((shifted, g.op("Unsqueeze", link, g.ints(2))))
        frequencies = self.shape.rope_base ** (-np.arange(0, self.size, 2) / self.size)
        frequencies[self.size // 4:] = 0
        self.table = rotations(g, g.op("Reshape", positions, g.ints(-1)), frequencies, self.reach)
        total = g.op("ReduceProd", g.op("Shape", positions), keepdims=0)
        self.rows = g.op("Reshape", g.op("Range", zero, total, one), g.op("Shape", positions))

    def normed(self, x: str, index: int) -> str:
        return self.norm(x, f"blocks.{index}.attention_norm")

    def mixed(self, normed: str, index: int, before: str | None = None, after: str | None = None) -> str:
        """Normalised input plus its neighbours (model.Block.mixed)."""
        g = self.g
        left, right = (g.op("Mul", g.op("Gather", normed, shifted, axis=1), link) for shifted, link in self.sides)
        parts = [g.op("Add", left, before) if before else left, right, *([after] if after else [])]
        total = normed
        for side, part in enumerate(parts):
            gain = g.constant(self.tensors[f"blocks.{index}.neighbours"][side], f"blocks.{index}.neighbours.{side}")
            total = g.op("Add", total, g.op("Mul", part, gain))
        return total

    def projections(self, mixed: str, index: int, *names: str) -> list[str]:
        """Query, key (both normalised and rotated) and value, as asked, each [B,len,D]."""
        g, width = self.g, self.shape.width
        joined = self.linear(mixed, index, *names)
        sizes = g.ints(*[width] * len(names))
        parts = g.op("Split", joined, sizes, outputs=len(names), axis=-1)
        return [part if name == "value" else self.turned(part, f"blocks.{index}.{name}_norm")
                for name, part in zip(names, parts)]

    def turned(self, x: str, norm: str) -> str:
        g = self.g
        x = g.op("Reshape", self.norm(self.heads(x), norm), g.ints(0, 0, self.shape.width))
        return g.microsoft("RotaryEmbedding", x, self.rows, *self.table)

    def feed(self, x: str, attended: str, index: int) -> str:
        """The rest of a block; attended is [B,len,D]."""
        g, hidden = self.g, self.shape.hidden
        x = g.op("Add", x, self.linear(attended, index, "out"))
        both = self.linear(self.norm(x, f"blocks.{index}.feed_norm"), index, "gate", "up")
        gate, up = g.op("Split", both, g.ints(hidden, hidden), outputs=2, axis=-1)
        inner = g.op("Mul", g.op("Mul", gate, g.op("Sigmoid", gate)), up)
        return g.op("Add", x, self.linear(inner, index, "down"))


def rotations(g: GraphBuilder, positions: str, frequencies: np.ndarray, reach: int) -> tuple[str, str]:
    """cos and sin [tokens,E/2] of positions in 0…reach.

    A position is COARSE · a + b; the angles' cosines and sines come from
    two small tables by the addition theorem. A GPU's own cos and sin are
    too coarse for angles of a thousand radians.
    """
    coarse = g.op("Div", positions, g.scalar(COARSE, np.int64))
    fine = g.op("Sub", positions, g.op("Mul", coarse, g.scalar(COARSE, np.int64)))
    tables = []
    for index, angles in ((coarse, np.arange(reach // COARSE + 1) * COARSE), (fine, np.arange(COARSE))):
        angles = angles[:, None] * frequencies
        tables += [g.op("Gather", g.constant(turn(angles).astype(np.float32)), index) for turn in (np.cos, np.sin)]
    cos_a, sin_a, cos_b, sin_b = tables
    multiply = lambda a, b: g.op("Mul", a, b)
    return (g.op("Sub", multiply(cos_a, cos_b), multiply(sin_a, sin_b)),
            g.op("Add", multiply(sin_a, cos_b), multiply(cos_a, sin_b)))


def encode_graph(
    shape: Shape, tensors: Tensors, weights: Weights, file: WeightFile, reach: int
) -> GraphBuilder:
    """context_ids, context_pos [1,N] → the cache.

    cache.position [1,N] as float32; per layer cache.key.i [1,H,E,N] (transposed),
    cache.value.i [1,H,N,E] and cache.normed.i [1,N,D].
    """
    layers = Layers("encode", shape, tensors, weights, file, reach)
    g, heads, size = layers.g, shape.heads, layers.size
    ids = g.input("context_ids", TensorProto.INT64, [1, "N"])
    positions = g.input("context_pos", TensorProto.INT64, [1, "N"])
    layers.prepare(positions, None)
    g.output(g.op("Cast", positions, to=TensorProto.FLOAT), "cache.position", TensorProto.FLOAT, [1, "N"])
    x = layers.embed(ids)
    for index in range(shape.layers):
        final = index + 1 == shape.layers
        names = ("key", "value") if final else ("query", "key", "value")
        normed = layers.normed(x, index)
        *query, key, value = layers.projections(layers.mixed(normed, index), index, *names)
        cached_key = g.op("Transpose", layers.heads(key), perm=[0, 2, 3, 1])
        cached_value = g.op("Transpose", layers.heads(value), perm=[0, 2, 1, 3])
        g.output(cached_key, f"cache.key.{index}", TensorProto.FLOAT, [1, heads, size, "N"])
        g.output(cached_value, f"cache.value.{index}", TensorProto.FLOAT, [1, heads, "N", size])
        g.output(normed, f"cache.normed.{index}", TensorProto.FLOAT, [1, "N", shape.width])
        if final:
            continue
        if weights.fused_attention:
            attended = g.microsoft("MultiHeadAttention", query[0], key, value, num_heads=heads)
        else:
            scaled = g.op("Mul", layers.heads(query[0]), g.scalar(size ** -0.5))
            scores = g.op("MatMul", g.op("Transpose", scaled, perm=[0, 2, 1, 3]), cached_key)
            attended = layers.merged(g.op("MatMul", g.op("Softmax", scores, axis=-1), cached_value))
        x = layers.feed(x, attended, index)
    return g


def step_graph(
    shape: Shape, tensors: Tensors, weights: Weights, file: WeightFile, reach: int,
    forbidden: list[int], pad: int, top: int,
) -> GraphBuilder:
    """slot_ids, slot_pos, slot_bias [B,S] and the cache → topk_ids, topk_logprobs [B,S,K], entropy [B,S]."""
    layers = Layers("step", shape, tensors, weights, file, reach)
    g, heads, size = layers.g, shape.heads, layers.size
    ids = g.input("slot_ids", TensorProto.INT64, ["B", "S"])
    positions = g.input("slot_pos", TensorProto.INT64, ["B", "S"])
    bias = g.input("slot_bias", TensorProto.FLOAT, ["B", "S"])
    layers.prepare(positions, g.op("Cast", g.op("Greater", bias, g.scalar(FILLER_BELOW)), to=TensorProto.FLOAT))
    key_bias = g.op("Unsqueeze", bias, g.ints(1, 2))
    slots = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    around = edges(g, positions, g.input("cache.position", TensorProto.FLOAT, [1, "N"]))
    x = layers.embed(ids)
    for index in range(shape.layers):
        context_key = g.input(f"cache.key.{index}", TensorProto.FLOAT, [1, heads, size, "N"])
        context_value = g.input(f"cache.value.{index}", TensorProto.FLOAT, [1, heads, "N", size])
        context_normed = g.input(f"cache.normed.{index}", TensorProto.FLOAT, [1, "N", shape.width])
        known = g.op("Squeeze", context_normed, g.ints(0))
        edge = [g.op("Mul", g.op("Gather", known, token, axis=0), has) for token, has in around]
        mixed = layers.mixed(layers.normed(x, index), index, *edge)
        query, key, value = layers.projections(mixed, index, "query", "key", "value")
        query = g.op("Mul", query, g.scalar(size ** -0.5))
        query = g.op("Transpose", layers.heads(query), perm=[0, 2, 1, 3])
        key = g.op("Transpose", layers.heads(key), perm=[0, 2, 3, 1])
        value = g.op("Transpose", layers.heads(value), perm=[0, 2, 1, 3])
        attended = attend(g, query, (context_key, key), (context_value, value), key_bias, slots)
        x = layers.feed(x, layers.merged(attended), index)
    table = tensors["embedding.weight"]
    logits = weights.head(g, layers.norm(x, "output_norm"), table)
    predictions(g, logits, len(table), forbidden, pad, around[0][1], top)
    return g


def edges(g: GraphBuilder, positions: str, context: str) -> list[tuple[str, str]]:
    """Index [B,S] of the context token before, and after, each slot, and whether there is one [B,S,1] (model.Edges)."""
    slots = g.op("Unsqueeze", g.op("Cast", positions, to=TensorProto.FLOAT), g.ints(2))
    known = g.op("Unsqueeze", context, g.ints(1))
    number = lambda truth: g.op("Cast", truth, to=TensorProto.FLOAT)
    matches = number(g.op("Equal", g.op("Sub", slots, g.scalar(1.0)), known))
    before = g.op("ArgMax", matches, axis=-1, keepdims=0), g.op("ReduceMax", matches, g.ints(-1), keepdims=1)
    passed = g.op("ReduceSum", number(g.op("LessOrEqual", known, slots)), g.ints(-1), keepdims=1)
    last = g.op("Sub", g.op("Cast", g.op("Gather", g.op("Shape", context), g.scalar(1, np.int64)),
                            to=TensorProto.FLOAT), g.scalar(1.0))
    index = g.op("Cast", g.op("Squeeze", g.op("Min", passed, last), g.ints(2)), to=TensorProto.INT64)
    return [before, (index, number(g.op("LessOrEqual", passed, last)))]


def attend(g: GraphBuilder, query: str, keys: tuple, values: tuple, bias: str, slots: str) -> str:
    """Softmax attention over context and slots; only the scores are concatenated, never keys or values."""
    near = g.op("Add", g.op("MatMul", query, keys[1]), bias)
    far = g.op("MatMul", query, keys[0])
    scores = g.op("Softmax", g.op("Concat", far, near, axis=-1), axis=-1)
    context = g.op("Slice", g.op("Shape", keys[0]), g.ints(3), g.ints(4))
    parts = g.op("Split", scores, g.op("Concat", context, slots, axis=0), outputs=2, axis=-1)
    return g.op("Add", g.op("MatMul", parts[0], values[0]), g.op("MatMul", parts[1], values[1]))


def predictions(
    g: GraphBuilder, logits: str, vocabulary: int, forbidden: list[int], pad: int, is_first: str, top: int,
    waits: str | None = None,
) -> None:
    """Top-k ids and natural log-probabilities, and the entropy, over the allowed ids.

    A span's first slot (`is_first` [B,S,1]) is never a pad: an empty fill helps
    nobody, and confidence orders are drawn to it, as pads are certain where
    text is not. Where `waits` [B,S,1] is 1 a pad cannot be chosen yet either; its
    probability counts all the same, so such slots are unsure of everything else.
    """
    blocked, pads = np.zeros((2, vocabulary), np.float32)
    blocked[forbidden] = pads[pad] = FORBIDDEN
    logits = g.op("Add", logits, g.constant(blocked, "blocked"))
    bar = lambda where: g.op("Add", logits, g.op("Mul", where, g.constant(pads, "pads")))
    logits = bar(is_first)
    values, ids = g.op("TopK", bar(waits) if waits else logits, g.ints(top), outputs=2, axis=-1)
    peak = g.op("ReduceMax", logits, g.ints(-1), keepdims=1)
    shifted = g.op("Sub", logits, peak)
    powers = g.op("Exp", shifted)
    total = g.op("ReduceSum", powers, g.ints(-1), keepdims=1)
    log_total = g.op("Log", total)
    moment = g.op("Div", g.op("ReduceSum", g.op("Mul", powers, shifted), g.ints(-1), keepdims=1), total)
    g.output(ids, "topk_ids", TensorProto.INT64, ["B", "S", top])
    g.output(g.op("Sub", g.op("Sub", values, peak), log_total), "topk_logprobs", TensorProto.FLOAT, ["B", "S", top])
    g.output(g.op("Squeeze", g.op("Sub", log_total, moment), g.ints(-1)), "entropy", TensorProto.FLOAT, ["B", "S"])
