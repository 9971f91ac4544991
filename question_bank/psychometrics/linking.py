"""Linking: a calibration's scale, whose unit is its own candidates, to that of a bank's parameters.

Items that have parameters of their own and were calibrated anew are the anchors. Ability on the bank's scale
is slope * theta + shift; both are chosen so that the anchors' curves lie closest together (Haebara 1980).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.bank import Bank
from question_bank.curves import MICRO
from question_bank.items import Parameters
from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.calibration import Calibration
from question_bank.psychometrics.curves import Curves
from question_bank.psychometrics.settings import NODES, WEIGHTS

# With fewer anchors one changed item moves the whole scale.
MIN_ANCHORS = 5
_CYCLES = 100
_STEP = 1e-5
_CONVERGED = 1e-9
# A population four times as wide, or four times as narrow, is a wrong file rather than a population.
_LARGEST_LOG_SLOPE = float(np.log(4.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """theta on the bank's scale = `slope` * theta + `shift`. `gap` is the root mean square difference of the
    anchors' curves that remains, in chances of a right answer."""

    anchors: tuple[str, ...]
    slope: float
    shift: float
    gap: float

    def curves(self, curves: Curves) -> Curves:
        """Curves of the calibration on the bank's scale."""
        return Curves(a=curves.a / self.slope, b=self.slope * curves.b + self.shift, c=curves.c)


UNLINKED = Linking(anchors=(), slope=1.0, shift=0.0, gap=0.0)


def linking_to(bank: Bank, calibration: Calibration) -> Linking | None:
    """The linking, None with fewer than 5 anchors."""
    estimated = calibration.estimated
    places, owned = [], []
    for j, item_id in enumerate(calibration.items):
        item = bank.by_id.get(item_id)
        if item is not None and item.parameters is not None and estimated[j]:
            places.append(j)
            owned.append(item.parameters)
    if len(places) < MIN_ANCHORS:
        return None
    anchors = np.zeros(len(calibration.items), dtype=np.bool_)
    anchors[places] = True
    found = calibration.curves.chosen(anchors)
    slope, shift, gap = _closest(found, _curves_of(owned))
    return Linking(
        anchors=tuple(calibration.items[place] for place in places), slope=slope, shift=shift, gap=gap
    )


def _curves_of(parameters: list[Parameters]) -> Curves:
    table = np.array([(own.a, own.b, own.c) for own in parameters], dtype=np.float64).T / MICRO
    return Curves(a=table[0], b=table[1], c=table[2])


def _closest(found: Curves, wanted: Curves) -> tuple[float, float, float]:
    """Slope, shift and remaining gap, by damped Gauss-Newton steps from the median of b."""
    target, root = wanted.chances(NODES), np.sqrt(WEIGHTS / len(found.a))

    def residual(point: Floats) -> Floats:
        linked = Linking(anchors=(), slope=float(np.exp(point[0])), shift=float(point[1]), gap=0.0)
        return np.asarray(((linked.curves(found).chances(NODES) - target) * root).reshape(-1))

    point = np.array([0.0, float(np.median(wanted.b - found.b))])
    now = residual(point)
    for _ in range(_CYCLES):
        steps = np.eye(2) * _STEP
        jacobian = np.stack([(residual(point + step) - now) / _STEP for step in steps], axis=1)
        step = -np.linalg.lstsq(jacobian, now, rcond=None)[0]
        for _ in range(20):
            trial = point + step
            trial[0] = np.clip(trial[0], -_LARGEST_LOG_SLOPE, _LARGEST_LOG_SLOPE)
            later = residual(trial)
            if later @ later <= now @ now:
                break
            step = step / 2
        else:
            break
        moved, point, now = float(np.abs(trial - point).max()), trial, later
        if moved < _CONVERGED:
            break
    return float(np.exp(point[0])), float(point[1]), float(np.sqrt(now @ now))
