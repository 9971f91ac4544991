"""Every code that an item, a picture or a reader can end in has words in both languages."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import question_bank
import question_bank.words
from question_bank.messages import LANGUAGES, fix_text, known_codes, message_text

SOURCES = Path(question_bank.__file__).parent
# Codes are written out where they are used; those made of a field's name are covered by the items' tests.
_CODE = re.compile(
    r'"((?:item|media|row|options|key|stem|type|markup|gift|aiken|moodle|cloze|loss|qti|shortage|conflict'
    r'|target|exposure|responses|keys|times|blueprint|condition|constraint|set_rule|document)\.[a-z_]+)"'
)
# Everything that a sentence may name.
PARAMS = dict.fromkeys(
    (
        *("other_row", "value", "row", "label", "needed", "available", "bounds"),
        *("count", "first", "items", "cap", "least", "item", "position", "found", "detail"),
    ),
    "3",
)


def test_every_code_in_the_sources_has_words() -> None:
    used = {code for path in SOURCES.rglob("*.py") for code in _CODE.findall(path.read_text("utf-8"))}
    assert len(used) > 40
    assert not used - known_codes()


def test_no_code_is_written_twice_and_none_lacks_a_language() -> None:
    tables = [
        importlib.import_module(f"question_bank.words.{module.name}").TEXTS
        for module in pkgutil.iter_modules(question_bank.words.__path__)
    ]
    assert len(known_codes()) == sum(map(len, tables))
    for code in known_codes():
        for language in LANGUAGES:
            assert message_text(code, language, **PARAMS)
            fix_text(code, language)
