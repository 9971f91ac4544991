"""Finding the header row of an office's table and what its columns mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from question_bank.formats.tables import Table, TableRow

HEADER_ROWS = 10
_BRACKETED = re.compile(r"[(\[【<].*$")
_SPACES_AND_MARKS = re.compile(r"[\s_\-*:：]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header row: `columns` maps a role to a column index (from 0), `unknown` lists the other titles."""

    row: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    unknown: tuple[str, ...]


def plain_title(title: str) -> str:
    """A column title without width, case, spaces, marks and remarks in brackets: 答案（字母） -> 答案."""
    narrow = unicodedata.normalize("NFKC", title).lower().strip()
    return _SPACES_AND_MARKS.sub("", _BRACKETED.sub("", narrow))


def find_header(
    table: Table, role_of: Callable[[str], str | None], needed: frozenset[str]
) -> tuple[Header, tuple[TableRow, ...]] | None:
    """The first of the first ten rows whose titles give every `needed` role, and the rows below it.

    `role_of` maps a plain title to a role, or None. A role named twice goes to the left column; the other
    is unknown. Returns None when there is no such row.
    """
    for place, row in enumerate(table.rows[:HEADER_ROWS]):
        header = _header(row, role_of)
        if needed <= header.columns.keys():
            return header, table.rows[place + 1 :]
    return None


def _header(row: TableRow, role_of: Callable[[str], str | None]) -> Header:
    columns: dict[str, int] = {}
    titles: dict[str, str] = {}
    unknown: list[str] = []
    for index, title in enumerate(row.cells):
        role = role_of(plain_title(title)) if title else None
        if role and role not in columns:
            columns[role] = index
            titles[role] = title
        elif title:
            unknown.append(title)
    return Header(row=row.number, columns=columns, titles=titles, unknown=tuple(unknown))
