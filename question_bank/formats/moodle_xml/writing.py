"""A bank as a Moodle XML file with its pictures, and what Moodle cannot hold."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from question_bank.bank import Bank
from question_bank.formats.moodle.cloze import embedded_text
from question_bank.formats.moodle.questions import QuestionMaker, Unwritable
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from question_bank.formats.moodle.tree import (
    Answer,
    Body,
    ClozeBody,
    MatchingBody,
    MultiChoiceBody,
    NumericalBody,
    OrderingBody,
    OtherBody,
    Question,
    ShortAnswerBody,
    TrueFalseBody,
)
from question_bank.formats.moodle.writing import write_bank
from question_bank.formats.moodle_xml.reading import import_moodle_xml
from question_bank.formats.reports import ImportResult, Written
from question_bank.interactions import number_text

_FORMATS = {
    TextFormat.HTML: "html",
    TextFormat.MOODLE: "moodle_auto_format",
    TextFormat.PLAIN: "plain_text",
    TextFormat.MARKDOWN: "markdown",
}
_TYPES = {
    TrueFalseBody: "truefalse",
    MultiChoiceBody: "multichoice",
    ShortAnswerBody: "shortanswer",
    NumericalBody: "numerical",
    MatchingBody: "matching",
    ClozeBody: "cloze",
    OrderingBody: "ordering",
    OtherBody: "description",
}


def bank_to_moodle_xml(bank: Bank, pictures: Mapping[str, bytes]) -> Written:
    """The bank as Moodle XML. `pictures` maps the SHA-256 (hexadecimal) of its pictures to their bytes."""
    maker = QuestionMaker(pictures=pictures, places=frozenset({"unit", "fold_case"}))
    return write_bank(bank, maker, _XmlPen())


class _XmlPen:
    def category(self, path: str) -> str:
        element = etree.Element("question", type="category")
        _add_text(etree.SubElement(element, "category"), path)
        return _written(element)

    def question(self, question: Question) -> str:
        element = etree.Element("question", type=_TYPES[type(question.body)])
        try:
            _fill(element, question)
        except ValueError as error:
            # Characters that XML has no way to write.
            raise Unwritable("loss.character", question.stem.text) from error
        return _written(element)

    def file(self, parts: list[str]) -> bytes:
        body = "\n".join(parts)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'.encode()

    def read(self, data: bytes) -> ImportResult:
        return import_moodle_xml(data)


def _written(element: etree._Element) -> str:
    etree.indent(element)
    return etree.tostring(element, encoding="unicode")


def _add_text(parent: etree._Element, text: str) -> None:
    etree.SubElement(parent, "text").text = text


def _add_value(parent: etree._Element, tag: str, value: str) -> None:
    etree.SubElement(parent, tag).text = value


def _add(parent: etree._Element, tag: str, text: MoodleText, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag, attributes, format=_FORMATS[text.format])
    _add_text(element, text.text)
    for file in text.files:
        etree.SubElement(element, "file", name=file.name, path="/", encoding="base64").text = file.content
    return element


def _fill(element: etree._Element, question: Question) -> None:
    _add_text(etree.SubElement(element, "name"), question.name)
    _add(element, "questiontext", _stem(question))
    _add(element, "generalfeedback", question.general_feedback)
    _add_value(element, "defaultgrade", "0" if isinstance(question.body, OtherBody) else "1")
    _add_value(element, "penalty", "0")
    _add_value(element, "hidden", "0")
    _add_value(element, "idnumber", question.id_number)
    _fill_body(element, question.body)
    if question.tags:
        tags = etree.SubElement(element, "tags")
        for tag in question.tags:
            _add_text(etree.SubElement(tags, "tag"), tag)


def _stem(question: Question) -> MoodleText:
    if not isinstance(question.body, ClozeBody):
        return question.stem
    texts = (part if isinstance(part, str) else embedded_text(part) for part in question.body.parts)
    return MoodleText(format=question.stem.format, text="".join(texts), files=question.stem.files)


def _fill_body(element: etree._Element, body: Body) -> None:
    match body:
        case TrueFalseBody(answers=answers):
            _add_answers(element, answers)
        case MultiChoiceBody(answers=answers):
            _add_value(element, "single", "true" if body.single else "false")
            _add_value(element, "shuffleanswers", "true")
            _add_value(element, "answernumbering", "ABCD")
            _add_answers(element, answers)
        case ShortAnswerBody(answers=answers):
            _add_value(element, "usecase", "1" if body.case_matters else "0")
            _add_answers(element, answers)
        case NumericalBody(answers=answers):
            _add_answers(element, answers)
            _add_units(element, body)
        case MatchingBody(rows=rows):
            _add_value(element, "shuffleanswers", "true")
            for row in rows:
                _add_text(etree.SubElement(_add(element, "subquestion", row.text), "answer"), row.answer)
        case OrderingBody(answers=texts):
            _add_value(element, "layouttype", "VERTICAL")
            _add_value(element, "selecttype", "ALL")
            for place, text in enumerate(texts, start=1):
                _add(element, "answer", text, fraction=str(place))
        case _:
            pass


def _add_answers(element: etree._Element, answers: tuple[Answer, ...]) -> None:
    for answer in answers:
        added = _add(element, "answer", answer.text, fraction=number_text(answer.fraction))
        _add(added, "feedback", answer.feedback)
        if answer.tolerance is not None:
            _add_value(added, "tolerance", number_text(answer.tolerance))


def _add_units(element: etree._Element, body: NumericalBody) -> None:
    if not body.units:
        return
    units = etree.SubElement(element, "units")
    for unit in body.units:
        added = etree.SubElement(units, "unit")
        _add_value(added, "multiplier", number_text(unit.multiplier))
        _add_value(added, "unit_name", unit.name)
    # The unit may be left out, and is shown behind the field.
    _add_value(element, "unitgradingtype", "0")
    _add_value(element, "showunits", "3")
