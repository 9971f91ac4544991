"""A convolutional TensorFlow Lite network of float32 weights as ONNX, channels first, with a free batch size.

Knows what MobileFaceNet consists of and refuses everything else: convolutions, depth-wise convolutions, sums,
the PReLU that TOCO wrote as relu(x) + a (x - |x|), and one last reshape. The container is a FlatBuffer of
schema.fbs (TFL3); field numbers below are its.
"""

import struct
from dataclasses import dataclass

import numpy as np

from proctor.errors import ModelPackRefused
from proctor.models.exports.onnx_file import Graph, Values

# BuiltinOperator of schema.fbs.
_ADD, _CONV, _DEPTHWISE, _MUL, _RELU, _RESHAPE, _SUB, _ABS = 0, 3, 4, 18, 19, 22, 41, 101
_PRELU_AS_WRITTEN = (_RELU, _ABS, _SUB, _MUL, _ADD)
_SAME = 0
_FLOAT32 = 0


def export_tflite(data: bytes) -> bytes:
    """An ONNX file; input (n, channels, rows, columns), output (n, values).

    Raises ModelPackRefused when the network has anything this export does not know.
    """
    try:
        return _Network(data).exported()
    except (struct.error, ValueError, IndexError, KeyError) as error:
        raise ModelPackRefused("not a TensorFlow Lite network of the kinds of layers known here") from error


@dataclass(frozen=True, slots=True)
class _Table:
    """A FlatBuffer table: fields by number, absent ones have a default."""

    data: bytes
    at: int

    def _field(self, number: int) -> int | None:
        vtable = self.at - self._int(self.at)
        (size,) = struct.unpack_from("<H", self.data, vtable)
        place = 4 + 2 * number
        offset = struct.unpack_from("<H", self.data, vtable + place)[0] if place < size else 0
        return self.at + offset if offset else None

    def _int(self, at: int) -> int:
        value: int = struct.unpack_from("<i", self.data, at)[0]
        return value

    def byte(self, number: int) -> int:
        field = self._field(number)
        return 0 if field is None else self.data[field]

    def integer(self, number: int) -> int:
        field = self._field(number)
        return 0 if field is None else self._int(field)

    def table(self, number: int) -> "_Table":
        field = self._field(number)
        if field is None:
            raise ValueError("a table is missing")
        return _Table(self.data, field + self._int(field))

    def _vector(self, number: int) -> tuple[int, int]:
        field = self._field(number)
        if field is None:
            return 0, 0
        start = field + self._int(field)
        return start + 4, self._int(start)

    def tables(self, number: int) -> list["_Table"]:
        start, count = self._vector(number)
        places = range(start, start + 4 * count, 4)
        return [_Table(self.data, place + self._int(place)) for place in places]

    def integers(self, number: int) -> list[int]:
        start, count = self._vector(number)
        return list(struct.unpack_from(f"<{count}i", self.data, start))

    def content(self, number: int) -> bytes:
        start, count = self._vector(number)
        return self.data[start : start + count]


class _Network:
    """The first subgraph, walked in its own order."""

    def __init__(self, data: bytes) -> None:
        (root,) = struct.unpack_from("<I", data, 0)
        model = _Table(data, root)
        # Old files have the operator in a byte, newer ones in an integer beside it.
        self._codes = [max(code.byte(0), code.integer(3)) for code in model.tables(1)]
        self._buffers = model.tables(4)
        (subgraph,) = model.tables(2)
        self._tensors = subgraph.tables(0)
        (self._input,), (self._output,) = subgraph.integers(1), subgraph.integers(2)
        self._operators = subgraph.tables(3)
        _, rows, columns, channels = self._shape(self._input)
        self._graph = Graph("tflite", (channels, rows, columns))
        self._names = {self._input: self._graph.input}

    def exported(self) -> bytes:
        """The ONNX file."""
        place = 0
        while place < len(self._operators):
            kinds = tuple(self._kind(one) for one in self._operators[place : place + 5])
            if kinds == _PRELU_AS_WRITTEN:
                self._prelu(self._operators[place : place + 5])
                place += 5
            else:
                self._take(kinds[0], self._operators[place])
                place += 1
        return self._graph.file(self._names[self._output], self._shape(self._output)[1:])

    def _kind(self, operator: _Table) -> int:
        return self._codes[operator.integer(0)]

    def _take(self, kind: int, operator: _Table) -> None:
        inputs, (output,) = operator.integers(1), operator.integers(2)
        if kind in (_CONV, _DEPTHWISE):
            self._names[output] = self._convolution(operator.table(4), inputs, depthwise=kind == _DEPTHWISE)
        elif kind == _ADD and operator.table(4).byte(0) == 0:
            self._names[output] = self._graph.node("Add", [self._names[one] for one in inputs])
        elif kind == _RESHAPE and output == self._output:
            self._names[output] = self._graph.node("Flatten", (self._names[inputs[0]],), axis=1)
        else:
            raise ValueError(f"operator {kind}")

    def _convolution(self, options: _Table, inputs: list[int], *, depthwise: bool) -> str:
        source, kernel, bias = inputs
        stride, activation = options.integer(1), options.byte(4 if depthwise else 3)
        if activation or stride != options.integer(2):
            raise ValueError("fused activation or uneven stride")
        weights = self._values(kernel)
        # Depth-wise kernels are (1, rows, columns, channels), others (out, rows, columns, in).
        weights = weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(0, 3, 1, 2)
        rows, columns = self._shape(source)[1:3]
        top, bottom = _padding(rows, weights.shape[2], stride, options.byte(0))
        left, right = _padding(columns, weights.shape[3], stride, options.byte(0))
        return self._graph.conv(
            self._names[source],
            weights,
            self._values(bias),
            stride=stride,
            pads=(top, left, bottom, right),
        )

    def _prelu(self, five: list[_Table]) -> None:
        """relu(x) + a (x - |x|) is PReLU with slope 2 a, checked operand by operand."""
        relu, absolute, minus, times, plus = (one.integers(1) for one in five)
        ends = [one.integers(2)[0] for one in five]
        (source,) = relu
        if absolute != [source] or minus != [source, ends[1]] or ends[2] != times[1]:
            raise ValueError("no PReLU after all")
        if plus != [ends[0], ends[3]]:
            raise ValueError("no PReLU after all")
        slope = np.asarray(self._values(times[0]) * 2, np.float32)[:, None, None]
        # relu(x) + slope (x - relu(x)): onnxruntime's own PRelu leaves the channel-blocked layout and back,
        # which takes as long as all convolutions together (10.3 against 7.8 ms a face).
        node, flow = self._graph.node, self._names[source]
        above = node("Relu", (flow,))
        below = node("Mul", (node("Sub", (flow, above)), self._graph.constant(slope)))
        self._names[ends[4]] = node("Add", (above, below))

    def _shape(self, tensor: int) -> list[int]:
        return self._tensors[tensor].integers(0)

    def _values(self, tensor: int) -> Values:
        if self._tensors[tensor].byte(1) != _FLOAT32:
            raise ValueError("weights that are not float32")
        content = self._buffers[self._tensors[tensor].integer(2)].content(0)
        return np.frombuffer(content, "<f4").reshape(self._shape(tensor)).astype(np.float32)


def _padding(size: int, kernel: int, stride: int, scheme: int) -> tuple[int, int]:
    """Pixels before and after; SAME puts the odd one after."""
    if scheme != _SAME:
        return 0, 0
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
