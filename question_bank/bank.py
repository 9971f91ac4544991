"""A bank: the items of one industry, its canonical JSON and its digest.

The order in which items were written means nothing: items are kept by id (code points), so the same
content has the same digest, and forms do not change when somebody sorts a sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.errors import BankInvalid
from question_bank.item_documents import (
    item_document,
    item_from_document,
    item_set_document,
    item_set_from_document,
)
from question_bank.items import Item, ItemSet
from question_bank.media import Picture, check_listed

BANK_FORMAT = "kaochang.bank/1"
MAX_ITEMS = 50_000
MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One item bank. Construction raises BankInvalid: no name, repeated ids, more than 50,000 items, an item
    of a set or with a picture that the bank does not hold.

    `items` and `sets` come out sorted by id, `media` (a listing; the bytes live elsewhere, by content) by
    digest; sets and pictures that nothing uses are dropped. `digest` is `sha256:<hex>` of the canonical
    JSON, `by_id` a read-only view; both are computed once.
    """

    name: str
    industry: str
    items: tuple[Item, ...]
    sets: tuple[ItemSet, ...] = ()
    media: tuple[Picture, ...] = ()
    digest: str = field(init=False, compare=False)
    by_id: Mapping[str, Item] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME_CHARS or len(self.industry) > MAX_NAME_CHARS:
            raise BankInvalid("bank.name_invalid", "A bank needs a name of 1 to 200 characters.")
        if len(self.items) > MAX_ITEMS:
            raise BankInvalid("bank.too_large", f"A bank holds at most {MAX_ITEMS} items.")
        _check_unique([item.id for item in self.items])
        _check_unique([item_set.id for item_set in self.sets])
        ordered = tuple(sorted(self.items, key=lambda item: item.id))
        object.__setattr__(self, "items", ordered)
        object.__setattr__(self, "sets", self._used_sets())
        object.__setattr__(self, "media", self._used_media())
        object.__setattr__(self, "by_id", MappingProxyType({item.id: item for item in ordered}))
        object.__setattr__(self, "digest", digest_bytes(self.to_json()))

    def _used_sets(self) -> tuple[ItemSet, ...]:
        wanted = {item.item_set for item in self.items if item.item_set}
        missing = wanted - {item_set.id for item_set in self.sets}
        if missing:
            raise BankInvalid("bank.set_missing", f"The item set {min(missing)} is not in the bank.")
        return tuple(sorted((s for s in self.sets if s.id in wanted), key=lambda item_set: item_set.id))

    def _used_media(self) -> tuple[Picture, ...]:
        wanted = {digest for item in self.items for digest in item.media}
        wanted |= {digest for item_set in self.sets for digest in item_set.media}
        listed = {picture.digest: picture for picture in self.media}
        if not wanted <= listed.keys():
            raise BankInvalid("bank.media_missing", "A picture that an item shows is not in the bank.")
        for digest in wanted:
            check_listed(listed[digest])
        return tuple(listed[digest] for digest in sorted(wanted))

    def set_of(self, item: Item) -> ItemSet | None:
        """The item's set, None when it stands alone."""
        return next((s for s in self.sets if s.id == item.item_set), None) if item.item_set else None

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the bank, UTF-8."""
        document: dict[str, JsonValue] = {
            "format": BANK_FORMAT,
            "name": self.name,
            "industry": self.industry,
            "items": [item_document(item) for item in self.items],
        }
        if self.sets:
            document["sets"] = [item_set_document(item_set) for item_set in self.sets]
        if self.media:
            document["media"] = [_picture_document(picture) for picture in self.media]
        return canonical_bytes(document)

    @classmethod
    def from_json(cls, data: bytes | str) -> Bank:
        """The inverse of `to_json`. Raises DocumentInvalid, ItemInvalid or BankInvalid."""
        reader = ObjectReader(parse(data), "bank")
        reader.expect("format", BANK_FORMAT)
        name, industry, documents = reader.text("name"), reader.text("industry"), reader.items("items")
        sets, media = reader.items_or("sets"), reader.items_or("media")
        reader.end()
        if len(documents) > MAX_ITEMS:
            raise BankInvalid("bank.too_large", f"A bank holds at most {MAX_ITEMS} items.")
        items = tuple(item_from_document(document) for document in documents)
        return cls(
            name=name,
            industry=industry,
            items=items,
            sets=tuple(item_set_from_document(document) for document in sets),
            media=tuple(_picture(document) for document in media),
        )


def _check_unique(ids: list[str]) -> None:
    repeated = [key for key, times in Counter(ids).items() if times > 1]
    if repeated:
        raise BankInvalid("bank.id_repeated", f"The id {min(repeated)} is used more than once.")


def _picture_document(picture: Picture) -> JsonValue:
    return {"digest": picture.digest, "type": picture.media_type, "size": picture.size}


def _picture(document: JsonValue) -> Picture:
    reader = ObjectReader(document, "media")
    picture = Picture(
        digest=reader.text("digest"), media_type=reader.text("type"), size=reader.integer("size")
    )
    reader.end()
    return picture
