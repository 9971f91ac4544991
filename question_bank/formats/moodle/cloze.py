"""Answers embedded in a text: `{2:MULTICHOICE:=right~%50%half#so so~wrong}`. Reads, and writes again.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MAX_EMBEDDED = 200
MAX_ALTERNATIVES = 200

_OPENING = re.compile(r"\{([0-9]{0,4}):([A-Z_]{1,20}):")
# A "#" of an HTML entity such as &#39; separates nothing.
_SIGN = re.compile(r"\\[~#}]|&(?:amp;)?#|[~#}]")
_ESCAPE = re.compile(r"\\([~#}])")
_TO_ESCAPE = re.compile(r"[~#}]")
_PERCENT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,20})?)%")


class EmbeddedType(StrEnum):
    """How an embedded answer is given; the value is Moodle's long name for it."""

    SHORT = "SHORTANSWER"
    SHORT_CASE = "SHORTANSWER_C"
    NUMERICAL = "NUMERICAL"
    MENU = "MULTICHOICE"
    RADIO_VERTICAL = "MULTICHOICE_V"
    RADIO_HORIZONTAL = "MULTICHOICE_H"
    MENU_SHUFFLED = "MULTICHOICE_S"
    RADIO_VERTICAL_SHUFFLED = "MULTICHOICE_VS"
    RADIO_HORIZONTAL_SHUFFLED = "MULTICHOICE_HS"
    BOXES = "MULTIRESPONSE"
    BOXES_HORIZONTAL = "MULTIRESPONSE_H"
    BOXES_SHUFFLED = "MULTIRESPONSE_S"
    BOXES_HORIZONTAL_SHUFFLED = "MULTIRESPONSE_HS"


_SHORT_NAMES = {
    "SA": EmbeddedType.SHORT,
    "MW": EmbeddedType.SHORT,
    "SAC": EmbeddedType.SHORT_CASE,
    "MWC": EmbeddedType.SHORT_CASE,
    "NM": EmbeddedType.NUMERICAL,
    "MC": EmbeddedType.MENU,
    "MCV": EmbeddedType.RADIO_VERTICAL,
    "MCH": EmbeddedType.RADIO_HORIZONTAL,
    "MCS": EmbeddedType.MENU_SHUFFLED,
    "MCVS": EmbeddedType.RADIO_VERTICAL_SHUFFLED,
    "MCHS": EmbeddedType.RADIO_HORIZONTAL_SHUFFLED,
    "MR": EmbeddedType.BOXES,
    "MRH": EmbeddedType.BOXES_HORIZONTAL,
    "MRS": EmbeddedType.BOXES_SHUFFLED,
    "MRHS": EmbeddedType.BOXES_HORIZONTAL_SHUFFLED,
}
_TYPES = {**_SHORT_NAMES, **{embedded.value: embedded for embedded in EmbeddedType}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One answer: `fraction` is a percentage (100 if marked "="), texts are unescaped."""

    fraction: Decimal
    text: str
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One answer to be given; `weight` is its share of the points beside the others, 1 to 9999."""

    weight: int
    type: EmbeddedType
    alternatives: tuple[Alternative, ...]


class ClozeUnreadable(Exception):
    """The text has an embedded answer that is ill-formed: `code` says why, `value` what stands there."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def parse_cloze(text: str) -> tuple[str | Embedded, ...]:
    """The text cut at its embedded answers. Raises ClozeUnreadable: none, too many, or one ill-formed."""
    parts: list[str | Embedded] = []
    place = 0
    while (opening := _OPENING.search(text, place)) is not None:
        if opening[2] not in _TYPES:
            raise ClozeUnreadable("cloze.type_unknown", opening[0])
        alternatives, end = _alternatives(text, opening)
        weight = int(opening[1] or 1)
        if not weight:
            raise ClozeUnreadable("cloze.weight_zero", opening[0])
        parts += [
            text[place : opening.start()],
            Embedded(weight=weight, type=_TYPES[opening[2]], alternatives=alternatives),
        ]
        place = end
        if len(parts) > 2 * MAX_EMBEDDED:
            raise ClozeUnreadable("item.gaps_number", "")
    if not parts:
        raise ClozeUnreadable("cloze.no_answer", text[:200])
    return (*parts, text[place:])


def embedded_text(embedded: Embedded) -> str:
    """The embedded answer as it is written in a text. Texts must not end with a backslash or "&"."""
    alternatives = []
    for alternative in embedded.alternatives:
        text, fraction = alternative.text, alternative.fraction
        mark = "=" if fraction == 100 else "" if fraction == 0 else f"%{fraction}%"
        # What looks like a mark itself needs one before it.
        mark = mark or ("%0%" if text.startswith(("=", "%")) else "")
        feedback = "#" + _escaped(alternative.feedback) if alternative.feedback else ""
        alternatives.append(mark + _escaped(text) + feedback)
    return f"{{{embedded.weight}:{embedded.type.value}:{'~'.join(alternatives)}}}"


def is_embedded_answer(text: str) -> bool:
    """Whether Moodle would take a part of the text for an embedded answer."""
    return any(found[2] in _TYPES for found in _OPENING.finditer(text))


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\\g<0>", text)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def _alternatives(text: str, opening: re.Match[str]) -> tuple[tuple[Alternative, ...], int]:
    """The alternatives behind an opening, and where the text goes on."""
    found: list[Alternative] = []
    start, feedback_at = opening.end(), None
    for sign, place in _signs(text, opening.end()):
        if sign == "#":
            feedback_at = place if feedback_at is None else feedback_at
            continue
        written, feedback = text[start : feedback_at or place], text[(feedback_at or place) + 1 : place]
        # A "~" may stand in front of the first alternative.
        if found or written.strip() or sign == "}":
            found.append(_alternative(written, feedback))
        if len(found) > MAX_ALTERNATIVES:
            raise ClozeUnreadable("item.options_number", opening[0])
        if sign == "}":
            return tuple(found), place + 1
        start, feedback_at = place + 1, None
    raise ClozeUnreadable("cloze.brace_unclosed", text[opening.start() :][:200])


def _signs(text: str, start: int) -> Iterator[tuple[str, int]]:
    for found in _SIGN.finditer(text, start):
        if len(found[0]) == 1:
            yield found[0], found.start()


def _alternative(written: str, feedback: str) -> Alternative:
    written = written.strip()
    fraction = Decimal(0)
    if written.startswith("="):
        fraction, written = Decimal(100), written[1:]
    elif percent := _PERCENT.match(written):
        fraction, written = Decimal(percent[1]), written[percent.end() :]
    if not written.strip() or abs(fraction) > 100:
        raise ClozeUnreadable("cloze.alternative_unreadable", written[:200])
    return Alternative(
        fraction=fraction, text=_unescaped(written.strip()), feedback=_unescaped(feedback.strip())
    )
