"""Weights of other formats written as ONNX when a pack is installed, so that one runtime runs them all.

Sources are read only after their SHA-256 has been checked; what is written has a pinned SHA-256 as well.
"""

from collections.abc import Callable

from proctor.models.exports.dlib_resnet import export_dlib_resnet
from proctor.models.exports.tflite import export_tflite

EXPORTS: dict[str, Callable[[bytes], bytes]] = {
    "dlib_resnet": export_dlib_resnet,
    "tflite": export_tflite,
}
