"""The step graph of an adapted model.

Names of shapes: B candidates, S slots, N context tokens, M settled slots, D width,
H query heads, G key/value heads, E = D / H, P pieces.
"""

import numpy as np
from onnx import TensorProto

from adapt.layers import Layers, pieces
from adapt.weights import Products
from graph_builder import GraphBuilder, WeightFile
from graphs import FORBIDDEN, predictions

NEAR = "M + S"  # what the number of a slot's keys that are not the context's is called


def step_graph(
    products: Products, file: WeightFile | None, reach: int, forbidden: list[int], pad: int, mask: int, top: int,
) -> GraphBuilder:
    """slot_ids, slot_pos, slot_bias [B,S] and the cache → topk_ids, topk_logprobs [B,S,K], entropy, quality [B,S].

    A slot whose left neighbour is masked cannot be chosen as a pad yet: where the
    text ends is predicted well only after the text itself is there.

    A candidate whose `causal` [B] is 1 is read causally among its slots, all of
    them masked, `slot_left` [B,S] being the tokens before them (elsewhere -1). What
    its slots hand on, `slot.key` and `slot.value` [B,S,layers · G · E], is then the
    same whatever comes after them: as `settled.key` and `settled.value`
    [B,M,layers · G · E] they need not be computed again, `settled.bias` [B,M] being
    0, or FILLER where there is none.
    """
    layers, shape = Layers("step", products, file, reach, "B", "S"), products.shape
    g, groups, size = layers.g, shape.groups, layers.size
    ids = g.input("slot_ids", TensorProto.INT64, ["B", "S"])
    positions = g.input("slot_pos", TensorProto.INT64, ["B", "S"])
    bias = g.input("slot_bias", TensorProto.FLOAT, ["B", "S"])
    slots = g.op("Slice", g.op("Shape", ids), g.ints(1), g.ints(2))
    known = g.input("cache.position", TensorProto.FLOAT, [1, "N"])
    previous, count, is_first = neighbours(g, ids, positions, known)
    settled = Settled(layers)
    after, ahead = following(g, known, count)
    masked = g.op("Equal", ids, g.scalar(mask, np.int64))
    shifted = g.op("Sub", positions, g.op("Cast", masked, to=TensorProto.INT64))
    layers.prepare(g.op("Max", shifted, g.scalar(0, np.int64)))
    kinds = near_kinds(g, masked, shifted, bias, settled.bias)
    sizes = g.op("Concat", g.op("Slice", g.op("Shape", known), g.ints(1), g.ints(2)), g.op("Add", slots, settled.count), axis=0)
    beyond = products.embedding(g, after)
    added = g.op("Add", g.op("Mul", beyond, g.constant(products.gains["after_gain"], "after_gain")),
                 g.constant(products.gains["masked_flag"], "masked_flag"))
    added = g.op("Mul", g.op("Unsqueeze", g.op("Cast", masked, to=TensorProto.FLOAT), g.ints(2)), added)
    x = g.op("Add", products.embedding(g, g.op("Where", masked, previous, ids)), added)
    g.shaped(x, ["B", "S", shape.width])
    for index in range(shape.layers):
        far_key = g.input(f"cache.key.{index}", layers.kind, [1, groups, f"{size} + P", "N"])
        far_value = g.input(f"cache.value.{index}", layers.kind, [1, groups, "N", size])
        query, key, value = settled.extended(index, *layers.projections(x, index))
        scores = biased(layers, index, layers.queries(query), far_key, layers.transposed(key), ahead, kinds, slots)
        shares = layers.compact(g.op("Softmax", scores, axis=-1))
        far, near = g.op("Split", shares, sizes, outputs=2, axis=-1)
        for share, keys in ((far, "N"), (near, NEAR)):
            g.shaped(share, ["B", groups, layers.grouped_rows, keys], layers.kind)
        attended = g.op("Add", g.op("MatMul", far, far_value), g.op("MatMul", near, layers.heads(value, groups)))
        x = layers.feed(x, layers.merged(attended, slots), index)
    settled.hand_on()
    hidden = layers.norm(x, "output_norm")
    logits = g.op("Add", products.head(g, hidden), stops(g, hidden, beyond, shape.vocabulary, pad, products.gains["stop"]))
    waits = g.op("Unsqueeze", g.op("Cast", g.op("Equal", previous, g.scalar(mask, np.int64)), to=TensorProto.FLOAT), g.ints(2))
    predictions(g, logits, shape.vocabulary, forbidden, pad, is_first, top, waits)
    if "quality.first" in products.gains:
        quality(g, hidden, products.gains)
    return g


def biased(
    layers: Layers, index: int, query: str, far_key: str, near_key: str, ahead: str, kinds: str, slots: str,
) -> str:
    """Scores [B,G,H/G·S,N + M + S], float32, of queries [B,H,S,E], with the biases on keys that the base has never seen."""
    g, size, reserve = layers.g, layers.size, layers.products.gains[f"{index}.reserve"]
    channels = layers.compact(g.op("Mul", ahead, g.constant(reserve[0][:, None, None], f"{index}.reserve.far")))
    far = g.op("MatMul", layers.grouped(g.op("Concat", query, channels, axis=-1), slots, f"{size} + P"), far_key)
    near = layers.spread(g.op("MatMul", layers.grouped(query, slots, size), near_key), slots, NEAR)
    weights = np.stack([reserve[1], reserve[2], np.ones_like(reserve[0])])
    bias = g.op("MatMul", kinds, g.constant(weights, f"{index}.reserve.near"))
    near = g.op("Add", layers.exact(near), g.op("Transpose", bias, perm=[0, 3, 1, 2]))
    near = layers.grouped(near, slots, NEAR, TensorProto.FLOAT)
    scores = g.op("Concat", layers.exact(far), near, axis=-1)
    return g.shaped(scores, ["B", layers.shape.groups, layers.grouped_rows, f"N + {NEAR}"])


class Settled:
    """The keys and values of settled slots, ahead of those of the others, and what the others hand on."""

    def __init__(self, layers: Layers):
        g, shape = layers.g, layers.shape
        self.g, self.layers, self.narrow = g, layers, shape.groups * layers.size
        self.width = shape.layers * self.narrow
        self.keys, self.values = self.of_layers("key"), self.of_layers("value")
        self.bias = g.input("settled.bias", TensorProto.FLOAT, ["B", "M"])
        self.count = g.op("Slice", g.op("Shape", self.bias), g.ints(1), g.ints(2))
        self.handed_on: dict[str, list[str]] = {"key": [], "value": []}

    def of_layers(self, name: str) -> list[str]:
        """Every layer's part [B,M,G·E] of what slots have handed on."""
        g, layers, narrow = self.g, self.layers.shape.layers, self.narrow
        given = self.layers.compact(g.input(f"settled.{name}", TensorProto.FLOAT, ["B", "M", self.width]))
        if not self.layers.products.for_gpus:
            return g.op("Split", given, outputs=layers, axis=-1, num_outputs=layers)
        # A GPU's shader reaches eight to sixteen tensors, and Split writes all that it makes by one.
        return [g.op("Slice", given, g.ints(at * narrow), g.ints((at + 1) * narrow), g.ints(2)) for at in range(layers)]

    def extended(self, index: int, query: str, key: str, value: str) -> tuple[str, str, str]:
        """The query as it is, key and value [B,M + S,G·E]."""
        self.handed_on["key"].append(key)
        self.handed_on["value"].append(value)
        return query, self.join(self.keys[index], key), self.join(self.values[index], value)

    def join(self, before: str, now: str) -> str:
        """[B,M + S,G·E]."""
        return self.g.shaped(self.g.op("Concat", before, now, axis=1), ["B", NEAR, self.narrow], self.layers.kind)

    def hand_on(self) -> None:
        """Output the slots' own keys and values."""
        for name, parts in self.handed_on.items():
            handed_on = self.layers.exact(self.g.op("Concat", *parts, axis=-1))
            self.g.output(handed_on, f"slot.{name}", TensorProto.FLOAT, ["B", "S", self.width])


def near_kinds(g: GraphBuilder, masked: str, positions: str, bias: str, settled_bias: str) -> str:
    """[B,S,M + S,3]: 1 for other masked slots, 1 for revealed slots ahead (adapt.model.seen), and each key's bias.

    Read causally, no slot is of these kinds, and the slots behind one are barred from it.
    """
    causal = g.op("Unsqueeze", g.input("causal", TensorProto.FLOAT, ["B"]), g.ints(1, 2))
    row, column = g.op("Unsqueeze", positions, g.ints(2)), g.op("Unsqueeze", positions, g.ints(1))
    steps = g.op("Range", g.scalar(0, np.int64), g.op("Gather", g.op("Shape", positions), g.scalar(1, np.int64)),
                 g.scalar(1, np.int64))
    at, of = g.op("Unsqueeze", steps, g.ints(1)), g.op("Unsqueeze", steps, g.ints(0))
    key_masked = g.op("Unsqueeze", masked, g.ints(1))
    hidden = g.op("Cast", g.op("And", key_masked, g.op("Not", g.op("Equal", at, of))), to=TensorProto.FLOAT)
    hidden = g.op("Mul", hidden, g.op("Sub", g.scalar(1.0), causal))
    later = g.op("Cast", g.op("And", g.op("Greater", column, row), g.op("Not", key_masked)), to=TensorProto.FLOAT)
    behind = g.op("Mul", g.op("Cast", g.op("Greater", of, at), to=TensorProto.FLOAT), g.scalar(FORBIDDEN))
    barred = g.op("Mul", behind, causal)
    everywhere = g.op("Add", barred, g.op("Unsqueeze", bias, g.ints(1)))
    kinds = g.op("Concat", *(g.op("Unsqueeze", kind, g.ints(3)) for kind in (hidden, later, everywhere)), axis=-1)
    # A settled slot is of no kind, and its bias is the same for all.
    lone = g.op("Pad", g.op("Unsqueeze", settled_bias, g.ints(1, 3)), g.ints(0, 0, 0, 2, 0, 0, 0, 0))
    rows = g.op("Concat", g.ints(1), g.op("Shape", steps), g.ints(1, 1), axis=0)
    return g.shaped(g.op("Concat", g.op("Expand", lone, rows), kinds, axis=2), ["B", "S", NEAR, 3])


def following(g: GraphBuilder, known: str, count: str) -> tuple[str, str]:
    """Of each slot, which stands behind `count` [B,S] context tokens: the next one [B,S], or the last where there is
    none; and 1 for the piece that begins there [B,1,S,P] (`pieces`)."""
    last = g.op("Sub", g.op("Gather", g.op("Shape", known), g.scalar(1, np.int64)), g.scalar(1, np.int64))
    index = g.op("Min", count, last)
    after = g.op("Gather", g.op("Squeeze", "cache.token", g.ints(0)), index)
    number, numbers = pieces(g, known)
    piece = g.op("Gather", g.op("Squeeze", number, g.ints(0)), g.op("Unsqueeze", index, g.ints(2)))
    begins = g.op("And", g.op("Equal", piece, g.op("Squeeze", numbers, g.ints(1))),
                  g.op("Unsqueeze", g.op("LessOrEqual", count, last), g.ints(2)))
    ahead = g.op("Unsqueeze", g.op("Cast", begins, to=TensorProto.FLOAT), g.ints(1))
    return after, g.shaped(ahead, ["B", 1, "S", "P"])


def stops(g: GraphBuilder, hidden: str, beyond: str, vocabulary: int, pad: int, stop: np.ndarray) -> str:
    """[B,S,V]: what the score of the token after the span (its embedding is `beyond` [B,S,D]) adds to the pad's."""
    column = np.zeros(vocabulary, np.float32)
    column[pad] = 1
    score = g.op("ReduceSum", g.op("Mul", hidden, beyond), g.ints(-1), keepdims=1)
    score = g.op("Add", g.op("Mul", score, g.scalar(stop[0])), g.scalar(stop[1]))
    return g.op("Mul", score, g.constant(column, "pad_column"))


def neighbours(g: GraphBuilder, ids: str, positions: str, known: str) -> tuple[str, str, str]:
    """Of each slot: the token before it [B,S], a slot's, the context's, or the one that slot_left names; how many context
    tokens stand before it [B,S]; and whether it is its span's first [B,S,1]."""
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
    named = g.input("slot_left", TensorProto.INT64, ["B", "S"])
    is_named = g.op("GreaterOrEqual", named, zero)
    previous = g.op("Where", is_named, named, previous)
    passed = g.op("LessOrEqual", g.op("Unsqueeze", known, g.ints(1)),
                  g.op("Unsqueeze", g.op("Cast", positions, to=TensorProto.FLOAT), g.ints(2)))
    count = g.op("ReduceSum", g.op("Cast", passed, to=TensorProto.INT64), g.ints(-1), keepdims=0)
    is_first = g.op("Not", g.op("Or", linked, is_named))
    is_first = g.op("Cast", g.op("Unsqueeze", is_first, g.ints(2)), to=TensorProto.FLOAT)
    return previous, count, is_first


def quality(g: GraphBuilder, hidden: str, gains: dict[str, np.ndarray]) -> None:
    """quality [B,S]: the probability that the token now in a revealed slot is right (adapt.quality)."""
    inner = g.op("Add", g.op("MatMul", hidden, g.constant(gains["quality.first"].T.copy(), "quality.first")),
                 g.constant(gains["quality.first_bias"], "quality.first_bias"))
    inner = g.op("Mul", inner, g.op("Sigmoid", inner))
    score = g.op("Add", g.op("MatMul", inner, g.constant(gains["quality.second"].T.copy(), "quality.second")),
                 g.constant(gains["quality.second_bias"], "quality.second_bias"))
    g.output(g.op("Squeeze", g.op("Sigmoid", score), g.ints(-1)), "quality", TensorProto.FLOAT, ["B", "S"])
