"""An evaluation of one engine on one data set, as data: what ISO/IEC 19795-1 and 30107-3 want reported."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proctor.analysis import FrameAnalyser
from proctor.calibration import Calibration
from proctor.errors import DatasetInvalid
from proctor.evaluation.attacks import AttackReport, report_attacks
from proctor.evaluation.dataset import LabelledPair, LabelledPicture, read_pairs, read_pictures
from proctor.evaluation.likelihood import cost_of
from proctor.evaluation.measuring import (
    Measured,
    Measurement,
    Progress,
    across_persons,
    comparisons_of,
    conditions_of,
    measure,
    poorer,
)
from proctor.evaluation.rates import (
    Comparisons,
    DetPoint,
    Rate,
    cross_validated,
    det_curve,
    equal_error_rate,
    fnmr_interval_by_person,
    threshold_at_fmr,
)
from proctor.evaluation.soak import SoakPoint

FMRS = (1e-1, 1e-2, 1e-3)
# Persons of a population below which its rates say nothing.
_LEAST_PERSONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRate:
    """A rate with its counts and Wilson's interval."""

    errors: int
    trials: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FnmrAtFmr:
    """FNMR at the threshold of a stated FMR, both from the same comparisons.

    low_by_person, high_by_person: bootstrap over persons. cross_fmr, cross_fnmr: at a threshold found on
    other persons only; None where there are too few.
    """

    fmr: float
    threshold: float
    fnmr: CountedRate
    low_by_person: float
    high_by_person: float
    cross_fmr: float | None
    cross_fnmr: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolReport:
    """Mated comparisons against one choice of non-mated ones; steps: by FMR, those the data can show.

    protocol: `listed` are the pairs of the file; `all` every comparison across persons of the set with the
    labels and populations that the mated pairs have.
    """

    protocol: str
    non_mated: int
    eer: float
    steps: tuple[FnmrAtFmr, ...]
    det: tuple[DetPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationReport:
    """Rates of one labelled population at the engine's door threshold (differential performance)."""

    population: str
    persons: int
    fmr: CountedRate
    fnmr: CountedRate


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """One kind of mated comparisons.

    not_acquired: listed mated pairs of which a picture gave no template. fmr_at_door, fnmr_at_door: at the
    engine's own threshold, over `all`. cllr: cost of the calibrated log-likelihood ratios, bits.
    """

    name: str
    kind: str
    persons: int
    mated: int
    not_acquired: int
    protocols: tuple[ProtocolReport, ...]
    fmr_at_door: CountedRate
    fnmr_at_door: CountedRate
    cllr: float | None
    populations: tuple[PopulationReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """Failure to acquire by picture, failure to enrol by person (no picture gave a template)."""

    fta: CountedRate
    fte: CountedRate
    failures: dict[str, int]
    by_set: dict[str, CountedRate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole evaluation."""

    engine: str
    calibrated_on: str
    measured_on: str
    data: str
    pictures: int
    persons: int
    acquisition: Acquisition
    sets: tuple[SetReport, ...]
    attacks: tuple[AttackReport, ...]
    soak: tuple[SoakPoint, ...] = ()


def evaluate(analyser: FrameAnalyser, folder: Path, measured_on: str, tell: Progress | None = None) -> Report:
    """Measure every picture a comparison or a presentation needs, and report; raises DatasetInvalid.

    measured_on: YYYY-MM-DD. tell: see measuring.measure.
    """
    pairs = read_pairs(folder)
    named = {path for pair in pairs for path in (pair.one, pair.other)}
    compared = {pair.group for pair in pairs}
    every = read_pictures(folder)
    unknown = named - {one.path for one in every}
    if unknown:
        raise DatasetInvalid(f"pairs.csv names {len(unknown)} pictures that manifest.csv does not")
    pictures = [one for one in every if one.group in compared or one.label == "live" or one.species]
    measurement = measure(analyser, folder, pictures, tell)
    return report_of(measurement, pictures, pairs, analyser.engine.calibration, (folder.name, measured_on))


def report_of(
    measurement: Measurement,
    pictures: Sequence[LabelledPicture],
    pairs: Sequence[LabelledPair],
    calibration: Calibration,
    about: tuple[str, str],
) -> Report:
    """The report of what was measured; about: name of the data and date."""
    kinds = dict.fromkeys((pair.group, pair.kind) for pair in pairs if pair.mated)
    sets = (_report_set(measurement.measured, pairs, group, kind, calibration) for group, kind in kinds)
    return Report(
        engine=calibration.engine,
        calibrated_on=calibration.measured_on,
        measured_on=about[1],
        data=about[0],
        pictures=len(pictures),
        persons=len({one.person for one in pictures}),
        acquisition=_acquisition(measurement, pictures),
        sets=tuple(one for one in sets if one is not None),
        attacks=report_attacks(measurement, pictures, calibration),
    )


def _acquisition(measurement: Measurement, pictures: Sequence[LabelledPicture]) -> Acquisition:
    tried = Counter(one.group for one in pictures)
    failed = Counter(one.group for one in pictures if one.path in measurement.failures)
    enrolled = {one.picture.person for one in measurement.measured.values()}
    persons = {one.person for one in pictures}
    return Acquisition(
        fta=counted(Rate(errors=len(measurement.failures), trials=len(pictures))),
        fte=counted(Rate(errors=len(persons - enrolled), trials=len(persons))),
        failures=measurement.failures_by_code,
        by_set={name: counted(Rate(errors=failed[name], trials=count)) for name, count in tried.items()},
    )


def counted(rate: Rate) -> CountedRate:
    """With value and interval worked out."""
    low, high = rate.interval
    return CountedRate(errors=rate.errors, trials=rate.trials, value=rate.value, low=low, high=high)


def _report_set(
    measured: dict[str, Measured],
    pairs: Sequence[LabelledPair],
    group: str,
    kind: str,
    calibration: Calibration,
) -> SetReport | None:
    mine = [pair for pair in pairs if (pair.group, pair.kind, pair.mated) == (group, kind, True)]
    acquired = [pair for pair in mine if pair.one in measured and pair.other in measured]
    mated = comparisons_of(measured, mine)
    everything = _fair(measured, group, acquired)
    if not mated.scores.size or not everything.scores.size:
        return None
    listed = comparisons_of(measured, _listed_against(pairs, group, kind))
    door = calibration.door_threshold
    return SetReport(
        name=group,
        kind=kind,
        persons=mated.persons,
        mated=mated.scores.size,
        not_acquired=len(mine) - len(acquired),
        protocols=tuple(
            _report_protocol(name, mated, non_mated)
            for name, non_mated in (("listed", listed), ("all", everything))
            if non_mated.scores.size
        ),
        fmr_at_door=counted(everything.at_least(door)),
        fnmr_at_door=counted(mated.below(door)),
        cllr=_cost(measured, acquired, everything, calibration),
        populations=_populations(measured, acquired, door),
    )


def _fair(measured: dict[str, Measured], group: str, mated: Sequence[LabelledPair]) -> Comparisons:
    """Across persons of the set, under the conditions of the mated pairs."""
    like = frozenset(
        conditions_of(measured[pair.one].picture, measured[pair.other].picture) for pair in mated
    )
    return across_persons([one for one in measured.values() if one.picture.group == group], like=like)


def _listed_against(pairs: Sequence[LabelledPair], group: str, kind: str) -> list[LabelledPair]:
    """The non-mated pairs of the kind with the same second word (genuine_x, impostor_x), else of the set."""
    others = [pair for pair in pairs if pair.group == group and not pair.mated]
    suffix = kind.partition("_")[2]
    same = [pair for pair in others if pair.kind.partition("_")[2] == suffix]
    return same or others


def _report_protocol(name: str, mated: Comparisons, non_mated: Comparisons) -> ProtocolReport:
    return ProtocolReport(
        protocol=name,
        non_mated=non_mated.scores.size,
        eer=equal_error_rate(mated.scores, non_mated.scores),
        steps=tuple(_step(mated, non_mated, fmr) for fmr in FMRS if fmr * non_mated.scores.size >= 1),
        det=tuple(det_curve(mated.scores, non_mated.scores)),
    )


def _step(mated: Comparisons, non_mated: Comparisons, fmr: float) -> FnmrAtFmr:
    threshold = threshold_at_fmr(non_mated.scores, fmr)
    low, high = fnmr_interval_by_person(mated, non_mated, fmr)
    cross_fmr, cross_fnmr = cross_validated(mated, non_mated, fmr)
    return FnmrAtFmr(
        fmr=fmr,
        threshold=threshold,
        fnmr=counted(mated.below(threshold)),
        low_by_person=low,
        high_by_person=high,
        cross_fmr=None if math.isnan(cross_fmr) else cross_fmr,
        cross_fnmr=None if math.isnan(cross_fnmr) else cross_fnmr,
    )


def _cost(
    measured: dict[str, Measured],
    acquired: Sequence[LabelledPair],
    non_mated: Comparisons,
    calibration: Calibration,
) -> float | None:
    """Each mated comparison by its own grade; non-mated ones by the commonest, which they are drawn from."""
    if not calibration.likelihoods:
        return None
    grades = [poorer(measured[pair.one].grade, measured[pair.other].grade) for pair in acquired]
    usual = Counter(grades).most_common(1)[0][0]
    scores = comparisons_of(measured, acquired).scores
    ratios = [calibration.log_likelihood_ratio(s, g) for s, g in zip(scores, grades, strict=True)]
    return cost_of(ratios, [calibration.log_likelihood_ratio(s, usual) for s in non_mated.scores[:50_000]])


def _populations(
    measured: dict[str, Measured], acquired: Sequence[LabelledPair], door: float
) -> tuple[PopulationReport, ...]:
    found = []
    paths = {path for pair in acquired for path in (pair.one, pair.other)}
    for name in sorted({measured[path].picture.population for path in paths} - {""}):
        own = [measured[path] for path in sorted(paths) if measured[path].picture.population == name]
        members = {one.picture.path for one in own}
        inside = [pair for pair in acquired if {pair.one, pair.other} <= members]
        persons = len({one.person for one in own})
        if inside and persons >= _LEAST_PERSONS:
            found.append(
                PopulationReport(
                    population=name,
                    persons=persons,
                    fmr=counted(across_persons(own).at_least(door)),
                    fnmr=counted(comparisons_of(measured, inside).below(door)),
                )
            )
    return tuple(found)
