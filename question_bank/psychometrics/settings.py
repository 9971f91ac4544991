"""What is estimated and how: the model, the priors, the points over which abilities are integrated out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from question_bank.psychometrics.arrays import Floats

NODES: Floats = np.linspace(-6.0, 6.0, 61)
_DENSITY: Floats = np.exp(-NODES * NODES / 2)
WEIGHTS: Floats = _DENSITY / _DENSITY.sum()
# Below this nothing is estimated: the standard error of b is then about 0.4 even for an item that fits.
MIN_RESPONSES = 30


class Model(StrEnum):
    """rasch: one slope for all items. two_pl: every item its own. The value is the command line's word.

    The three-parameter model is either of them with `guessing` above 0: the lower asymptotes are given (one
    over the number of options is usual), because no administration of a city tells them apart from b.
    """

    RASCH = "rasch"
    TWO_PL = "2pl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """ln a ~ N(log_a_mean, log_a_sd^2) and b ~ N(b_mean, b_sd^2); a standard deviation of None: no prior.

    A mean of None is that of the items themselves, found along with them (BILOG's "float"): a bank whose
    items are all easy or all flat is not drawn towards items it does not have. The defaults are weak: 95 % of
    slopes inside a factor of 7 of their mean, of difficulties inside 5. They keep items with a wrong key in
    bounds and move those with 1,000 responses by hundredths.
    """

    log_a_mean: float | None = None
    log_a_sd: float | None = 1.0
    b_mean: float | None = None
    b_sd: float | None = 2.5


NO_PRIORS = Priors(log_a_sd=None, b_sd=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to estimate. `tolerance` is the largest change of any ln a or b in a cycle that counts as
    converged; `min_responses` the fewest that an item is estimated from."""

    model: Model = Model.TWO_PL
    priors: Priors = Priors()
    tolerance: float = 1e-4
    max_cycles: int = 500
    min_responses: int = MIN_RESPONSES
