"""Response files: both layouts say the same, and what is wrong is named with its row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.errors import QuestionBankError, ResponsesInvalid
from question_bank.messages import LANGUAGES, message_text
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.psychometrics.reading import answer_form, read_key, read_observations

KEY = b"item,key\nq1,A\nq2,BD\nq3,T\n"
WIDE = "考生,q1,q2,q3\n甲,A,D B,T\n乙,,-,F\n丙,b,BD,\n"
LONG = "candidate,item,response,seconds\n甲,q1,A,5\n甲,q2,bd,\n甲,q3,T,7.5\n乙,q1,,0\n乙,q3,F,9\n"


def cells(found: Observations) -> dict[tuple[str, str], tuple[str, int]]:
    """What each candidate answered to each item, and the mark."""
    return {
        (found.candidates[person], found.items[item]): (
            "" if answer == OMITTED else found.options[item][answer],
            int(correct),
        )
        for person, item, answer, correct in zip(
            found.person.tolist(),
            found.item.tolist(),
            found.answer.tolist(),
            found.correct.tolist(),
            strict=True,
        )
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_wide(encoding: str) -> None:
    found = read_observations(WIDE.encode(encoding), read_key(KEY))
    assert cells(found) == {
        ("甲", "q1"): ("A", 1),
        ("甲", "q2"): ("BD", 1),
        ("甲", "q3"): ("T", 1),
        ("乙", "q1"): ("", 0),
        ("乙", "q3"): ("F", 0),
        ("丙", "q1"): ("B", 0),
        ("丙", "q2"): ("BD", 1),
        ("丙", "q3"): ("", 0),
    }
    assert found.form_lengths.tolist() == [3, 2, 3]
    assert not found.same_form


def test_long_says_the_same_with_times() -> None:
    found = read_observations(LONG.encode(), read_key(KEY))
    wide = read_observations(WIDE.rsplit("丙", 1)[0].encode(), read_key(KEY))
    assert cells(found) == cells(wide)
    assert found.seconds is not None
    # Nothing and 0 are both not known.
    assert found.seconds == pytest.approx([5, np.nan, 7.5, np.nan, 9], nan_ok=True)


def test_times_of_their_own() -> None:
    times = b"candidate,q3,q1\n\xe4\xb9\x99,3,1\n"
    found = read_observations(WIDE.encode(), read_key(KEY), times)
    assert found.seconds is not None
    assert np.isnan(found.seconds).sum() == 6
    assert found.seconds[3:5].tolist() == [1, 3]


def test_without_keys_responses_are_marks() -> None:
    found = read_observations(b"id;a;b\nx;1;0.0\ny;;1\n")
    assert found.correct.tolist() == [1, 0, 0, 1]
    assert found.keys == (-1, -1)


def test_patterns_stand_for_as_many_candidates_as_they_say() -> None:
    found = read_observations(b"a,freq,b\n0.0,2.0,1\n1,0,1\n1,1,-\n")
    assert len(found.candidates) == 3
    assert found.correct.tolist() == [0, 1, 0, 1, 1]


def test_what_lies_behind_the_last_answer_was_not_reached_but_for_the_first() -> None:
    found = read_observations(b"id,a,b,c,d\nu,1,,,\nv,,,,\nw,,1,,1\nx,1,1,1,\n")
    reached = ~found.not_reached()
    assert reached.reshape(4, 4).astype(int).tolist() == [
        [1, 1, 0, 0],
        [1, 0, 0, 0],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
    ]


BAD = {
    "responses.not_a_table": b"just words\n",
    "responses.empty": b"id,a\n",
    "responses.title_invalid": b"id,a b\nx,1\n",
    "responses.title_repeated": b"id,a,a\nx,1,1\n",
    "responses.row_length": b"id,a\nx,1\ny\n",
    "responses.candidate_invalid": b"id,a\n,1\n",
    "responses.candidate_repeated": b"id,a\nx,1\nx,1\n",
    "responses.item_repeated": b"candidate,item,response\nx,a,1\nx,a,0\n",
    "responses.answer_invalid": b"id,a\nx," + b"1" * 65 + b"\n",
    "responses.key_needed": b"id,a\nx,1\ny,C\n",
    "responses.frequency_invalid": b"a,freq\n1,2.5\n",
    "times.not_a_number": b"candidate,item,response,seconds\nx,a,1,-3\n",
}


@pytest.mark.parametrize("code", BAD)
def test_bad_files_are_named(code: str) -> None:
    with pytest.raises(ResponsesInvalid) as refusal:
        read_observations(BAD[code])
    assert refusal.value.code == code
    for language in LANGUAGES:
        assert message_text(code, language, **refusal.value.params)


def test_bad_keys_and_times_are_named() -> None:
    for code, key in {
        "keys.no_header": b"q1,A\n",
        "keys.repeated": b"item,key\nq1,A\nq1,B\n",
        "keys.missing": b"item,key\nq1,A\n",
    }.items():
        with pytest.raises(ResponsesInvalid) as refusal:
            read_observations(WIDE.encode(), read_key(key))
        assert refusal.value.code == code
    for code, times in {
        "times.unknown_row": b"id,q1\nnobody,3\n",
        "times.not_a_number": b"id,q1\n\xe4\xb9\x99,soon\n",
    }.items():
        with pytest.raises(ResponsesInvalid) as refusal:
            read_observations(WIDE.encode(), read_key(KEY), times)
        assert refusal.value.code == code
    with pytest.raises(ResponsesInvalid) as refusal:
        read_observations(LONG.encode(), read_key(KEY), b"id,q1\n")
    assert refusal.value.code == "times.two_places"


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e9", "86401"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(ResponsesInvalid):
        read_observations(f"candidate,item,response,seconds\nx,a,1,{text}\n".encode())


@given(st.binary(max_size=200) | st.text("id,;a1\n\"'-=\t", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = read_observations(data)
    except QuestionBankError:
        return
    assert len(found.person) == len(found.item) == len(found.correct) > 0


@given(st.permutations("ABCD"), st.sampled_from(["", ",", "、", " | "]))
def test_letters_are_a_set(letters: list[str], separator: str) -> None:
    assert answer_form(separator.join(letters).lower()) == "ABCD"
    assert answer_form("True") == "TRUE"
