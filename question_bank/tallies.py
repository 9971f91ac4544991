"""Counts of how items were answered: what statistics are worked out from, all that is kept of sittings.

Counts of several administrations add up; nothing in them leads back to a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, parse
from question_bank.errors import DocumentInvalid
from question_bank.interactions import Choice
from question_bank.items import Item
from question_bank.responses import Response
from question_bank.scoring import Mark, Outcome

TALLY_FORMAT = "kaochang.tally/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedForm:
    """One sitting: every slot's mark, and the checked responses by position in the items' own ids."""

    marks: Sequence[Mark]
    responses: Mapping[int, Response]


@dataclass(slots=True)
class Sums:
    """Sums over the sittings with one item at one pair of denominators (points here, points elsewhere)."""

    n: int = 0
    own: int = 0
    own_squared: int = 0
    rest: int = 0
    rest_squared: int = 0
    product: int = 0

    def add(self, own: int, rest: int) -> None:
        """One sitting: centipoints of this item, and of all others of the form."""
        self.n += 1
        self.own += own
        self.own_squared += own * own
        self.rest += rest
        self.rest_squared += rest * rest
        self.product += own * rest

    def add_all(self, other: Sums) -> None:
        """The sums over other sittings."""
        self.n += other.n
        self.own += other.own
        self.own_squared += other.own_squared
        self.rest += other.rest
        self.rest_squared += other.rest_squared
        self.product += other.product


@dataclass(slots=True)
class ItemTally:
    """Counts of one item. `sums` by (points here, points elsewhere) in centipoints; `omitted` gave no
    response; `thirds` are sittings of the lower, middle and upper third by score, `chosen` how many of each
    chose an option (items of choice only).
    """

    sums: defaultdict[tuple[int, int], Sums] = field(default_factory=lambda: defaultdict(Sums))
    omitted: int = 0
    thirds: list[int] = field(default_factory=lambda: [0, 0, 0])
    chosen: tuple[Counter[str], Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter(), Counter())
    )

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785), UTF-8."""
        sums: list[JsonValue] = [
            [*points, s.n, s.own, s.own_squared, s.rest, s.rest_squared, s.product]
            for points, s in sorted(self.sums.items())
        ]
        chosen: list[JsonValue] = [dict(counter) for counter in self.chosen]
        thirds: list[JsonValue] = [*self.thirds]
        document: dict[str, JsonValue] = {
            "format": TALLY_FORMAT,
            "sums": sums,
            "omitted": self.omitted,
            "thirds": thirds,
            "chosen": chosen,
        }
        return canonical_bytes(document)

    @classmethod
    def from_json(cls, data: bytes | str) -> ItemTally:
        """The inverse of `to_json`. Raises DocumentInvalid."""
        reader = ObjectReader(parse(data), "tally")
        reader.expect("format", TALLY_FORMAT)
        tally = cls(omitted=reader.integer("omitted"), thirds=_integers(reader.value("thirds"), 3))
        for row in reader.items("sums"):
            points, others, *figures = _integers(row, 8)
            tally.sums[points, others] = Sums(*figures)
        for counter, counts in zip(tally.chosen, reader.items("chosen"), strict=True):
            if not isinstance(counts, dict):
                raise DocumentInvalid("document.wrong_type", "Counts of options are an object.")
            counter.update(dict(zip(counts, _integers([*counts.values()], len(counts)), strict=True)))
        reader.end()
        return tally


def _integers(value: JsonValue, length: int) -> list[int]:
    found = [n for n in value if isinstance(n, int)] if isinstance(value, list) else []
    if not isinstance(value, list) or not len(found) == len(value) == length:
        raise DocumentInvalid("document.wrong_type", f"Expected {length} whole numbers.")
    return found


def merged(tallies: Iterable[ItemTally]) -> ItemTally:
    """Counts of several sets of sittings together."""
    total = ItemTally()
    for tally in tallies:
        for points, sums in tally.sums.items():
            total.sums[points].add_all(sums)
        total.omitted += tally.omitted
        total.thirds = [a + b for a, b in zip(total.thirds, tally.thirds, strict=True)]
        for counter, counts in zip(total.chosen, tally.chosen, strict=True):
            counter.update(counts)
    return total


def item_tallies(items: Mapping[str, Item], forms: Sequence[MarkedForm]) -> dict[str, ItemTally]:
    """The counts of every item that was dealt, by id. They do not depend on the order of `forms`."""
    tallies: defaultdict[str, ItemTally] = defaultdict(ItemTally)
    for form, third in zip(forms, score_thirds(forms), strict=True):
        total, points = _awarded(form.marks), _points(form.marks)
        for mark in form.marks:
            tally = tallies[mark.item_id]
            sums = tally.sums[mark.points, points - mark.points]
            sums.add(mark.awarded, total - mark.awarded)
            tally.omitted += mark.outcome is Outcome.UNANSWERED
            tally.thirds[third] += 1
            if isinstance(items[mark.item_id].interaction, Choice):
                tally.chosen[third].update(form.responses.get(mark.position, ()))
    return dict(tallies)


def score_thirds(forms: Sequence[MarkedForm]) -> tuple[int, ...]:
    """0 (lower), 1 or 2 (upper third) for each form, by the share of the points of its own form.

    By mid-ranks: with `b` forms below and `e` equal ones (itself too) of `N`, floor(3 (2b + e) / 2N), at
    most 2. Equal shares are never torn apart, so thirds can differ in size.
    """
    shares = [Fraction(_awarded(form.marks), _points(form.marks) or 1) for form in forms]
    counts = Counter(shares)
    below, third = 0, {}
    for share in sorted(counts):
        third[share] = min(2, 3 * (2 * below + counts[share]) // (2 * len(forms)))
        below += counts[share]
    return tuple(third[share] for share in shares)


def _awarded(marks: Sequence[Mark]) -> int:
    return sum(mark.awarded for mark in marks)


def _points(marks: Sequence[Mark]) -> int:
    return sum(mark.points for mark in marks)
