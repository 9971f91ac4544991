"""Damaged files of every format end in items and reasons or in a refusal: never in a crash or a long wait."""

from __future__ import annotations

import time

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats.readers import detect, read_items
from question_bank.formats.reports import RowStatus
from tests.question_bank.mutations import damaged_files, whole_files

LONGEST_S = 2.0


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_reported_and_stops_nothing_else(seed: int) -> None:
    outcomes = {"refused": 0, "read": 0}
    for _, data in damaged_files(450, seed):
        begun = time.process_time()
        try:
            result = read_items(data, detect(data))
        except FormatRefused:
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
            came_in = result.count(RowStatus.IMPORTED) + result.count(RowStatus.WARNED)
            assert came_in == len(result.items)
            assert all(report.problems for report in result.rows if report.status is not RowStatus.IMPORTED)
            result.document()
        assert time.process_time() - begun < LONGEST_S
    assert min(outcomes.values()) > 20


def test_whole_files_are_told_apart_and_come_in_whole() -> None:
    names = {"qti3": "qti", "qti22": "qti"}
    for name, data in whole_files().items():
        found = detect(data)
        assert found.value == names.get(name, name)
        result = read_items(data, found)
        assert name == "lines" or result.items
        assert all(report.status is not RowStatus.REJECTED or name == "lines" for report in result.rows)
