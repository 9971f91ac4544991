"""A bank as a GIFT file, and what GIFT cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.bank import Bank
from question_bank.formats.gift.blocks import CATEGORY_SIGN
from question_bank.formats.gift.reading import import_gift
from question_bank.formats.gift.texts import escaped
from question_bank.formats.moodle.grading import FULL
from question_bank.formats.moodle.questions import QuestionMaker, Unwritable
from question_bank.formats.moodle.texts import MoodleText
from question_bank.formats.moodle.tree import (
    Answer,
    Body,
    MatchingBody,
    MultiChoiceBody,
    NumericalBody,
    OtherBody,
    Question,
    ShortAnswerBody,
    TrueFalseBody,
)
from question_bank.formats.moodle.writing import write_bank
from question_bank.formats.reports import ImportResult, Written
from question_bank.interactions import number_text

_ARROW = "->"


def bank_to_gift(bank: Bank) -> Written:
    """The bank as GIFT in UTF-8. Orderings, clozes and pictures have no place in it."""
    return write_bank(bank, QuestionMaker(pictures=None), _GiftPen())


class _GiftPen:
    def category(self, path: str) -> str:
        return f"{CATEGORY_SIGN} {path}"

    def question(self, question: Question) -> str:
        labels = [f"[id:{_label(question.id_number)}]", *(f"[tag:{_label(tag)}]" for tag in question.tags)]
        head = f"// {' '.join(labels)}\n::{escaped(question.name)}::{_text(question.stem, formatted=True)}"
        if isinstance(question.body, OtherBody):
            return head
        general = question.general_feedback
        feedback = f"####{_text(general)}" if general.text else ""
        return f"{head}{{{_answers(question.body)}{feedback}\n}}"

    def file(self, parts: list[str]) -> bytes:
        return ("\n\n".join(parts) + "\n").encode()

    def read(self, data: bytes) -> ImportResult:
        return import_gift(data)


def _label(text: str) -> str:
    return text.replace("]", "\\]")


def _text(text: MoodleText, *, formatted: bool = False) -> str:
    """The text with its signs escaped. The format of the stem holds for all texts of a question.

    A text that looks like a format or a percentage gets its format, too.
    """
    if formatted or text.text.lstrip().startswith(("[", "%")):
        return f"[{text.format.value}]{escaped(text.text)}"
    return escaped(text.text)


def _answers(body: Body) -> str:
    match body:
        case TrueFalseBody(answers=answers):
            (right,) = (answer.text.text for answer in answers if answer.fraction == FULL)
            return right.upper()
        case MultiChoiceBody(answers=answers, single=single):
            return "".join(f"\n\t{_mark(answer, single=single)}{_text(answer.text)}" for answer in answers)
        case ShortAnswerBody(answers=answers):
            return "".join(_short_answer(answer) for answer in answers)
        case NumericalBody(answers=(answer,)):
            assert answer.tolerance is not None
            return f"#{answer.text.text}:{number_text(answer.tolerance)}"
        case MatchingBody():
            return "".join(_pairs(body))
        case _:
            raise Unwritable("loss.type")


def _mark(answer: Answer, *, single: bool) -> str:
    if single:
        return "=" if answer.fraction == FULL else "~"
    return f"~%{number_text(answer.fraction)}%"


def _short_answer(answer: Answer) -> str:
    if _ARROW in answer.text.text:
        raise Unwritable("loss.arrow", answer.text.text)
    return f"\n\t={_text(answer.text)}"


def _pairs(body: MatchingBody) -> Iterator[str]:
    for row in body.rows:
        if _ARROW in row.text.text:
            raise Unwritable("loss.arrow", row.text.text)
        yield f"\n\t={_text(row.text)} {_ARROW} {escaped(row.answer)}"
