"""A bank: the items of one industry, its canonical JSON and its digest.

The order in which items were written means nothing: items are kept by id (code points), so the same
content has the same digest, and forms do not change when somebody sorts a sheet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.errors import BankInvalid, DocumentInvalid
from question_bank.items import Difficulty, Item, ItemType, Option

BANK_FORMAT = "kaochang.bank/1"
MAX_ITEMS = 50_000
MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StemRepeat:
    """Items of one type that share a stem; `same_options` when their option texts agree as well."""

    item_ids: tuple[str, ...]
    same_options: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One item bank. Construction raises BankInvalid for no name, repeated ids or more than 50,000 items.

    `items` come out sorted by id. `digest` is `sha256:<hex>` of the canonical JSON, `by_id` a read-only
    view; both are computed once.
    """

    name: str
    industry: str
    items: tuple[Item, ...]
    digest: str = field(init=False, compare=False)
    by_id: Mapping[str, Item] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME_CHARS or len(self.industry) > MAX_NAME_CHARS:
            raise BankInvalid("bank.name_invalid", "A bank needs a name of 1 to 200 characters.")
        if len(self.items) > MAX_ITEMS:
            raise BankInvalid("bank.too_large", f"A bank holds at most {MAX_ITEMS} items.")
        repeated = [key for key, times in Counter(item.id for item in self.items).items() if times > 1]
        if repeated:
            raise BankInvalid("bank.id_repeated", f"The id {min(repeated)} is used more than once.")
        ordered = tuple(sorted(self.items, key=lambda item: item.id))
        object.__setattr__(self, "items", ordered)
        object.__setattr__(self, "by_id", MappingProxyType({item.id: item for item in ordered}))
        object.__setattr__(self, "digest", digest_bytes(self.to_json()))

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the bank, UTF-8."""
        return canonical_bytes(
            {
                "format": BANK_FORMAT,
                "name": self.name,
                "industry": self.industry,
                "items": [item_document(item) for item in self.items],
            }
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> Bank:
        """The inverse of `to_json`. Raises DocumentInvalid, ItemInvalid or BankInvalid."""
        reader = ObjectReader(parse(data), "bank")
        reader.expect("format", BANK_FORMAT)
        name, industry, documents = reader.text("name"), reader.text("industry"), reader.items("items")
        reader.end()
        if len(documents) > MAX_ITEMS:
            raise BankInvalid("bank.too_large", f"A bank holds at most {MAX_ITEMS} items.")
        items = tuple(item_from_document(document) for document in documents)
        return cls(name=name, industry=industry, items=items)

    def repeated_stems(self) -> tuple[StemRepeat, ...]:
        """Groups of items of one type with the same stem (spaces ignored), for an author to look at."""
        groups: defaultdict[tuple[ItemType, str], list[Item]] = defaultdict(list)
        for item in self.items:
            groups[item.type, "".join(item.stem.split())].append(item)
        return tuple(
            StemRepeat(
                item_ids=tuple(item.id for item in group),
                same_options=len({frozenset(option.text for option in item.options) for item in group}) == 1,
            )
            for group in groups.values()
            if len(group) > 1
        )


def item_document(item: Item) -> dict[str, JsonValue]:
    """One item as a JSON object; the key is listed in the order of the options."""
    return {
        "id": item.id,
        "type": item.type.value,
        "stem": item.stem,
        "options": [{"id": option.id, "text": option.text} for option in item.options],
        "key": list(item.key_order),
        "topic": item.topic,
        "must_know": item.must_know,
        "rationale": item.rationale,
        "difficulty": item.difficulty.value if item.difficulty else "",
        "source": item.source,
    }


def item_from_document(document: JsonValue) -> Item:
    """The inverse of `item_document`. Raises DocumentInvalid or ItemInvalid."""
    reader = ObjectReader(document, "item")
    item_id, difficulty, key = reader.text("id"), reader.text("difficulty"), reader.texts("key")
    if len(set(key)) != len(key):
        raise DocumentInvalid("document.key_repeated", f"The key of item {item_id[:64]} repeats an option.")
    try:
        item_type = ItemType(reader.text("type"))
        level = Difficulty(difficulty) if difficulty else None
    except ValueError as error:
        raise DocumentInvalid("document.unknown_value", f"Item {item_id[:64]}: {error}.") from error
    item = Item(
        id=item_id,
        type=item_type,
        stem=reader.text("stem"),
        options=tuple(_option(value) for value in reader.items("options")),
        key=frozenset(key),
        topic=reader.text("topic"),
        must_know=reader.flag("must_know"),
        rationale=reader.text("rationale"),
        difficulty=level,
        source=reader.text("source"),
    )
    reader.end()
    return item


def _option(value: JsonValue) -> Option:
    reader = ObjectReader(value, "option")
    option = Option(id=reader.text("id"), text=reader.text("text"))
    reader.end()
    return option
