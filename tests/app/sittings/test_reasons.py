"""Coded reasons: unique codes, words in both languages."""

from app.sittings.reasons import REASONS, find, known


def test_codes_are_unique_and_have_words() -> None:
    listed = [reason for reasons in REASONS.values() for reason in reasons]
    assert len({reason.code for reason in listed}) == len(listed)
    assert all(reason.zh and reason.en for reason in listed)


def test_a_code_belongs_to_its_kind_only() -> None:
    assert known("admit", "A-01")
    assert not known("admit", "E-01")
    assert not known("end", "")


def test_a_reason_is_found_by_its_code() -> None:
    found = find("end", "E-04")
    assert found is not None
    assert found.zh == "身体原因不能继续"
    assert find("end", "handed_in") is None
    assert find("end", None) is None
