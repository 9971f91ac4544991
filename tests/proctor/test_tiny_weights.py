"""Weights that are as good as zero become zero before a model is loaded; everything else stays as it is."""

import contextlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.errors import ModelFileBroken
from proctor.models.exports.onnx_file import Graph
from proctor.models.session import Model
from proctor.models.tiny_weights import TINY, without_tiny_weights

WEIGHTS = np.array([[1.0, -1e-14], [1e-16, -1e-39]], np.float32)


def model_of(weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bytes:
    graph = Graph("small", (2,))
    return graph.file(graph.node("MatMul", (graph.input, graph.constant(weights))), (2,))


def test_only_tiny_weights_become_zero() -> None:
    flushed = without_tiny_weights(model_of(WEIGHTS))
    expected = np.where(np.abs(WEIGHTS) < TINY, 0, WEIGHTS).astype(np.float32)
    assert flushed == model_of(expected)
    assert flushed != model_of(WEIGHTS)


def test_integers_and_the_rest_of_a_model_stay(data_dir: Path) -> None:
    for path in (data_dir / "models").glob("fr_pose.onnx"):
        content = path.read_bytes()
        assert len(without_tiny_weights(content)) == len(content)
    graph = Graph("pads", (1, 2, 2))
    flow = graph.node("Pad", (graph.input, graph.integers((0, 0, 0, 0, 0, 0, 1, 1))))
    content = graph.file(flow, (1, 3, 3))
    assert without_tiny_weights(content) == content


def test_the_recogniser_says_the_same_to_the_last_bit(data_dir: Path) -> None:
    path = data_dir / "models" / "fr_feature.onnx"
    if not path.is_file():
        pytest.skip("the model pack is not installed")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    plain = onnxruntime.InferenceSession(str(path), options)
    face = np.random.default_rng(2).random((1, 3, 112, 112)).astype(np.float32)
    (before,) = plain.run(None, {plain.get_inputs()[0].name: face})
    (after,) = Model(path).run(face)
    assert (before == after).all()


@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes_are_a_model_or_refused(noise: bytes, place: int) -> None:
    content = model_of(WEIGHTS)
    for mangled in (noise, content[:place] + noise + content[place + len(noise) :]):
        with contextlib.suppress(ModelFileBroken):
            assert len(without_tiny_weights(mangled)) == len(mangled)


@pytest.mark.parametrize("content", [b"no model", b"", b"\x3a\x7f", b"\x08\x08"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.onnx").write_bytes(content)
    with pytest.raises(ModelFileBroken, match=r"mine\.onnx"):
        Model(tmp_path / "mine.onnx")
    with pytest.raises(ModelFileBroken, match=r"other\.onnx"):
        Model(tmp_path / "other.onnx")
