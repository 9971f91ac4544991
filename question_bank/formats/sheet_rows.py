"""One row of a sheet becomes one item, or the reason why it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.content import Markup
from question_bank.errors import ItemInvalid
from question_bank.formats import cells as read
from question_bank.formats.drafts import NO_TOPIC, Draft, content_id
from question_bank.formats.headers import Header
from question_bank.formats.reports import Problem, clip
from question_bank.formats.sheet_types import Cells, read_interaction
from question_bank.formats.tables import TableRow
from question_bank.interactions import CHOICE_IDS, marked_up_texts
from question_bank.items import DEFAULT_LANGUAGE, Item
from question_bank.scoring_rules import ScoringRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Reads the rows below one header. `as_written` takes no list numbers and labels off (our template)."""

    sheet: str
    header: Header
    remove_numbering: bool
    as_written: bool = False

    def draft(self, row: TableRow) -> Draft:
        """The row as an item, or as rejected."""
        try:
            item = self._item(row)
        except (read.CellUnreadable, ItemInvalid) as error:
            problem = Problem(code=error.code, field=error.field, value=self._value(row, error.field))
            return Draft(sheet=self.sheet, row=row.number, item=None, problems=(problem,))
        problems = tuple(self._warnings(row, item))
        return Draft(sheet=self.sheet, row=row.number, item=item, problems=problems)

    def _cell(self, row: TableRow, role: str) -> str:
        return row.cell(self.header.columns.get(role))

    def _tidy(self, row: TableRow, role: str) -> str:
        text = self._cell(row, role)
        return read.tidy(text) if text else ""

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
        found = read_interaction(item_type, self._cells(row, stem))
        texts = list(marked_up_texts(found.interaction))
        return Item(
            id=self._tidy(row, "id") or content_id(found.type.value, found.stem, texts),
            type=found.type,
            stem=found.stem,
            interaction=found.interaction,
            topic=self._topic(row) or NO_TOPIC,
            must_know=read.read_must_know(self._cell(row, "must_know")),
            rationale=self._tidy(row, "rationale"),
            difficulty=read.read_difficulty(self._cell(row, "difficulty")),
            markup=read.read_markup(self._cell(row, "markup")),
            language=self._cell(row, "language") or DEFAULT_LANGUAGE,
            scoring_rules=self._scoring_rules(row),
            source=self._tidy(row, "source"),
            clause=self._tidy(row, "clause"),
            enemy_set=self._tidy(row, "enemy_set"),
            industry=self._tidy(row, "industry"),
        )

    def _cells(self, row: TableRow, stem: str) -> Cells:
        return Cells(
            stem=stem,
            key=self._tidy(row, "key"),
            options=self._options(row),
            sources=self._sources(row),
            unit=self._tidy(row, "unit"),
            tolerance=self._cell(row, "tolerance"),
        )

    def _stem(self, row: TableRow) -> str:
        raw = self._cell(row, "stem")
        return read.tidy(read.without_numbering(raw) if self.remove_numbering else raw)

    def _topic(self, row: TableRow) -> str:
        return self._tidy(row, "topic" if "topic" in self.header.columns else "category")

    def _option_cells(self, row: TableRow) -> list[str]:
        return [self._cell(row, f"option{place}") for place in range(len(CHOICE_IDS))]

    def _options(self, row: TableRow) -> tuple[str, ...]:
        in_one_cell, own_columns = self._cell(row, "options"), self._option_cells(row)
        if in_one_cell and any(own_columns):
            raise read.CellUnreadable("options.two_places", "options")
        if in_one_cell:
            texts = read.split_options(in_one_cell)
        else:
            texts = read.option_columns(own_columns, labels=not self.as_written)
        return tuple(read.tidy(text) for text in texts)

    def _sources(self, row: TableRow) -> tuple[str, ...]:
        cell = self._cell(row, "sources")
        return tuple(read.tidy(text) for text in read.split_sources(cell)) if cell else ()

    def _scoring_rules(self, row: TableRow) -> tuple[ScoringRule, ...]:
        cell = self._cell(row, "scoring_rules")
        try:
            return tuple(ScoringRule(word) for word in cell.replace(",", " ").split())
        except ValueError as error:
            raise read.CellUnreadable("scoring_rules.unreadable", "scoring_rules") from error

    def _warnings(self, row: TableRow, item: Item) -> Iterable[Problem]:
        has_topic_column = bool({"topic", "category"} & self.header.columns.keys())
        if has_topic_column and item.topic == NO_TOPIC and self._topic(row) != NO_TOPIC:
            yield Problem(code="topic.missing", field="topic")
        difficulty = self._cell(row, "difficulty")
        if difficulty and item.difficulty is None:
            yield Problem(code="difficulty.unknown", field="difficulty", value=clip(difficulty))
        if item.markup is Markup.TEXT and read.mentions_figure(item.stem):
            yield Problem(code="stem.mentions_figure", field="stem", value=clip(item.stem))
        if read.shows_key(item.stem, self._cell(row, "key")):
            yield Problem(code="stem.shows_key", field="stem", value=clip(item.stem))
        for role, index in self.header.columns.items():
            if index in row.dates and role not in {"points", "number", "source"}:
                yield Problem(code="cell.was_date", field=role, value=clip(row.cell(index)))
