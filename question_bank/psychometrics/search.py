"""The search for the parameters: cycles of expectation and Fisher scoring over quadrature points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from question_bank.psychometrics.arrays import Flags, Floats
from question_bank.psychometrics.curves import Curves
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.patterns import patterns_of
from question_bank.psychometrics.settings import NODES, WEIGHTS, Model, Settings

# What lies beyond is not an estimate any more but the edge of the search.
LARGEST_B = 6.0
_LOG_A_RANGE = (float(np.log(0.05)), float(np.log(6.0)))
_EDGE = 1e-6
_SCORING_STEPS = 3
_LARGEST_STEP = 0.5


class Search:
    """Improves `curves` cycle by cycle. Every item needs right and wrong answers."""

    def __init__(self, observations: Observations, c: Floats, settings: Settings) -> None:
        items = len(observations.items)
        self.cycles = 0
        self.largest_change = 0.0 if not items else np.inf
        self.log_likelihood = 0.0
        self.settings = settings
        self._patterns = patterns_of(observations)
        self._c = c
        shown = np.bincount(observations.item, minlength=items)
        right = np.bincount(observations.item, observations.correct, minlength=items)
        # Half a right and half a wrong answer more: finite for every item.
        share = np.clip((right + 0.5) / (shown + 1), c + 0.02, 1 - 1e-6)
        self._log_a = np.zeros(items)
        self._b = np.clip(-np.log((share - c) / (1 - share)), -LARGEST_B + 1, LARGEST_B - 1)

    @property
    def curves(self) -> Curves:
        """What has been found so far."""
        return Curves(a=np.exp(self._log_a), b=self._b, c=self._c)

    def run(self, on_cycle: Callable[[int, float], None] | None) -> None:
        """Cycle until nothing changes by more than the tolerance, or the cycles are used up."""
        while self.largest_change > self.settings.tolerance and self.cycles < self.settings.max_cycles:
            shown, right = self._patterns.expected(self._expectation())
            before = self._log_a, self._b
            for _ in range(_SCORING_STEPS):
                self._improve(shown, right)
            self.largest_change = float(
                max(np.abs(self._log_a - before[0]).max(), np.abs(self._b - before[1]).max())
            )
            self.cycles += 1
            if on_cycle:
                on_cycle(self.cycles, self.largest_change)

    def out_of_range(self) -> Flags:
        """(J,) whose parameters ended at the edge of what is searched."""
        low, high = _LOG_A_RANGE
        edges = (self._log_a < low + _EDGE) | (self._log_a > high - _EDGE)
        return np.asarray(edges | (np.abs(self._b) > LARGEST_B - _EDGE))

    def _expectation(self) -> Floats:
        """(N, Q) each pattern's posterior, times how many candidates have it."""
        joint = self._patterns.log_likelihood(self.curves.chances(NODES))
        highest = joint.max(axis=1, keepdims=True)
        joint = np.exp(joint - highest) * WEIGHTS
        total = joint.sum(axis=1, keepdims=True)
        weights = self._patterns.weights[:, None]
        self.log_likelihood = float(((np.log(total) + highest) * weights).sum())
        return np.asarray(joint * (weights / total))

    def _improve(self, shown: Floats, right: Floats) -> None:
        """One step of Fisher scoring in ln a and b, each item on its own but for a common slope."""
        curves = self.curves
        chances, slopes = curves.chances(NODES), curves.slopes(NODES)
        spread = slopes / (chances * (1 - chances))
        residual, weight = (right - shown * chances) * spread, shown * slopes * spread
        by_log_a, by_b = curves.a[:, None] * (NODES - curves.b[:, None]), -curves.a[:, None]
        score = np.stack([(residual * by_log_a).sum(axis=1), (residual * by_b).sum(axis=1)])
        products = (by_log_a * by_log_a, by_log_a * by_b, by_b * by_b)
        information = np.stack([(weight * product).sum(axis=1) for product in products])
        if self.settings.model is Model.RASCH:
            score[0], information[0], information[1] = score[0].sum(), information[0].sum(), 0.0
        self._add_priors(score, information)
        self._step(score, information)

    def _add_priors(self, score: Floats, information: Floats) -> None:
        priors = self.settings.priors
        if priors.b_sd is not None:
            score[1] -= (self._b - _mean(priors.b_mean, self._b)) / priors.b_sd**2
            information[2] += 1 / priors.b_sd**2
        if priors.log_a_sd is not None:
            score[0] -= (self._log_a - _mean(priors.log_a_mean, self._log_a)) / priors.log_a_sd**2
            information[0] += 1 / priors.log_a_sd**2

    def _step(self, score: Floats, information: Floats) -> None:
        """Solve the 2 x 2 systems; steps are bounded, because curvature is local."""
        first, cross, second = information
        determinant = np.maximum(first * second - cross * cross, 1e-12)
        log_a_step = (second * score[0] - cross * score[1]) / determinant
        b_step = (first * score[1] - cross * score[0]) / determinant
        log_a_step = np.clip(log_a_step, -_LARGEST_STEP, _LARGEST_STEP)
        self._log_a = np.clip(self._log_a + log_a_step, *_LOG_A_RANGE)
        self._b = np.clip(self._b + np.clip(b_step, -_LARGEST_STEP, _LARGEST_STEP), -LARGEST_B, LARGEST_B)


def _mean(told: float | None, found: Floats) -> float:
    return float(found.mean()) if told is None else told
