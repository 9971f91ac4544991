"""An operator's own engine: ONNX files, a description and a calibration in `DATA/engines/NAME/`.

`engine.toml` names a licence, a provenance and the files; what it does not name comes from the pack `fr`:

    name = "mine"
    licence = "..."
    provenance = "..."
    [[recogniser]]           # one or more, fused; input nx3x112x112 or 1x3x112x112, aligned
    file = "face.onnx"
    sha256 = "..."
    mean = 127.5
    divisor = 127.5
    colours = "rgb"          # or "bgr"
    [presentation]           # optional; softmax outputs, bona_fide is the number of the living one
    file = "live.onnx"
    sha256 = "..."
    mean = 0.0
    divisor = 1.0
    colours = "bgr"
    side = 80
    around = 2.7
    bona_fide = 1
    [detector]               # optional, as are [landmarks] and [pose]: same input and outputs as fr's
    file = "detect.onnx"
    sha256 = "..."

`calibration.toml` is written by `python -m proctor calibrate`.
"""

import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from proctor.calibration import Calibration, unmeasured
from proctor.engines import ENGINE_NAMES
from proctor.engines.fr import OnnxEngine, Parts
from proctor.engines.parts import (
    Detector,
    InputScale,
    Landmarks,
    PoseEstimator,
    PresentationCheck,
    PresentationInput,
    Recogniser,
)
from proctor.errors import EngineInvalid, ProctorError
from proctor.geometry import Box
from proctor.models.registry import digest_of, find_pack, operator_dir

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PARTS = frozenset(
    ("name", "licence", "provenance", "recogniser", "presentation", "detector", "landmarks", "pose")
)
_FIELDS = frozenset(("file", "sha256", "mean", "divisor", "colours", "side", "around", "bona_fide"))
_COLOURS = {"rgb": True, "bgr": False}
DESCRIPTION = "engine.toml"

Table = Mapping[str, object]


def register(folder: Path, data_dir: Path) -> str:
    """Check an engine, load it once, and copy its files into the data folder; returns its name.

    An engine of that name is replaced as a whole, its calibration too, for that was measured on the old
    files; a `calibration.toml` in the folder comes along. Raises EngineInvalid, ModelPackMissing,
    ModelFileBroken; nothing is changed then.
    """
    _try_out(folder, data_dir)
    table = _description(folder)
    name = _text(table, "name")
    if name in ENGINE_NAMES:
        raise EngineInvalid(f"{DESCRIPTION}: {name!r} is an engine of ours")
    final = operator_dir(name, data_dir)
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=final.parent, prefix=".register-") as work:
        staging = Path(work) / name
        staging.mkdir()
        for file in (DESCRIPTION, *_files(table)):
            shutil.copyfile(folder / file, staging / file)
        if (folder / "calibration.toml").is_file():
            shutil.copyfile(folder / "calibration.toml", staging / "calibration.toml")
        if final.exists():
            final.replace(Path(work) / "before")
        staging.replace(final)
    return name


def _try_out(folder: Path, data_dir: Path) -> None:
    """Every model sees one picture: whatever does not fit is told now and not in an exam."""
    picture = np.random.default_rng(1).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    box = Box(x0=100.0, y0=60.0, x1=220.0, y1=200.0, score=1.0)
    try:
        engine = OnnxEngine("", unmeasured(""), read_parts(folder, data_dir))
        engine.detect(picture, picture)
        engine.embed(picture, box, engine.landmarks(picture, box))
        engine.presentation(picture, box)
        engine.pose(picture, box, np.zeros((68, 2), np.float32))
    except ProctorError:
        raise
    except Exception as error:  # the runtime's own errors have no other base in common
        raise EngineInvalid(f"a model does not take or give what {DESCRIPTION} says") from error


def _files(table: Table) -> list[str]:
    parts = [table[name] for name in ("detector", "landmarks", "presentation", "pose") if name in table]
    recognisers = table["recogniser"]
    assert isinstance(recognisers, list)
    return sorted({_text(_table(part, "part"), "file") for part in (*parts, *recognisers)})


def load_operator_engine(name: str, data_dir: Path, calibration: Calibration) -> OnnxEngine:
    """Load a registered engine; raises EngineInvalid, ModelPackMissing, ModelFileBroken."""
    return OnnxEngine(name, calibration, read_parts(operator_dir(name, data_dir), data_dir, name))


def read_parts(folder: Path, data_dir: Path, name: str | None = None) -> Parts:
    """Check a description and its files, and load them. name: what the engine must be called."""
    table = _description(folder)
    _only(table, _PARTS)
    called = _text(table, "name")
    if not _NAME.fullmatch(called) or called != (name or called):
        raise EngineInvalid(f"{DESCRIPTION}: the name {called!r} is not {name or 'a word of a-z, 0-9 and _'}")
    _text(table, "licence")
    _text(table, "provenance")
    recognisers = table.get("recogniser")
    if not isinstance(recognisers, list) or not recognisers:
        raise EngineInvalid(f"{DESCRIPTION}: [[recogniser]] is missing")
    ours = find_pack("fr", data_dir)
    presentation = _part(table, "presentation")
    return Parts(
        detector=Detector(_checked(folder, table, "detector") or ours["fr_detect.onnx"]),
        landmarks=Landmarks(_checked(folder, table, "landmarks") or ours["fr_landmark.onnx"]),
        recognisers=tuple(
            Recogniser(_file(folder, _table(one, "recogniser")), _scale(_table(one, "recogniser")))
            for one in recognisers
        ),
        presentation=None
        if presentation is None
        else PresentationCheck(
            _file(folder, presentation),
            _scale(presentation),
            PresentationInput(
                side=int(_number(presentation, "side", 16, 1024)),
                around=_number(presentation, "around", 0.5, 10),
                bona_fide=int(_number(presentation, "bona_fide", 0, 9)),
            ),
        ),
        pose=PoseEstimator(_checked(folder, table, "pose") or ours["fr_pose.onnx"]),
    )


def _description(folder: Path) -> Table:
    try:
        with (folder / DESCRIPTION).open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EngineInvalid(f"{folder / DESCRIPTION} cannot be read") from error


def _table(value: object, name: str) -> Table:
    if not isinstance(value, dict):
        raise EngineInvalid(f"{DESCRIPTION}: {name} is no table")
    return value


def _part(table: Table, name: str) -> Table | None:
    return _table(table[name], name) if name in table else None


def _only(table: Table, known: frozenset[str]) -> None:
    """Nothing misspelt is passed over."""
    if not table.keys() <= known:
        raise EngineInvalid(f"{DESCRIPTION}: nothing is called {', '.join(sorted(table.keys() - known))}")


def _checked(folder: Path, table: Table, name: str) -> Path | None:
    part = _part(table, name)
    return None if part is None else _file(folder, part)


def _file(folder: Path, part: Table) -> Path:
    """The file of a part, in the same folder and with the stated SHA-256."""
    _only(part, _FIELDS)
    name = _text(part, "file")
    if Path(name).name != name or not (folder / name).is_file():
        raise EngineInvalid(f"{DESCRIPTION}: there is no file {name!r} beside it")
    if digest_of(folder / name) != _text(part, "sha256"):
        raise EngineInvalid(f"{name} has another SHA-256 than {DESCRIPTION} says")
    return folder / name


def _scale(part: Table) -> InputScale:
    colours = _text(part, "colours")
    if colours not in _COLOURS:
        raise EngineInvalid(f'{DESCRIPTION}: colours is "rgb" or "bgr"')
    return InputScale(
        mean=_number(part, "mean", 0, 255),
        divisor=_number(part, "divisor", 0.001, 1000),
        rgb=_COLOURS[colours],
    )


def _text(table: Table, name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise EngineInvalid(f"{DESCRIPTION}: {name} is missing or no text")
    return value


def _number(table: Table, name: str, least: float, most: float) -> float:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise EngineInvalid(f"{DESCRIPTION}: {name} is no number from {least} to {most}")
    return float(value)
