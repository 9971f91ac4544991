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
from question_bank.items import DEFAULT_LANGUAGE, Item, Parameters
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
            name = clip(self._tidy(row, "id"))
            return Draft(sheet=self.sheet, row=row.number, item=None, problems=(problem,), name=name)
        problems = tuple(self._warnings(row, item))
        return Draft(sheet=self.sheet, row=row.number, item=item, problems=problems)

    def cell(self, row: TableRow, role: str) -> str:
        """What stands in the column of this role, empty where there is none."""
        return row.cell(self.header.columns.get(role))

    def _tidy(self, row: TableRow, role: str) -> str:
        text = self.cell(row, role)
        return read.tidy(text) if text else ""

    def _value(self, row: TableRow, field: str) -> str:
        if field == "parameters":
            return clip(" ".join(self.cell(row, f"parameter_{name}") for name in "abc"))
        if field == "options" and "options" not in self.header.columns:
            return clip(" | ".join(self.option_cells(row)).rstrip(" |"))
        return clip(self.cell(row, field))

    def _item(self, row: TableRow) -> Item:
        stem = self.stem(row)
        if not stem:
            raise read.CellUnreadable("item.stem_missing", "stem")
        if self.cell(row, "image"):
            raise read.CellUnreadable("row.image_unsupported", "image")
        item_type = read.read_type(self.cell(row, "type"), self.sheet)
        found = read_interaction(item_type, self._cells(row, stem))
        texts = list(marked_up_texts(found.interaction))
        return Item(
            id=self._tidy(row, "id") or content_id(found.type.value, found.stem, texts),
            type=found.type,
            stem=found.stem,
            interaction=found.interaction,
            topic=self.topic(row) or NO_TOPIC,
            must_know=read.read_must_know(self.cell(row, "must_know")),
            rationale=self._tidy(row, "rationale"),
            difficulty=read.read_difficulty(self.cell(row, "difficulty")),
            markup=read.read_markup(self.cell(row, "markup")),
            language=self.cell(row, "language") or DEFAULT_LANGUAGE,
            scoring_rules=self._scoring_rules(row),
            source=self._tidy(row, "source"),
            clause=self._tidy(row, "clause"),
            enemy_set=self._tidy(row, "enemy_set"),
            industry=self._tidy(row, "industry"),
            parameters=self._parameters(row),
            item_set=self._tidy(row, "item_set"),
            attributes=read.read_attributes(self._tidy(row, "attributes")),
        )

    def _cells(self, row: TableRow, stem: str) -> Cells:
        return Cells(
            stem=stem,
            key=self._tidy(row, "key"),
            options=self._options(row),
            sources=self._sources(row),
            unit=self._tidy(row, "unit"),
            tolerance=self.cell(row, "tolerance"),
        )

    def stem(self, row: TableRow) -> str:
        """The stem, without its list number where the sheet numbers its stems."""
        raw = self.cell(row, "stem")
        return read.tidy(read.without_numbering(raw) if self.remove_numbering else raw)

    def topic(self, row: TableRow) -> str:
        """The topic, or the category where there is no column of topics."""
        return self._tidy(row, "topic" if "topic" in self.header.columns else "category")

    def option_cells(self, row: TableRow) -> list[str]:
        """The cells of the columns of options, A first."""
        return [self.cell(row, f"option{place}") for place in range(len(CHOICE_IDS))]

    def _options(self, row: TableRow) -> tuple[str, ...]:
        in_one_cell, own_columns = self.cell(row, "options"), self.option_cells(row)
        if in_one_cell and any(own_columns):
            raise read.CellUnreadable("options.two_places", "options")
        if in_one_cell:
            texts = read.split_options(in_one_cell)
        else:
            texts = read.option_columns(own_columns, labels=not self.as_written)
        return tuple(read.tidy(text) for text in texts)

    def _sources(self, row: TableRow) -> tuple[str, ...]:
        cell = self.cell(row, "sources")
        return tuple(read.tidy(text) for text in read.split_sources(cell)) if cell else ()

    def _parameters(self, row: TableRow) -> Parameters | None:
        a, b, c = (read.read_millionths(self._tidy(row, f"parameter_{name}")) for name in "abc")
        if a is None and b is None and c is None:
            return None
        if a is None or b is None or c is None:
            raise read.CellUnreadable("parameters.incomplete", "parameters")
        return Parameters(a=a, b=b, c=c)

    def _scoring_rules(self, row: TableRow) -> tuple[ScoringRule, ...]:
        cell = self.cell(row, "scoring_rules")
        try:
            return tuple(ScoringRule(word) for word in cell.replace(",", " ").split())
        except ValueError as error:
            raise read.CellUnreadable("scoring_rules.unreadable", "scoring_rules") from error

    def _warnings(self, row: TableRow, item: Item) -> Iterable[Problem]:
        has_topic_column = bool({"topic", "category"} & self.header.columns.keys())
        if has_topic_column and item.topic == NO_TOPIC and self.topic(row) != NO_TOPIC:
            yield Problem(code="topic.missing", field="topic")
        difficulty = self.cell(row, "difficulty")
        if difficulty and item.difficulty is None:
            yield Problem(code="difficulty.unknown", field="difficulty", value=clip(difficulty))
        if item.markup is Markup.TEXT and read.mentions_figure(item.stem):
            yield Problem(code="stem.mentions_figure", field="stem", value=clip(item.stem))
        if row.pictured:
            yield Problem(code="row.picture_not_read", field="image", value=clip(item.stem))
        if read.shows_key(item.stem, self.cell(row, "key")):
            yield Problem(code="stem.shows_key", field="stem", value=clip(item.stem))
        for role, index in self.header.columns.items():
            if index in row.dates and role not in {"points", "number", "source"}:
                yield Problem(code="cell.was_date", field=role, value=clip(row.cell(index)))
