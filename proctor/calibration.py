"""Thresholds that were measured, one file an engine. Nothing in the code knows a threshold by heart."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from proctor.errors import CalibrationInvalid

_FOLDER = Path(__file__).parent / "engines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One engine's scale. Scores are similarities (higher = more alike) in the engine's own scale.

    door_threshold: FMR 1e-3 over all non-mated pairs; door_threshold_lenient: FMR 1e-2. gallery_threshold:
    best of a sitting's own gallery, below it a usable frame counts against identity. gallery_mated and
    gallery_non_mated: mean of the best-of-gallery score; gallery_spread: pooled standard deviation.
    presentation_threshold: BPCER 5 % of single frames; presentation_sustained: what the median of
    several frames must stay below to be taken for an attack. Both 0.0 where the engine has no such model.
    """

    engine: str
    measured_on: str
    data: str
    embedding_size: int
    mated_pairs: int
    non_mated_pairs: int
    door_threshold: float
    door_threshold_lenient: float
    gallery_threshold: float
    gallery_mated: float
    gallery_non_mated: float
    gallery_spread: float
    presentation_threshold: float
    presentation_sustained: float


def load_calibration(engine: str) -> Calibration:
    """The calibration shipped with an engine; raises CalibrationInvalid. Cheap: loads no model."""
    return read_calibration(_FOLDER / f"{engine}.toml")


def read_calibration(path: Path) -> Calibration:
    """A calibration file (an operator's own engine may have one); raises CalibrationInvalid."""
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CalibrationInvalid(f"{path.name} cannot be read") from error
    values: dict[str, object] = {}
    for field in fields(Calibration):
        value = table.get(field.name)
        if field.type is float and type(value) is int:
            value = float(value)
        if not isinstance(field.type, type) or type(value) is not field.type:
            raise CalibrationInvalid(f"{path.name}: {field.name} is missing or of the wrong type")
        values[field.name] = value
    calibration = Calibration(**values)  # type: ignore[arg-type]  # checked field by field above
    if calibration.gallery_spread <= 0 or calibration.gallery_mated <= calibration.gallery_non_mated:
        raise CalibrationInvalid(f"{path.name}: mated and non-mated scores do not separate")
    return calibration
