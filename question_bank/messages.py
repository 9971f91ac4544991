"""The words for every code that imports, exports, analyses and publishing report, in Chinese and English."""

from __future__ import annotations

from question_bank.errors import BlueprintInvalid, QuestionBankError
from question_bank.words import (
    aiken,
    banks,
    blueprints,
    gift,
    items,
    losses,
    moodle,
    publishing,
    qti,
    responses,
    tables,
)

LANGUAGES = ("zh", "en")

_TABLES = (
    banks.TEXTS,
    blueprints.TEXTS,
    items.TEXTS,
    tables.TEXTS,
    gift.TEXTS,
    aiken.TEXTS,
    moodle.TEXTS,
    losses.TEXTS,
    qti.TEXTS,
    publishing.TEXTS,
    responses.TEXTS,
)
_TEXTS = {code: texts for table in _TABLES for code, texts in table.items()}


def message_text(code: str, language: str, **params: str) -> str:
    """The sentence for `code` in `zh` or `en`. Raises KeyError for a code without text."""
    return _TEXTS[code][LANGUAGES.index(language)].format_map(params)


def refusal_text(error: QuestionBankError, language: str) -> str:
    """The sentence of a refusal in `zh` or `en`; its own English sentence where its code has no words."""
    if error.code not in _TEXTS:
        return str(error)
    params = error.params if isinstance(error, BlueprintInvalid) else {}
    return message_text(error.code, language, **{"detail": str(error), **params})


def fix_text(code: str, language: str) -> str:
    """What to do about `code` in `zh` or `en`; empty when there is nothing to do."""
    return _TEXTS[code][2 + LANGUAGES.index(language)]


def known_codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_TEXTS)
