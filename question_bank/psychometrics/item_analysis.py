"""How each item performed, and which a person should look at, with false alarms under control.

Facility, discrimination and the thresholds are those of `question_bank.statistics`: rest scores are shares of
the candidate's own form, because the forms of a blueprint are built to be equally hard (Henrysson 1963 for
the correction). What this module adds are tests over all items at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.normal import false_discovery_rates, upper_tail
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.psychometrics.option_curves import option_places
from question_bank.statistics import (
    MIN_FLAGGED,
    TOO_EASY,
    TOO_HARD,
    Estimate,
    ItemFlag,
    discrimination,
    facility,
)
from question_bank.tallies import Sums

# Of the items flagged for their key, this share is expected to be flagged by chance.
MAX_RATE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionFigures:
    """An option: how many chose it, the correlation of choosing it with the rest score (None where
    nobody or everybody chose it), and for a distractor the rate at which "its choosers score higher than the
    key's" would be a false discovery (None with fewer than 10 choosers of either)."""

    label: str
    in_key: bool
    chosen: int
    correlation: float | None
    rate_over_key: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """An item in `n` forms. `omitted` was seen and left, `not_reached` lies behind the last answer.

    `rate_negative` is the false discovery rate of "discrimination is below 0", None where not defined.
    """

    item_id: str
    n: int
    omitted: int
    not_reached: int
    facility: Estimate | None
    discrimination: Estimate | None
    rate_negative: float | None
    options: tuple[OptionFigures, ...]
    flags: tuple[ItemFlag, ...]


def analyse_items(observations: Observations) -> tuple[ItemFigures, ...]:
    """The figures of every item, in the order of the observations."""
    items = len(observations.items)
    rest = _rest_shares(observations)
    sums = _sums(observations)
    facilities = [facility(of_item) for of_item in sums]
    related = [discrimination(of_item) for of_item in sums]
    n = np.bincount(observations.item, minlength=items)
    rates = false_discovery_rates(_negative_p(related, n))
    options = _option_figures(observations, rest)
    unreached = observations.not_reached()
    not_reached = np.bincount(observations.item[unreached], minlength=items)
    omitted = np.bincount(observations.item[observations.answer == OMITTED], minlength=items) - not_reached
    found = []
    for j, item_id in enumerate(observations.items):
        rate = None if math.isnan(rates[j]) else float(rates[j])
        figures = ItemFigures(
            item_id=item_id,
            n=int(n[j]),
            omitted=int(omitted[j]),
            not_reached=int(not_reached[j]),
            facility=facilities[j],
            discrimination=related[j],
            rate_negative=rate,
            options=options[j],
            flags=_flags(facilities[j], rate, options[j]) if n[j] >= MIN_FLAGGED else (),
        )
        found.append(figures)
    return tuple(found)


def _flags(
    found: Estimate | None, rate_negative: float | None, options: tuple[OptionFigures, ...]
) -> tuple[ItemFlag, ...]:
    flags = []
    if rate_negative is not None and rate_negative <= MAX_RATE:
        flags.append(ItemFlag.NEGATIVE_DISCRIMINATION)
    if any(option.rate_over_key is not None and option.rate_over_key <= MAX_RATE for option in options):
        flags.append(ItemFlag.DISTRACTOR_OVER_KEY)
    if found is not None and found.value < TOO_HARD:
        flags.append(ItemFlag.TOO_HARD)
    if found is not None and found.value > TOO_EASY:
        flags.append(ItemFlag.TOO_EASY)
    return tuple(flags)


def _rest_shares(observations: Observations) -> Floats:
    """(R,) the share of the other items of the own form that were right; 0 for a form of one item."""
    totals = np.bincount(observations.person, observations.correct)
    others = observations.form_lengths[observations.person] - 1
    return np.asarray((totals[observations.person] - observations.correct) / np.maximum(others, 1))


def _sums(observations: Observations) -> list[dict[tuple[int, int], Sums]]:
    """The sums that `question_bank.statistics` works from, one mark an item, exact integers."""
    lengths = observations.form_lengths
    totals = np.bincount(observations.person, observations.correct, minlength=len(lengths)).astype(np.int64)
    others = lengths[observations.person] - 1
    own, rest = observations.correct, totals[observations.person] - observations.correct
    kinds = int(lengths.max(initial=1)) + 1
    groups, place = np.unique(observations.item * kinds + others, return_inverse=True)
    figures = np.zeros((6, len(groups)), dtype=np.int64)
    for line, values in enumerate((np.ones_like(own), own, own, rest, rest * rest, own * rest)):
        np.add.at(figures[line], place, values)
    found: list[dict[tuple[int, int], Sums]] = [{} for _ in observations.items]
    for group, column in zip(groups.tolist(), figures.T.tolist(), strict=True):
        item, other_items = divmod(group, kinds)
        found[item][1, other_items] = Sums(*column)
    return found


def _negative_p(related: list[Estimate | None], n: Integers) -> Floats:
    """One-sided p-values of a correlation below 0, by Fisher's z."""
    z = np.full(len(related), np.nan)
    for j, found in enumerate(related):
        if found is not None and n[j] >= MIN_FLAGGED:
            bounded = max(-1 + 1e-12, min(1 - 1e-12, found.value))
            z[j] = -math.atanh(bounded) * math.sqrt(n[j] - 3)
    return upper_tail(z)


def _option_figures(observations: Observations, rest: Floats) -> list[tuple[OptionFigures, ...]]:
    first, item_of = option_places(observations)
    keys = np.array(observations.keys, dtype=np.int64)
    given = observations.answer != OMITTED
    code = first[observations.item[given]] + observations.answer[given]
    count = np.bincount(code, minlength=len(item_of))
    total: Floats = np.bincount(code, rest[given], minlength=len(item_of)).astype(np.float64)
    squares = np.bincount(code, rest[given] ** 2, minlength=len(item_of))
    correlations = _correlations(observations, rest, count, total)[: len(item_of)]
    mean = total / np.maximum(count, 1)
    variance = np.maximum(squares / np.maximum(count, 1) - mean**2, 1e-9) / np.maximum(count - 1, 1)
    has_key = keys[item_of] >= 0
    key_code = first[item_of] + np.maximum(keys[item_of], 0)
    in_key = has_key & (key_code == np.arange(len(item_of)))
    testable = has_key & ~in_key & (count >= MIN_FLAGGED) & (count[key_code] >= MIN_FLAGGED)
    z = np.where(testable, (mean - mean[key_code]) / np.sqrt(variance + variance[key_code]), np.nan)
    rates = false_discovery_rates(upper_tail(z))
    return [
        tuple(
            OptionFigures(
                label=label,
                in_key=bool(in_key[first[j] + k]),
                chosen=int(count[first[j] + k]),
                correlation=_known(correlations[first[j] + k]),
                rate_over_key=_known(rates[first[j] + k]),
            )
            for k, label in enumerate(labels)
        )
        if observations.keys[j] >= 0
        else ()
        for j, labels in enumerate(observations.options)
    ]


def _correlations(observations: Observations, rest: Floats, count: Integers, total: Floats) -> Floats:
    """(all options,) Pearson's r of choosing the option with the rest share, over all who were shown it."""
    _, item_of = option_places(observations)
    items = len(observations.items)
    n = np.bincount(observations.item, minlength=items)[item_of]
    of_rest = np.bincount(observations.item, rest, minlength=items)[item_of]
    of_squares = np.bincount(observations.item, rest**2, minlength=items)[item_of]
    spread = (count - count**2 / np.maximum(n, 1)) * (of_squares - of_rest**2 / np.maximum(n, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (total - count * of_rest / np.maximum(n, 1)) / np.sqrt(spread)
    return np.where(spread > 1e-9, found, np.nan)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
