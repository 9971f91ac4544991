"""What changed between two states of a bank, or two versions of an item."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.bank import Bank
from question_bank.canonical import JsonValue
from question_bank.item_documents import item_document, item_set_document
from question_bank.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """An item with the names of the fields that differ (those of its JSON; "stimulus" for its set's)."""

    item_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankChange:
    """Item ids that came, that went, and items that differ; all by id."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ItemChange, ...]

    @property
    def empty(self) -> bool:
        """Nothing changed."""
        return not (self.added or self.removed or self.changed)

    def document(self) -> dict[str, JsonValue]:
        """The change as JSON."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": [{"id": change.item_id, "fields": list(change.fields)} for change in self.changed],
        }


def changed_fields(old: Item, new: Item) -> tuple[str, ...]:
    """The JSON fields in which two versions of an item differ, sorted."""
    before, after = item_document(old), item_document(new)
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def compare_banks(old: Bank, new: Bank) -> BankChange:
    """What it takes to get from `old` to `new`."""
    changed = []
    for item_id in sorted(old.by_id.keys() & new.by_id.keys()):
        fields = changed_fields(old.by_id[item_id], new.by_id[item_id])
        if _stimulus(old, item_id) != _stimulus(new, item_id):
            fields = tuple(sorted((*fields, "stimulus")))
        if fields:
            changed.append(ItemChange(item_id=item_id, fields=fields))
    return BankChange(
        added=tuple(sorted(new.by_id.keys() - old.by_id.keys())),
        removed=tuple(sorted(old.by_id.keys() - new.by_id.keys())),
        changed=tuple(changed),
    )


def _stimulus(bank: Bank, item_id: str) -> JsonValue:
    item_set = bank.set_of(bank.by_id[item_id])
    return item_set_document(item_set) if item_set else None
