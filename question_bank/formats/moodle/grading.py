"""Moodle's percentages as keys, and keys as percentages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from question_bank.formats.moodle.content import Unrepresentable
from question_bank.formats.reports import Problem
from question_bank.interactions import number_text

FULL = Decimal(100)
NOTHING = Decimal(0)
# Thirds and sevenths are written with as few as two decimals.
_TOLERATED_SUM = Decimal("1.5")
_TOLERATED_SHARE = Decimal("0.1")
_WRITTEN_STEP = Decimal("0.00001")


def one_right(fractions: Sequence[Decimal]) -> tuple[int, tuple[Problem, ...]]:
    """The place of the one answer that gets everything. Raises Unrepresentable: none or several do.

    Answers that get a part of the points are wrong here, and said to be.
    """
    full = [place for place, fraction in enumerate(fractions) if fraction == FULL]
    if len(full) > 1:
        raise Unrepresentable("key.several_right", "key")
    if not full:
        raise Unrepresentable("key.none_right", "key")
    return full[0], partial_credit(fractions)


def partial_credit(fractions: Sequence[Decimal]) -> tuple[Problem, ...]:
    """What to say of answers that get a part of the points only."""
    partial = [number_text(fraction) for fraction in fractions if NOTHING < fraction < FULL]
    value = ", ".join(f"{fraction}%" for fraction in partial)
    return (Problem(code="key.partial_credit_dropped", field="key", value=value),) if partial else ()


def several_right(fractions: Sequence[Decimal]) -> tuple[tuple[int, ...], tuple[Problem, ...]]:
    """The places of the answers that have to be chosen together. Raises Unrepresentable.

    Here every option of a key counts the same, so other shares are said to be gone.
    """
    right = tuple(place for place, fraction in enumerate(fractions) if fraction > 0)
    if not right:
        raise Unrepresentable("key.none_right", "key")
    if abs(sum(fractions[place] for place in right) - FULL) > _TOLERATED_SUM:
        raise Unrepresentable("key.percentages_sum", "key")
    share = FULL / len(right)
    problems: tuple[Problem, ...] = ()
    if any(abs(fractions[place] - share) > _TOLERATED_SHARE for place in right):
        problems = (Problem(code="key.unequal_shares", field="key"),)
    return right, problems


def written_share(count: int) -> Decimal:
    """The percentage of one of `count` right answers, as Moodle writes it: 33.33333."""
    return (FULL / count).quantize(_WRITTEN_STEP, ROUND_HALF_UP)
