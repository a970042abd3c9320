"""The autoregressive base: Llama-architecture weights read from a 4-bit GGUF file.

Shapes: D width, H query heads, G key/value heads, E = D / H, V base vocabulary.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGMLQuantizationType
from gguf.quants import dequantize

BLOCK = 32  # inputs that share a scale and an offset in Q4_1 and Q8_0

# The names of a block's matrices here and in the file.
MATRICES = {
    "query": "attn_q", "key": "attn_k", "value": "attn_v", "out": "attn_output",
    "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}
NORMS = {"attention_norm": "attn_norm", "feed_norm": "ffn_norm"}


@dataclass
class Quantised:
    """A matrix [out,in] as `scale · integer + offset`, a scale and an offset per BLOCK inputs.

    integers uint8 [out,in] in 0…15; scale, offset float32 [out,in / BLOCK].
    """

    integers: np.ndarray
    scale: np.ndarray
    offset: np.ndarray

    def dequantised(self) -> np.ndarray:
        blocks = self.integers.reshape(*self.scale.shape, BLOCK)
        return (blocks * self.scale[..., None] + self.offset[..., None]).reshape(self.integers.shape)

    def rows(self, order: np.ndarray) -> "Quantised":
        return Quantised(self.integers[order], self.scale[order], self.offset[order])


@dataclass
class Base:
    """Everything the adapted model takes over."""

    layers: int
    heads: int
    groups: int
    hidden: int
    rope_base: float
    epsilon: float
    matrices: list[dict[str, Quantised]]
    norms: list[dict[str, np.ndarray]]
    output_norm: np.ndarray
    embedding: np.ndarray
    tokens: list[str]
    merges: list[str]
    name: str
    licence: str


def unpack(data: np.ndarray, inputs: int) -> Quantised:
    """Q4_1 rows: per block a float16 scale, a float16 minimum and 16 bytes whose low nibbles come first."""
    rows = data.reshape(len(data), inputs // BLOCK, 4 + BLOCK // 2)
    halves = np.ascontiguousarray(rows[..., :4]).view(np.float16).astype(np.float32)
    packed = rows[..., 4:]
    integers = np.concatenate([packed & 15, packed >> 4], -1).reshape(len(data), inputs)
    return Quantised(integers, halves[..., 0], halves[..., 1])


def half_split(heads: int, size: int) -> np.ndarray:
    """Row order that turns the file's interleaved rotary pairs into first and second halves."""
    return np.arange(heads * size).reshape(heads, size // 2, 2).swapaxes(1, 2).reshape(-1)


def read(path: Path) -> Base:
    """Read a Llama-architecture GGUF whose block matrices are all Q4_1.

    Raises ValueError for another architecture or quantisation.
    """
    reader = GGUFReader(path)
    field = lambda name: reader.fields[name].contents()
    if field("general.architecture") != "llama":
        raise ValueError(f"{path} holds a {field('general.architecture')} model; only llama ones can be adapted.")
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    plain = lambda name: np.array(dequantize(tensors[name].data, tensors[name].tensor_type), np.float32)
    width = field("llama.embedding_length")
    heads, groups = field("llama.attention.head_count"), field("llama.attention.head_count_kv")
    orders = {"query": half_split(heads, width // heads), "key": half_split(groups, width // heads)}

    def matrix(layer: int, name: str) -> Quantised:
        tensor = tensors[f"blk.{layer}.{MATRICES[name]}.weight"]
        if tensor.tensor_type != GGMLQuantizationType.Q4_1:
            raise ValueError(f"{tensor.name} is {tensor.tensor_type.name}; the block matrices must be Q4_1.")
        unpacked = unpack(tensor.data, int(tensor.shape[0]))
        return unpacked.rows(orders[name]) if name in orders else unpacked

    layers = field("llama.block_count")
    return Base(
        layers, heads, groups, field("llama.feed_forward_length"), field("llama.rope.freq_base"),
        field("llama.attention.layer_norm_rms_epsilon"),
        [{name: matrix(i, name) for name in MATRICES} for i in range(layers)],
        [{name: plain(f"blk.{i}.{source}.weight") for name, source in NORMS.items()} for i in range(layers)],
        plain("output_norm.weight"), plain("token_embd.weight"),
        field("tokenizer.ggml.tokens"), field("tokenizer.ggml.merges"),
        field("general.name"), field("general.license"),
    )
