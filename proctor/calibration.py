"""Thresholds that were measured, one file an engine. Nothing in the code knows a threshold by heart."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path
from typing import Any

from proctor.errors import CalibrationInvalid
from proctor.models.registry import operator_dir

_FOLDER = Path(__file__).parent / "engines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The score from which on at most a share `fmr` of non-mated comparisons of any set matches."""

    fmr: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """ln of the likelihood ratio "one person" to "two persons" = slope * score + offset, within +-limit.

    grade: of the poorer of both faces: good, fair or poor (see evaluation.measuring.Grade). limit: what so
    many comparisons can bear out at all.
    """

    grade: str
    slope: float
    offset: float
    limit: float


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
    thresholds: tuple[Threshold, ...] = ()
    likelihoods: tuple[Likelihood, ...] = ()

    def log_likelihood_ratio(self, score: float, grade: str) -> float:
        """ln of the likelihood ratio of one comparison: positive speaks for one person.

        0.0, saying nothing, for a grade that was not measured: poor faces are not usable.
        """
        for one in self.likelihoods:
            if one.grade == grade:
                return max(-one.limit, min(one.limit, one.slope * score + one.offset))
        return 0.0


def load_calibration(engine: str, data_dir: Path | None = None) -> Calibration:
    """The calibration shipped with an engine, else that of an operator's own engine in `data_dir`.

    Raises CalibrationInvalid. Cheap: loads no model.
    """
    shipped = _FOLDER / f"{engine}.toml"
    if data_dir is None or shipped.is_file():
        return read_calibration(shipped)
    return read_calibration(operator_dir(engine, data_dir) / "calibration.toml")


def unmeasured(engine: str) -> Calibration:
    """A calibration with which nothing ever matches, for an engine that is only being measured."""
    return Calibration(
        engine=engine,
        measured_on="",
        data="",
        embedding_size=0,
        mated_pairs=0,
        non_mated_pairs=0,
        door_threshold=inf,
        door_threshold_lenient=inf,
        gallery_threshold=inf,
        gallery_mated=inf,
        gallery_non_mated=0.0,
        gallery_spread=1.0,
        presentation_threshold=0.0,
        presentation_sustained=0.0,
    )


def read_calibration(path: Path) -> Calibration:
    """A calibration file (an operator's own engine may have one); raises CalibrationInvalid."""
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CalibrationInvalid(f"{path} cannot be read (python -m proctor calibrate writes it)") from error
    values: dict[str, Any] = {}
    for field in fields(Calibration):
        if field.default is MISSING:
            values[field.name] = _value(table, field.name, field.type, path)
    calibration = Calibration(  # each value was checked against its field's type
        thresholds=tuple(Threshold(**row) for row in _tables(table, "threshold", Threshold, path)),
        likelihoods=tuple(Likelihood(**row) for row in _tables(table, "likelihood", Likelihood, path)),
        **values,
    )
    if calibration.gallery_spread <= 0 or calibration.gallery_mated <= calibration.gallery_non_mated:
        raise CalibrationInvalid(f"{path.name}: mated and non-mated scores do not separate")
    rising = sorted(calibration.thresholds, key=lambda one: -one.fmr)
    if any(earlier.score > later.score for earlier, later in pairwise(rising)):
        raise CalibrationInvalid(f"{path.name}: a lower FMR needs a threshold at least as high")
    return calibration


def _value(table: Mapping[str, object], name: str, wanted: object, path: Path) -> Any:
    value = table.get(name)
    if wanted is float and type(value) is int:
        value = float(value)
    sound = type(value) is wanted and (not isinstance(value, float) or isfinite(value))
    if not sound:
        raise CalibrationInvalid(f"{path.name}: {name} is missing or of the wrong type")
    return value


def _tables(
    table: Mapping[str, object], name: str, row: type[Threshold] | type[Likelihood], path: Path
) -> list[dict[str, Any]]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise CalibrationInvalid(f"{path.name}: {name} is no list of tables")
    return [{field.name: _value(one, field.name, field.type, path) for field in fields(row)} for one in found]
