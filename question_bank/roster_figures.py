"""Figures of a roster's forms: how alike in difficulty, how often each item, how much two forms share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from question_bank.curves import MICRO
from question_bank.plans import CRITERIA, AssemblyPlan

_NAMES = ("expected_at_cut", "expected_below_cut", "expected_above_cut", "information")


class RosterFigures:
    """Running figures over forms; nothing is kept of a form but its sums."""

    def __init__(self, plan: AssemblyPlan) -> None:
        self._plan = plan
        self._values = {item.id: item.values for item in plan.items}
        self._sums: list[list[int]] = [[] for _ in range(CRITERIA if plan.targets else 0)]
        self._used: Counter[str] = Counter()
        self._forms = 0
        self._length = 0

    def enter(self, item_ids: Sequence[str]) -> None:
        """Take one form in."""
        self._forms += 1
        self._length = len(item_ids)
        self._used.update(item_ids)
        for index, sums in enumerate(self._sums):
            sums.append(sum(self._values[item_id][index] for item_id in item_ids))

    @property
    def largest_exposure(self) -> float:
        """The share of forms that hold the item used most."""
        return max(self._used.values(), default=0) / max(1, self._forms)

    @property
    def at_cut_text(self) -> str:
        """Mean and standard deviation of the expected score at the cut, for one line of text."""
        if not self._sums:
            return "not matched"
        mean, deviation = _moments(self._sums[0])
        return f"{mean:.3f} +- {deviation:.4f}"

    def overlap(self) -> float:
        """The mean share of items that two forms have in common: sum over items of u(u-1), over all pairs."""
        pairs = self._forms * (self._forms - 1)
        shared = sum(times * (times - 1) for times in self._used.values())
        return shared / pairs / self._length if pairs else 0.0

    def document(self) -> dict[str, object]:
        """The figures, points and logits as decimals."""
        found: dict[str, object] = {}
        for name, sums, target, tolerance in zip(
            _NAMES, self._sums, self._plan.targets, self._plan.tolerances, strict=False
        ):
            mean, deviation = _moments(sums)
            found[name] = {
                "target": target / MICRO,
                "tolerance": tolerance / MICRO,
                "mean": round(mean, 6),
                "sd": round(deviation, 6),
                "least": min(sums) / MICRO,
                "most": max(sums) / MICRO,
            }
        found["largest_exposure"] = round(self.largest_exposure, 6)
        found["mean_exposure"] = round(self._length / max(1, len(self._plan.items)), 6)
        found["items_used"] = len(self._used)
        found["mean_overlap"] = round(self.overlap(), 6)
        return found


def _moments(sums: Sequence[int]) -> tuple[float, float]:
    """Mean and standard deviation, in units."""
    mean = sum(sums) / len(sums)
    spread = sum((value - mean) ** 2 for value in sums) / len(sums)
    return mean / MICRO, math.sqrt(spread) / MICRO
