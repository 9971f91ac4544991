"""The second sheet of the template: the stimuli of item sets, one a row, named by items in 题组编号."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.content import Markup
from question_bank.errors import ItemInvalid
from question_bank.formats import cells as read
from question_bank.formats.headers import Header, find_header
from question_bank.formats.reports import Problem, RowReport, RowStatus, SheetReport, clip
from question_bank.formats.tables import MAX_CELL_CHARS, Table, TableRow
from question_bank.items import ItemSet

SHEET = "题组材料"
# Role and title of every column, in their order.
COLUMNS = (("item_set", "题组编号"), ("title", "材料标题"), ("stimulus", "材料"), ("markup", "格式"))
_NEEDED = frozenset({"item_set", "stimulus"})
_ROLES = {title: role for role, title in COLUMNS} | {role: role for role in ("title", "stimulus", "markup")}
_ROLES["itemset"] = "item_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimuli:
    """A sheet of stimuli: the sets, and a report of each row that is none."""

    sheet: SheetReport
    sets: tuple[ItemSet, ...]
    rows: tuple[RowReport, ...]


def read_stimuli(table: Table) -> Stimuli | None:
    """The stimuli of a sheet, None when it is no such sheet."""
    found = find_header(table, _ROLES.get, _NEEDED)
    if found is None:
        return None
    header, rows = found
    sets: dict[str, ItemSet] = {}
    places: dict[str, int] = {}
    reports = []
    for row in rows:
        try:
            item_set = _item_set(header, row)
        except (read.CellUnreadable, ItemInvalid) as error:
            field = "item_set" if error.field == "id" else error.field
            problem = Problem(code=error.code, field=field, value=clip(_cell(header, row, field)))
        else:
            if sets.setdefault(item_set.id, item_set) is item_set:
                places[item_set.id] = row.number
                continue
            problem = Problem(
                code="id.repeated", field="item_set", value=item_set.id, other_row=places[item_set.id]
            )
        reports.append(
            RowReport(
                sheet=table.sheet, row=row.number, status=RowStatus.REJECTED, item_id="", problems=(problem,)
            )
        )
    sheet = SheetReport(sheet=table.sheet, code="sheet.stimuli", header_row=header.row)
    return Stimuli(sheet=sheet, sets=tuple(sets.values()), rows=tuple(reports))


def _cell(header: Header, row: TableRow, role: str) -> str:
    return row.cell(header.columns.get(role))


def _item_set(header: Header, row: TableRow) -> ItemSet:
    return ItemSet(
        id=read.tidy(_cell(header, row, "item_set")),
        title=read.tidy(_cell(header, row, "title")),
        stimulus=read.tidy(_cell(header, row, "stimulus")),
        markup=read.read_markup(_cell(header, row, "markup")),
    )


def written_stimuli(sets: tuple[ItemSet, ...]) -> Mapping[str, list[str]]:
    """The rows of the sets that a sheet can hold, by id: no pictures, no spaces that reading would change."""
    rows = {}
    for item_set in sets:
        markup = "" if item_set.markup is Markup.TEXT else item_set.markup.value
        texts = [item_set.id, item_set.title, item_set.stimulus, markup]
        if not item_set.media and all(text == read.tidy(text) for text in texts) and fits_cell(*texts):
            rows[item_set.id] = texts
    return rows


def fits_cell(*texts: str) -> bool:
    """Whether a spreadsheet's cell can hold each of the texts, with the apostrophe that it may get."""
    return all(len(text) < MAX_CELL_CHARS for text in texts)
