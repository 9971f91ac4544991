"""Item sets of a bank: what there is to choose from, and writing a stimulus anew for all of its items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.banks import repository
from app.banks.authoring import add_drafts, check_media
from app.banks.media import MediaService
from app.banks.rules import State
from app.banks.service import STREAM
from app.banks.tables import ItemSetVersionRow, ItemVersionRow
from app.banks.versions import Authorship, Draft, Version, VersionKey, set_digest, stored_item
from app.errors import NotAllowedNow, NotFound
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from question_bank.items import ItemSet


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSummary:
    """A set as its newest item has it; `stimuli` counts the different ones that its items show now."""

    item_set: ItemSet
    items: int
    stimuli: int


class ItemSetsService:
    """Sets have no life of their own: a changed stimulus is a new version of every item that shows it."""

    def __init__(self, units: UnitOfWork, media: MediaService) -> None:
        self._units = units
        self._media = media

    async def sets(self, bank_id: str) -> list[SetSummary]:
        """The sets of all current items that are not retired, by id. Raises NotFound."""
        wanted = (ItemVersionRow.is_current, ItemVersionRow.state != State.RETIRED)
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
            of_sets = await repository.versions(connection, bank_id, *wanted, ItemVersionRow.set_digest != "")
            stimuli = await repository.item_sets(connection, bank_id, (v.set_digest for v in of_sets))
        return _summaries(of_sets, stimuli)

    async def write(self, bank_id: str, item_set: ItemSet, actor: str) -> tuple[VersionKey, ...]:
        """Make a draft of every current item of the set that shows another stimulus; the new versions.

        Raises NotFound when no item is of this set; Invalid `media.missing`; NotAllowedNow `set_in_review`
        while one of its items is in review.
        """
        async with self._units.begin() as unit:
            await repository.check_bank(unit.connection, bank_id, lock=True)
            await check_media(unit, self._media, bank_id, item_set.media)
            digests = select(ItemSetVersionRow.digest).where(
                ItemSetVersionRow.bank_id == bank_id, ItemSetVersionRow.set_id == item_set.id
            )
            wanted = (ItemVersionRow.is_current, ItemVersionRow.state != State.RETIRED)
            found = await repository.documents(
                unit.connection, bank_id, *wanted, ItemVersionRow.set_digest.in_(digests)
            )
            if not found:
                raise NotFound("No item is of this set.")
            drafts = _drafts(found, item_set)
            keys = await _add(unit, bank_id, drafts, actor)
            if keys:
                data: dict[str, Json] = {"bank": bank_id, "set": item_set.id}
                data["versions"] = [f"{key.item_id}/{key.number}" for key in keys[:100]]
                unit.record(STREAM, "item_set.written", actor, data | {"count": len(keys)})
        return keys


def _drafts(found: Iterable[tuple[Version, str]], item_set: ItemSet) -> list[Draft]:
    """The items with the new stimulus, those that have it already left out. Raises NotAllowedNow."""
    others = [(v, document) for v, document in found if v.set_digest != set_digest(item_set)]
    if any(version.state is State.IN_REVIEW for version, _ in others):
        raise NotAllowedNow("An item of the set is in review: send it back first.", code="set_in_review")
    return [Draft(item=stored_item(document), item_set=item_set) for _, document in others]


async def _add(unit: Unit, bank_id: str, drafts: list[Draft], actor: str) -> tuple[VersionKey, ...]:
    of_items = await repository.all_of_items(unit.connection, bank_id, {draft.item.id for draft in drafts})
    rows = [(draft, of_items[draft.item.id][-1].number + 1) for draft in drafts]
    before = [version for versions in of_items.values() for version in versions]
    await add_drafts(unit, bank_id, rows, before, Authorship(actor=actor))
    return tuple(VersionKey(item_id=draft.item.id, number=number) for draft, number in rows)


def _summaries(of_sets: Iterable[Version], stimuli: Mapping[str, ItemSet]) -> list[SetSummary]:
    by_id: dict[str, list[Version]] = {}
    for version in of_sets:
        by_id.setdefault(stimuli[version.set_digest].id, []).append(version)
    return [
        SetSummary(
            item_set=stimuli[max(found, key=lambda version: version.written_at).set_digest],
            items=len(found),
            stimuli=len({version.set_digest for version in found}),
        )
        for _, found in sorted(by_id.items())
    ]
