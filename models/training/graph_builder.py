"""A minimal writer of ONNX graphs whose large weights live in one shared file."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 21
ALIGNMENT = 64
INLINE_BYTES = 1024


class WeightFile:
    """Collects tensors of all graphs of one variant; equal contents are stored once."""

    def __init__(self, name: str):
        self.name = name
        self.data = bytearray()
        self.offsets: dict[bytes, int] = {}

    def place(self, raw: bytes) -> int:
        """Byte offset of `raw` in the file, aligned for memory mapping."""
        if raw not in self.offsets:
            self.data += bytes(-len(self.data) % ALIGNMENT)
            self.offsets[raw] = len(self.data)
            self.data += raw
        return self.offsets[raw]

    def write(self, folder: Path) -> None:
        (folder / self.name).write_bytes(self.data)


class GraphBuilder:
    """Adds nodes one call at a time; every method returns the name of its output.

    Large constants go to the file `weights`; without one they stay in the graph.
    """

    def __init__(self, name: str, weights: WeightFile | None):
        self.name, self.weights = name, weights
        self.nodes, self.initialisers, self.inputs, self.outputs, self.values = [], {}, [], [], []
        self.count = 0

    def fresh(self, hint: str) -> str:
        self.count += 1
        return f"{hint}_{self.count}"

    def input(self, name: str, kind: int, shape: list) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, value: str, name: str, kind: int, shape: list) -> None:
        """Expose `value` under `name`."""
        self.nodes.append(helper.make_node("Identity", [value], [name], name=f"out_{name}"))
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def shaped(self, value: str, shape: list, kind: int = TensorProto.FLOAT) -> str:
        """`value`, of which ONNX Runtime cannot find out the shape: a name stands for one length throughout the graph.

        What has no shape shares no memory, and of many such values loading takes seconds (1.30).
        """
        self.values.append(helper.make_tensor_value_info(value, kind, shape))
        return value

    def constant(self, array: np.ndarray, name: str | None = None) -> str:
        """An initialiser; from 1 kB on its bytes go to the weight file."""
        array = np.ascontiguousarray(array)
        name = name or self.fresh("const")
        if name in self.initialisers:
            return name
        if self.weights and array.nbytes >= INLINE_BYTES:
            return self.stored(array, name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        return self.inline(array, name)

    def inline(self, array: np.ndarray, name: str) -> str:
        """An initialiser that stays in the graph, however large it is."""
        self.initialisers[name] = numpy_helper.from_array(array, name)
        return name

    def stored(self, array: np.ndarray, name: str, kind: int, shape: tuple[int, ...]) -> str:
        """An initialiser whose bytes, in the weight file, are those of `array`."""
        raw = np.ascontiguousarray(array).tobytes()
        return self.external(name, kind, shape, self.weights.name, self.weights.place(raw), len(raw))

    def external(self, name: str, kind: int, shape: tuple[int, ...], file: str, offset: int, length: int) -> str:
        """An initialiser that lies in `file`, `length` bytes from `offset` on."""
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in {"location": file, "offset": offset, "length": length}.items():
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        self.initialisers[name] = tensor
        return name

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def scalar(self, value: float, kind=np.float32) -> str:
        return self.constant(np.array(value, kind))

    def op(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes):
        """Append one node; returns its output name, or a list if it has several."""
        names = [self.fresh(kind.lower()) for _ in range(outputs)]
        node = helper.make_node(kind, list(inputs), names, name=names[0], domain=domain, **attributes)
        self.nodes.append(node)
        return names[0] if outputs == 1 else names

    def microsoft(self, kind: str, *inputs: str, outputs: int = 1, **attributes):
        """A contributed operator of ONNX Runtime."""
        return self.op(kind, *inputs, domain="com.microsoft", outputs=outputs, **attributes)

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(
            self.nodes, self.name, self.inputs, self.outputs, list(self.initialisers.values()),
            value_info=self.values)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="unmask")

    def write(self, path: Path) -> None:
        path.write_bytes(self.model().SerializeToString())
