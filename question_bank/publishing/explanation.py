"""Why a blueprint cannot be filled, in its own words: what is short, which rules contradict each other."""

from __future__ import annotations

from decimal import Decimal

from question_bank.curves import MICRO
from question_bank.errors import Obstacle
from question_bank.publishing.model import FormModel
from question_bank.supply import Row, RowKind, Supply

_SHORTAGES = {
    RowKind.SECTION_MUST_KNOW: "shortage.must_know",
    RowKind.FORM_MUST_KNOW: "shortage.must_know",
}


def obstacles(supply: Supply, model: FormModel | None = None) -> tuple[Obstacle, ...]:
    """Why no form exists: rules that ask for too much by themselves, or else a contradiction; () if one does.

    `model` is the supply's own integer model, if there is one already; its rows are put back as they were.
    """
    short = tuple(shortages(supply))
    return short or _conflict(supply, model or FormModel(supply))


def shortages(supply: Supply) -> list[Obstacle]:
    """The rules that ask for more than all their items together could give to a form."""
    found = []
    for row in supply.rows:
        most = available(row, supply)
        if most >= row.low:
            continue
        code = _SHORTAGES.get(row.kind, "shortage.sum" if row.is_sum else "shortage.items")
        if row.units or (not row.members and not row.is_sum and row.kind is RowKind.CONSTRAINT):
            code = "shortage.any"
        params = {
            "label": row.label,
            "needed": amount_text(row, row.low),
            "available": amount_text(row, most),
        }
        found.append(Obstacle(code, params, row.place))
    return found


def available(row: Row, supply: Supply) -> int:
    """The most that the rule's members could add up to in one form."""
    if row.units:
        return len(row.units)
    if not row.is_sum:
        return len(row.members)
    slots = sum(rule.low for rule in supply.rows if rule.kind is RowKind.SECTION)
    return sum(sorted(row.weights, reverse=True)[:slots])


def _conflict(supply: Supply, model: FormModel) -> tuple[Obstacle, ...]:
    """A smallest set of rules that cannot hold together, by a deletion filter."""
    if model.solve() is not None:
        return ()
    dropped: list[int] = []
    needed: list[int] = []
    for rows in _groups(supply):
        for row in rows:
            model.switch_off(row)
        if model.solve() is None:
            dropped += rows
            continue
        for row in rows:
            model.switch_on(row)
        needed += rows
    for row in dropped:
        model.switch_on(row)
    count, enemies = len(supply.rows), len(supply.enemies)
    found = [_conflicting(supply.rows[row]) for row in needed if row < count]
    if any(count <= row < count + enemies for row in needed):
        found.append(Obstacle("conflict.enemies", {}, "enemies"))
    if any(row >= count + enemies for row in needed):
        found.append(Obstacle("conflict.together", {}, "together"))
    return tuple(found)


def _conflicting(row: Row) -> Obstacle:
    low, high = amount_text(row, row.low), "" if row.high is None else amount_text(row, row.high)
    bounds = low if low == high else f"{low}-{high}" if high else f">= {low}"
    return Obstacle("conflict.rule", {"label": row.label, "bounds": bounds}, row.place)


def amount_text(row: Row, amount: int) -> str:
    """A bound as people wrote it: sums are kept in millionths."""
    return format((Decimal(amount) / MICRO).normalize(), "f") if row.is_sum else str(amount)


def _groups(supply: Supply) -> list[list[int]]:
    """What is tried without: all enemies at once, all sets at once, then every rule by itself."""
    count, enemies = len(supply.rows), len(supply.enemies)
    special = [
        list(range(count, count + enemies)),
        list(range(count + enemies, count + enemies + 2 * len(supply.units))),
    ]
    return [*(group for group in special if group), *([row] for row in range(count))]
