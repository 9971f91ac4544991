"""Items out of an office's table (CSV or XLSX), with a report of every row.

Header names vary and are found by their aliases; options stand in columns of their own or in one cell.
One bad row never stops the others, and nothing is guessed: a row that can be read in two ways is rejected
with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from question_bank.duplicates import comparable, option_texts, right_texts
from question_bank.errors import FormatRefused
from question_bank.formats import cells as read
from question_bank.formats.headers import find_header
from question_bank.formats.reports import ImportResult, Problem, RowReport, RowStatus, SheetReport, clip
from question_bank.formats.sheet_columns import NEEDED, ColumnRoles, is_template
from question_bank.formats.sheet_rows import Draft, RowReader
from question_bank.formats.tables import Table, read_tables
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.responses import key_response

# A list number is taken off only where the sheet numbers its stems; elsewhere "10. ..." may be text.
_NUMBERED_SHARE = (1, 2)


def import_tables(data: bytes, corrections: Mapping[str, str] | None = None) -> ImportResult:
    """The items of a CSV or XLSX file and the report. Raises FormatRefused for a file without any table.

    `corrections` maps column titles to roles (`sheet_columns.ROLES`; "" leaves a column out) where a person
    knows better than the titles say.
    """
    roles = ColumnRoles(corrections or {})
    sheets: list[SheetReport] = []
    drafts: list[Draft] = []
    for table in read_tables(data):
        report, rows = _read_sheet(table, roles)
        sheets.append(report)
        drafts += rows
    if all(sheet.code == "sheet.empty" for sheet in sheets):
        raise FormatRefused("table.empty", "The file holds no rows.")
    if all(sheet.code != "sheet.read" for sheet in sheets):
        raise FormatRefused("table.no_header", "No row names a stem column and a key column.")
    drafts = _reject_repeated_ids(_compare(drafts))
    reports = tuple(_report(draft) for draft in drafts)
    return ImportResult(
        items=tuple(draft.item for draft in drafts if draft.item), rows=reports, sheets=tuple(sheets)
    )


def _read_sheet(table: Table, roles: ColumnRoles) -> tuple[SheetReport, list[Draft]]:
    if not table.rows:
        return SheetReport(sheet=table.sheet, code="sheet.empty"), []
    found = find_header(table, roles, NEEDED)
    if found is None:
        return SheetReport(sheet=table.sheet, code="sheet.no_header", encoding=table.encoding), []
    header, rows = found
    stems = [row.cell(header.columns["stem"]) for row in rows]
    numbered = sum(map(read.has_numbering, stems))
    share, whole = _NUMBERED_SHARE
    as_written = is_template(header.titles)
    remove = not as_written and len(stems) > 1 and numbered * whole >= len(stems) * share
    report = SheetReport(
        sheet=table.sheet,
        code="sheet.read",
        encoding=table.encoding,
        header_row=header.row,
        columns=tuple(header.titles.items()),
        unknown_columns=header.unknown,
        numbering_removed=remove,
    )
    reader = RowReader(sheet=table.sheet, header=header, remove_numbering=remove, as_written=as_written)
    return report, [reader.draft(row) for row in rows]


def _compare(drafts: list[Draft]) -> list[Draft]:
    """Reject repeated items (all of them where the keys differ), point out stems that come back."""
    by_stem: defaultdict[tuple[ItemType, str], list[int]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        if draft.item:
            by_stem[draft.item.type, comparable(draft.item.stem)].append(place)
    compared = list(drafts)
    for places in by_stem.values():
        if len(places) > 1:
            _compare_group(drafts, compared, places)
    return compared


def _compare_group(drafts: list[Draft], compared: list[Draft], places: list[int]) -> None:
    """Hold the rows of one type and stem against the first that has the same options, or any of them."""
    first: dict[frozenset[str], int] = {}
    mentioned: dict[str, int] = {}
    for place in places:
        item = _item(drafts[place])
        own = option_texts(item)
        earlier = first.setdefault(own, place)
        if earlier == place:
            shared = min((mentioned[text] for text in own if text in mentioned), default=place)
            for text in own:
                mentioned.setdefault(text, place)
            if shared != place and compared[place].item:
                problem = Problem(code="row.stem_repeated", field="stem", other_row=drafts[shared].row)
                compared[place] = _with_problems(drafts[place], item, (*drafts[place].problems, problem))
        elif right_texts(item) == right_texts(_item(drafts[earlier])):
            compared[place] = _rejected(drafts[place], "row.repeated", "stem", drafts[earlier].row)
        else:
            code = "row.repeated_other_key"
            compared[place] = _rejected(drafts[place], code, "key", drafts[earlier].row)
            compared[earlier] = _rejected(drafts[earlier], code, "key", drafts[place].row)


def _item(draft: Draft) -> Item:
    assert draft.item is not None
    return draft.item


def _reject_repeated_ids(drafts: list[Draft]) -> list[Draft]:
    """The first row keeps an id; a later one that claims it is rejected."""
    seen: dict[str, int] = {}
    checked: list[Draft] = []
    for draft in drafts:
        if draft.item and draft.item.id in seen:
            checked.append(_rejected(draft, "id.repeated", "id", seen[draft.item.id]))
            continue
        if draft.item:
            seen[draft.item.id] = draft.row
        checked.append(draft)
    return checked


def _rejected(draft: Draft, code: str, field: str, other_row: int) -> Draft:
    item = _item(draft)
    value = item.id if field == "id" else clip(item.stem)
    if field == "key":
        value = ",".join(key_response(item))
    return _with_problems(draft, None, (Problem(code=code, field=field, value=value, other_row=other_row),))


def _with_problems(draft: Draft, item: Item | None, problems: tuple[Problem, ...]) -> Draft:
    return Draft(sheet=draft.sheet, row=draft.row, item=item, problems=problems)


def _report(draft: Draft) -> RowReport:
    if draft.item is None:
        status = RowStatus.REJECTED
    else:
        status = RowStatus.WARNED if draft.problems else RowStatus.IMPORTED
    item_id = draft.item.id if draft.item else ""
    return RowReport(
        sheet=draft.sheet, row=draft.row, status=status, item_id=item_id, problems=draft.problems
    )
