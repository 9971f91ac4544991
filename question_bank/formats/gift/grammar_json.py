"""The tree as the JSON in which the fixtures of the public GIFT grammar state what they expect."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from question_bank.formats.gift.tree import (
    AcceptedNumber,
    Body,
    Category,
    ChoiceBody,
    Document,
    EssayBody,
    ExactNumber,
    Fault,
    MatchingBody,
    NumberRange,
    NumericalAnswer,
    NumericalBody,
    Question,
    TrueFalseBody,
)
from question_bank.formats.moodle.texts import MoodleText, TextFormat

_GAP = "_____"


def grammar_json(document: Document) -> list[dict[str, Any]]:
    """One object for each category, question and description, in the order of the file; faults have none."""
    return [_entry(entry) for entry in document.entries if not isinstance(entry, Fault)]


def _entry(entry: Category | Question) -> dict[str, Any]:
    if isinstance(entry, Category):
        return {"type": "Category", "title": entry.path}
    common = {
        "id": entry.id,
        "tags": list(entry.tags) or None,
        "title": entry.title,
        "stem": _stem(entry),
        "hasEmbeddedAnswers": entry.stem_after is not None,
    }
    if entry.body is None:
        return {"type": "Description", **common}
    text_format = entry.stem.format
    return {**_body(entry.body, text_format), **common, "globalFeedback": _text(entry.general_feedback)}


def _stem(question: Question) -> dict[str, str]:
    stem, after = question.stem, question.stem_after
    if after is None:
        return {"format": stem.format.value, "text": stem.text}
    if not stem.text:
        return {"format": after.format.value, "text": f"{_GAP} {after.text}"}
    return {"format": stem.format.value, "text": f"{stem.text} {_GAP} {after.text}"}


def _body(body: Body, text_format: TextFormat) -> dict[str, Any]:
    match body:
        case EssayBody():
            return {"type": "Essay"}
        case TrueFalseBody():
            # The fixtures name the two feedbacks by their place, whatever the key is.
            return {
                "type": "TF",
                "isTrue": body.is_true,
                "trueFeedback": _text(body.wrong_feedback),
                "falseFeedback": _text(body.right_feedback),
            }
        case ChoiceBody():
            return {"type": "Short" if body.is_short_answer else "MC", "choices": _choices(body)}
        case MatchingBody():
            return {
                "type": "Matching",
                "matchPairs": [
                    {"subquestion": _text(pair.subquestion), "subanswer": pair.subanswer}
                    for pair in body.pairs
                ],
            }
        case NumericalBody():
            return {"type": "Numerical", "choices": _numbers(body, text_format)}


def _choices(body: ChoiceBody) -> list[dict[str, Any]]:
    return [
        {
            "isCorrect": answer.is_right,
            "weight": _number_or_none(answer.weight),
            "text": _text(answer.text),
            "feedback": _text(answer.feedback),
        }
        for answer in body.answers
    ]


def _numbers(body: NumericalBody, text_format: TextFormat) -> object:
    if body.bare and (accepted := body.answers[0].accepted) is not None:
        return _accepted(accepted)
    return [_numerical_answer(answer, text_format) for answer in body.answers]


def _numerical_answer(answer: NumericalAnswer, text_format: TextFormat) -> dict[str, Any]:
    anything = {"format": text_format.value, "text": "*"}
    return {
        "isCorrect": answer.is_right,
        "weight": _number_or_none(answer.weight),
        "text": anything if answer.accepted is None else _accepted(answer.accepted),
        "feedback": _text(answer.feedback),
    }


def _accepted(accepted: AcceptedNumber) -> dict[str, Any]:
    if isinstance(accepted, ExactNumber):
        return {"type": "simple", "number": _number(accepted.number)}
    if isinstance(accepted, NumberRange):
        return {
            "type": "high-low",
            "numberHigh": _number(accepted.high),
            "numberLow": _number(accepted.low),
        }
    return {"type": "range", "number": _number(accepted.number), "range": _number(accepted.error)}


def _text(text: MoodleText | None) -> dict[str, str] | None:
    return None if text is None else {"format": text.format.value, "text": text.text}


def _number_or_none(number: Decimal | None) -> int | float | None:
    return None if number is None else _number(number)


def _number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
