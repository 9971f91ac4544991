"""How likely each option is at each ability: what two candidates would share without knowing each other."""

from __future__ import annotations

import numpy as np

from question_bank.psychometrics.abilities import Abilities
from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.calibration import Calibration
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.psychometrics.settings import NODES

# Wrong answers that an item's overall shares of distractors weigh at each ability.
_SHRINKAGE = 5.0


def known_chances(observations: Observations, calibration: Calibration) -> Floats:
    """(J, Q) the chance of a right answer at each ability; the item's overall share where not estimated."""
    shown = np.maximum(np.bincount(observations.item, minlength=len(observations.items)), 1)
    right = np.bincount(observations.item, observations.correct, minlength=len(observations.items))
    share = np.clip(right / shown, 0.5 / (shown + 1), (shown + 0.5) / (shown + 1))
    chances = np.repeat(share[:, None], len(NODES), axis=1)
    estimated = calibration.estimated
    chances[estimated] = calibration.curves.chosen(estimated).chances(NODES)
    return chances


def option_places(observations: Observations) -> tuple[Integers, Integers]:
    """Where each item's options begin in one list of all options, and of which item each option is."""
    counts = np.array([len(options) for options in observations.options], dtype=np.int64)
    return np.cumsum(counts) - counts, np.repeat(np.arange(len(counts)), counts)


def option_chances(observations: Observations, calibration: Calibration, found: Abilities) -> Floats:
    """(all options, Q) the chance of each option at each ability, given that there is an answer.

    The key's is the calibrated curve; the rest is shared out among the distractors as candidates of that
    ability did (posterior weights at the quadrature points, as in nonparametric option curves; Ramsay 1991),
    shrunk towards the item's overall shares.
    """
    first, item_of = option_places(observations)
    counted = np.zeros((len(item_of), len(NODES)))
    rows = np.flatnonzero((observations.answer != OMITTED) & (observations.correct == 0))
    codes = first[observations.item[rows]] + observations.answer[rows]
    order = np.argsort(codes, kind="stable")
    for start in range(0, len(order), 16_384):
        part = order[start : start + 16_384]
        np.add.at(counted, codes[part], found.posterior[observations.person[rows[part]]])
    of_item = np.add.reduceat(counted, first, axis=0) if len(first) else counted
    overall = counted.sum(axis=1) / np.maximum(of_item.sum(axis=1), 1e-9)[item_of]
    chances = known_chances(observations, calibration)[item_of]
    shares = (counted + _SHRINKAGE * overall[:, None]) / (of_item[item_of] + _SHRINKAGE)
    keyed = np.zeros(len(item_of), dtype=np.bool_)
    for j, key in enumerate(observations.keys):
        keyed[first[j] + (key if key >= 0 else 1)] = True
    return np.asarray(np.where(keyed[:, None], chances, (1 - chances) * shares))


def nearest_node(values: Floats) -> Integers:
    """The place of the quadrature point next to each ability."""
    step = NODES[1] - NODES[0]
    return np.asarray(np.clip(np.rint((values - NODES[0]) / step), 0, len(NODES) - 1), dtype=np.int64)
