"""Items out of an office's table (CSV or XLSX), with a report of every row.

Header names vary and are found by their aliases; options stand in columns of their own or in one cell.
One bad row never stops the others, and nothing is guessed: a row that can be read in two ways is rejected
with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.canonical import digest_value
from question_bank.errors import FormatRefused, ItemInvalid
from question_bank.formats import cells as read
from question_bank.formats.headers import Header, find_header
from question_bank.formats.reports import ImportResult, Problem, RowReport, RowStatus, SheetReport, clip
from question_bank.formats.tables import Table, TableRow, read_tables
from question_bank.interactions import CHOICE_IDS, TRUE_FALSE_OPTIONS, Choice, Option
from question_bank.item_types import ItemType
from question_bank.items import Item

NO_TOPIC = "未分类"
_ALIASES: Mapping[str, str] = {
    "stem": "题目 题干 试题 题目内容 试题内容 题目描述 题目名称 题干内容 问题 stem question questiontext",
    "type": "题型 类型 试题类型 题目类型 题类 type questiontype itemtype",
    "options": "选项 题目选项 试题选项 备选答案 备选项 答案选项 选项内容 options choices",
    "key": "答案 正确答案 题目答案 标准答案 试题答案 参考答案 正确选项 key answer correctanswer answers",
    "rationale": "解析 答案解析 试题解析 题目解析 解释 说明 rationale explanation",
    "difficulty": "难度 难易度 难易程度 难度等级 难度系数 试题难度 difficulty",
    "topic": "知识点 章节 考点 知识点名称 所属章节 所属知识点 章 分类 topic chapter category",
    "category": "作业种类 作业类别 工种 类别 科目",
    "must_know": "必知 应知应会 必知必会 应会 必学必训 必会 mustknow",
    "id": "编号 id 题号 试题编号 题目编号 itemid questionid",
    "image": "图片 题图 图 试题图片 image picture",
    "source": "来源 出处 依据 法规依据 source reference",
    "points": "分值 分数 得分 points score",
    "number": "序号 no. no number",
}
_ROLE_OF = {alias: role for role, aliases in _ALIASES.items() for alias in aliases.split()}
_OPTION_TITLE = re.compile(r"(?:选项|答案|option|choice)([a-h1-8])|([a-h1-8])(?:选项|项)|([a-h])")
_NEEDED = frozenset({"stem", "key"})
# A list number is taken off only where the sheet numbers its stems; elsewhere "10. ..." may be text.
_NUMBERED_SHARE = (1, 2)


def role_of(title: str) -> str | None:
    """The role of a plain column title: stem, key, ... or option0 to option7."""
    if title in _ROLE_OF:
        return _ROLE_OF[title]
    if match := _OPTION_TITLE.fullmatch(title):
        mark = next(group for group in match.groups() if group)
        return f"option{'abcdefgh'.find(mark) if mark.isalpha() else int(mark) - 1}"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """One row read on its own: an item or the problem that rejects it, and what is worth a look."""

    sheet: str
    row: int
    item: Item | None
    problems: tuple[Problem, ...]


def import_tables(data: bytes) -> ImportResult:
    """The items of a CSV or XLSX file and the report. Raises FormatRefused for a file without any table."""
    sheets: list[SheetReport] = []
    drafts: list[_Draft] = []
    for table in read_tables(data):
        report, rows = _read_sheet(table)
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


def _read_sheet(table: Table) -> tuple[SheetReport, list[_Draft]]:
    if not table.rows:
        return SheetReport(sheet=table.sheet, code="sheet.empty"), []
    found = find_header(table, role_of, _NEEDED)
    if found is None:
        return SheetReport(sheet=table.sheet, code="sheet.no_header", encoding=table.encoding), []
    header, rows = found
    stems = [row.cell(header.columns["stem"]) for row in rows]
    numbered = sum(map(read.has_numbering, stems))
    share, whole = _NUMBERED_SHARE
    remove = len(stems) > 1 and numbered * whole >= len(stems) * share
    report = SheetReport(
        sheet=table.sheet,
        code="sheet.read",
        encoding=table.encoding,
        header_row=header.row,
        columns=tuple(header.titles.items()),
        unknown_columns=header.unknown,
        numbering_removed=remove,
    )
    reader = _RowReader(sheet=table.sheet, header=header, remove_numbering=remove)
    return report, [reader.draft(row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowReader:
    """Reads the rows below one header."""

    sheet: str
    header: Header
    remove_numbering: bool

    def draft(self, row: TableRow) -> _Draft:
        """The row as an item, or as rejected."""
        try:
            item = self._item(row)
        except read.CellUnreadable as error:
            problem = Problem(code=error.code, field=error.field, value=self._value(row, error.field))
            return _Draft(sheet=self.sheet, row=row.number, item=None, problems=(problem,))
        except ItemInvalid as error:
            problem = Problem(code=error.code, field=error.field, value=self._value(row, error.field))
            return _Draft(sheet=self.sheet, row=row.number, item=None, problems=(problem,))
        return _Draft(
            sheet=self.sheet,
            row=row.number,
            item=item,
            problems=tuple(self._warnings(row, item)),
        )

    def _cell(self, row: TableRow, role: str) -> str:
        return row.cell(self.header.columns.get(role))

    def _value(self, row: TableRow, field: str) -> str:
        if field == "options" and "options" not in self.header.columns:
            return clip(" | ".join(self._option_cells(row)))
        return clip(self._cell(row, field))

    def _item(self, row: TableRow) -> Item:
        stem = self._stem(row)
        if not stem:
            raise read.CellUnreadable("item.stem_missing", "stem")
        if self._cell(row, "image"):
            raise read.CellUnreadable("row.image_unsupported", "image")
        item_type = read.read_type(self._cell(row, "type"), self.sheet)
        texts = self._options(row)
        key = read.tidy(self._cell(row, "key"))
        if item_type is ItemType.TRUE_FALSE:
            options: tuple[Option, ...] = TRUE_FALSE_OPTIONS
            key_ids = read.read_true_false(key, texts)
        else:
            options = _options(texts)
            key_ids = read.read_choice_key(key, texts)
        return Item(
            id=self._cell(row, "id") or _content_id(item_type, stem, options),
            type=item_type,
            stem=stem,
            interaction=Choice(options=options, key=key_ids),
            topic=self._topic(row) or NO_TOPIC,
            must_know=read.read_must_know(self._cell(row, "must_know")),
            rationale=read.tidy(self._cell(row, "rationale")),
            difficulty=read.read_difficulty(self._cell(row, "difficulty")),
            source=read.tidy(self._cell(row, "source")),
        )

    def _stem(self, row: TableRow) -> str:
        raw = self._cell(row, "stem")
        return read.tidy(read.without_numbering(raw) if self.remove_numbering else raw)

    def _topic(self, row: TableRow) -> str:
        return read.tidy(self._cell(row, "topic" if "topic" in self.header.columns else "category"))

    def _option_cells(self, row: TableRow) -> list[str]:
        return [self._cell(row, f"option{place}") for place in range(len(CHOICE_IDS))]

    def _options(self, row: TableRow) -> tuple[str, ...]:
        in_one_cell, own_columns = self._cell(row, "options"), self._option_cells(row)
        if in_one_cell and any(own_columns):
            raise read.CellUnreadable("options.two_places", "options")
        texts = read.split_options(in_one_cell) if in_one_cell else read.option_columns(own_columns)
        return tuple(read.tidy(text) for text in texts)

    def _warnings(self, row: TableRow, item: Item) -> Iterable[Problem]:
        has_topic_column = bool({"topic", "category"} & self.header.columns.keys())
        if has_topic_column and item.topic == NO_TOPIC and self._topic(row) != NO_TOPIC:
            yield Problem(code="topic.missing", field="topic")
        difficulty = self._cell(row, "difficulty")
        if difficulty and item.difficulty is None:
            yield Problem(code="difficulty.unknown", field="difficulty", value=clip(difficulty))
        if read.mentions_figure(item.stem):
            yield Problem(code="stem.mentions_figure", field="stem", value=clip(item.stem))
        if read.shows_key(item.stem, self._cell(row, "key")):
            yield Problem(code="stem.shows_key", field="stem", value=clip(item.stem))
        for role, index in self.header.columns.items():
            if index in row.dates and role not in {"points", "number", "source"}:
                yield Problem(code="cell.was_date", field=role, value=clip(row.cell(index)))


def _options(texts: tuple[str, ...]) -> tuple[Option, ...]:
    if not 2 <= len(texts) <= len(CHOICE_IDS):
        raise read.CellUnreadable("item.options_number", "options")
    if not all(texts):
        raise read.CellUnreadable("item.option_missing", "options")
    return tuple(Option(id=letter, text=text) for letter, text in zip(CHOICE_IDS, texts, strict=False))


def _content_id(item_type: ItemType, stem: str, options: tuple[Option, ...]) -> str:
    """An id for a row without one; the same content gets the same id at every import."""
    digest = digest_value([item_type.value, stem, [option.text for option in options]])
    return "q-" + digest.removeprefix("sha256:")[:16]


def _compare(drafts: list[_Draft]) -> list[_Draft]:
    """Reject repeated items (all of them where the keys differ), point out stems that come back."""
    by_stem: defaultdict[tuple[ItemType, str], list[int]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        if draft.item:
            by_stem[draft.item.type, read.comparable(draft.item.stem)].append(place)
    compared = list(drafts)
    for places in by_stem.values():
        for place in places[1:]:
            _compare_one(drafts, compared, place, places)
    return compared


def _compare_one(drafts: list[_Draft], compared: list[_Draft], place: int, places: list[int]) -> None:
    """Hold one row against the earlier rows with its stem."""
    own = _option_texts(drafts[place])
    for earlier in places[: places.index(place)]:
        other = _option_texts(drafts[earlier])
        if own == other:
            if _key_texts(drafts[place]) == _key_texts(drafts[earlier]):
                compared[place] = _rejected(drafts[place], "row.repeated", "stem", drafts[earlier].row)
            else:
                code = "row.repeated_other_key"
                compared[place] = _rejected(drafts[place], code, "key", drafts[earlier].row)
                compared[earlier] = _rejected(drafts[earlier], code, "key", drafts[place].row)
            return
    shared = [earlier for earlier in places[: places.index(place)] if own & _option_texts(drafts[earlier])]
    if shared and compared[place].item:
        problem = Problem(code="row.stem_repeated", field="stem", other_row=drafts[shared[0]].row)
        draft = drafts[place]
        compared[place] = _with_problems(draft, draft.item, (*draft.problems, problem))


def _reject_repeated_ids(drafts: list[_Draft]) -> list[_Draft]:
    """The first row keeps an id; a later one that claims it is rejected."""
    seen: dict[str, int] = {}
    checked: list[_Draft] = []
    for draft in drafts:
        if draft.item and draft.item.id in seen:
            checked.append(_rejected(draft, "id.repeated", "id", seen[draft.item.id]))
            continue
        if draft.item:
            seen[draft.item.id] = draft.row
        checked.append(draft)
    return checked


def _option_texts(draft: _Draft) -> frozenset[str]:
    assert draft.item is not None
    return frozenset(read.comparable(option.text) for option in draft.item.choice.options)


def _key_texts(draft: _Draft) -> frozenset[str]:
    item = draft.item
    assert item is not None
    return frozenset(
        read.comparable(option.text) for option in item.choice.options if option.id in item.choice.key
    )


def _rejected(draft: _Draft, code: str, field: str, other_row: int) -> _Draft:
    assert draft.item is not None
    value = draft.item.id if field == "id" else clip(draft.item.stem)
    if field == "key":
        value = "".join(draft.item.choice.key_order)
    return _with_problems(draft, None, (Problem(code=code, field=field, value=value, other_row=other_row),))


def _with_problems(draft: _Draft, item: Item | None, problems: tuple[Problem, ...]) -> _Draft:
    return _Draft(sheet=draft.sheet, row=draft.row, item=item, problems=problems)


def _report(draft: _Draft) -> RowReport:
    if draft.item is None:
        status = RowStatus.REJECTED
    else:
        status = RowStatus.WARNED if draft.problems else RowStatus.IMPORTED
    item_id = draft.item.id if draft.item else ""
    return RowReport(
        sheet=draft.sheet, row=draft.row, status=status, item_id=item_id, problems=draft.problems
    )
