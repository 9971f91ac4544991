"""Calibration: item parameters by marginal maximum likelihood (Bock & Aitkin 1981), with stated priors.

Abilities are integrated out over 61 evenly spaced points from -6 to 6 with standard normal weights: the
candidates themselves are the scale. Each cycle takes the expected answers at every point (E) and improves
every item by Fisher scoring (M). There is no randomness: the same observations give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from question_bank.psychometrics.abilities import abilities
from question_bank.psychometrics.arrays import Flags, Floats, Integers
from question_bank.psychometrics.curves import Curves
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.search import Search
from question_bank.psychometrics.settings import Model, Settings
from question_bank.psychometrics.standard_errors import standard_errors


class Estimation(StrEnum):
    """Whether an item was estimated, and why not; the value is the persisted text."""

    ESTIMATED = "estimated"
    TOO_FEW = "too_few"
    ALL_RIGHT = "all_right"
    ALL_WRONG = "all_wrong"
    OUT_OF_RANGE = "out_of_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The estimates of J items, in the order of the observations.

    `curves` and the standard errors `se_a`, `se_b` are NaN where `status` is not ESTIMATED. `n` are the
    responses to each item. `largest_change` is that of the last cycle: above the tolerance when `converged`
    is False. `log_likelihood` is the marginal one of the items estimated, priors left out.
    """

    items: tuple[str, ...]
    model: Model
    status: tuple[Estimation, ...]
    n: Integers
    curves: Curves
    se_a: Floats
    se_b: Floats
    cycles: int
    converged: bool
    largest_change: float
    log_likelihood: float

    @property
    def estimated(self) -> Flags:
        """(J,) which items have estimates."""
        return np.array([status is Estimation.ESTIMATED for status in self.status], dtype=np.bool_)


def calibrate(
    observations: Observations,
    settings: Settings | None = None,
    *,
    guessing: Floats | None = None,
    on_cycle: Callable[[int, float], None] | None = None,
) -> Calibration:
    """Estimate every item that can be estimated, and say of every other why not.

    `guessing` (J,) fixes the lower asymptotes, 0 where absent. `on_cycle` is told the number of each cycle
    and its largest change.
    """
    settings = settings or Settings()
    c = np.zeros(len(observations.items)) if guessing is None else guessing
    n = np.bincount(observations.item, minlength=len(observations.items))
    right = np.bincount(observations.item, observations.correct, minlength=len(observations.items))
    status = [_possible(int(shown), int(good), settings) for shown, good in zip(n, right, strict=True)]
    while True:
        wanted = np.array([found is Estimation.ESTIMATED for found in status], dtype=np.bool_)
        chosen = observations.of_items(wanted)
        search = Search(chosen, c[wanted], settings)
        search.run(on_cycle)
        outside = search.out_of_range()
        if not outside.any():
            break
        for place in np.flatnonzero(wanted)[outside]:
            status[place] = Estimation.OUT_OF_RANGE
    return _calibration(observations, search, chosen, tuple(status), c)


def _calibration(
    observations: Observations,
    search: Search,
    chosen: Observations,
    status: tuple[Estimation, ...],
    c: Floats,
) -> Calibration:
    """What `search` found on the items `chosen`, spread over all items."""
    where = np.array([found is Estimation.ESTIMATED for found in status], dtype=np.bool_)
    posterior = abilities(chosen, search.curves).posterior
    se_a, se_b = standard_errors(chosen, search.curves, posterior, search.settings)
    return Calibration(
        items=observations.items,
        model=search.settings.model,
        status=status,
        n=np.bincount(observations.item, minlength=len(status)).astype(np.int64),
        curves=Curves(a=_spread(search.curves.a, where), b=_spread(search.curves.b, where), c=c),
        se_a=_spread(se_a, where),
        se_b=_spread(se_b, where),
        cycles=search.cycles,
        converged=search.largest_change <= search.settings.tolerance,
        largest_change=search.largest_change,
        log_likelihood=search.log_likelihood,
    )


def _possible(shown: int, right: int, settings: Settings) -> Estimation:
    if shown < settings.min_responses:
        return Estimation.TOO_FEW
    if right == shown:
        return Estimation.ALL_RIGHT
    return Estimation.ALL_WRONG if right == 0 else Estimation.ESTIMATED


def _spread(found: Floats, where: Flags) -> Floats:
    """The figures of some items in the places of all, NaN elsewhere."""
    spread = np.full(len(where), np.nan)
    spread[where] = found
    return spread
