"""Weights of other formats as ONNX: the numbers their own runtimes give, and no crash on other bytes."""

import hashlib
import importlib.util
import warnings
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest

from proctor.engines import load_engine
from proctor.errors import ModelPackMissing, ModelPackRefused
from proctor.frames import Picture
from proctor.models.exports import EXPORTS, dlib_resnet
from proctor.models.exports.dlib_resnet import export_dlib_resnet
from proctor.models.exports.onnx_file import Graph
from proctor.models.exports.tflite import export_tflite
from proctor.models.registry import find_pack, packs
from proctor.models.session import Model
from tests.proctor.test_engines import picture
from tests.shared_data import SHARED_DATA, needs_shared_data

with warnings.catch_warnings():
    # The package's model loader uses a deprecated part of setuptools; nothing of ours.
    warnings.simplefilter("ignore")
    import face_recognition

MODELS = importlib.util.find_spec("face_recognition_models")
assert MODELS is not None
assert MODELS.origin is not None
RESNET = Path(MODELS.origin).parent / "models" / "dlib_face_recognition_resnet_model_v1.dat"
# What TensorFlow Lite 2.3 (XNNPACK) gives for `waves` and its mirror picture, every 24th of 192 values.
TFLITE_SAYS = [
    [-0.127781, -0.487252, -0.028171, -2.281491, 1.190639, 2.365001, -0.962898, -0.073159],
    [-0.129944, -0.675334, -0.011975, -5.208797, 0.782077, 4.849985, 0.111329, -0.141103],
]


def installed(pack: str, data_dir: Path) -> dict[str, Path]:
    try:
        return find_pack(pack, data_dir)
    except ModelPackMissing as error:
        pytest.skip(str(error))


def resnet_input(chips: list[Picture]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    mean = np.array(dlib_resnet.MEAN, np.float32)
    values = (np.stack(chips).astype(np.float32) - mean) / np.float32(dlib_resnet.SCALE)
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2))


def test_the_exported_resnet_agrees_with_dlib_on_any_picture(data_dir: Path) -> None:
    model = Model(installed("face_recognition", data_dir)["face_recognition.onnx"])
    generator = np.random.default_rng(5)
    noise = generator.integers(0, 256, (150, 150, 3), dtype=np.uint8)
    ramp = np.broadcast_to(np.arange(150, dtype=np.uint8)[:, None, None], (150, 150, 3))
    chips = [noise, np.ascontiguousarray(ramp), np.zeros((150, 150, 3), np.uint8)]
    (ours,) = model.run(resnet_input(chips))
    for chip, values in zip(chips, ours, strict=True):
        theirs = face_recognition.api.face_encoder.compute_face_descriptor(chip)
        assert np.abs(values - np.array(theirs)).max() < 1e-5


@needs_shared_data
def test_the_exported_engine_agrees_with_the_package_on_real_faces(data_dir: Path) -> None:
    installed("face_recognition", data_dir)
    ours = load_engine("face_recognition_onnx", data_dir)
    faces = sorted((SHARED_DATA / "faces" / "nuaa").rglob("*_1*.jpg"))[:3]
    pictures = [picture("Yao_Ming/Yao_Ming_0002.jpg"), picture("Wen_Jiabao/Wen_Jiabao_0001.jpg")]
    pictures += [np.asarray(cv2.imread(str(path)), np.uint8) for path in faces]
    compared = 0
    for one in pictures:
        for box in ours.detect(one, one)[:1]:
            location = (int(box.y0), int(box.x1), int(box.y1), int(box.x0))
            (theirs,) = face_recognition.face_encodings(cv2.cvtColor(one, cv2.COLOR_BGR2RGB), [location])
            embedding = ours.embed(one, box, np.zeros((68, 2), np.float32))
            assert np.abs(embedding - theirs / np.linalg.norm(theirs)).max() < 1e-5
            compared += 1
    assert compared >= 4


def test_the_exported_mobilefacenet_agrees_with_tensorflow_lite(data_dir: Path) -> None:
    model = Model(installed("mobilefacenet", data_dir)["mobilefacenet.onnx"])
    rows, columns = np.mgrid[0:112, 0:112]
    waves = np.stack([np.sin(columns / 9 + c) * np.cos(rows / (7 + c)) for c in range(3)]).astype(np.float32)
    (values,) = model.run(np.stack([waves, waves[:, :, ::-1]]))
    assert values.shape == (2, 192)
    assert np.abs(values[:, ::24] - np.array(TFLITE_SAYS)).max() < 1e-4


def test_the_export_is_the_same_to_the_byte_that_the_registry_pins() -> None:
    (file,) = packs()["face_recognition"].files
    content = export_dlib_resnet(RESNET.read_bytes())
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)


@pytest.mark.parametrize("kind", sorted(EXPORTS))
@pytest.mark.parametrize("content", [b"", b"TFL3", bytes(400), b"\xff" * 400, b"\x01\x05con_4" * 40])
def test_other_bytes_are_refused(kind: str, content: bytes) -> None:
    with pytest.raises(ModelPackRefused):
        EXPORTS[kind](content)


def test_a_cut_off_file_is_refused() -> None:
    whole = RESNET.read_bytes()
    for share in (0.001, 0.3, 0.999):
        with pytest.raises(ModelPackRefused):
            export_dlib_resnet(whole[: int(share * len(whole))])


def test_a_written_graph_computes_what_it_says() -> None:
    weights = np.arange(2 * 3 * 2 * 2, dtype=np.float32).reshape(2, 3, 2, 2)
    bias = np.array([1, -2], np.float32)
    graph = Graph("small", (3, 4, 4))
    flow = graph.conv(graph.input, weights, bias, stride=2, pads=(0, 0, 0, 0))
    flow = graph.node("Flatten", (graph.node("GlobalAveragePool", (flow,)),), axis=1)
    session = onnxruntime.InferenceSession(graph.file(flow, (2,)))
    batch = np.random.default_rng(3).random((5, 3, 4, 4)).astype(np.float32)
    (values,) = session.run(None, {"input": batch})
    patches = batch.reshape(5, 3, 2, 2, 2, 2).transpose(0, 2, 4, 1, 3, 5).reshape(5, 4, 12)
    expected = (patches @ weights.reshape(2, 12).T + bias).mean(axis=1)
    assert np.allclose(values, expected, atol=1e-5)


def tflite_table(vtable: list[int], body: bytes) -> bytes:
    """A FlatBuffer with one root table; just enough to be read and refused."""
    offsets = b"".join(one.to_bytes(2, "little") for one in vtable)
    head = (4 + 2 * len(vtable)).to_bytes(2, "little") + (4 + len(body)).to_bytes(2, "little") + offsets
    root = 8 + len(head)
    return root.to_bytes(4, "little") + b"TFL3" + head + len(head).to_bytes(4, "little") + body


@pytest.mark.parametrize("offset", [4, 0x7FFF, 0xFFFF])
def test_a_network_of_nonsense_offsets_is_refused(offset: int) -> None:
    with pytest.raises(ModelPackRefused):
        export_tflite(tflite_table([4, offset, offset, 0, offset], bytes(8)))
