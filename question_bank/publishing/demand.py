"""What a blueprint asks for against what a pool has, rule by rule and without a solver."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.blueprint import Blueprint
from question_bank.errors import Obstacle
from question_bank.pool import Pool
from question_bank.publishing.explanation import amount_text, available, shortages
from question_bank.supply import Row, RowKind, Supply, supply_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One rule: `place` in the blueprint's document, least and most a form needs of it (None: no bound), and
    the most that the pool could give to a form; all as people write them. `must_know`: how many of the items
    it counts are must-know."""

    kind: RowKind
    place: str
    label: str
    needed: str
    at_most: str | None
    available: str
    must_know: int
    short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyCheck:
    """Every rule's demand, and the obstacles that can be seen without solving."""

    demands: tuple[Demand, ...]
    obstacles: tuple[Obstacle, ...]


def check_supply(pool: Pool, blueprint: Blueprint) -> SupplyCheck:
    """Hold supply against demand. Raises BlueprintInvalid as `supply_of`.

    No obstacle does not mean that forms exist: rules that contradict each other are found by publishing.
    """
    supply = supply_of(pool, blueprint)
    return SupplyCheck(
        demands=tuple(_demand(row, supply) for row in supply.rows if row.kind is not RowKind.INCLUDE),
        obstacles=tuple(shortages(supply)),
    )


def _demand(row: Row, supply: Supply) -> Demand:
    most = available(row, supply)
    units = [place for unit in row.units for place in supply.units[unit].members]
    return Demand(
        kind=row.kind,
        place=row.place,
        label=row.label,
        needed=amount_text(row, row.low),
        at_most=None if row.high is None else amount_text(row, row.high),
        available=amount_text(row, most),
        must_know=sum(supply.items[place].must_know for place in row.members or units),
        short=most < row.low,
    )
