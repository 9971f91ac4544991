"""Items out of a GIFT file, with a report of every question."""

from __future__ import annotations

from decimal import Decimal

from question_bank.formats.gift.parser import parse_gift
from question_bank.formats.gift.tree import (
    Answer,
    Category,
    ChoiceBody,
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
from question_bank.formats.moodle import tree as moodle
from question_bank.formats.moodle.items import Importer
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from question_bank.formats.reports import ImportResult
from question_bank.interactions import number_text

GAP = "_____"
_FULL, _NOTHING = Decimal(100), Decimal(0)
_TRUTH_WORDS = frozenset({"true", "false", "t", "f", "对", "错", "正确", "错误", "√", "×"})
_ANY_NUMBER = "*"


def import_gift(data: bytes) -> ImportResult:
    """The items of a GIFT file and the report. Raises FormatRefused."""
    document, encoding = parse_gift(data)
    importer = Importer()
    for entry in document.entries:
        match entry:
            case Category():
                importer.take(moodle.Category(line=entry.line, path=entry.path, info=""))
            case Fault():
                fault = moodle.Fault(line=entry.line, name="", code=entry.code, value=entry.value)
                importer.take(fault)
            case Question():
                importer.take(_misspelt_truth(entry) or _question(entry))
    return importer.result(encoding)


def _misspelt_truth(question: Question) -> moodle.Fault | None:
    """`{true}` is a text to be typed for Moodle; its author hardly meant that."""
    match question.body:
        case ChoiceBody(bare=True, answers=(answer,)) if answer.text.text.lower() in _TRUTH_WORDS:
            name = question.id or question.title or ""
            value = answer.text.text
            return moodle.Fault(line=question.line, name=name, code="gift.true_false_case", value=value)
        case _:
            return None


def _question(question: Question) -> moodle.Question:
    empty = MoodleText(format=question.stem.format, text="")
    return moodle.Question(
        line=question.line,
        name=(question.title or "").strip(),
        id_number=question.id or "",
        stem=_stem(question),
        body=_body(question),
        general_feedback=question.general_feedback or empty,
        combined_feedback=(),
        hints=(),
        tags=question.tags,
        hidden=False,
    )


def _stem(question: Question) -> MoodleText:
    """One text; a gap stands where the answers were, if text follows them."""
    stem, after = question.stem, question.stem_after
    if after is None:
        return stem
    if not stem.text:
        return MoodleText(format=after.format, text=f"{GAP} {after.text}")
    return MoodleText(format=stem.format, text=f"{stem.text} {GAP} {after.text}")


def _body(question: Question) -> moodle.Body:
    match question.body:
        case None:
            return moodle.OtherBody(type="description")
        case EssayBody():
            return moodle.OtherBody(type="essay")
        case TrueFalseBody() as body:
            return _true_false(body, question.stem.format)
        case ChoiceBody() as body:
            return _choice(body)
        case MatchingBody(pairs=pairs):
            rows = tuple(moodle.Subquestion(text=pair.subquestion, answer=pair.subanswer) for pair in pairs)
            return moodle.MatchingBody(rows=rows, shuffled=True)
        case NumericalBody(answers=answers):
            numbers = tuple(_number(answer, question.stem.format) for answer in answers)
            return moodle.NumericalBody(answers=numbers, units=())


def _true_false(body: TrueFalseBody, text_format: TextFormat) -> moodle.Body:
    empty = MoodleText(format=text_format, text="")
    feedback = {body.is_true: body.right_feedback or empty, not body.is_true: body.wrong_feedback or empty}
    return moodle.TrueFalseBody(
        answers=tuple(
            moodle.Answer(
                fraction=_FULL if truth is body.is_true else _NOTHING,
                text=MoodleText(format=TextFormat.PLAIN, text="true" if truth else "false"),
                feedback=feedback[truth],
            )
            for truth in (True, False)
        )
    )


def _choice(body: ChoiceBody) -> moodle.Body:
    answers = tuple(
        moodle.Answer(
            fraction=_fraction(answer),
            text=answer.text,
            feedback=answer.feedback or MoodleText(format=answer.text.format, text=""),
        )
        for answer in body.answers
    )
    if body.is_short_answer:
        return moodle.ShortAnswerBody(answers=answers, case_matters=False)
    # As in Moodle: one option may be chosen as soon as one gets everything.
    single = any(answer.fraction == _FULL for answer in answers)
    return moodle.MultiChoiceBody(answers=answers, single=single, shuffled=True)


def _number(answer: NumericalAnswer, text_format: TextFormat) -> moodle.Answer:
    text, tolerance = _ANY_NUMBER, None
    match answer.accepted:
        case ExactNumber(number=number):
            text = number_text(number)
        case NumberRange(low=low, high=high):
            text, tolerance = number_text((low + high) / 2), (high - low) / 2
        case None:
            pass
        case other:
            text, tolerance = number_text(other.number), other.error
    return moodle.Answer(
        fraction=_fraction(answer),
        text=MoodleText(format=TextFormat.PLAIN, text=text),
        feedback=answer.feedback or MoodleText(format=text_format, text=""),
        tolerance=tolerance,
    )


def _fraction(answer: Answer | NumericalAnswer) -> Decimal:
    """A weight as written, else everything for "=" and nothing for "~"."""
    if answer.weight is not None:
        return answer.weight
    return _FULL if answer.is_right else _NOTHING
