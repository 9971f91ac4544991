"""Banks: canonical JSON there and back, digests, repeats, strict reading."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.canonical import canonical_bytes, digest_value, parse
from question_bank.errors import BankInvalid, DocumentInvalid, ItemInvalid
from tests.question_bank.factories import make_bank, make_item

BANK = make_bank()


def test_json_round_trip() -> None:
    again = Bank.from_json(BANK.to_json())
    assert again == BANK
    assert again.digest == BANK.digest
    assert again.to_json() == BANK.to_json()


def test_the_order_of_items_does_not_matter() -> None:
    items = list(BANK.items)
    random.Random(1).shuffle(items)
    assert Bank(name=BANK.name, industry=BANK.industry, items=tuple(items)).digest == BANK.digest


def test_any_change_changes_the_digest() -> None:
    changed = dataclasses.replace(BANK.items[0], must_know=not BANK.items[0].must_know)
    assert dataclasses.replace(BANK, items=(changed, *BANK.items[1:])).digest != BANK.digest


def test_repeated_ids_are_refused() -> None:
    with pytest.raises(BankInvalid) as caught:
        Bank(name="b", industry="", items=(make_item("q1"), make_item("q1")))
    assert caught.value.code == "bank.id_repeated"


def test_a_bank_needs_a_name() -> None:
    with pytest.raises(BankInvalid, match="name"):
        Bank(name=" ", industry="", items=())


def edit(change: Callable[[Any], object]) -> bytes:
    document = json.loads(BANK.to_json())
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "document.not_json"),
        (b"\xff\xfe", "document.not_json"),
        (b"[" * 100_000, "document.not_json"),
        (b"[]", "document.wrong_type"),
        (b'{"format": 1.5}', "document.float"),
        (b'{"format": NaN}', "document.float"),
        (b'{"a": 1, "a": 2}', "document.repeated_key"),
        (edit(lambda d: d.update(format="kaochang.bank/9")), "document.wrong_format"),
        (edit(lambda d: d.update(more=1)), "document.field_unknown"),
        (edit(lambda d: d.pop("industry")), "document.field_missing"),
        (edit(lambda d: d["items"][0].update(must_know=1)), "document.wrong_type"),
        (edit(lambda d: d["items"][0].update(type="essay")), "document.unknown_value"),
        (edit(lambda d: d["items"][0].update(difficulty="extreme")), "document.unknown_value"),
        (edit(lambda d: d["items"][0].update(key=["A", "A"])), "document.key_repeated"),
        (edit(lambda d: d["items"][0].update(key=[1])), "document.wrong_type"),
        (edit(lambda d: d["items"][0]["options"][0].update(x=1)), "document.field_unknown"),
    ],
)
def test_reading_is_strict(data: bytes, code: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        Bank.from_json(data)
    assert caught.value.code == code


def test_reading_checks_the_items() -> None:
    with pytest.raises(ItemInvalid, match="no key"):
        Bank.from_json(edit(lambda d: d["items"][0].update(key=[])))


def test_size_is_checked_before_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("question_bank.canonical.MAX_DOCUMENT_BYTES", 10)
    with pytest.raises(DocumentInvalid) as caught:
        parse(b"[" + b" " * 20)
    assert caught.value.code == "document.too_large"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_json_reads_back_as_itself(value: Any) -> None:
    data = canonical_bytes(value)
    assert parse(data) == value
    assert canonical_bytes(parse(data)) == data


def test_canonical_json_sorts_keys_and_writes_no_spaces() -> None:
    assert canonical_bytes({"b": [1, True], "a": "题"}) == '{"a":"题","b":[1,true]}'.encode()
    assert digest_value({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [2**53, "\ud800"])
def test_values_without_canonical_form_are_refused(value: Any) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        canonical_bytes(value)
    assert caught.value.code == "document.not_canonical"
