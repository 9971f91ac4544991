"""An operator's own engine: described, checked, registered as a whole or not at all, loaded, measured."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from proctor import __main__ as command
from proctor.analysis import FrameAnalyser
from proctor.calibration import load_calibration
from proctor.engines import load_engine
from proctor.engines.operators import register
from proctor.errors import CalibrationInvalid, EngineInvalid, ModelFileBroken, UnknownEngine
from proctor.faces import FrameRequest
from proctor.geometry import Box
from proctor.models.exports.onnx_file import Graph
from proctor.models.registry import models_dir

FACE = Box(x0=10.0, y0=10.0, x1=70.0, y1=80.0, score=1.0)
SHIPPED = Path(__file__).parents[2] / "proctor" / "engines"


def network(outputs: int) -> bytes:
    """A network that tells colours: the mean of each channel, mixed."""
    graph = Graph("small", (3, 112, 112))
    flow = graph.node("Flatten", (graph.node("GlobalAveragePool", (graph.input,)),), axis=1)
    mix = np.random.default_rng(9).standard_normal((3, outputs)).astype(np.float32)
    return graph.file(graph.node("MatMul", (flow, graph.constant(mix))), (outputs,))


def described(folder: Path, *, change: Callable[[str], str] = str) -> Path:
    """A folder with one recogniser of five values and a presentation model of two."""
    folder.mkdir(exist_ok=True)
    files = {"face.onnx": network(5), "live.onnx": network(2)}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    text = f"""
name = "ours"
licence = "our own"
provenance = "made up for a test"

[[recogniser]]
file = "face.onnx"
sha256 = "{digests["face.onnx"]}"
mean = 127.5
divisor = 128
colours = "rgb"

[presentation]
file = "live.onnx"
sha256 = "{digests["live.onnx"]}"
mean = 0.0
divisor = 255.0
colours = "bgr"
side = 112
around = 2.0
bona_fide = 1
"""
    (folder / "engine.toml").write_text(change(text), encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path, data_dir: Path, analyser: FrameAnalyser) -> Path:
    """A data folder with the pack `fr`, which lends what an operator's engine does not bring."""
    assert analyser.engine.name == "fr"
    folder = tmp_path / "data"
    folder.mkdir()
    models_dir(folder).symlink_to(models_dir(data_dir).resolve(), target_is_directory=True)
    return folder


def test_registered_loaded_and_told_apart(data: Path, tmp_path: Path) -> None:
    assert register(described(tmp_path / "mine"), data) == "ours"
    with pytest.raises(CalibrationInvalid, match="proctor calibrate"):
        load_engine("ours", data)
    engine = load_engine("ours", data, calibrated=False)
    red, blue = np.zeros((2, 96, 96, 3), np.uint8)
    red[..., 2], blue[..., 0] = 200, 200
    points = np.random.default_rng(1).uniform(20, 60, (68, 2)).astype(np.float32)
    one, other = engine.embed(red, FACE, points), engine.embed(blue, FACE, points)
    assert one.shape == (5,)
    assert float(one @ one) == pytest.approx(1.0, abs=1e-5)
    assert float(one @ other) < 0.99
    score = engine.presentation(red, FACE)
    assert score is not None
    assert 0 <= score <= 1
    # Nothing matches an engine that was not measured.
    assert not engine.calibration.door_threshold <= 1.0


def test_a_measured_engine_brings_its_calibration(data: Path, tmp_path: Path) -> None:
    folder = described(tmp_path / "mine")
    text = (SHIPPED / "fr.toml").read_text(encoding="utf-8").replace('engine = "fr"', 'engine = "ours"')
    (folder / "calibration.toml").write_text(text, encoding="utf-8")
    register(folder, data)
    assert load_calibration("ours", data).engine == "ours"
    analyser = FrameAnalyser(load_engine("ours", data))
    assert analyser.analyse_picture(np.zeros((96, 96, 3), np.uint8), FrameRequest(embed=True)).faces == ()


def replacing(before: str, after: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert before in text
        return text.replace(before, after, 1)

    return change


@pytest.mark.parametrize(
    "change",
    [
        replacing('name = "ours"', 'name = "../ours"'),
        replacing('name = "ours"', 'name = "fr"'),
        replacing('licence = "our own"', 'licence = " "'),
        replacing("provenance", "origin"),
        replacing("[[recogniser]]", "[[embedder]]"),
        replacing('file = "face.onnx"', 'file = "../face.onnx"'),
        replacing('file = "face.onnx"', 'file = "live.onnx"'),
        replacing('file = "face.onnx"', "file = 7"),
        replacing("mean = 127.5", "mean = 1e9"),
        replacing("divisor = 128", "divisor = 0"),
        replacing('colours = "rgb"', 'colours = "grey"'),
        replacing("side = 112", "side = 1000000"),
        replacing("[presentation]", "presentation = 3\n[pose]"),
        replacing("[presentation]", "[pose]"),
        replacing("[presentation]", "[detector]"),
        replacing("name =", "= ="),
    ],
)
def test_a_wrong_description_is_refused_and_nothing_changes(
    data: Path, tmp_path: Path, change: Callable[[str], str]
) -> None:
    folder = described(tmp_path / "mine", change=change)
    with pytest.raises(EngineInvalid):
        register(folder, data)
    assert not (data / "engines" / "ours").exists()


def test_a_model_that_does_not_fit_is_named(data: Path, tmp_path: Path) -> None:
    folder = described(tmp_path / "mine", change=replacing("bona_fide = 1", "bona_fide = 2"))
    with pytest.raises(ModelFileBroken, match=r"live\.onnx"):
        register(folder, data)


def test_a_file_altered_afterwards_stops_the_engine(data: Path, tmp_path: Path) -> None:
    register(described(tmp_path / "mine"), data)
    (data / "engines" / "ours" / "face.onnx").write_bytes(network(6))
    with pytest.raises(EngineInvalid, match=r"face\.onnx"):
        load_engine("ours", data, calibrated=False)


def test_the_command_registers_and_says_what_comes_next(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = described(tmp_path / "mine")
    for _ in range(2):  # again: replaced as a whole
        assert command.main(["models", "register", str(folder), "--data", str(data)]) == 0
    assert "proctor calibrate --engine ours" in capsys.readouterr().out
    assert sorted(path.name for path in (data / "engines").iterdir()) == ["ours"]
    with pytest.raises(UnknownEngine):
        load_engine("others", data)
    assert command.main(["models", "register", str(tmp_path), "--data", str(data)]) == 1
    assert capsys.readouterr().err.startswith("engine_invalid: ")
