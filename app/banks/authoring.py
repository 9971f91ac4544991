"""Writing, reviewing, publishing and retiring items. Every edit is a new version; versions never change."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.banks import repository
from app.banks.media import MediaService
from app.banks.rules import OPEN, Cause, Event, State, Statement, advance, cause_of, checked_statement
from app.banks.service import STREAM
from app.banks.tables import ItemVersionRow
from app.banks.versions import (
    Authorship,
    Draft,
    Filter,
    ItemEvent,
    Page,
    Version,
    VersionKey,
    stored_item,
)
from app.errors import Invalid, NotAllowedNow, NotFound
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from question_bank.item_documents import item_digest
from question_bank.items import Item, ItemSet

MAX_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """An item with its history: `versions` newest first, `item` and `item_set` of the version asked for."""

    version: Version
    item: Item
    item_set: ItemSet | None
    versions: tuple[Version, ...]
    events: tuple[ItemEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an act did not reach one version, by a stable code."""

    key: VersionKey
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What an act on many versions did."""

    done: int
    refused: tuple[Refusal, ...]


class AuthoringService:
    """The life of the items of living banks."""

    def __init__(self, units: UnitOfWork, media: MediaService) -> None:
        self._units = units
        self._media = media

    async def page(self, bank_id: str, wanted: Filter, number: int) -> Page:
        """One page of a bank's items. Raises NotFound."""
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
            return await repository.page(connection, bank_id, wanted, number)

    async def record(self, bank_id: str, item_id: str, number: int | None = None) -> ItemRecord:
        """An item with its history, in one version (None: the current one). Raises NotFound."""
        async with self._units.database.read() as connection:
            versions = await repository.history(connection, bank_id, item_id)
            found = [v for v in versions if (v.is_current if number is None else v.number == number)]
            if not found:
                raise NotFound("There is no such version.")
            version = found[0]
            one = (ItemVersionRow.item_id == item_id, ItemVersionRow.number == version.number)
            ((_, document),) = await repository.documents(connection, bank_id, *one)
            sets = await repository.item_sets(connection, bank_id, [version.set_digest])
            events = await repository.events_of(connection, bank_id, item_id)
        return ItemRecord(
            version=version,
            item=stored_item(document),
            item_set=sets.get(version.set_digest),
            versions=tuple(versions),
            events=tuple(events),
        )

    async def write(self, bank_id: str, draft: Draft, base: int | None, actor: str) -> VersionKey:
        """Add a version, as a draft: of a new item when `base` is None, else written over version `base`.

        `base` must be the newest version; an open draft is superseded by its successor. What is the same as
        the version it is written over makes no new one. Raises NotFound; Invalid `media.missing`,
        `item_set_missing`; NotAllowedNow `item_exists`, `version_outdated`, `version_in_review`.
        """
        if bool(draft.item.item_set) != (draft.item_set is not None):
            raise Invalid("The item's set comes with its stimulus.", code="item_set_missing")
        async with self._units.begin() as unit:
            await repository.check_bank(unit.connection, bank_id, lock=True)
            shown = draft.item.media | (draft.item_set.media if draft.item_set else frozenset())
            await check_media(unit, self._media, bank_id, shown)
            versions = await repository.versions(
                unit.connection, bank_id, ItemVersionRow.item_id == draft.item.id
            )
            _check_base(versions, base)
            if versions and _same(versions[-1], draft):
                return VersionKey(item_id=draft.item.id, number=versions[-1].number)
            key = VersionKey(item_id=draft.item.id, number=versions[-1].number + 1 if versions else 1)
            await add_drafts(unit, bank_id, [(draft, key.number)], versions, Authorship(actor=actor))
            data: dict[str, Json] = {"bank": bank_id, "item": key.item_id, "version": key.number}
            unit.record(STREAM, "item.written", actor, data)
        return key

    async def act(
        self, bank_id: str, keys: Sequence[VersionKey], event: Event, said: Statement, actor: str
    ) -> Acted:
        """Submit, send back, approve or retire versions; those that may not are left and named.

        Raises Invalid for a comment or checks that are missing, NotFound for an unknown bank; NotAllowedNow
        with the one refusal when there is a single version.
        """
        said = checked_statement(event, said)
        if len(keys) > MAX_AT_ONCE:
            raise Invalid(f"At most {MAX_AT_ONCE} items at once.", code="too_many_items")
        async with self._units.begin() as unit:
            await repository.check_bank(unit.connection, bank_id, lock=True)
            done, refused = await _act(unit, bank_id, keys, event, actor)
            if len(keys) == 1 and refused:
                raise NotAllowedNow("This is not possible with this version now.", code=refused[0].code)
            if done:
                checks = sorted(said.checks)
                of_all = {"actor": actor, "comment": said.comment, "checks": " ".join(checks)}
                await repository.record_events(unit.connection, bank_id, done, at=unit.now, **of_all)
                acted = [f"{key.item_id}/{key.number}" for key, happened in done if happened is event]
                data: dict[str, Json] = {"bank": bank_id, "versions": acted[:100], "count": len(acted)}
                if checks:
                    data["checks"] = checks
                unit.record(STREAM, f"item.{event.value}", actor, data)
        return Acted(done=sum(happened is event for _, happened in done), refused=tuple(refused))

    async def act_on_all(
        self, bank_id: str, wanted: Filter, event: Event, said: Statement, actor: str
    ) -> Acted:
        """`act` on every current version that fits."""
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
            keys = await repository.matching(connection, bank_id, wanted)
        return await self.act(bank_id, keys, event, said, actor)


async def check_media(unit: Unit, media: MediaService, bank_id: str, shown: frozenset[str]) -> None:
    """Whether the bank holds these pictures. Raises Invalid `media.missing`."""
    if shown and not shown <= await media.known(unit.connection, bank_id):
        raise Invalid("A picture that the item shows is not in the bank.", code="media.missing")


async def add_drafts(
    unit: Unit,
    bank_id: str,
    rows: Sequence[tuple[Draft, int]],
    before: Sequence[Version],
    by: Authorship,
) -> None:
    """Insert drafts in the place of the open and current versions among `before` (of the same items)."""
    superseded = [_superseded(version) for version in before if version.state is State.DRAFT]
    await repository.set_states(unit.connection, bank_id, superseded)
    events = [(key, Event.SUPERSEDE) for key, _, _ in superseded]
    await repository.record_events(unit.connection, bank_id, events, actor=by.actor, comment="", at=unit.now)
    await repository.clear_current(unit.connection, bank_id, {version.item_id for version in before})
    common = {
        "state": State.DRAFT,
        "written_at": unit.now,
        "written_by": by.actor,
        "batch_id": by.batch_id,
    }
    await repository.insert_versions(unit.connection, bank_id, rows, common)


def _check_base(versions: Sequence[Version], base: int | None) -> None:
    if base is None:
        if versions:
            raise NotAllowedNow("There is an item with this id already.", code="item_exists")
        return
    if not versions:
        raise NotFound("There is no such item.")
    if versions[-1].number != base:
        raise NotAllowedNow("Somebody wrote a newer version meanwhile.", code="version_outdated")
    if any(version.state is State.IN_REVIEW for version in versions):
        raise NotAllowedNow("This version is in review: send it back first.", code="version_in_review")


def _same(version: Version, draft: Draft) -> bool:
    same = version.digest == item_digest(draft.item) and version.set_digest == draft.columns()["set_digest"]
    return same and version.state is not State.RETIRED


async def _act(
    unit: Unit, bank_id: str, keys: Sequence[VersionKey], event: Event, actor: str
) -> tuple[list[tuple[VersionKey, Event]], list[Refusal]]:
    """The events that happened (an approval supersedes what was published) and the refusals."""
    of_items = await repository.all_of_items(unit.connection, bank_id, {key.item_id for key in keys})
    changes: list[repository.Change] = []
    superseded: list[repository.Change] = []
    refused: list[Refusal] = []
    left: list[str] = []
    for key in dict.fromkeys(keys):
        versions = {version.number: version for version in of_items.get(key.item_id, ())}
        version = versions.get(key.number)
        if version is None:
            refused.append(Refusal(key=key, code=NotFound.code))
            continue
        try:
            after = advance(version.state, event, cause_of(actor, version.written_by))
        except NotAllowedNow as error:
            refused.append(Refusal(key=key, code=error.code))
            continue
        changes.append((key, version.state, after))
        if after is State.PUBLISHED:
            superseded += [_superseded(v) for v in versions.values() if v.state is State.PUBLISHED]
        if after is State.RETIRED and version.state in OPEN and len(versions) > 1:
            left.append(key.item_id)
    # What is superseded goes first: at no moment has an item two published versions.
    await repository.set_states(unit.connection, bank_id, superseded + changes)
    for item_id in left:
        await repository.choose_current(unit.connection, bank_id, item_id)
    events = [(key, Event.SUPERSEDE) for key, _, _ in superseded] + [(key, event) for key, _, _ in changes]
    return events, refused


def _superseded(version: Version) -> repository.Change:
    key = VersionKey(item_id=version.item_id, number=version.number)
    return key, version.state, advance(version.state, Event.SUPERSEDE, Cause.SERVER)
