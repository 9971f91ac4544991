"""Seven banks as offices have them: what comes in, and every kind of dirt, counted exactly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from question_bank.formats.numbered_lines import LineMeaning
from question_bank.formats.readers import detect, read_items
from question_bank.formats.reports import ImportResult
from question_bank.item_types import ItemType
from tests.shared_data import SHARED_DATA, needs_shared_data

BANKS = SHARED_DATA / "banks"
LINES = "PTA00_diyadiangong/低压电工练习/数据采集原文件"
# The kinds of dirt, by the codes that tell them.
DIRT = {
    "beyond": ("item.key_beyond_options",),
    "few": ("item.options_number",),
    "doubled": ("item.options_repeated",),
    "labels": ("options.labels_inconsistent",),
    "unclear": ("key.two_readings",),
    "stem": ("item.stem_missing",),
    "key": ("item.key_missing",),
    "repeated": ("row.repeated",),
    "other_key": ("row.repeated_other_key", "row.stem_other_key"),
    "same_stem": ("row.stem_repeated",),
    "figure": ("row.image_unsupported", "row.picture_not_read", "stem.mentions_figure"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Rows, items that come in (true/false, single, multiple), and how many rows have each kind of dirt."""

    rows: int
    items: tuple[int, int, int]
    dirt: dict[str, int]


EXPECTED = {
    (f"{LINES}/判断.txt", f"{LINES}/选择.txt"): Expected(
        rows=918, items=(515, 399, 0), dirt={"repeated": 4, "same_stem": 4}
    ),
    ("一般企业安全管理员.xlsx",): Expected(rows=299, items=(129, 110, 60), dirt={"same_stem": 1}),
    ("新电焊国家题库2018.xlsx",): Expected(
        rows=1303, items=(709, 590, 0), dirt={"beyond": 1, "few": 2, "unclear": 1, "same_stem": 1}
    ),
    ("省级低压电工题库.xlsx",): Expected(
        rows=628, items=(304, 321, 0), dirt={"beyond": 1, "labels": 1, "repeated": 1}
    ),
    ("省级叉车司机.xlsx",): Expected(rows=499, items=(194, 192, 100), dirt={"repeated": 13}),
    ("省级高处作业.xlsx",): Expected(
        rows=742,
        items=(293, 272, 167),
        dirt={"beyond": 1, "doubled": 1, "labels": 6, "repeated": 2, "same_stem": 1, "figure": 2},
    ),
    ("锅炉.xlsx",): Expected(
        rows=1039,
        items=(494, 358, 180),
        dirt={"beyond": 1, "labels": 1, "repeated": 4, "other_key": 1, "same_stem": 1, "figure": 1},
    ),
}


def read(name: str) -> ImportResult:
    data = (BANKS / name).read_bytes()
    # Said by who collected the lines: 0 is true, the first option is the key.
    return read_items(data, detect(data), LineMeaning(zero_is_true=True, first_is_key=True))


@needs_shared_data
@pytest.mark.parametrize("names", EXPECTED, ids=lambda names: names[0].rpartition("/")[2])
def test_what_comes_in_and_every_kind_of_dirt(names: tuple[str, ...]) -> None:
    results = [read(name) for name in names]
    expected = EXPECTED[names]
    codes: Counter[str] = sum((result.codes for result in results), Counter())
    types = Counter(item.type for result in results for item in result.items)
    kinds = (ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)
    assert sum(len(result.rows) for result in results) == expected.rows
    assert tuple(types[kind] for kind in kinds) == expected.items
    assert types.total() == sum(expected.items)
    found = {kind: sum(codes[code] for code in told) for kind, told in DIRT.items()}
    assert {kind: number for kind, number in found.items() if number} == expected.dirt
    assert codes.keys() <= {code for told in DIRT.values() for code in told}, "every code is of some kind"


@needs_shared_data
def test_every_bank_is_in_the_table() -> None:
    workbooks = {path.name for path in BANKS.glob("*.xlsx")}
    assert workbooks == {name for names in EXPECTED for name in names if name.endswith(".xlsx")}
