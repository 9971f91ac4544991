"""Observations out of response files.

Layouts are told apart by the header. Wide: one row a candidate, first the id, then a column for each
item, in the order of the form where all have the same. Long: one row a response, columns candidate, item,
response and perhaps seconds, in the order of the candidate's form. An empty response was omitted; a mark says
that an item was not shown (in the long layout the row may as well be absent). A wide table with a column
"freq" holds patterns instead: a column for each item, and how many candidates answered so.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping

import numpy as np

from question_bank.items import is_item_id
from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.psychometrics.tables import Table, is_label, read_table, refused

NOT_SHOWN = "-"
MAX_RESPONSES = 20_000_000
MAX_CANDIDATES = 500_000
MAX_ID_CHARS = 100
MAX_ANSWER_CHARS = 64
MAX_SECONDS = 86_400.0
_LETTERS = re.compile(r"[A-P](?:[ ,;、，；|/]*[A-P])*")
_MARKED = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}


def read_key(data: bytes) -> dict[str, str]:
    """The key of every item, by id, in the form of `answer_form`. Raises ResponsesInvalid, FormatRefused."""
    table = read_table(data)
    item, key = table.column("item"), table.column("key")
    if item is None or key is None:
        raise refused("keys.no_header")
    keys: dict[str, str] = {}
    for _, cells in table.rows:
        if cells[item] in keys:
            raise refused("keys.repeated", value=cells[item])
        keys[cells[item]] = answer_form(cells[key])
    return keys


def read_observations(
    data: bytes,
    keys: Mapping[str, str] | None = None,
    times: bytes | None = None,
    not_shown: str = NOT_SHOWN,
) -> Observations:
    """The observations of a response file, marked by `keys`; without keys responses are 0 and 1.

    `times` is a wide file of seconds. Raises ResponsesInvalid, FormatRefused.
    """
    collected = _Collected(keys)
    table = read_table(data)
    layout = [table.column(role) for role in ("candidate", "item", "response")]
    candidate, item, response = layout
    if candidate is not None and item is not None and response is not None:
        _read_long(table, (candidate, item, response), not_shown, collected)
    elif table.column("frequency") is not None:
        _read_patterns(table, not_shown, collected)
    else:
        _read_wide(table, not_shown, collected)
    if not collected.person:
        raise refused("responses.empty")
    if times is not None:
        if table.column("seconds") is not None and item is not None:
            raise refused("times.two_places")
        collected.add_times(read_table(times), not_shown)
    return collected.observations()


def answer_form(text: str) -> str:
    """A response as it is compared: capitals; letters of options sorted, without what separates them."""
    upper = text.upper()
    if _LETTERS.fullmatch(upper):
        return "".join(sorted(set(re.findall("[A-P]", upper))))
    return upper


def _read_wide(table: Table, not_shown: str, collected: _Collected) -> None:
    items = [collected.item(title) for title in _item_titles(table)]
    for row, cells in table.rows:
        person = collected.new_candidate(cells[0], row)
        for item, text in zip(items, cells[1:], strict=True):
            if text != not_shown:
                collected.add(person, item, text, row)


def _read_patterns(table: Table, not_shown: str, collected: _Collected) -> None:
    """Each row as often as it says; the candidates are named by row and number."""
    frequency = table.column("frequency")
    places = [place for place in range(len(table.titles)) if place != frequency]
    items = [collected.item(title) for title in _checked_titles(tuple(table.titles[p] for p in places))]
    for row, cells in table.rows:
        for number in range(_frequency(cells[frequency or 0], row)):
            person = collected.new_candidate(f"{row}-{number + 1}", row)
            for item, place in zip(items, places, strict=True):
                if cells[place] != not_shown:
                    collected.add(person, item, cells[place], row)


def _frequency(text: str, row: int) -> int:
    """How many candidates gave a pattern; tables of other programs write 12.0."""
    whole = text.removesuffix(".0")
    if not (whole.isascii() and whole.isdigit()) or int(whole[:9]) > MAX_CANDIDATES:
        raise refused("responses.frequency_invalid", row=row, value=text)
    return int(whole)


def _read_long(table: Table, columns: tuple[int, int, int], not_shown: str, collected: _Collected) -> None:
    candidate, item, response = columns
    seconds = table.column("seconds")
    seen: set[tuple[int, int]] = set()
    collected.has_seconds = seconds is not None
    for row, cells in table.rows:
        if not is_item_id(cells[item]):
            raise refused("responses.title_invalid", value=cells[item])
        pair = collected.candidate(cells[candidate], row), collected.item(cells[item])
        if pair in seen:
            raise refused("responses.item_repeated", row=row, value=cells[item])
        seen.add(pair)
        if cells[response] == not_shown:
            continue
        collected.add(*pair, cells[response], row)
        if seconds is not None:
            collected.seconds.append(_seconds(cells[seconds], row))


def _item_titles(table: Table) -> tuple[str, ...]:
    return _checked_titles(table.titles[1:])


def _checked_titles(titles: tuple[str, ...]) -> tuple[str, ...]:
    for title in titles:
        if not is_item_id(title):
            raise refused("responses.title_invalid", value=title)
    if len(set(titles)) != len(titles):
        raise refused("responses.title_repeated", value=next(t for t in titles if titles.count(t) > 1))
    return titles


def _seconds(text: str, row: int) -> float:
    """Seconds, NaN for nothing; 0 is what clocks write that measured nothing."""
    if not text:
        return float("nan")
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= MAX_SECONDS:
        raise refused("times.not_a_number", row=row, value=text)
    return found or float("nan")


class _Collected:
    """Rows as they are read, with ids and options numbered in the order of their first appearance."""

    def __init__(self, keys: Mapping[str, str] | None) -> None:
        self.person, self.seconds = array("q"), array("d")
        self.has_seconds = False
        self._item, self._answer = array("q"), array("q")
        self._keys = keys
        self._candidates: dict[str, int] = {}
        self._items: dict[str, int] = {}
        self._options: list[dict[str, int]] = []

    def candidate(self, text: str, row: int) -> int:
        """The place of a candidate, a new one at the end."""
        place = self._candidates.get(text)
        if place is None:
            if not text or not is_label(text, MAX_ID_CHARS):
                raise refused("responses.candidate_invalid", row=row)
            if len(self._candidates) >= MAX_CANDIDATES:
                raise refused("responses.too_many", value=f"{MAX_CANDIDATES} candidates")
            place = self._candidates[text] = len(self._candidates)
        return place

    def new_candidate(self, text: str, row: int) -> int:
        """The place of a candidate who must not have been there before."""
        if text in self._candidates:
            raise refused("responses.candidate_repeated", row=row, value=text)
        return self.candidate(text, row)

    def item(self, title: str) -> int:
        """The place of an item, a new one at the end; its key is its first option."""
        place = self._items.get(title)
        if place is None:
            place = self._items[title] = len(self._items)
            if self._keys is None:
                self._options.append({"0": 0, "1": 1})
            elif not self._keys.get(title):
                raise refused("keys.missing", value=title)
            else:
                self._options.append({self._keys[title]: 0})
        return place

    def add(self, person: int, item: int, text: str, row: int) -> None:
        """One response; nothing is an omission."""
        if len(self.person) >= MAX_RESPONSES:
            raise refused("responses.too_many", value=f"{MAX_RESPONSES} responses")
        if not is_label(text, MAX_ANSWER_CHARS):
            raise refused("responses.answer_invalid", row=row)
        self.person.append(person)
        self._item.append(item)
        if not text:
            self._answer.append(OMITTED)
        elif self._keys is None:
            if text not in _MARKED:
                raise refused("responses.key_needed", row=row, value=text)
            self._answer.append(_MARKED[text])
        else:
            options = self._options[item]
            self._answer.append(options.setdefault(answer_form(text), len(options)))

    def add_times(self, table: Table, not_shown: str) -> None:
        """Seconds from a wide table; cells of what was not shown may hold anything allowed."""
        titles = _item_titles(table)
        for title in titles:
            if title not in self._items:
                raise refused("times.unknown_row", row=1, value=title)
        places = [self._items[title] for title in titles]
        found: dict[tuple[int, int], float] = {}
        for row, cells in table.rows:
            if cells[0] not in self._candidates:
                raise refused("times.unknown_row", row=row, value=cells[0])
            person = self._candidates[cells[0]]
            for place, text in zip(places, cells[1:], strict=True):
                if text != not_shown:
                    found[person, place] = _seconds(text, row)
        missing = float("nan")
        pairs = zip(self.person, self._item, strict=True)
        self.seconds = array("d", [found.get(pair, missing) for pair in pairs])
        self.has_seconds = True

    def observations(self) -> Observations:
        """Everything, sorted by candidate; the order inside a form is kept."""
        person = np.array(self.person, dtype=np.int64)
        order = np.argsort(person, kind="stable")
        answer: Integers = np.array(self._answer, dtype=np.int64)[order]
        right = 1 if self._keys is None else 0
        seconds: Floats | None = None
        if self.has_seconds:
            seconds = np.array(self.seconds, dtype=np.float64)[order]
        return Observations(
            candidates=tuple(self._candidates),
            items=tuple(self._items),
            person=person[order],
            item=np.array(self._item, dtype=np.int64)[order],
            answer=answer,
            correct=(answer == right).astype(np.int64),
            options=tuple(tuple(options) for options in self._options),
            keys=(-1 if self._keys is None else 0,) * len(self._items),
            seconds=seconds,
        )
