"""Aiken, line by line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.errors import FormatRefused
from question_bank.formats.aiken import AikenFault, AikenQuestion, parse_aiken


def entries(text: str, encoding: str = "utf-8") -> list[AikenQuestion | AikenFault]:
    return list(parse_aiken(text.encode(encoding))[0])


def faults(text: str) -> list[tuple[str, int]]:
    return [(entry.code, entry.line) for entry in entries(text) if isinstance(entry, AikenFault)]


def test_questions_with_either_label_blank_lines_and_byte_order_mark() -> None:
    text = "\ufeffWhich gas?\nA. O2\nB. N2\nANSWER: B\n\nA) is a stem\n\nA) one\nB)two\n\n  answer:a.\n"
    text = text.replace("\n", "\r\n")
    assert entries(text) == [
        AikenQuestion(line=1, stem="Which gas?", options=("O2", "N2"), key="B"),
        AikenQuestion(line=6, stem="A) is a stem", options=("one", "two"), key="A"),
    ]


def test_a_stem_of_several_lines_and_full_width_marks() -> None:
    assert entries("安全带\n如何使用？\nA．高挂低用\nB）低挂高用\nC、随意\nANSWER：A", "gb18030") == [
        AikenQuestion(line=1, stem="安全带\n如何使用？", options=("高挂低用", "低挂高用", "随意"), key="A")
    ]


def test_the_word_answer_in_a_stem_is_no_answer() -> None:
    (found,) = entries("Choose.\nAnswer: yes or no?\nA. yes\nB. no\nANSWER: B")
    assert isinstance(found, AikenQuestion)
    assert found.stem == "Choose.\nAnswer: yes or no?"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("s\nA. a\nB. b\nANSWER: C", "aiken.key_unreadable", 4),
        ("s\nA. a\nB. b\nANSWER: A, B", "aiken.key_unreadable", 4),
        ("s\nA. a\nB. b\nANSWER:", "aiken.key_unreadable", 4),
        ("s\nA. a\nANSWER: A", "item.options_number", 3),
        ("s\nANSWER: A", "item.options_number", 2),
        ("ANSWER: A", "item.stem_missing", 1),
        ("s\nA. a\nC. c\nANSWER: A", "aiken.letter_out_of_order", 3),
        ("s\nA. a\nB.\nANSWER: A", "item.option_missing", 3),
        ("s\nA. a\nmore of a\nB. b\nANSWER: A", "aiken.text_behind_options", 3),
        ("s\nA. a\nB. b", "aiken.key_missing", 1),
        ("s\n" * 201 + "A. a\nB. b\nANSWER: A", "aiken.question_too_long", 201),
    ],
)
def test_an_ill_formed_question_is_named_and_stops_nothing(text: str, code: str, line: int) -> None:
    assert faults(text) == [(code, line)]
    around = entries(f"1\nA. a\nB. b\nANSWER: A\n\n{text}\n\n3\nA. a\nB. b\nANSWER: A\n")
    good = [entry.stem for entry in around if isinstance(entry, AikenQuestion)]
    assert good == ["1", "3"]


def test_a_question_without_answer_ends_where_the_next_begins() -> None:
    assert faults("1\nA. a\nB. b\n\n2\nA. a\nB. b\nANSWER: A") == [("aiken.key_missing", 1)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a" * (20 * 1024 * 1024 + 1), "file.too_large"),
        (b"a\x00b", "file.not_text"),
        (b"ANSWER: A\n" * 50_001, "file.too_many_items"),
    ],
)
def test_a_file_that_is_not_read(data: bytes, code: str) -> None:
    with pytest.raises(FormatRefused) as refusal:
        parse_aiken(data)
    assert refusal.value.code == code


@given(
    st.lists(st.sampled_from(["A. ", "B) b", "C.", "ANSWER: ", "ANSWER: A", "stem", "\n", " "]), max_size=30)
)
def test_whatever_is_written_ends_in_entries_with_a_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    for entry in entries(text):
        assert 1 <= entry.line <= text.count("\n") + 1
        if isinstance(entry, AikenQuestion):
            assert entry.key in "ABC"[: len(entry.options)]


@given(st.binary(max_size=100))
def test_whatever_bytes_come_end_in_entries_or_a_refusal(data: bytes) -> None:
    with suppress(FormatRefused):
        parse_aiken(data)
