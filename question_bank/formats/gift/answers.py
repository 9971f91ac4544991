"""What stands between the braces of a GIFT question."""

from __future__ import annotations

import re
from decimal import Decimal

from question_bank.formats.gift.errors import GiftUnreadable
from question_bank.formats.gift.texts import Sign, Span, formatted_text, plain_text
from question_bank.formats.gift.tree import (
    AcceptedNumber,
    Answer,
    Body,
    ChoiceBody,
    EssayBody,
    ExactNumber,
    MatchingBody,
    NumberRange,
    NumberWithError,
    NumericalAnswer,
    NumericalBody,
    Pair,
    TrueFalseBody,
)
from question_bank.formats.moodle.texts import MoodleText, TextFormat

_TRUE_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{0,20})?)%")
# Somebody meant a weight: better an error than a "%33,3%" shown to candidates.
_WEIGHT_MEANT = re.compile(r"\s*%[-+0-9.,]{0,30}%")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")
_ANY_NUMBER = "*"


def read_body(span: Span, text_format: TextFormat) -> tuple[Body, MoodleText | None]:
    """The answers and the general feedback; `text_format` is inherited. Raises GiftUnreadable."""
    answers, general_sign, general = span.partition("####")
    general_feedback = _feedback(general.raw, text_format) if general_sign else None
    return _read_answers(answers, text_format), general_feedback


def _read_answers(span: Span, text_format: TextFormat) -> Body:
    if span.is_blank():
        return EssayBody()
    if span.raw.lstrip().startswith("#"):
        return _numerical(span.partition("#")[2], text_format)
    if (true_false := _true_false(span, text_format)) is not None:
        return true_false
    head, pieces = span.split("=", "~")
    if not pieces:
        return ChoiceBody(answers=(_answer(None, head, text_format),), bare=True)
    if not head.is_blank():
        raise GiftUnreadable("gift.answer_unmarked", head.start, head.raw)
    # As in Moodle: one "~" makes it a multiple choice, whatever arrows stand in it.
    if not span.find("~") and any(_arrow(piece) for _, piece in pieces):
        return MatchingBody(pairs=tuple(_pair(piece, text_format) for _, piece in pieces))
    return ChoiceBody(answers=tuple(_answer(sign, piece, text_format) for sign, piece in pieces))


def _feedback(raw: str, text_format: TextFormat) -> MoodleText | None:
    text = formatted_text(raw, text_format)
    return text if text.text else None


def _true_false(span: Span, text_format: TextFormat) -> TrueFalseBody | None:
    head, sign, rest = span.partition("#")
    is_true = _TRUE_FALSE.get(head.raw.strip())
    if is_true is None:
        return None
    wrong, second_sign, right = rest.partition("#")
    return TrueFalseBody(
        is_true=is_true,
        wrong_feedback=_feedback(wrong.raw, text_format) if sign else None,
        right_feedback=_feedback(right.raw, text_format) if second_sign else None,
    )


def _arrow(piece: Span) -> bool:
    return piece.partition("#")[0].find("->") is not None


def _pair(piece: Span, text_format: TextFormat) -> Pair:
    left, arrow, right = piece.partition("->")
    if arrow is None:
        raise GiftUnreadable("gift.arrow_missing", piece.start, piece.raw)
    subanswer = plain_text(right.raw)
    if not subanswer:
        raise GiftUnreadable("gift.answer_empty", right.start)
    return Pair(subquestion=formatted_text(left.raw, text_format), subanswer=subanswer)


def _answer(sign: Sign | None, piece: Span, text_format: TextFormat) -> Answer:
    written, feedback_sign, feedback = piece.partition("#")
    weight, raw = _weight(written)
    text = formatted_text(raw, text_format)
    if not text.text:
        raise GiftUnreadable("gift.answer_empty", piece.start)
    return Answer(
        is_right=sign is None or sign.text == "=",
        weight=weight,
        text=text,
        feedback=_feedback(feedback.raw, text_format) if feedback_sign else None,
    )


def _weight(written: Span) -> tuple[Decimal | None, str]:
    """The percentage in front of an answer and the rest."""
    found = _WEIGHT.match(written.raw)
    if found is None:
        if _WEIGHT_MEANT.match(written.raw):
            raise GiftUnreadable("gift.weight_unreadable", written.start, written.raw)
        return None, written.raw
    weight = Decimal(found[1])
    if abs(weight) > 100:
        raise GiftUnreadable("gift.weight_unreadable", written.start, written.raw)
    return weight, written.raw[found.end() :]


def _numerical(span: Span, text_format: TextFormat) -> NumericalBody:
    head, pieces = span.split("=", "~")
    if head.is_blank():
        answers = [_numerical_answer(sign, piece, text_format) for sign, piece in pieces]
        if not answers:
            raise GiftUnreadable("gift.number_unreadable", span.start)
        return NumericalBody(answers=tuple(answers), bare=False)
    first = _numerical_answer(None, head, text_format)
    rest = tuple(_numerical_answer(sign, piece, text_format) for sign, piece in pieces)
    bare = not rest and first.feedback is None and first.weight is None
    return NumericalBody(answers=(first, *rest), bare=bare)


def _numerical_answer(sign: Sign | None, piece: Span, text_format: TextFormat) -> NumericalAnswer:
    written, feedback_sign, feedback = piece.partition("#")
    weight, raw = _weight(written)
    return NumericalAnswer(
        is_right=sign is None or sign.text == "=",
        weight=weight,
        accepted=_accepted(raw.strip(), written.start),
        feedback=_feedback(feedback.raw, text_format) if feedback_sign else None,
    )


def _accepted(raw: str, offset: int) -> AcceptedNumber | None:
    """`3`, `3:2` or `1..5`; None for "*" or nothing, which both mean any number."""
    if raw in ("", _ANY_NUMBER):
        return None
    low, dots, high = raw.partition("..")
    if dots:
        return NumberRange(low=_number(low, offset), high=_number(high, offset))
    number, colon, error = raw.partition(":")
    if colon:
        return NumberWithError(number=_number(number, offset), error=_number(error, offset))
    return ExactNumber(number=_number(raw, offset))


def _number(raw: str, offset: int) -> Decimal:
    if not _NUMBER.fullmatch(raw.strip()):
        raise GiftUnreadable("gift.number_unreadable", offset, raw)
    return Decimal(raw.strip())
