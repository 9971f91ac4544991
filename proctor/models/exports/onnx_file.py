"""Writing an ONNX file: the few messages of onnx.proto that a feed-forward network needs.

The same calls give the same bytes on every machine, so that the registry can pin the SHA-256 of an export.
Field numbers are those of onnx.proto (ONNX 1.x, IR version 8); the wire format is Protocol Buffers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from proctor.errors import ModelPackRefused

_IR_VERSION = 8
_OPSET = 13
_FLOAT, _INT64 = 1, 7
_VARINT, _BYTES = 0, 2
_ATTRIBUTE_INT, _ATTRIBUTE_INTS = 2, 7

Attribute = int | Sequence[int]
Values = NDArray[np.float32]


class Graph:
    """A graph with one float32 input; every method gives back the name of the tensor it adds.

    The first dimension of the input and of the output is free: a batch of any size.
    """

    def __init__(self, name: str, input_shape: Sequence[int]) -> None:
        """input_shape: without the batch, channels first."""
        self._name = name
        self._parts: list[bytes] = []
        self._constants: list[bytes] = []
        self._count = 0
        self.input = "input"
        self._input = _value_info(self.input, input_shape)

    def node(self, operator: str, inputs: Sequence[str], **attributes: Attribute) -> str:
        """An operator of the default domain with one output."""
        output = self._fresh(operator)
        body = b"".join(_text(1, name) for name in inputs)
        body += _text(2, output) + _text(3, output) + _text(4, operator)
        body += b"".join(_message(5, _attribute(name, value)) for name, value in sorted(attributes.items()))
        self._parts.append(_message(1, body))
        return output

    def constant(self, values: Values) -> str:
        """A float32 tensor."""
        return self._constant(_FLOAT, values.shape, np.ascontiguousarray(values, "<f4").tobytes())

    def integers(self, values: Sequence[int]) -> str:
        """A vector of int64, for operators that take numbers as an input."""
        return self._constant(_INT64, (len(values),), np.array(values, "<i8").tobytes())

    def _constant(self, kind: int, shape: Sequence[int], content: bytes) -> str:
        name = self._fresh("constant")
        body = b"".join(_number(1, size) for size in shape)
        body += _number(2, kind) + _text(8, name) + _message(9, content)
        self._constants.append(_message(5, body))
        return name

    def conv(self, source: str, weights: Values, bias: Values, *, stride: int, pads: Sequence[int]) -> str:
        """A convolution; weights (out, in / group, rows, columns), pads top, left, bottom, right.

        One input channel a filter and as many filters as channels means depth-wise.
        """
        depthwise = weights.shape[1] == 1 and weights.shape[0] > 1
        return self.node(
            "Conv",
            (source, self.constant(weights), self.constant(bias)),
            group=weights.shape[0] if depthwise else 1,
            kernel_shape=weights.shape[2:],
            pads=pads,
            strides=(stride, stride),
        )

    def file(self, output: str, output_shape: Sequence[int]) -> bytes:
        """The whole model; output_shape without the batch."""
        graph = b"".join(self._parts) + _text(2, self._name) + b"".join(self._constants)
        graph += _message(11, self._input) + _message(12, _value_info(output, output_shape))
        opset = _text(1, "") + _number(2, _OPSET)
        return _number(1, _IR_VERSION) + _text(2, "proctor") + _message(7, graph) + _message(8, opset)

    def _fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"


def _value_info(name: str, shape: Sequence[int]) -> bytes:
    dimensions = _message(1, _text(2, "batch")) + b"".join(_message(1, _number(1, size)) for size in shape)
    tensor = _number(1, _FLOAT) + _message(2, dimensions)
    return _text(1, name) + _message(2, _message(1, tensor))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _ATTRIBUTE_INT)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _ATTRIBUTE_INTS)


def _varint(value: int) -> bytes:
    if value < 0:
        raise ModelPackRefused("an exported model has no negative numbers")
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _message(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(body)) + body


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode())
