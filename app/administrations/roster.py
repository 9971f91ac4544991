"""Rosters: the people of an administration out of an office's CSV or XLSX, with a report of every row.

Pure: bytes and photo names in, dataclasses out. Nothing is written; ID numbers are hidden in every value of
the report. The table is read by `question_bank.formats`, with its limits.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from app.administrations.id_numbers import (
    IdNumberFault,
    check_sign,
    hidden_id_number,
    id_number_fault,
    normal_id_number,
    without_id_numbers,
)
from app.administrations.photos import PhotoSource
from app.administrations.roster_texts import roster_fix, roster_text
from app.errors import Invalid
from question_bank.errors import FormatRefused
from question_bank.formats.headers import Header, find_header
from question_bank.formats.tables import Table, TableRow, read_tables

MAX_NAME_CHARS = 50
MAX_TEXT_CHARS = 100
MAX_VALUE_CHARS = 60
_ALIASES: Mapping[str, str] = {
    "name": "姓名 考生姓名 人员姓名 学员姓名 名字 name fullname candidate",
    "id_number": "身份证号 身份证号码 身份证 证件号 证件号码 公民身份号码 idnumber idno idcard",
    "enterprise": "单位 企业 单位名称 企业名称 工作单位 所在单位 所属企业 公司 enterprise company employer",
    "category": "工种 类别 作业类别 考核类别 报考工种 岗位 准操项目 category trade",
    "phone": "手机 手机号 手机号码 电话 联系电话 联系方式 phone mobile",
    "photo": "照片 照片文件 照片名 照片文件名 photo photofile",
    "ticket": "准考证号 准考证 ticket ticketnumber",
    "number": "序号 编号 no no. number",
}
_ROLE_OF = {alias: role for role, aliases in _ALIASES.items() for alias in aliases.split()}
_NEEDED = frozenset({"name", "id_number"})
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•\s]+")
_NAME = re.compile(r"[^\W\d_]+(?:[ ·•.'’\-]+[^\W\d_]+)*\.?")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PHONE = re.compile(r"1\d{10}")
_ID_IN_NAME = re.compile(r"\d{17}[\dX]")


class RosterStatus(StrEnum):
    """What can become of a row; the value is the persisted text."""

    READY = "ready"
    WARNED = "ready_with_warning"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterProblem:
    """One remark: stable `code`, the column's role and its title, the value with ID numbers hidden."""

    code: str
    column: str
    title: str
    value: str
    params: tuple[tuple[str, str], ...] = ()
    rejects: bool = False

    def text(self, language: str) -> str:
        """The remark in `zh` or `en`."""
        return roster_text(self.code, language, **dict(self.params))

    def fix(self, language: str) -> str:
        """What to do about it, in `zh` or `en`."""
        return roster_fix(self.code, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPerson:
    """A row that can be imported. `photo` names a file of the photo source, empty for none."""

    row: int
    name: str
    id_number: str = field(repr=False)
    enterprise: str
    category: str
    phone: str = field(default="", repr=False)
    ticket: str = ""
    photo: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """The report of one row: `row` as the spreadsheet shows it, `name` as it would be imported."""

    row: int
    name: str
    status: RosterStatus
    problems: tuple[RosterProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCheck:
    """A checked roster. `photos_by` counts matches by column, id_number, ticket and name."""

    sheet: str
    encoding: str
    header_row: int
    columns: Mapping[str, str]
    unknown_columns: tuple[str, ...]
    people: tuple[RosterPerson, ...]
    rows: tuple[RosterRow, ...]
    photos_by: Mapping[str, int]

    def count(self, status: RosterStatus) -> int:
        """How many rows have this status."""
        return sum(row.status is status for row in self.rows)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A row while it is being read."""

    row: TableRow
    texts: dict[str, str]
    problems: list[RosterProblem]

    @property
    def rejected(self) -> bool:
        return any(problem.rejects for problem in self.problems)


def check_roster(data: bytes, photos: PhotoSource, today: datetime.date) -> RosterCheck:
    """Read the first sheet that names a name and an ID number column, and match the photos.

    `today` bounds dates of birth. Raises Invalid with the codes of FormatRefused (file.too_large,
    file.broken, table.no_header...) when there is no such table.
    """
    try:
        tables = read_tables(data)
    except FormatRefused as error:
        raise Invalid(str(error), code=error.code) from error
    table, header, rows = _find_table(tables)
    drafts = [_read_row(row, header, today) for row in rows]
    _reject_repeated(drafts, header)
    with_photos = bool(photos.names) or "photo" in header.columns
    matched: Counter[str] = Counter()
    if with_photos:
        _match_photos([draft for draft in drafts if not draft.rejected], photos, header, matched)
    return RosterCheck(
        sheet=table.sheet,
        encoding=table.encoding,
        header_row=header.row,
        columns=dict(header.titles),
        unknown_columns=header.unknown,
        people=tuple(_person(draft) for draft in drafts if not draft.rejected),
        rows=tuple(_report(draft) for draft in drafts),
        photos_by=dict(matched),
    )


def _find_table(tables: Sequence[Table]) -> tuple[Table, Header, tuple[TableRow, ...]]:
    for table in tables:
        if found := find_header(table, _ROLE_OF.get, _NEEDED):
            return table, *found
    raise Invalid("No row names a name column and an ID number column.", code="table.no_header")


def _read_row(row: TableRow, header: Header, today: datetime.date) -> _Draft:
    texts = {role: row.cell(header.columns.get(role)) for role in _ALIASES}
    draft = _Draft(row=row, texts=texts, problems=[])
    draft.problems += _name_problems(texts, header)
    draft.problems += _id_problems(texts, header, today)
    for role in ("enterprise", "category"):
        if not texts[role] and role in header.columns:
            draft.problems.append(_problem(f"{role}.missing", role, header, ""))
    for role in ("enterprise", "category", "ticket", "photo"):
        if len(texts[role]) > MAX_TEXT_CHARS or _INVISIBLE.search(texts[role]):
            draft.problems.append(_problem("text.unreadable", role, header, texts[role], rejects=True))
    if texts["phone"]:
        phone = re.sub(r"[\s\-]|^\+?86", "", texts["phone"])
        if not _PHONE.fullmatch(phone):
            draft.problems.append(_problem("phone.odd", "phone", header, texts["phone"][:3] + "****"))
        texts["phone"] = phone if _PHONE.fullmatch(phone) else ""
    return draft


def _name_problems(texts: dict[str, str], header: Header) -> Iterable[RosterProblem]:
    """Checks and normalises the name in place."""
    written = texts["name"]
    name = " ".join(written.split())
    if not name:
        yield _problem("name.missing", "name", header, "", rejects=True)
        return
    if _CHINESE.fullmatch(name) and " " in name:
        name = name.replace(" ", "")
        params = (("name", name),)
        yield _problem("name.inner_space", "name", header, written, params=params)
    if len(name) > MAX_NAME_CHARS or not _NAME.fullmatch(name):
        yield _problem("name.unreadable", "name", header, written, rejects=True)
    texts["name"] = without_id_numbers(name)


def _id_problems(texts: dict[str, str], header: Header, today: datetime.date) -> Iterable[RosterProblem]:
    """Checks and normalises the ID number in place."""
    number = normal_id_number(texts["id_number"])
    texts["id_number"] = number
    fault = id_number_fault(number, today)
    if fault is None:
        return
    params: tuple[tuple[str, str], ...] = ()
    if fault is IdNumberFault.CHECKSUM:
        params = (("wanted", check_sign(number)), ("found", number[17]))
    elif fault is IdNumberFault.LENGTH:
        params = (("length", str(len(number))),)
    shown = hidden_id_number(number)
    yield _problem(fault.value, "id_number", header, shown, params=params, rejects=True)


def _reject_repeated(drafts: Iterable[_Draft], header: Header) -> None:
    """The first row of a person stays."""
    seen: dict[str, int] = {}
    for draft in drafts:
        number = draft.texts["id_number"]
        if draft.rejected:
            continue
        if number in seen:
            params = (("other_row", str(seen[number])),)
            shown = hidden_id_number(number)
            problem = _problem("row.repeated", "id_number", header, shown, params=params, rejects=True)
            draft.problems.append(problem)
        seen.setdefault(number, draft.row.number)


def _match_photos(
    drafts: Sequence[_Draft], photos: PhotoSource, header: Header, matched: Counter[str]
) -> None:
    """Give each person the photo that is named in the row, or after the ID number, ticket or name."""
    keys = _PhotoKeys(photos.names)
    names = Counter(draft.texts["name"] for draft in drafts)
    for draft in drafts:
        way, found = keys.find(draft.texts, name_is_unique=names[draft.texts["name"]] == 1)
        draft.texts["photo"] = ""
        if not found:
            draft.problems.append(_problem("photo.missing", "photo", header, ""))
        elif len(found) > 1:
            draft.problems.append(_problem("photo.several", "photo", header, ", ".join(found)))
        elif not photos.is_photo(found[0]):
            draft.problems.append(_problem("photo.not_an_image", "photo", header, found[0]))
        else:
            draft.texts["photo"] = found[0]
            matched[way] += 1


class _PhotoKeys:
    """Photo names by what they may be looked up with."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_file: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        self._by_id: dict[str, list[str]] = {}
        for name in names:
            path = PurePosixPath(name.replace("\\", "/"))
            self._by_file.setdefault(path.name.casefold(), []).append(name)
            self._by_stem.setdefault("".join(path.stem.split()).casefold(), []).append(name)
            for number in set(_ID_IN_NAME.findall(path.stem.upper())):
                self._by_id.setdefault(number, []).append(name)

    def find(self, texts: Mapping[str, str], *, name_is_unique: bool) -> tuple[str, list[str]]:
        """The way that led to photos, and all it led to; a shared name leads nowhere."""
        stem_of_name = "".join(texts["name"].split()).casefold()
        ways = (
            ("column", self._by_file.get(PurePosixPath(texts["photo"]).name.casefold(), [])),
            ("id_number", self._by_id.get(texts["id_number"], [])),
            ("ticket", self._by_stem.get(texts["ticket"].casefold(), []) if texts["ticket"] else []),
            ("name", self._by_stem.get(stem_of_name, []) if name_is_unique else []),
        )
        return next(((way, found) for way, found in ways if found), ("", []))


def _problem(
    code: str,
    column: str,
    header: Header,
    value: str,
    *,
    params: tuple[tuple[str, str], ...] = (),
    rejects: bool = False,
) -> RosterProblem:
    shown = value if column == "id_number" else without_id_numbers(value)
    return RosterProblem(
        code=code,
        column=column,
        title=header.titles.get(column, ""),
        value=shown if len(shown) <= MAX_VALUE_CHARS else shown[: MAX_VALUE_CHARS - 1] + "…",
        params=params,
        rejects=rejects,
    )


def _person(draft: _Draft) -> RosterPerson:
    texts = draft.texts
    return RosterPerson(
        row=draft.row.number,
        name=texts["name"],
        id_number=texts["id_number"],
        enterprise=texts["enterprise"],
        category=texts["category"],
        phone=texts["phone"],
        ticket=texts["ticket"],
        photo=texts["photo"],
    )


def _report(draft: _Draft) -> RosterRow:
    if draft.rejected:
        status = RosterStatus.REJECTED
    else:
        status = RosterStatus.WARNED if draft.problems else RosterStatus.READY
    return RosterRow(
        row=draft.row.number,
        name=draft.texts["name"][:MAX_NAME_CHARS],
        status=status,
        problems=tuple(draft.problems),
    )
