"""What a GIFT file says, before anybody asks whether an item can be made of it.

The words are GIFT's own (https://docs.moodle.org/en/GIFT_format); texts are unescaped, nothing is dropped
but comments.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from question_bank.formats.moodle.texts import MoodleText


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a multiple choice or short answer question.

    `is_right` is written "=", else "~". `weight` is a percentage, -100 to 100, None if none is written.
    """

    is_right: bool
    weight: Decimal | None
    text: MoodleText
    feedback: MoodleText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactNumber:
    """`{#3}`."""

    number: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWithError:
    """`{#3:2}`; the accepted error is as written, so it may be negative."""

    number: Decimal
    error: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange:
    """`{#1..5}`; the ends are as written, so they may be the wrong way round."""

    low: Decimal
    high: Decimal


AcceptedNumber: TypeAlias = "ExactNumber | NumberWithError | NumberRange"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericalAnswer:
    """One answer of a numerical question; `accepted` is None for "*", any number at all."""

    is_right: bool
    weight: Decimal | None
    accepted: AcceptedNumber | None
    feedback: MoodleText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One `=subquestion -> subanswer`; a pair without subquestion only adds a wrong answer to choose."""

    subquestion: MoodleText
    subanswer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayBody:
    """`{}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalseBody:
    """`{TRUE#wrong#right}`: what is shown to who answered wrong, then to who answered right."""

    is_true: bool
    wrong_feedback: MoodleText | None
    right_feedback: MoodleText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceBody:
    """`{=a ~b}`, or a short answer when every answer is right; `bare` if it is one without "=": `{a}`."""

    answers: tuple[Answer, ...]
    bare: bool = False

    @property
    def is_short_answer(self) -> bool:
        """Whether the candidate types the answer."""
        return all(answer.is_right for answer in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingBody:
    """`{=a -> b =c -> d}`."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericalBody:
    """`{#...}`; `bare` if it is one number without "=", weight and feedback."""

    answers: tuple[NumericalAnswer, ...]
    bare: bool


Body: TypeAlias = "EssayBody | TrueFalseBody | ChoiceBody | MatchingBody | NumericalBody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """`$CATEGORY: path`; what follows belongs to it. `line` counts from 1."""

    line: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, or a description if `body` is None.

    `line` counts from 1. `title` is as written between the "::", None without. `stem` is what stands before
    the braces (empty if nothing does), `stem_after` what follows them: then the answer fills a gap. `id`
    and `tags` come from comments (`// [id:x] [tag:y]`).
    """

    line: int
    title: str | None
    stem: MoodleText
    stem_after: MoodleText | None
    body: Body | None
    general_feedback: MoodleText | None
    id: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A question that cannot be read: the line of the trouble (from 1), why, and what stands there."""

    line: int
    code: str
    value: str


Entry: TypeAlias = "Category | Question | Fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole file in its order: what could be read, and what could not."""

    entries: tuple[Entry, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What could not be read."""
        return tuple(entry for entry in self.entries if isinstance(entry, Fault))
