"""Blueprints while they are written: what a bank's items offer, and supply against demand."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass

from app.administrations.publishing import refused
from app.banks.service import BanksService
from app.kit.unit_of_work import UnitOfWork
from question_bank.blueprint import Blueprint
from question_bank.conditions import number
from question_bank.errors import BlueprintInvalid
from question_bank.pool import Pool, pool_of
from question_bank.publishing.demand import SupplyCheck, check_supply

_POOLS_KEPT = 4
# More values than this are typed, not chosen from a list.
VALUES_LISTED = 200
# An id names one item, which is no choice to offer.
_NOT_OFFERED = frozenset({"id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute of a pool's items: its values with how many items have each, the most frequent first.

    `more` values are not listed. `numeric`: all its values are numbers.
    """

    name: str
    values: tuple[tuple[str, int], ...]
    more: int
    numeric: bool


class BlueprintsService:
    """Snapshots never change, so the last few pools are kept in memory."""

    def __init__(self, units: UnitOfWork, banks: BanksService) -> None:
        self._units = units
        self._banks = banks
        self._pools: dict[str, Pool] = {}

    async def pool(self, snapshot_id: str) -> Pool:
        """The pool of a snapshot. Raises NotFound."""
        known = self._pools.get(snapshot_id)
        if known is None:
            async with self._units.database.read() as connection:
                bank = await self._banks.load(connection, snapshot_id)
            known = await asyncio.to_thread(pool_of, bank)
            while len(self._pools) >= _POOLS_KEPT:
                self._pools.pop(next(iter(self._pools)))
            self._pools[snapshot_id] = known
        return known

    async def check(self, snapshot_id: str, blueprint: Blueprint) -> SupplyCheck:
        """Supply against demand, without solving. Raises NotFound, Invalid."""
        pool = await self.pool(snapshot_id)
        try:
            return await asyncio.to_thread(check_supply, pool, blueprint)
        except BlueprintInvalid as error:
            raise refused(error) from error

    async def attributes(self, snapshot_id: str) -> list[Attribute]:
        """What conditions can ask for, by name. Raises NotFound."""
        return await asyncio.to_thread(_attributes, await self.pool(snapshot_id))


def _attributes(pool: Pool) -> list[Attribute]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in pool.items:
        for name, value in item.attributes.items():
            if value and name not in _NOT_OFFERED:
                counts[name][value] += 1
    return [
        Attribute(
            name=name,
            values=tuple(values.most_common(VALUES_LISTED)),
            more=max(0, len(values) - VALUES_LISTED),
            numeric=all(number(value) is not None for value in values),
        )
        for name, values in sorted(counts.items())
    ]
