"""What is kept of an administration about the items of a bank: counts only, nothing of any person (pure).

Figures of several administrations are put together only where the same version was asked and marked by the
same keys as last time: anything else is another item to the people who answered it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_value, parse
from question_bank.item_documents import item_digest
from question_bank.items import Item
from question_bank.statistics import ChoiceKeys, ItemStatistics, statistics_of
from question_bank.tallies import ItemTally, merged


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAdministration:
    """A closed administration as counted in scoring run `run`.

    `forms` were answered by anybody, `sittings` of them count for statistics (no member of staff ended them).
    """

    id: str
    bank_id: str
    run: int
    name: str
    exam: str
    held_at: datetime
    forms: int
    sittings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCount:
    """One item in one administration. `shown`: on how many of its forms the item stood.

    `version` is the number of the bank's version that was asked, None where the bank has none like it;
    `marking` tells apart both what was asked and by which keys it was marked.
    """

    item_id: str
    version: int | None
    marking: str
    asked: ChoiceKeys | None
    shown: int
    voided: bool
    tally: ItemTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An item's part in one administration."""

    administration: CountedAdministration
    count: ItemCount

    @property
    def statistics(self) -> ItemStatistics:
        """How it performed there."""
        count = self.count
        return statistics_of(count.item_id, count.asked, count.tally, self.administration.sittings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an item stands now: `statistics` of all its comparable uses together, of version `version`."""

    version: int | None
    statistics: ItemStatistics
    comparable: frozenset[str]


def marking_of(keyed: Sequence[Item]) -> str:
    """The digest of an item as it was asked and marked; `keyed`: once for every key that is right."""
    digests: list[JsonValue] = [item_digest(item) for item in keyed]
    return digest_value(digests)


def standing_of(uses: Sequence[Use]) -> Standing | None:
    """How an item stands after `uses`, the earliest first; None where nobody was dealt it yet.

    `comparable` are the administrations that the figures are made of.
    """
    dealt = [use for use in uses if sum(use.count.tally.thirds)]
    if not dealt:
        return None
    last = dealt[-1].count
    same = [use for use in dealt if (use.count.version, use.count.marking) == (last.version, last.marking)]
    tally = merged(use.count.tally for use in same)
    sittings = sum(use.administration.sittings for use in same)
    return Standing(
        version=last.version,
        statistics=statistics_of(last.item_id, last.asked, tally, sittings),
        comparable=frozenset(use.administration.id for use in same),
    )


def asked_text(asked: ChoiceKeys | None) -> str:
    """Options and keys as stored (canonical JSON), empty for types without options."""
    if asked is None:
        return ""
    options: list[JsonValue] = [*asked.option_ids]
    keys: list[JsonValue] = [[*sorted(key)] for key in asked.keys]
    return canonical_bytes({"options": options, "keys": keys}).decode()


def asked_from_text(text: str) -> ChoiceKeys | None:
    """The inverse of `asked_text`. Raises DocumentInvalid."""
    if not text:
        return None
    reader = ObjectReader(parse(text), "asked")
    keys = reader.items("keys")
    found = ChoiceKeys(
        option_ids=reader.texts("options"),
        keys=tuple(
            frozenset(one for one in key if isinstance(one, str)) for key in keys if isinstance(key, list)
        ),
    )
    reader.end()
    return found
