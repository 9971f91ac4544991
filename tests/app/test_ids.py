"""Identifiers and secrets."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from app.ids import (
    _CODE_SIGNS,
    CODE_LENGTH,
    new_entry_code,
    new_id,
    new_token,
    normal_entry_code,
    secret_digest,
)


def test_ids_are_unique_sortable_and_of_one_form() -> None:
    made = [new_id() for _ in range(2_000)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in made)
    assert [name[:12] for name in made] == sorted(name[:12] for name in made)


def test_an_entry_code_has_eighty_bits_and_no_signs_that_look_alike() -> None:
    assert CODE_LENGTH * math.log2(len(_CODE_SIGNS)) >= 80
    assert not set("0O1ILUV") & set(_CODE_SIGNS)
    codes = {new_entry_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert re.fullmatch(rf"[{_CODE_SIGNS}]{{5}}(-[{_CODE_SIGNS}]{{4}}){{3}}", code)


@given(st.lists(st.sampled_from([" ", "-", "–", "—", "－", "\u3000", "\t", "."]), max_size=6), st.booleans())
def test_a_code_may_be_typed_in_any_way(noise: list[str], lower: bool) -> None:
    code = new_entry_code()
    typed = code.lower() if lower else code
    typed = "".join(sign + (noise[n % len(noise)] if noise else "") for n, sign in enumerate(typed))
    assert normal_entry_code(typed) == code.replace("-", "")


@given(st.text(max_size=40))
def test_any_text_can_be_compared(text: str) -> None:
    assert re.fullmatch("[0-9A-Z]*", normal_entry_code(text))


def test_tokens_are_long_and_only_their_digest_is_kept() -> None:
    token = new_token()
    assert len(token) >= 43
    assert re.fullmatch("[0-9a-f]{64}", secret_digest(token))
    assert token not in secret_digest(token)
