"""Chains: every single change of what is stored is found and named."""

import dataclasses
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.canonical import canonical_json
from app.audit.entries import NO_PREVIOUS, Entry, Head, leaf_hash, link, verify_chain

NOON = datetime(2026, 6, 1, 12, 0, 0, 123_456, tzinfo=UTC)
STREAM = "sitting:1"


def chain(length: int, stream: str = STREAM, salt: str = "") -> tuple[list[Entry], Head]:
    """A chain as the service would have written it."""
    head = Head()
    entries = []
    for number in range(length):
        entry, head = link(
            head,
            stream=stream,
            kind=f"kind.{number % 3}",
            actor="candidate:1",
            data={"number": number, "letters": "AC", "salt": salt},
            at=NOON + timedelta(seconds=number),
        )
        entries.append(entry)
    return entries, head


def code_of(entries: list[Entry], head: Head) -> str | None:
    problem = verify_chain(STREAM, entries, head)[1]
    return None if problem is None else problem.code


def rewritten(entry: Entry, **changes: Any) -> Entry:
    """The entry with another body and a leaf hash that fits it."""
    text = canonical_json(json.loads(entry.text) | changes).decode()
    return dataclasses.replace(entry, text=text, leaf=leaf_hash(text))


def test_the_first_entry_is_what_the_format_says() -> None:
    entry, head = link(Head(), stream=STREAM, kind="k", actor="a", data={"x": 1}, at=NOON)
    assert entry.text == (
        '{"actor":"a","at":"2026-06-01T12:00:00.123Z","data":{"x":1},'
        f'"prev":"{NO_PREVIOUS}","seq":1,"stream":"sitting:1","type":"k","v":1}}'
    )
    assert entry.leaf == hashlib.sha256(b"\x00" + entry.text.encode()).hexdigest()
    assert head == Head(seq=1, leaf=entry.leaf)
    assert entry.at == NOON.replace(microsecond=123_000)


@pytest.mark.parametrize("length", [0, 1, 2, 17])
def test_a_whole_chain_fits(length: int) -> None:
    entries, head = chain(length)
    assert verify_chain(STREAM, entries, head) == (length, None)


def test_every_kind_of_tampering_has_a_name() -> None:
    entries, head = chain(5)
    first, second, third, fourth, fifth = entries
    changed = dataclasses.replace(third, text=third.text.replace("AC", "BD"))
    assert code_of([first, second, changed, fourth, fifth], head) == "entry_changed"
    assert code_of([first, second, dataclasses.replace(third, leaf="0" * 64), fourth, fifth], head) == (
        "entry_changed"
    )
    # Changed with a hash that fits it: the next one no longer follows.
    assert code_of([first, second, rewritten(third, actor="x"), fourth, fifth], head) == "entry_out_of_order"
    assert code_of([first, second, third, fourth, rewritten(fifth, actor="x")], head) == "head_differs"
    assert code_of([first, second, fourth, fifth], head) == "entry_missing"
    assert code_of([second, third], head) == "entry_missing"
    assert code_of([first, second, second, third, fourth, fifth], head) == "entry_repeated"
    assert code_of(entries[:-1], head) == "entries_missing_at_end"
    assert code_of([], head) == "entries_missing_at_end"
    assert code_of([*entries, chain(6)[0][-1]], head) == "head_differs"
    assert code_of(entries, Head(seq=5, leaf="0" * 64)) == "head_differs"
    assert code_of([first, second, dataclasses.replace(third, type="other"), fourth, fifth], head) == (
        "column_differs"
    )
    foreign, foreign_head = chain(5, stream="sitting:2")
    assert code_of(foreign, foreign_head) == "column_differs"
    unreadable = dataclasses.replace(first, text="[]", leaf=leaf_hash("[]"))
    assert code_of([unreadable, *entries[1:]], head) == "entry_unreadable"
    spaced = first.text.replace(",", ", ", 1)
    assert (
        code_of([dataclasses.replace(first, text=spaced, leaf=leaf_hash(spaced))], head) == "entry_unreadable"
    )
    deep = "[" * 100_000
    assert code_of([dataclasses.replace(first, text=deep, leaf=leaf_hash(deep))], head) == "entry_unreadable"


def test_the_problem_says_where() -> None:
    entries, head = chain(5)
    entries[2] = dataclasses.replace(entries[2], text=entries[2].text + " ")
    count, problem = verify_chain(STREAM, entries, head)
    assert count == 2
    assert problem is not None
    assert problem.seq == 3


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "stream": st.sampled_from(["sitting:2", "", "SITTING:1"]),
    "seq": st.integers(-5, 40),
    "type": st.text(max_size=8),
    "at": st.timedeltas(timedelta(microseconds=1), timedelta(days=400)).map(lambda span: NOON - span),
    "text": st.text(max_size=40),
    "leaf": st.text("0123456789abcdef", min_size=64, max_size=64),
}


@given(st.data(), st.integers(1, 12))
def test_any_single_change_of_a_stored_field_is_found(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    place = data.draw(st.integers(0, length - 1))
    name = data.draw(st.sampled_from(sorted(CHANGES)))
    value = data.draw(CHANGES[name])
    if getattr(entries[place], name) == value:
        return
    entries[place] = dataclasses.replace(entries[place], **{name: value})
    assert code_of(entries, head) is not None


@given(st.data(), st.integers(1, 12))
def test_a_changed_sign_of_the_text_is_found_even_with_a_new_hash(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    place = data.draw(st.integers(0, length - 1))
    text = entries[place].text
    at = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda other: other != text[at]))
    changed = text[:at] + sign + text[at + 1 :]
    entries[place] = dataclasses.replace(entries[place], text=changed, leaf=leaf_hash(changed))
    assert code_of(entries, head) is not None


@given(st.data(), st.integers(2, 12))
def test_any_drop_swap_or_copy_is_found(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    one = data.draw(st.integers(0, length - 1))
    other = data.draw(st.integers(0, length - 1).filter(lambda place: place != one))
    swapped = list(entries)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert code_of(swapped, head) is not None
    assert code_of(entries[:one] + entries[one + 1 :], head) is not None
    assert code_of([*entries[:one], entries[one], *entries[one:]], head) is not None
    assert code_of(entries[:one], head) is not None


@given(st.integers(1, 12), st.integers(0, 11))
def test_entries_of_another_chain_do_not_pass(length: int, place: int) -> None:
    entries, head = chain(length)
    other, _ = chain(length, salt="other")
    place = min(place, length - 1)
    entries[place] = other[place]
    assert code_of(entries, head) is not None


def test_microseconds_of_the_column_count() -> None:
    entries, head = chain(1)
    entries[0] = dataclasses.replace(entries[0], at=entries[0].at + timedelta(microseconds=7))
    assert code_of(entries, head) == "column_differs"
