"""Standard errors of calibrated parameters from the empirical information.

The information is the sum of the candidates' outer products of scores (gradients of the marginal
log-likelihood; Louis 1982, Mislevy 1984), which counts what is lost because abilities are not known. The
whole matrix is inverted where there are at least 20 candidates for each parameter; with fewer it says more
about chance than about the items, and each item's block is inverted on its own, as BILOG does.
"""

from __future__ import annotations

import numpy as np

from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.curves import Curves
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.settings import NODES, Model, Settings

_CHUNK = 16_384
CANDIDATES_PER_PARAMETER = 20
_LARGEST_MATRIX = 1_000


def standard_errors(
    observations: Observations, curves: Curves, posterior: Floats, settings: Settings
) -> tuple[Floats, Floats]:
    """The standard errors (J,) of a and b. `posterior` (candidates, Q) is that under `curves`."""
    items, candidates = len(observations.items), len(observations.candidates)
    log_a_score, b_score = _scores(observations, curves, posterior)
    if settings.model is Model.RASCH:
        # The common slope is one parameter more: its score is the sum over the items.
        slope_column, slopes = np.full(len(observations.item), items), 1
    else:
        slope_column, slopes = items + observations.item, items
    if items + slopes <= min(_LARGEST_MATRIX, candidates / CANDIDATES_PER_PARAMETER):
        table = np.zeros((candidates, items + slopes))
        np.add.at(table, (observations.person, observations.item), b_score)
        np.add.at(table, (observations.person, slope_column), log_a_score)
        matrix = table.T @ table
        matrix[np.diag_indices_from(matrix)] += _prior_information(items, slopes, settings)
        variance = np.maximum(np.diag(np.linalg.pinv(matrix, hermitian=True)), 0.0)
        return curves.a * np.sqrt(variance[items:]), np.sqrt(variance[:items])
    return _block_errors(observations, curves, (log_a_score, b_score), settings)


def _block_errors(
    observations: Observations, curves: Curves, scores: tuple[Floats, Floats], settings: Settings
) -> tuple[Floats, Floats]:
    items = len(observations.items)
    log_a_score, b_score = scores
    prior = _prior_information(items, items, settings)
    second = np.bincount(observations.item, b_score**2, minlength=items) + prior[:items]
    if settings.model is Model.RASCH:
        common = np.bincount(observations.person, log_a_score)
        slope = (common**2).sum() + prior[-1]
        return curves.a / np.sqrt(slope), 1 / np.sqrt(second)
    first = np.bincount(observations.item, log_a_score**2, minlength=items) + prior[items:]
    cross = np.bincount(observations.item, log_a_score * b_score, minlength=items)
    determinant = np.maximum(first * second - cross**2, 1e-12)
    return curves.a * np.sqrt(second / determinant), np.sqrt(first / determinant)


def _prior_information(items: int, slopes: int, settings: Settings) -> Floats:
    """What the priors add on the diagonal: first the difficulties, then the slopes."""
    priors = settings.priors
    of_b = 1 / priors.b_sd**2 if priors.b_sd is not None else 0.0
    of_log_a = 1 / priors.log_a_sd**2 if priors.log_a_sd is not None else 0.0
    return np.concatenate([np.full(items, of_b), np.full(slopes, of_log_a)])


def _scores(observations: Observations, curves: Curves, posterior: Floats) -> tuple[Floats, Floats]:
    """(R,) of each row: the gradients by ln a and b, averaged over the candidate's posterior."""
    chances, slopes = curves.chances(NODES), curves.slopes(NODES)
    by_log_a = curves.a[:, None] * (NODES - curves.b[:, None])
    by_b = np.broadcast_to(-curves.a[:, None], by_log_a.shape)
    found = np.empty((2, len(observations.item)))
    for start in range(0, len(observations.item), _CHUNK):
        part = slice(start, start + _CHUNK)
        item, right = observations.item[part], observations.correct[part][:, None]
        chance = chances[item]
        residual = (right - chance) * slopes[item] / (chance * (1 - chance))
        residual *= posterior[observations.person[part]]
        found[0, part] = (residual * by_log_a[item]).sum(axis=1)
        found[1, part] = (residual * by_b[item]).sum(axis=1)
    return found[0], found[1]
