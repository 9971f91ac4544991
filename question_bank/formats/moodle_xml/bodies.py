"""What each type of question asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from question_bank.formats.moodle.cloze import ClozeUnreadable, parse_cloze
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from question_bank.formats.moodle.tree import (
    Answer,
    Body,
    ClozeBody,
    GapBody,
    GapChoice,
    MatchingBody,
    MultiChoiceBody,
    NumericalBody,
    OrderingBody,
    OtherBody,
    ShortAnswerBody,
    Subquestion,
    TrueFalseBody,
    Unit,
)
from question_bank.formats.moodle_xml.elements import (
    MoodleUnreadable,
    child_text,
    flag,
    moodle_text,
    moodle_texts,
    number,
    own_text,
    value_text,
)

MAX_ANSWERS = 1_000
_WHOLE_SELECTION = ("", "0", "ALL")


def read_body(element: etree._Element, question_type: str, stem: MoodleText) -> Body:
    """The body of a question. Raises MoodleUnreadable."""
    reader = _READERS.get(question_type)
    return OtherBody(type=question_type) if reader is None else reader(element, stem)


def _answers(element: etree._Element, inherited: TextFormat) -> tuple[Answer, ...]:
    found = element.findall("answer")
    if not found:
        raise MoodleUnreadable("moodle.answers_missing", "")
    if len(found) > MAX_ANSWERS:
        raise MoodleUnreadable("moodle.too_many_answers", "")
    return tuple(_answer(answer, inherited) for answer in found)


def _answer(element: etree._Element, inherited: TextFormat) -> Answer:
    # Before Moodle 1.9 the fraction was an element.
    written = element.get("fraction") or value_text(element, "fraction") or "0"
    tolerance = value_text(element, "tolerance")
    return Answer(
        fraction=number(written, "fraction"),
        text=own_text(element, inherited),
        feedback=moodle_text(element, "feedback", inherited),
        tolerance=number(tolerance, "tolerance") if tolerance else None,
    )


def _true_false(element: etree._Element, stem: MoodleText) -> Body:
    return TrueFalseBody(answers=_answers(element, stem.format))


def _multi_choice(element: etree._Element, stem: MoodleText) -> Body:
    return MultiChoiceBody(
        answers=_answers(element, stem.format),
        single=flag(element, "single", default=True),
        shuffled=flag(element, "shuffleanswers", default=True),
    )


def _short_answer(element: etree._Element, stem: MoodleText) -> Body:
    return ShortAnswerBody(
        answers=_answers(element, stem.format), case_matters=flag(element, "usecase", default=False)
    )


def _numerical(element: etree._Element, stem: MoodleText) -> Body:
    units = tuple(
        Unit(
            name=value_text(unit, "unit_name"),
            multiplier=number(value_text(unit, "multiplier") or "1", "multiplier"),
        )
        for unit in element.findall("units/unit")
    )
    return NumericalBody(answers=_answers(element, stem.format), units=units)


def _matching(element: etree._Element, stem: MoodleText) -> Body:
    found = element.findall("subquestion")
    if not found:
        raise MoodleUnreadable("moodle.answers_missing", "")
    if len(found) > MAX_ANSWERS:
        raise MoodleUnreadable("moodle.too_many_answers", "")
    return MatchingBody(
        rows=tuple(
            Subquestion(text=own_text(row, stem.format), answer=child_text(row, "answer").strip())
            for row in found
        ),
        shuffled=flag(element, "shuffleanswers", default=True),
    )


def _cloze(_element: etree._Element, stem: MoodleText) -> Body:
    try:
        return ClozeBody(parts=parse_cloze(stem.text))
    except ClozeUnreadable as error:
        raise MoodleUnreadable(error.code, error.value) from error


def _gaps(element: etree._Element, dragged: bool) -> Body:
    # Both tags are met in files of both types.
    found = [*element.findall("selectoption"), *element.findall("dragbox")]
    if not found:
        raise MoodleUnreadable("moodle.answers_missing", "")
    choices = tuple(
        GapChoice(text=child_text(choice), group=value_text(choice, "group") or "1") for choice in found
    )
    return GapBody(choices=choices, dragged=dragged, shuffled=flag(element, "shuffleanswers", default=False))


def _menus(element: etree._Element, _stem: MoodleText) -> Body:
    return _gaps(element, dragged=False)


def _dragged(element: etree._Element, _stem: MoodleText) -> Body:
    return _gaps(element, dragged=True)


def _ordering(element: etree._Element, stem: MoodleText) -> Body:
    answers = tuple(moodle_texts(element, "answer", stem.format))
    if not answers:
        raise MoodleUnreadable("moodle.answers_missing", "")
    if len(answers) > MAX_ANSWERS:
        raise MoodleUnreadable("moodle.too_many_answers", "")
    return OrderingBody(answers=answers, whole=value_text(element, "selecttype") in _WHOLE_SELECTION)


_READERS: Mapping[str, Callable[[etree._Element, MoodleText], Body]] = {
    "truefalse": _true_false,
    "multichoice": _multi_choice,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _menus,
    "ddwtos": _dragged,
    "ordering": _ordering,
}
