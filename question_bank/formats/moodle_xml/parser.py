"""Moodle XML as a tree, question by question; one that is ill-formed never stops the others."""

from __future__ import annotations

import html
from collections.abc import Iterator

from lxml import etree

from question_bank.errors import FormatRefused
from question_bank.formats.moodle.texts import EmbeddedFile, MoodleText, TextFormat
from question_bank.formats.moodle.tree import Category, Entry, Fault, Question
from question_bank.formats.moodle_xml.bodies import read_body
from question_bank.formats.moodle_xml.elements import (
    MoodleUnreadable,
    child_text,
    flag,
    moodle_text,
    moodle_texts,
    value_text,
)
from question_bank.formats.safe_xml import line_of, records, root_name

MAX_QUESTIONS = 50_000
MAX_NAME_CHARS = 1_000
_COMBINED_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def parse_moodle_xml(data: bytes) -> Iterator[Entry]:
    """The entries in the order of the file, one in memory at a time.

    Raises FormatRefused, after the entries before the trouble: not XML (see `safe_xml`), no `<quiz>`, more
    than 50,000 questions.
    """
    if root_name(data) != "quiz":
        raise FormatRefused("xml.no_quiz", "The XML is no Moodle quiz.")
    for place, element in enumerate(records(data, "question")):
        if place == MAX_QUESTIONS:
            raise FormatRefused("file.too_many_items", "The file holds more than 50,000 questions.")
        yield _entry(element)


def _entry(element: etree._Element) -> Entry:
    line, name = line_of(element), (element.findtext("name/text") or "").strip()[:MAX_NAME_CHARS]
    try:
        if element.get("type") == "category":
            return _category(element, line)
        return _question(element, line, name)
    except MoodleUnreadable as error:
        return Fault(line=line, name=name, code=error.code, value=error.value[:200])


def _category(element: etree._Element, line: int) -> Category:
    path = child_text(element, "category").strip()
    if not path:
        raise MoodleUnreadable("moodle.category_empty", "")
    return Category(line=line, path=path, info=child_text(element, "info").strip())


def _question(element: etree._Element, line: int, name: str) -> Question:
    question_type = element.get("type", "")
    if not question_type:
        raise MoodleUnreadable("moodle.type_missing", "")
    stem = _stem(element)
    combined = (moodle_text(element, tag, stem.format) for tag in _COMBINED_FEEDBACK)
    return Question(
        line=line,
        name=name,
        id_number=value_text(element, "idnumber"),
        stem=stem,
        body=read_body(element, question_type, stem),
        general_feedback=moodle_text(element, "generalfeedback", stem.format),
        combined_feedback=tuple(feedback for feedback in combined if feedback.text),
        hints=tuple(hint for hint in moodle_texts(element, "hint", stem.format) if hint.text),
        tags=tuple(tag for found in element.findall("tags/tag") if (tag := child_text(found).strip())),
        hidden=flag(element, "hidden", default=False),
    )


def _stem(element: etree._Element) -> MoodleText:
    """The question's text. Until Moodle 1.9 its picture stood beside it, and was shown behind it."""
    stem = moodle_text(element, "questiontext", TextFormat.HTML)
    content, name = value_text(element, "image_base64"), value_text(element, "image")
    if not content or not name:
        return stem
    return MoodleText(
        format=stem.format,
        text=f'{stem.text} <img src="@@PLUGINFILE@@/{html.escape(name)}" />',
        files=(*stem.files, EmbeddedFile(name=name, content=content)),
    )
