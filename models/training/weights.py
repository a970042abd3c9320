"""How a variant stores its matrices: fp16 widened at load, or 8-bit integers."""

from typing import Protocol

import numpy as np
from onnx import TensorProto

from graph_builder import GraphBuilder

BLOCK = 32
INTEGER_ARITHMETIC = 4  # MatMulNBits' accuracy level that multiplies 8-bit integers


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
    """8-bit weights with a scale per block of 32 inputs; activations are quantised per block too."""

    fused_attention = True

    def quantised(self, g: GraphBuilder, matrix: np.ndarray, name: str) -> tuple[str, str]:
        """Names of the uint8 matrix [out,blocks,BLOCK], zero at 128, and of its scales [out,blocks]; matrix is [out,in]."""
        blocks = matrix.reshape(len(matrix), -1, BLOCK)
        scale = np.maximum(np.abs(blocks).max(-1), 1e-8) / 127
        integers = np.clip(np.rint(blocks / scale[..., None]), -127, 127) + 128
        return g.constant(integers.astype(np.uint8), name), g.constant(scale.astype(np.float32), f"{name}_scale")

    def multiply(self, g: GraphBuilder, x: str, rows: np.ndarray, name: str) -> str:
        """x [..,in] times the transpose of rows [out,in]."""
        outputs, inputs = rows.shape
        return g.microsoft(
            "MatMulNBits", x, *self.quantised(g, rows, name),
            K=inputs, N=outputs, bits=8, block_size=BLOCK, accuracy_level=INTEGER_ARITHMETIC)

    def linear(self, g: GraphBuilder, x: str, matrix: np.ndarray, name: str) -> str:
        return self.multiply(g, x, matrix.T, name)

    def embedding(self, g: GraphBuilder, ids: str, table: np.ndarray) -> str:
        integers, scale = (g.op("Gather", name, ids) for name in self.quantised(g, table, "embedding"))
        signed = g.op("Sub", g.op("Cast", integers, to=TensorProto.FLOAT), g.scalar(128.0))
        rows = g.op("Mul", signed, g.op("Unsqueeze", scale, g.ints(-1)))
        return g.op("Reshape", rows, g.ints(0, 0, table.shape[1]))

    def head(self, g: GraphBuilder, x: str, table: np.ndarray) -> str:
        return self.multiply(g, x, table, "embedding")


VARIANTS: dict[str, Weights] = {"fp32": Float(), "int8": Int8()}
