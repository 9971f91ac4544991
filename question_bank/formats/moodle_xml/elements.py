"""The small parts of a question's XML: texts, flags and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from question_bank.formats.moodle.texts import EmbeddedFile, MoodleText, TextFormat

# Pictures may stand inside of a text, 4 MiB each.
MAX_TEXT_CHARS = 8_000_000

_FORMATS = {
    "html": TextFormat.HTML,
    "moodle_auto_format": TextFormat.MOODLE,
    "plain_text": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
    # Numbers stand in exports of Moodle 1.9 and of some other programs.
    "0": TextFormat.MOODLE,
    "1": TextFormat.HTML,
    "2": TextFormat.PLAIN,
    "4": TextFormat.MARKDOWN,
}
_FLAGS = {"1": True, "true": True, "0": False, "false": False, "": False}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")


class MoodleUnreadable(Exception):
    """The question cannot be read: `code` says why, `value` what stands there.

    Never leaves this package: the parser makes a fault of it, with the line.
    """

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def value_text(element: etree._Element, tag: str) -> str:
    """What stands directly in the first child with this tag, trimmed; empty without one."""
    found = element.find(tag)
    return (found.text or "").strip() if found is not None else ""


def child_text(element: etree._Element, tag: str = ".") -> str:
    """What stands in `<tag><text>...</text></tag>`, or directly in the tag. Raises MoodleUnreadable."""
    found = element.find(tag)
    if found is None:
        return ""
    inner = found.find("text")
    if inner is None:
        inner = found
    if any(child.tag != "file" and child.tag != "feedback" for child in inner):
        raise MoodleUnreadable("moodle.text_not_escaped", str(inner[0].tag))
    text = inner.text or ""
    if len(text) > MAX_TEXT_CHARS:
        raise MoodleUnreadable("moodle.text_too_long", text)
    return text


def moodle_text(element: etree._Element, tag: str, inherited: TextFormat) -> MoodleText:
    """The text of the first child with this tag, empty without one. Raises MoodleUnreadable."""
    return next(moodle_texts(element, tag, inherited), MoodleText(format=inherited, text=""))


def moodle_texts(element: etree._Element, tag: str, inherited: TextFormat) -> Iterator[MoodleText]:
    """The texts of all children with this tag. Raises MoodleUnreadable."""
    for found in element.findall(tag):
        yield own_text(found, inherited)


def own_text(element: etree._Element, inherited: TextFormat) -> MoodleText:
    """The text of the element itself. Raises MoodleUnreadable."""
    word = element.get("format", "").strip()
    text_format = _FORMATS.get(word, inherited) if word else inherited
    if word and word not in _FORMATS:
        raise MoodleUnreadable("moodle.format_unknown", word)
    text = child_text(element)
    if text_format is not TextFormat.PLAIN:
        text = text.strip()
    return MoodleText(format=text_format, text=text, files=_files(element))


def flag(element: etree._Element, tag: str, *, default: bool) -> bool:
    """A yes or no, `default` if it is not written. Raises MoodleUnreadable."""
    found = element.find(tag)
    if found is None:
        return default
    word = (found.text or "").strip().lower()
    if word not in _FLAGS:
        raise MoodleUnreadable("moodle.flag_unreadable", f"{tag}: {word}")
    return _FLAGS[word]


def number(written: str, what: str) -> Decimal:
    """A number. Raises MoodleUnreadable, naming `what`."""
    written = written.strip()
    if not _NUMBER.fullmatch(written):
        raise MoodleUnreadable("moodle.number_unreadable", f"{what}: {written}")
    return Decimal(written)


def _files(element: etree._Element) -> tuple[EmbeddedFile, ...]:
    """Files beside or inside of the text; other encodings than base64 are left for the report to miss."""
    return tuple(
        EmbeddedFile(name=found.get("name", ""), content=found.text or "")
        for found in (*element.findall("file"), *element.findall("text/file"))
        if found.get("encoding", "base64") == "base64"
    )
