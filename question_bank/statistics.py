"""Item statistics by classical test theory, from forms that differ between candidates.

Sums are kept as integers (`tallies`) and combined as fractions, so what is zero is exactly zero; only roots
and logarithms are floats. Every candidate sat another form, so totals are compared as shares of the points of
the candidate's own form.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from question_bank.interactions import Choice
from question_bank.items import Item
from question_bank.tallies import ItemTally, MarkedForm, Sums, item_tallies

# 97.5 % quantile of the normal distribution: intervals are 95 %.
Z = 1.959964
# Below this nothing is flagged: the interval of a facility is then wider than 0.5.
MIN_FLAGGED = 10
TOO_HARD = Fraction(20, 100)
TOO_EASY = Fraction(95, 100)


class ItemFlag(StrEnum):
    """A reason for a person to look at an item, never a verdict; the value names the words to show.

    negative_discrimination: who did well elsewhere did worse here. distractor_over_key: in the upper third
    a distractor was chosen more often than an option of the key. too_hard, too_easy: facility below 0.20 or
    above 0.95.
    """

    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    DISTRACTOR_OVER_KEY = "distractor_over_key"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its standard error and 95 % interval."""

    value: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCount:
    """How often an option was chosen, in the lower, middle and upper third of the sittings."""

    option_id: str
    in_key: bool
    thirds: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceKeys:
    """Options of an item of choice in the author's order, and the keys that are right."""

    option_ids: tuple[str, ...]
    keys: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, keyed: Sequence[Item]) -> ChoiceKeys | None:
        """Of an item, given once for every key that is right; None for types without options to choose."""
        choice = keyed[0].interaction
        if not isinstance(choice, Choice):
            return None
        return cls(option_ids=choice.option_ids, keys=tuple(item.choice.key for item in keyed))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """How one item performed in `n` sittings; `exposure` is that share of all sittings.

    `omitted` gave no response. `thirds` are the sittings of each score third that were dealt the item.
    `options` is empty for types without options to choose. `facility` and `discrimination` as `facility`
    and `discrimination` below say; None where they are not defined.
    """

    item_id: str
    n: int
    omitted: int
    exposure: Fraction
    facility: Estimate | None
    discrimination: Estimate | None
    thirds: tuple[int, int, int]
    options: tuple[OptionCount, ...]
    flags: tuple[ItemFlag, ...]


def item_statistics(
    items: Mapping[str, Sequence[Item]], forms: Sequence[MarkedForm]
) -> tuple[ItemStatistics, ...]:
    """The statistics of every item that was dealt, by id.

    `items` hold the keys that the marks were given by: each item once for every key that is right. The
    result does not depend on the order of `forms`.
    """
    tallies = item_tallies({item_id: keyed[0] for item_id, keyed in items.items()}, forms)
    return tuple(
        statistics_of(item_id, ChoiceKeys.of(items[item_id]), tallies[item_id], len(forms))
        for item_id in sorted(tallies)
    )


def statistics_of(item_id: str, asked: ChoiceKeys | None, tally: ItemTally, sittings: int) -> ItemStatistics:
    """The statistics of one item from its counts, in `sittings` (0: nobody sat, nobody was dealt it)."""
    low, middle, high = tally.thirds
    n = low + middle + high
    options = _options(asked, tally) if asked else ()
    related = discrimination(tally.sums)
    return ItemStatistics(
        item_id=item_id,
        n=n,
        omitted=tally.omitted,
        exposure=Fraction(n, sittings or 1),
        facility=facility(tally.sums),
        discrimination=related,
        thirds=(low, middle, high),
        options=options,
        flags=tuple(_flags(asked, tally, related, options)) if n >= MIN_FLAGGED else (),
    )


def facility(sums: Mapping[tuple[int, int], Sums]) -> Estimate | None:
    """The mean share of the item's points (p-value), no response counted as 0.

    Standard error sqrt(s^2 / n) with the sample variance s^2 (0 for n = 1). Interval after Wilson (1927),
    exact in kind for right-or-wrong marks and too wide rather than too narrow for partial credit, whose
    variance is at most p (1 - p).
    """
    n, own, own_squared, *_ = _shares(sums)
    if not n:
        return None
    p = own / n
    variance = (own_squared - own * own / n) / (n - 1) if n > 1 else Fraction(0)
    centre = (float(p) + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(float(p * (1 - p)) / n + Z * Z / (4 * n * n))
    return Estimate(
        value=float(p),
        standard_error=math.sqrt(variance / n),
        low=max(0.0, centre - half),
        high=min(1.0, centre + half),
    )


def discrimination(sums: Mapping[tuple[int, int], Sums]) -> Estimate | None:
    """The corrected item-rest correlation: Pearson's r between the share of the item's points and the
    share of the points of the rest of the candidate's own form (point-biserial for right-or-wrong marks).

    None for fewer than 4 sittings or where everybody has the same mark or rest. Standard error
    (1 - r^2) / sqrt(n - 1); interval by Fisher's z, tanh(artanh r +- 1.96 / sqrt(n - 3)).
    """
    n, own, own_squared, rest, rest_squared, product = _shares(sums)
    if n < 4:
        return None
    own_spread, rest_spread = own_squared - own * own / n, rest_squared - rest * rest / n
    if not own_spread or not rest_spread:
        return None
    r = float(product - own * rest / n) / math.sqrt(own_spread * rest_spread)
    r = max(-1.0, min(1.0, r))
    if abs(r) == 1.0:
        return Estimate(value=r, standard_error=0.0, low=r, high=r)
    z, half = math.atanh(r), Z / math.sqrt(n - 3)
    return Estimate(
        value=r,
        standard_error=(1 - r * r) / math.sqrt(n - 1),
        low=math.tanh(z - half),
        high=math.tanh(z + half),
    )


def _shares(
    sums: Mapping[tuple[int, int], Sums],
) -> tuple[int, Fraction, Fraction, Fraction, Fraction, Fraction]:
    """n and the five sums as shares: own, own squared, rest, rest squared, product."""
    n, own, own_squared, rest, rest_squared, product = 0, *[Fraction(0)] * 5
    for (points, others), found in sums.items():
        others = others or 1  # a form of one item has no rest: its share is 0
        n += found.n
        own += Fraction(found.own, points)
        own_squared += Fraction(found.own_squared, points * points)
        rest += Fraction(found.rest, others)
        rest_squared += Fraction(found.rest_squared, others * others)
        product += Fraction(found.product, points * others)
    return n, own, own_squared, rest, rest_squared, product


def _options(asked: ChoiceKeys, tally: ItemTally) -> tuple[OptionCount, ...]:
    key = frozenset[str]().union(*asked.keys)
    low, middle, high = tally.chosen
    return tuple(
        OptionCount(
            option_id=option_id,
            in_key=option_id in key,
            thirds=(low[option_id], middle[option_id], high[option_id]),
        )
        for option_id in asked.option_ids
    )


def _flags(
    asked: ChoiceKeys | None, tally: ItemTally, related: Estimate | None, options: Sequence[OptionCount]
) -> Iterable[ItemFlag]:
    n, own, *_ = _shares(tally.sums)
    if related is not None and related.value < 0:
        yield ItemFlag.NEGATIVE_DISCRIMINATION
    others = [option.thirds[2] for option in options if not option.in_key]
    upper = {option.option_id: option.thirds[2] for option in options}
    # Of several right keys one that the upper third chose is enough.
    if asked and others and max(others) > max(min(upper[one] for one in key) for key in asked.keys):
        yield ItemFlag.DISTRACTOR_OVER_KEY
    if own / n < TOO_HARD:
        yield ItemFlag.TOO_HARD
    if own / n > TOO_EASY:
        yield ItemFlag.TOO_EASY
