"""dlib's face recognition ResNet (dlib_face_recognition_resnet_model_v1.dat) as ONNX.

The network is the one of dlib's dnn_face_recognition_ex.cpp: 29 convolutions, each followed by an affine
layer, which is folded into it here; residual blocks of two; 128 values out. The file is dlib's own
serialisation: layers in the order of the data, each with its name as a length-prefixed string, integers as a
byte with their length.
"""

import struct
from dataclasses import dataclass

import numpy as np

from proctor.errors import ModelPackRefused
from proctor.models.exports.onnx_file import Graph, Values

SIDE = 150
MEAN = (122.782, 117.001, 104.298)
SCALE = 256.0
_TENSOR_VERSION = 2
# Filters of each residual block, and whether it halves the picture, from the input on.
_BLOCKS = (
    *[(32, False)] * 3,
    *((64, True), *[(64, False)] * 3),
    *((128, True), *[(128, False)] * 2),
    *((256, True), *[(256, False)] * 2),
    (256, True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """A convolution with its affine layer folded in."""

    weights: Values
    bias: Values
    stride: int
    padding: int


def export_dlib_resnet(data: bytes) -> bytes:
    """An ONNX file; input (n, 3, 150, 150) float32 RGB, (x - MEAN) / SCALE; output (n, 128), not normalised.

    Raises ModelPackRefused when the file is not that network.
    """
    try:
        reader = _Reader(data)
        first = reader.convolution(3)
        channels, blocks = 32, []
        for filters, _ in _BLOCKS:
            blocks.append((reader.convolution(channels), reader.convolution(filters)))
            channels = filters
        last = reader.fully_connected()
    except (struct.error, ValueError, IndexError) as error:
        raise ModelPackRefused("not dlib's face recognition network") from error
    graph = Graph("dlib_face_recognition_resnet_model_v1", (3, SIDE, SIDE))
    flow = graph.node("Relu", (_convolve(graph, graph.input, first),))
    flow = graph.node("MaxPool", (flow,), kernel_shape=(3, 3), strides=(2, 2))
    # Rows and columns are equal: 150, 72 after the first convolution, 35 after the pooling.
    side = 35
    for (filters, halves), block in zip(_BLOCKS, blocks, strict=True):
        flow, side = _residual(graph, flow, side, filters, block, halves=halves)
    flow = graph.node("Flatten", (graph.node("GlobalAveragePool", (flow,)),), axis=1)
    flow = graph.node("MatMul", (flow, graph.constant(last)))
    return graph.file(flow, (last.shape[1],))


def _convolve(graph: Graph, source: str, layer: _Layer) -> str:
    return graph.conv(source, layer.weights, layer.bias, stride=layer.stride, pads=(layer.padding,) * 4)


def _residual(
    graph: Graph, source: str, side: int, filters: int, block: tuple[_Layer, _Layer], *, halves: bool
) -> tuple[str, int]:
    """dlib adds tensors of different sizes: the smaller one is filled up with zeros, below, right, behind."""
    inner = graph.node("Relu", (_convolve(graph, source, block[0]),))
    flow, shortcut = _convolve(graph, inner, block[1]), source
    if halves:
        convolved, pooled = (side - 3) // 2 + 1, side // 2
        shortcut = graph.node("AveragePool", (source,), kernel_shape=(2, 2), strides=(2, 2))
        missing = filters - block[0].weights.shape[1]
        flow = _filled(graph, flow, 0, pooled - convolved)
        shortcut = _filled(graph, shortcut, missing, 0)
        side = pooled
    return graph.node("Relu", (graph.node("Add", (flow, shortcut)),)), side


def _filled(graph: Graph, source: str, channels: int, pixels: int) -> str:
    """Zeros behind the channels and below and right of the pixels."""
    if not channels and not pixels:
        return source
    return graph.node("Pad", (source, graph.integers((0, 0, 0, 0, 0, channels, pixels, pixels))))


class _Reader:
    """Walks the file from one named layer to the next."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def convolution(self, channels: int) -> _Layer:
        """The next con layer with the affine layer after it."""
        self._seek(b"con_4")
        values = self._tensor().ravel()
        filters, rows, columns, stride, _, padding, _ = (self._integer() for _ in range(7))
        count = filters * channels * rows * columns
        weights = values[:count].reshape(filters, channels, rows, columns)
        bias = values[count:].reshape(filters)
        self._seek(b"affine_")
        gamma, beta = self._tensor().reshape(2, filters)
        return _Layer(
            weights=np.asarray(weights * gamma[:, None, None, None], np.float32),
            bias=np.asarray(bias * gamma + beta, np.float32),
            stride=stride,
            padding=padding,
        )

    def fully_connected(self) -> Values:
        """The last layer, shape (inputs, outputs); it has no bias."""
        self._seek(b"fc_2")
        outputs, inputs = self._integer(), self._integer()
        return self._tensor().reshape(inputs, outputs)

    def _seek(self, name: bytes) -> None:
        named = bytes((1, len(name))) + name
        self._at = self._data.index(named, self._at) + len(named)

    def _integer(self) -> int:
        head = self._data[self._at]
        end = self._at + 1 + (head & 0x0F)
        value = int.from_bytes(self._data[self._at + 1 : end], "little")
        self._at = end
        return -value if head & 0x80 else value

    def _tensor(self) -> Values:
        if self._integer() != _TENSOR_VERSION:
            raise ValueError("tensor of another version")
        count = 1
        for _ in range(4):
            count *= self._integer()
        values = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += 4 * count
        return np.asarray(values, np.float32)
