"""Weights that are as good as zero, made zero in an ONNX file's bytes before it is loaded.

`fr_feature` has 190,000 weights below 1e-15 (channels that died in training). Products of them leave
float32's normal range, where some processors are much slower: 62 ms a face before, 9 ms after on one, with
the same outputs to the last bit.
"""

from collections.abc import Iterator

import numpy as np

from proctor.errors import ModelFileBroken

TINY = np.float32(1e-15)
# Fields of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.data_type and raw_data.
_GRAPH, _INITIALIZER, _DATA_TYPE, _RAW_DATA = 7, 5, 2, 9
_FLOAT = 1
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5

_Field = tuple[int, int, int]


def without_tiny_weights(data: bytes) -> bytes:
    """The same model with every float32 weight below `TINY` in magnitude as zero; as long as before.

    Raises ModelFileBroken when the bytes are no Protocol Buffers message.
    """
    content = bytearray(data)
    for _, start, end in _fields(content, 0, len(content), _GRAPH):
        for _, first, last in _fields(content, start, end, _INITIALIZER):
            _flush(content, first, last)
    return bytes(content)


def _flush(content: bytearray, start: int, end: int) -> None:
    kinds = [value for number, value, _ in _fields(content, start, end, _DATA_TYPE) if number == _VARINT]
    for _, first, last in _fields(content, start, end, _RAW_DATA):
        if kinds == [_FLOAT] and (last - first) % 4 == 0:
            weights = np.frombuffer(content, "<f4", (last - first) // 4, first)
            weights[np.abs(weights) < TINY] = 0.0


def _fields(content: bytearray, start: int, end: int, wanted: int) -> Iterator[_Field]:
    """Wire type, then start and end of a length-delimited field's bytes, or value and 0 of a varint."""
    position = start
    while position < end:
        key, position = _varint(content, position, end)
        kind = key & 7
        value = after = 0
        if kind == _VARINT:
            value, position = _varint(content, position, end)
        elif kind == _BYTES:
            length, value = _varint(content, position, end)
            position = after = value + length
        elif kind in (_EIGHT, _FOUR):
            position += 8 if kind == _EIGHT else 4
        else:
            raise ModelFileBroken("a group in a model file")
        if position > end:
            raise ModelFileBroken("a model file is cut off")
        if key >> 3 == wanted and kind in (_VARINT, _BYTES):
            yield kind, value, after


def _varint(content: bytearray, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 64:
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position
    raise ModelFileBroken("a model file is cut off")
