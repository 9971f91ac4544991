"""Observations: who was shown which item, what they answered, whether it was right, in how many seconds.

Every candidate has another form, so only what was shown is held: four parallel arrays, one row for each item
that a candidate was shown. What has no row was not shown, which says nothing about the candidate; what was
shown and left without an answer (omitted) is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from question_bank.psychometrics.arrays import Flags, Floats, Integers

OMITTED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """All rows (R of them), sorted by candidate and inside a candidate by place in the form.

    `person` and `item` are places in `candidates` and `items`. `answer` is a place in `options[item]`, or
    OMITTED. `correct` is 0 or 1. `seconds` is NaN where no time is known, None where none is at all.
    `keys[item]` is the keyed place in `options[item]`, or -1 where only right and wrong are known.
    """

    candidates: tuple[str, ...]
    items: tuple[str, ...]
    person: Integers
    item: Integers
    answer: Integers
    correct: Integers
    options: tuple[tuple[str, ...], ...]
    keys: tuple[int, ...]
    seconds: Floats | None = None

    @property
    def form_lengths(self) -> Integers:
        """How many items each candidate was shown."""
        return np.bincount(self.person, minlength=len(self.candidates)).astype(np.int64)

    @property
    def same_form(self) -> bool:
        """Whether everybody was shown every item."""
        return len(self.person) == len(self.candidates) * len(self.items)

    def not_reached(self) -> Flags:
        """(R,) which rows lie behind a candidate's last answer, but for the first of them.

        The item after the last answer was in front of the candidate and counts as omitted (the convention of
        the National Assessment of Educational Progress); those behind it were probably never seen.
        """
        rows = np.arange(len(self.person))
        last = np.full(len(self.candidates), -1)
        lengths = self.form_lengths
        starts = np.cumsum(lengths) - lengths
        last[:] = starts - 1
        answered = rows[self.answer != OMITTED]
        np.maximum.at(last, self.person[answered], answered)
        return np.asarray(rows > last[self.person] + 1)

    def of_items(self, chosen: Flags) -> Observations:
        """The same candidates on some of the items, whose places are counted anew."""
        found = self.without(~chosen[self.item])
        places = np.flatnonzero(chosen)
        return replace(
            found,
            items=tuple(self.items[place] for place in places),
            item=(np.cumsum(chosen) - 1)[found.item],
            options=tuple(self.options[place] for place in places),
            keys=tuple(self.keys[place] for place in places),
        )

    def without(self, rows: Flags) -> Observations:
        """The same candidates and items, as if the rows named had not been shown."""
        keep = ~rows
        return replace(
            self,
            person=self.person[keep],
            item=self.item[keep],
            answer=self.answer[keep],
            correct=self.correct[keep],
            seconds=None if self.seconds is None else self.seconds[keep],
        )


def scored_matrix(rows: Sequence[Sequence[int | None]] | Floats) -> Observations:
    """Observations from right (1), wrong (0) and not shown (None or NaN), one line a candidate.

    Items and candidates are named by their places, from 1.
    """
    table = np.asarray(rows, dtype=np.float64)
    person, item = np.nonzero(~np.isnan(table))
    correct = table[person, item].astype(np.int64)
    return Observations(
        candidates=tuple(str(place + 1) for place in range(table.shape[0])),
        items=tuple(str(place + 1) for place in range(table.shape[1])),
        person=person.astype(np.int64),
        item=item.astype(np.int64),
        answer=correct,
        correct=correct,
        options=(("0", "1"),) * table.shape[1],
        keys=(-1,) * table.shape[1],
    )
