"""Every code that an item, a picture or a reader can end in has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import question_bank
from question_bank.messages import LANGUAGES, fix_text, known_codes, message_text
from question_bank.words import banks, items, tables

SOURCES = Path(question_bank.__file__).parent
# Codes are written out where they are used; those made of a field's name are covered by the items' tests.
_CODE = re.compile(r'"((?:item|media|row|options|key|stem|type|markup)\.[a-z_]+)"')


def test_every_code_in_the_sources_has_words() -> None:
    used = {code for path in SOURCES.rglob("*.py") for code in _CODE.findall(path.read_text("utf-8"))}
    assert len(used) > 40
    assert not used - known_codes()


def test_no_code_is_written_twice_and_none_lacks_a_language() -> None:
    assert len(known_codes()) == len(banks.TEXTS) + len(items.TEXTS) + len(tables.TEXTS)
    for code in known_codes():
        for language in LANGUAGES:
            assert message_text(code, language, other_row="3", value="x")
            fix_text(code, language)
