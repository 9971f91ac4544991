"""What is written as QTI 3.0 or 2.2 comes back as it was, or the report says what does not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from question_bank.bank import Bank
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.qti.vocabulary import QtiVersion
from question_bank.formats.qti.writer import bank_to_qti
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.media import picture_of
from tests.question_bank.factories import make_bank
from tests.question_bank.item_strategies import PICTURES, banks

VERSIONS = list(QtiVersion)


def come_back(bank: Bank, result: ImportResult) -> Bank:
    return Bank(
        name=bank.name,
        industry=bank.industry,
        items=result.items,
        sets=result.sets,
        media=tuple(picture_of(data) for data in result.media.values()),
    )


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(bank=banks())
def test_banks_come_back_the_same(version: QtiVersion, bank: Bank) -> None:
    written = bank_to_qti(bank, PICTURES, version)
    assert written.losses == ()
    if not bank.items:
        return
    result = import_qti(written.data)
    assert {row.status for row in result.rows} == {RowStatus.IMPORTED}, result.rows
    assert come_back(bank, result).items == bank.items
    assert come_back(bank, result) == bank


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_bank_gives_the_same_bytes(version: QtiVersion) -> None:
    assert bank_to_qti(make_bank(), {}, version) == bank_to_qti(make_bank(), {}, version)
