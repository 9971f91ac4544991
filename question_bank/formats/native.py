"""The native JSON of a bank, read item by item: one bad item does not stop the rest."""

from __future__ import annotations

from question_bank.bank import BANK_FORMAT, MAX_ITEMS
from question_bank.canonical import JsonValue, ObjectReader, parse
from question_bank.errors import DocumentInvalid, FormatRefused, ItemInvalid, QuestionBankError
from question_bank.formats.reports import ImportResult, Problem, RowReport, RowStatus, clip
from question_bank.item_documents import item_from_document, item_set_from_document
from question_bank.items import Item, ItemSet


def import_native(data: bytes) -> ImportResult:
    """The items and sets of a bank document. `row` of a report is the item's place in it, from 1.

    Pictures are not in the document: items that show some need them from elsewhere. Raises FormatRefused.
    """
    try:
        reader = ObjectReader(parse(data), "bank")
        reader.expect("format", BANK_FORMAT)
        documents, set_documents = reader.items("items"), reader.items_or("sets")
        sets = tuple(item_set_from_document(document) for document in set_documents)
    except (DocumentInvalid, ItemInvalid) as error:
        raise FormatRefused(error.code, str(error)) from error
    if len(documents) > MAX_ITEMS:
        raise FormatRefused("bank.too_large", f"A bank holds at most {MAX_ITEMS} items.")
    items: list[Item] = []
    reports: list[RowReport] = []
    seen: dict[str, int] = {}
    for place, document in enumerate(documents, start=1):
        read = _read(place, document, seen)
        if isinstance(read, Item):
            items.append(read)
            seen[read.id] = place
            reports.append(_report(place, read.id, ()))
        else:
            reports.append(_report(place, _named(document), (read,)))
    return ImportResult(items=tuple(items), rows=tuple(reports), sets=_used(sets, items))


def _read(place: int, document: JsonValue, seen: dict[str, int]) -> Item | Problem:
    try:
        item = item_from_document(document)
    except ItemInvalid as error:
        return Problem(code=error.code, field=error.field)
    except QuestionBankError as error:
        return Problem(code="item.not_native", field="item", value=clip(str(error)))
    if item.id in seen:
        return Problem(code="id.repeated", field="id", value=item.id, other_row=seen[item.id])
    return item


def _report(place: int, item_id: str, problems: tuple[Problem, ...]) -> RowReport:
    status = RowStatus.REJECTED if problems else RowStatus.IMPORTED
    return RowReport(sheet="", row=place, status=status, item_id=item_id, problems=problems)


def _named(document: JsonValue) -> str:
    name = document.get("id") if isinstance(document, dict) else None
    return clip(name) if isinstance(name, str) else ""


def _used(sets: tuple[ItemSet, ...], items: list[Item]) -> tuple[ItemSet, ...]:
    wanted = {item.item_set for item in items}
    return tuple(item_set for item_set in sets if item_set.id in wanted)
