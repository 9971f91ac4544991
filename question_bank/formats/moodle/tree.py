"""A question as Moodle holds it, before anybody asks whether an item can be made of it.

The words are Moodle's own (https://docs.moodle.org/en/Moodle_XML_format). What only steers a quiz (penalties,
hints, combined feedback, numbering) is kept as far as the report has to speak of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from question_bank.formats.moodle.cloze import Embedded
from question_bank.formats.moodle.texts import MoodleText


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `fraction` is a percentage. `tolerance` is that of a numerical answer."""

    fraction: Decimal
    text: MoodleText
    feedback: MoodleText
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of a numerical question: typed values are multiplied by `multiplier`."""

    name: str
    multiplier: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalseBody:
    """The answers "true" and "false" in any order."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiChoiceBody:
    """`single`: one option may be chosen. `shuffled`: in another order for everybody."""

    answers: tuple[Answer, ...]
    single: bool
    shuffled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswerBody:
    """Texts to type; "*" in them stands for any characters."""

    answers: tuple[Answer, ...]
    case_matters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericalBody:
    """Numbers to type."""

    answers: tuple[Answer, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subquestion:
    """One row of a matching question; without text it only adds a wrong answer to choose."""

    text: MoodleText
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingBody:
    """Rows to be matched. `shuffled`: answers in another order for everybody."""

    rows: tuple[Subquestion, ...]
    shuffled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClozeBody:
    """The stem cut at its embedded answers: texts and answers by turns."""

    parts: tuple[str | Embedded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChoice:
    """A word for the gaps of one group."""

    text: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapBody:
    """`[[2]]` in the stem is a gap whose right answer is the second choice, beside the others of its group.

    `dragged`: choices are dragged into the gaps (ddwtos), else picked from menus (gapselect).
    """

    choices: tuple[GapChoice, ...]
    dragged: bool
    shuffled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingBody:
    """Answers in the right order. `whole`: all of them are shown, not a selection."""

    answers: tuple[MoodleText, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBody:
    """A type that is named but not read: essay, description, calculated, stack..."""

    type: str


Body: TypeAlias = (
    "TrueFalseBody | MultiChoiceBody | ShortAnswerBody | NumericalBody | MatchingBody | ClozeBody | GapBody"
    " | OrderingBody | OtherBody"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What follows belongs to the category with this path. `line` counts from 1."""

    line: int
    path: str
    info: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `line` counts from 1. `combined_feedback` are the three texts for right, partly right

    and wrong answers as a whole; `hints` are shown between attempts.
    """

    line: int
    name: str
    id_number: str
    stem: MoodleText
    body: Body
    general_feedback: MoodleText
    combined_feedback: tuple[MoodleText, ...]
    hints: tuple[MoodleText, ...]
    tags: tuple[str, ...]
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A question that cannot be read: its line (from 1) and name, why, and what stands there."""

    line: int
    name: str
    code: str
    value: str


Entry: TypeAlias = "Category | Question | Fault"
