"""Weights of a float32 graph in blocks of 8-bit integers (ONNX Runtime's MatMulNBits); activations stay float32."""

import logging
from pathlib import Path

import numpy as np
import onnx
import onnx_ir
from onnx import numpy_helper

from denoise import INLINE_BYTES

# Without a handler, importing what follows gives the root logger one that tells of every node.
logging.getLogger().addHandler(logging.NullHandler())
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

BITS = 8
BLOCK = 32  # weights that share a scale
COMPUTE_INT8 = 4  # `accuracy_level`: the products are of integers too


def lay_out(graph: onnx.GraphProto) -> None:
    """Turn matrices that the graph transposes round once and for all.

    The head of a model is one such if it is the table of embeddings too, and would not be quantised.
    """
    matrices = {tensor.name: tensor for tensor in graph.initializer if len(tensor.dims) == 2}
    turned = [node for node in graph.node if node.op_type == "Transpose" and node.input[0] in matrices]
    for node in turned:
        values = np.ascontiguousarray(numpy_helper.to_array(matrices[node.input[0]]).T)
        graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        graph.node.remove(node)


def write(source: Path, folder: Path, graph: str, weights: str) -> None:
    """Quantise the graph at `source` into `folder`."""
    model = onnx.load(source)
    lay_out(model.graph)
    quantizer = MatMulNBitsQuantizer(model, bits=BITS, block_size=BLOCK, is_symmetric=True, accuracy_level=COMPUTE_INT8)
    quantizer.process()
    quantised = onnx_ir.from_proto(quantizer.model.model)
    onnx_ir.save(quantised, folder / graph, external_data=weights, size_threshold_bytes=INLINE_BYTES)
