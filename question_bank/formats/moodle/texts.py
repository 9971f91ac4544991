"""Texts as Moodle's formats hold them: with a word for how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TextFormat(StrEnum):
    """How a text is written; the value is GIFT's word for it.

    moodle: "auto-format": HTML in which line breaks count and plain addresses become links.
    """

    MOODLE = "moodle"
    HTML = "html"
    MARKDOWN = "markdown"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFile:
    """A file inside the XML; `content` is its base64 as written, undecoded."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleText:
    """A text with the files it may refer to as `@@PLUGINFILE@@/name`."""

    format: TextFormat
    text: str
    files: tuple[EmbeddedFile, ...] = ()
