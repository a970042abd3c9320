"""How a variant stores its matrices: fp16 widened at load, or int8 with dynamic activations."""

from typing import Protocol

import numpy as np
from onnx import TensorProto

from graph_builder import GraphBuilder

# 7 bits: on processors without VNNI two u8·s8 products are summed in 16 bits,
# which full 8-bit weights overflow.
INT8_MAX = 63


class Weights(Protocol):
    """Emits the nodes that multiply by, or gather from, a weight matrix."""

    def linear(self, g: GraphBuilder, x: str, matrix: np.ndarray, name: str) -> str:
        """x [..,in] · matrix [in,out]."""

    def embedding(self, g: GraphBuilder, ids: str, table: np.ndarray) -> str:
        """Rows of table [V,D]."""

    def head(self, g: GraphBuilder, x: str, table: np.ndarray) -> str:
        """x [..,D] · tableᵀ, sharing the embedding's bytes."""


class Float:
    """float32 arithmetic; stored as float16 with a Cast that ONNX Runtime folds at load."""

    # The fused operator was wrong by up to 1.2 on the WebGPU provider (1.30, SwiftShader).
    fused_attention = False

    def stored(self, g: GraphBuilder, matrix: np.ndarray, name: str) -> str:
        return g.op("Cast", g.constant(matrix.astype(np.float16), name), to=TensorProto.FLOAT)

    def linear(self, g: GraphBuilder, x: str, matrix: np.ndarray, name: str) -> str:
        return g.op("MatMul", x, self.stored(g, matrix, name))

    def embedding(self, g: GraphBuilder, ids: str, table: np.ndarray) -> str:
        return g.op("Gather", self.stored(g, table, "embedding"), ids)

    def head(self, g: GraphBuilder, x: str, table: np.ndarray) -> str:
        return g.op("MatMul", x, g.op("Transpose", self.stored(g, table, "embedding"), perm=[1, 0]))


class Int8:
    """Per-column symmetric int8 weights, per-tensor uint8 activations (CPU only)."""

    fused_attention = True

    def quantised(self, g: GraphBuilder, matrix: np.ndarray, name: str, axis: int) -> tuple[str, str]:
        """Names of the int8 matrix and of its scales along the other axis."""
        scale = np.maximum(np.abs(matrix).max(axis, keepdims=True), 1e-8) / INT8_MAX
        integers = np.clip(np.rint(matrix / scale), -INT8_MAX, INT8_MAX).astype(np.int8)
        return g.constant(integers, name), g.constant(scale.reshape(-1).astype(np.float32), f"{name}_scale")

    def linear(self, g: GraphBuilder, x: str, matrix: np.ndarray, name: str) -> str:
        integers, scale = self.quantised(g, matrix, name, 0)
        return g.microsoft("DynamicQuantizeMatMul", x, integers, scale)

    def embedding(self, g: GraphBuilder, ids: str, table: np.ndarray) -> str:
        integers, scale = self.quantised(g, table, "embedding", 1)
        rows = g.op("Cast", g.op("Gather", integers, ids), to=TensorProto.FLOAT)
        return g.op("Mul", rows, g.op("Unsqueeze", g.op("Gather", scale, ids), g.ints(-1)))

    def head(self, g: GraphBuilder, x: str, table: np.ndarray) -> str:
        integers, scale = self.quantised(g, table, "embedding", 1)
        return g.microsoft("DynamicQuantizeMatMul", x, g.op("Transpose", integers, perm=[1, 0]), scale)


VARIANTS: dict[str, Weights] = {"fp32": Float(), "int8": Int8()}
