"""What the encode and step graphs of an adapted model have in common, written operator by operator.

Names of shapes: B candidates, S slots, N context tokens, D width, H query heads,
G key/value heads, E = D / H.
"""

import numpy as np
from onnx import TensorProto

from adapt.weights import Products
from graph_builder import GraphBuilder, WeightFile
from graphs import rotations


class Layers:
    """What the two graphs share; B is called `batch` in them, the number of rows `rows`; `reach` is the largest position."""

    def __init__(self, name: str, products: Products, file: WeightFile | None, reach: int, batch: int | str, rows: str):
        self.g = GraphBuilder(name, file)
        self.shape, self.products, self.reach = products.shape, products, reach
        self.batch, self.row_count = batch, rows
        shape = self.shape
        self.size, self.repeats = shape.width // shape.heads, shape.heads // shape.groups
        self.kind = products.kind
        self.grouped_rows = f"{self.repeats} * {rows}"

    def compact(self, x: str) -> str:
        """As Products.compact."""
        return self.products.compact(self.g, x)

    def exact(self, x: str) -> str:
        """As Products.exact."""
        return self.products.exact(self.g, x)

    def norm(self, x: str, name: str) -> str:
        gain = self.g.constant(self.products.gains[name], name)
        return self.g.op("SimplifiedLayerNormalization", x, gain, axis=-1, epsilon=self.shape.epsilon)

    def prepare(self, positions: str) -> None:
        """This request's rotary table."""
        g = self.g
        frequencies = self.shape.rope_base ** (-np.arange(0, self.size, 2) / self.size)
        turns = rotations(g, g.op("Reshape", positions, g.ints(-1)), frequencies, self.reach)
        self.table = [self.compact(turn) for turn in turns]
        zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
        total = g.op("ReduceProd", g.op("Shape", positions), keepdims=0)
        self.rows = g.op("Reshape", g.op("Range", zero, total, one), g.op("Shape", positions))

    def projections(self, x: str, index: int) -> tuple[str, str, str]:
        """Query [B,len,D] and key [B,len,G·E], rotated, and value [B,len,G·E] of a block's input."""
        g, narrow = self.g, self.shape.groups * self.size
        normed = self.compact(self.norm(x, f"{index}.attention_norm"))
        joined = self.products.linear(g, normed, index, "attention")
        turned, value = g.op("Split", joined, g.ints(self.shape.width + narrow, narrow), outputs=2, axis=-1)
        turned = g.microsoft("RotaryEmbedding", turned, self.rows, *self.table)
        query, key = g.op("Split", turned, g.ints(self.shape.width, narrow), outputs=2, axis=-1)
        return query, key, value

    def heads(self, x: str, count: int, perm: tuple[int, ...] = (0, 2, 1, 3)) -> str:
        """[B,len,count·E] → [B,count,len,E], or as `perm` has it of [B,len,count,E]."""
        g = self.g
        return g.op("Transpose", g.op("Reshape", x, g.ints(0, 0, count, self.size)), perm=list(perm))

    def queries(self, query: str) -> str:
        """Scaled, [B,H,len,E]."""
        g = self.g
        return self.heads(g.op("Mul", query, self.compact(g.scalar(self.size ** -0.5))), self.shape.heads)

    def transposed(self, key: str) -> str:
        """[B,G,E,len]."""
        return self.heads(key, self.shape.groups, (0, 2, 3, 1))

    def spread(self, scores: str, length: str, keys: str) -> str:
        """[B,G,H/G·len,keys] → [B,H,len,keys]; `length` [1] is len."""
        g = self.g
        sizes = g.op("Concat", g.ints(0, self.shape.heads), length, g.ints(-1), axis=0)
        return g.shaped(g.op("Reshape", scores, sizes), [self.batch, self.shape.heads, self.row_count, keys], self.kind)

    def grouped(self, x: str, length: str, last: int | str, kind: int | None = None) -> str:
        """[B,H,len,last] → [B,G,H/G·len,last]; `length` [1] is len, `kind` x's, where it is not the products'."""
        g = self.g
        rows = g.op("Mul", length, g.ints(self.repeats))
        sizes = g.op("Concat", g.ints(0, self.shape.groups), rows, g.ints(-1), axis=0)
        return g.shaped(g.op("Reshape", x, sizes), [self.batch, self.shape.groups, self.grouped_rows, last], kind or self.kind)

    def merged(self, x: str, length: str) -> str:
        """[B,G,H/G·len,E] → [B,len,D]; `length` [1] is len."""
        g, shape = self.g, self.shape
        sizes = g.op("Concat", g.ints(0, shape.heads), length, g.ints(self.size), axis=0)
        rows = g.shaped(g.op("Reshape", x, sizes), [self.batch, shape.heads, self.row_count, self.size], self.kind)
        return g.op("Reshape", g.op("Transpose", rows, perm=[0, 2, 1, 3]), g.ints(0, 0, shape.width))

    def feed(self, x: str, attended: str, index: int) -> str:
        """The rest of a block; attended is [B,len,D]."""
        g = self.g
        x = g.op("Add", x, self.exact(self.products.linear(g, attended, index, "out")))
        gate, up = self.products.gate_and_up(g, self.compact(self.norm(x, f"{index}.feed_norm")), index)
        inner = g.op("Mul", g.op("Mul", gate, g.op("Sigmoid", gate)), up)
        return g.op("Add", x, self.exact(self.products.linear(g, inner, index, "down")))


def pieces(g: GraphBuilder, known: str) -> tuple[str, str]:
    """The context's pieces, counted from 1, each up to where a span interrupts it: of which piece every token is
    [1,N], and the numbers of all pieces [P,1].

    A slot's keys ahead are those of the piece after its span and of later ones. So the bias on them is a product:
    the context's keys have a channel for each piece, 1 from that piece on, and a query has its bias in the channel
    of the piece after its span, and 0 in the others.
    """
    zero, one = g.scalar(0, np.int64), g.scalar(1, np.int64)
    length = g.op("Gather", g.op("Shape", known), one)
    left = g.op("Max", g.op("Sub", g.op("Range", zero, length, one), one), zero)
    begins = g.op("Not", g.op("Equal", g.op("Sub", known, g.op("Gather", known, left, axis=1)), g.scalar(1.0)))
    number = g.op("CumSum", g.op("Cast", begins, to=TensorProto.FLOAT), one)
    count = g.op("Cast", g.op("ReduceMax", number, keepdims=0), to=TensorProto.INT64)
    numbers = g.op("Range", one, g.op("Add", count, one), one)
    return number, g.op("Unsqueeze", g.op("Cast", numbers, to=TensorProto.FLOAT), g.ints(1))
