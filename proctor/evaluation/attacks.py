"""Presentation attack detection, reported as ISO/IEC 30107-3:2023 has it (clause 13.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proctor.calibration import Calibration
from proctor.evaluation.dataset import LabelledPicture
from proctor.evaluation.measuring import Measurement
from proctor.evaluation.rates import Rate, Scores, rate_interval_by_person

BPCERS = (0.05, 0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApcerAtBpcer:
    """At the threshold of a stated BPCER: errors of trials, Wilson's interval, and bootstrap over persons.

    bpcer_stated 0.0: the engine's own threshold for several frames.
    """

    bpcer_stated: float
    threshold: float
    bpcer: float
    errors: int
    trials: int
    apcer: float
    low: float
    high: float
    low_by_person: float
    high_by_person: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackReport:
    """One PAI species of one set against the set's bona fide presentations.

    Non-response rates are those of pictures that gave no face (APNRR, BPNRR); such an attack did not succeed,
    and it is not counted as detected either.
    """

    name: str
    species: str
    attacks: int
    bona_fide: int
    persons: int
    apnrr: float
    bpnrr: float
    steps: tuple[ApcerAtBpcer, ...]


def report_attacks(
    measurement: Measurement, pictures: Sequence[LabelledPicture], calibration: Calibration
) -> tuple[AttackReport, ...]:
    """Every species of every set that has bona fide ones too; empty for an engine without a model."""
    found = []
    for group in dict.fromkeys(one.group for one in pictures):
        live = [one for one in pictures if one.group == group and one.label == "live"]
        for species in sorted({one.species or "" for one in pictures if one.group == group} - {""}):
            attacks = [one for one in pictures if one.group == group and one.species == species]
            report = _report_species(measurement, live, attacks, calibration)
            if report is not None:
                found.append(report)
    return tuple(found)


def threshold_at_bpcer(bona_fide: Scores, bpcer: float) -> float:
    """The highest score below which at most a share `bpcer` of bona fide presentations lies."""
    return float(np.sort(bona_fide)[int(bpcer * bona_fide.size)])


def _report_species(
    measurement: Measurement,
    live: Sequence[LabelledPicture],
    attacks: Sequence[LabelledPicture],
    calibration: Calibration,
) -> AttackReport | None:
    bona_fide, _ = _scores(measurement, live)
    presented, persons = _scores(measurement, attacks)
    if not bona_fide.size or not presented.size:
        return None
    thresholds = [(bpcer, threshold_at_bpcer(bona_fide, bpcer)) for bpcer in BPCERS]
    thresholds.append((0.0, calibration.presentation_sustained))
    return AttackReport(
        name=attacks[0].group,
        species=attacks[0].species or "",
        attacks=presented.size,
        bona_fide=bona_fide.size,
        persons=int(np.unique(persons).size),
        apnrr=1 - presented.size / len(attacks),
        bpnrr=1 - bona_fide.size / len(live),
        steps=tuple(_step(stated, at, bona_fide, presented, persons) for stated, at in thresholds),
    )


def _step(
    stated: float, threshold: float, bona_fide: Scores, presented: Scores, persons: Sequence[int]
) -> ApcerAtBpcer:
    wrong = presented >= threshold
    rate = Rate(errors=int(wrong.sum()), trials=presented.size)
    low, high = rate.interval
    low_by_person, high_by_person = rate_interval_by_person(wrong.tolist(), np.asarray(persons, np.int64))
    return ApcerAtBpcer(
        bpcer_stated=stated,
        threshold=threshold,
        bpcer=float((bona_fide < threshold).mean()),
        errors=rate.errors,
        trials=rate.trials,
        apcer=rate.value,
        low=low,
        high=high,
        low_by_person=low_by_person,
        high_by_person=high_by_person,
    )


def _scores(measurement: Measurement, pictures: Sequence[LabelledPicture]) -> tuple[Scores, list[int]]:
    found = [
        (one.presentation, one.person)
        for one in (measurement.measured.get(picture.path) for picture in pictures)
        if one is not None and one.presentation is not None
    ]
    return np.array([score for score, _ in found], np.float64), [person for _, person in found]
