"""Hints at repeats while somebody writes or reviews: what of the bank resembles an item."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.banks import repository
from app.banks.rules import State
from app.banks.tables import ItemVersionRow
from app.banks.versions import Version, stored_item
from app.kit.among import among
from app.kit.unit_of_work import UnitOfWork
from question_bank.duplicate_index import DuplicateIndex, Likeness
from question_bank.items import Item

MAX_HINTS = 10
_SHOWN: tuple[repository.Condition, ...] = (ItemVersionRow.is_current, ItemVersionRow.state != State.RETIRED)
# About 60 MB each at 10,000 items.
_KEPT_BANKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A current version of the bank that resembles the item."""

    likeness: Likeness
    version: Version


@dataclass(slots=True)
class _Held:
    """One bank's index and the digest of each item in it.

    `lock` lets one question after the other in; `guard` keeps threads apart even where a question was
    cancelled, which leaves its thread running.
    """

    index: DuplicateIndex = field(default_factory=DuplicateIndex)
    digests: dict[str, str] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    guard: threading.Lock = field(default_factory=threading.Lock)


class DuplicatesService:
    """Keeps the indexes of the banks that were asked about last, brought up to date with every question.

    The first question about a bank reads all of its items (1.2 s for 10,000 on one core), most of it in a
    thread; later ones take 32 ms.
    """

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units
        self._banks: OrderedDict[str, _Held] = OrderedDict()

    async def hints(self, bank_id: str, item: Item) -> tuple[Hint, ...]:
        """What resembles the item among the current versions that are not retired, the gravest first.

        At most 10; the item of the same id is passed over. Raises NotFound.
        """
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
        held = self._held(bank_id)
        async with held.lock:
            await self._bring_up_to_date(bank_id, held)
            found = (await asyncio.to_thread(_like, held, item))[:MAX_HINTS]
        async with self._units.database.read() as connection:
            shown = among(connection, ItemVersionRow.item_id, {one.item_id for one in found})
            versions = await repository.versions(connection, bank_id, *_SHOWN, shown) if found else []
        present = {version.item_id: version for version in versions}
        # Who retired one of them this very moment is right, too.
        return tuple(
            Hint(likeness=one, version=present[one.item_id]) for one in found if one.item_id in present
        )

    def _held(self, bank_id: str) -> _Held:
        held = self._banks.setdefault(bank_id, _Held())
        self._banks.move_to_end(bank_id)
        while len(self._banks) > _KEPT_BANKS:
            self._banks.popitem(last=False)
        return held

    async def _bring_up_to_date(self, bank_id: str, held: _Held) -> None:
        """Bring the index to what the bank holds now. Pre-condition: its lock is held."""
        async with self._units.database.read() as connection:
            present = await repository.digests(connection, bank_id, *_SHOWN)
            changed = {key for key, digest in present.items() if held.digests.get(key) != digest}
            found = []
            if changed:
                of_changed = among(connection, ItemVersionRow.item_id, changed)
                found = await repository.documents(connection, bank_id, *_SHOWN, of_changed)
        gone = held.digests.keys() - present.keys()
        if gone or found:
            await asyncio.to_thread(_update, held, gone, found)


def _update(held: _Held, gone: set[str], found: Sequence[tuple[Version, str]]) -> None:
    with held.guard:
        for item_id in gone:
            held.index.discard(item_id)
            held.digests.pop(item_id, None)
        for version, document in found:
            held.index.add(stored_item(document))
            held.digests[version.item_id] = version.digest


def _like(held: _Held, item: Item) -> tuple[Likeness, ...]:
    with held.guard:
        return held.index.like(item)
