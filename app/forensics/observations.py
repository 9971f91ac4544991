"""The answers and times of a closed administration as the statistics take them (pure)."""

from collections.abc import Mapping

import numpy as np

from app.results.closed import ClosedAdministration
from app.results.statistics import COUNTED
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.responses import Response
from question_bank.scoring import Mark, Outcome, score

# The label of whatever the key (or one of several) takes as right.
RIGHT = "right"


def observations_of(closed: ClosedAdministration, seconds: Mapping[str, Mapping[int, float]]) -> Observations:
    """Everybody who handed in or ran out of time, by the keys that hold now; voided items are left out.

    `seconds` by sitting and position. A response that is partly right counts as wrong, and is an option of
    its own.
    """
    rows = _Rows()
    for place, sitting_id in enumerate(counted_sittings(closed)):
        sat = closed.sat_form(sitting_id)
        marked = score(sat.form, closed.bank, sat.responses, closed.corrections.corrected)
        of_sitting = seconds.get(sitting_id, {})
        for mark in marked.marks:
            if mark.item_id not in closed.corrections.voided:
                given = tuple(sat.responses.get(mark.position, ()))
                rows.add(place, mark, given, of_sitting.get(mark.position, float("nan")))
    return rows.observations(tuple(counted_sittings(closed)))


def counted_sittings(closed: ClosedAdministration) -> list[str]:
    """The sittings that say something about answers and times, in a fixed order."""
    return sorted(sitting_id for sitting_id, found in closed.sittings.items() if found.state in COUNTED)


class _Rows:
    """Rows as they are added, with items and options numbered in the order of their first appearance."""

    def __init__(self) -> None:
        self._items: dict[str, int] = {}
        self._options: list[dict[str, int]] = []
        self._rows: list[tuple[int, int, int, int]] = []
        self._seconds: list[float] = []

    def add(self, person: int, mark: Mark, given: Response, seconds: float) -> None:
        """One slot of one form."""
        item = self._items.setdefault(mark.item_id, len(self._items))
        if item == len(self._options):
            self._options.append({RIGHT: 0})
        right = mark.outcome is Outcome.CORRECT
        options = self._options[item]
        answer = OMITTED
        if given:
            label = RIGHT if right else " ".join(given)
            answer = options.setdefault(label, len(options))
        self._rows.append((person, item, answer, int(right)))
        self._seconds.append(seconds)

    def observations(self, candidates: tuple[str, ...]) -> Observations:
        """All rows; candidates were added one after the other, each in the order of the form."""
        columns = np.array(self._rows, dtype=np.int64).reshape(-1, 4).T
        return Observations(
            candidates=candidates,
            items=tuple(self._items),
            person=columns[0],
            item=columns[1],
            answer=columns[2],
            correct=columns[3],
            options=tuple(tuple(options) for options in self._options),
            keys=(0,) * len(self._items),
            seconds=np.array(self._seconds, dtype=np.float64),
        )
