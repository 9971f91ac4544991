"""Everything that can be said of an administration from its responses, worked out in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from question_bank.forensics.exposure import Exposure, exposure_of
from question_bank.forensics.findings import Finding, combined_p, similarity_findings, timing_findings
from question_bank.forensics.similarity import Similarity, answer_similarity
from question_bank.forensics.speed import SpeedModel, fit_speed
from question_bank.forensics.timing import TimingIndices, timing_indices
from question_bank.psychometrics.abilities import Abilities, abilities
from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.calibration import Calibration, calibrate
from question_bank.psychometrics.item_analysis import ItemFigures, analyse_items
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.option_curves import known_chances
from question_bank.psychometrics.parameters import Tally
from question_bank.psychometrics.reliability import CutFigures, Reliability, cut_figures, reliability
from question_bank.psychometrics.settings import Settings


class Step(StrEnum):
    """What takes long enough to tell how far it is."""

    CALIBRATION = "calibration"
    SIMILARITY = "similarity"


# The step, how much is done, and of how much.
OnProgress = Callable[[Step, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """All figures of one administration. `timing` and `combined` (candidates,) are None without times."""

    observations: Observations
    items: tuple[ItemFigures, ...]
    calibration: Calibration
    abilities: Abilities
    reliability: Reliability
    cut: CutFigures | None
    exposure: Exposure
    similarity: Similarity
    speed: SpeedModel
    timing: TimingIndices | None
    combined: Floats | None
    findings: tuple[Finding, ...]

    @property
    def tallies(self) -> dict[str, Tally]:
        """How often each item was shown and right, by id."""
        rows = self.observations
        right = np.bincount(rows.item, rows.correct, minlength=len(rows.items))
        shown = np.bincount(rows.item, minlength=len(rows.items))
        return {
            item_id: Tally(shown=int(shown[j]), right=int(right[j])) for j, item_id in enumerate(rows.items)
        }

    @property
    def in_order(self) -> bool:
        """Whether there is nothing that a person should look at."""
        flagged = any(figures.flags for figures in self.items)
        return self.calibration.converged and not flagged and not self.findings


def analyse(
    observations: Observations,
    settings: Settings | None = None,
    *,
    cut_share: float | None = None,
    on_progress: OnProgress | None = None,
) -> Analysis:
    """Analyse. `cut_share` is the cut score as a share of the points, 0 to 1.

    What was not reached counts as wrong in facility and scores, as it did in the examination, and as not
    shown in the calibration: it tells about speed, not about the item.
    """
    report = on_progress or (lambda step, done, total: None)
    reached = observations.without(observations.not_reached())
    calibration = _calibrated(reached, settings or Settings(), report)
    found = abilities(reached, calibration.curves)
    chances = known_chances(reached, calibration)
    alike = answer_similarity(
        observations, calibration, found, lambda done, total: report(Step.SIMILARITY, done, total)
    )
    speed = fit_speed(observations)
    timing = timing_indices(observations, chances, found, speed) if speed.timed.any() else None
    findings = similarity_findings(observations, alike)
    if timing is not None:
        findings += timing_findings(observations, speed, timing)
    return Analysis(
        observations=observations,
        items=analyse_items(observations),
        calibration=calibration,
        abilities=found,
        reliability=reliability(observations, chances, found),
        cut=None if cut_share is None else cut_figures(calibration, found, cut_share),
        exposure=exposure_of(_forms(observations)),
        similarity=alike,
        speed=speed,
        timing=timing,
        combined=None if timing is None else combined_p(alike, timing),
        findings=findings,
    )


def _calibrated(observations: Observations, settings: Settings, report: OnProgress) -> Calibration:
    def on_cycle(cycle: int, _: float) -> None:
        report(Step.CALIBRATION, cycle, settings.max_cycles)

    return calibrate(observations, settings, on_cycle=on_cycle)


def _forms(observations: Observations) -> list[list[str]]:
    """The items of each candidate's form."""
    parts = np.split(observations.item, np.cumsum(observations.form_lengths)[:-1])
    return [[observations.items[item] for item in part.tolist()] for part in parts]
