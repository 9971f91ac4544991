"""Moodle's texts as content of items, with their pictures; what cannot be kept is said or stops the item."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from question_bank.content import Markup, check_html, clean_html
from question_bank.errors import ItemInvalid, MediaRefused
from question_bank.formats.moodle.markdown import html_of_markdown
from question_bank.formats.moodle.texts import EmbeddedFile, MoodleText, TextFormat
from question_bank.formats.reports import Problem, clip
from question_bank.media import MAX_PICTURE_BYTES, picture_of

# Of the HTML as written, pictures taken out: Word leaves five times as much markup as text.
MAX_HTML_CHARS = 100_000
# Deep nesting costs the cleaner quadratic time.
MAX_TAGS = 5_000

_SOURCE = re.compile(
    r"(<img\b[^<>]{0,2000}?\bsrc\s*=\s*)(?:\"@@PLUGINFILE@@/([^\"<>]*)\"|'@@PLUGINFILE@@/([^'<>]*)')",
    re.IGNORECASE,
)
_DATA_SOURCE = re.compile(
    r"(<img\b[^<>]{0,2000}?\bsrc\s*=\s*)[\"']data:image/[a-z.+-]{1,20};base64,([A-Za-z0-9+/=\s]*)[\"']",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
_IMAGE_SOURCE = re.compile(r"<img\b[^<>]{0,2000}?\bsrc\s*=\s*[\"']?([^\"'<>\s]+)", re.IGNORECASE)
_FILE_NAME = re.compile(r"@@PLUGINFILE@@/([^\"'<>\s]*)")
# What makes HTML of a text in Moodle's auto-format: a tag, an entity, a formula.
_MARKED_UP = re.compile(r"<[a-zA-Z/!]|&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});|\\[(\[]")


class Unrepresentable(Exception):
    """No item can be made: `code` says why, `field` where, `value` what stands there.

    `unsupported` if the question is sound, but of a kind that is not represented.
    """

    def __init__(self, code: str, field: str, value: str = "", *, unsupported: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.value = value
        self.unsupported = unsupported

    @property
    def problem(self) -> Problem:
        """For the report."""
        return Problem(code=self.code, field=self.field, value=clip(self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A text as an item can hold it. `pictures` maps the SHA-256 (hexadecimal) of those it shows to bytes."""

    markup: Markup
    text: str
    problems: tuple[Problem, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def plain_content(text: str) -> Content:
    """Content without markup."""
    return Content(markup=Markup.TEXT, text=text)


def read_content(name: str, text: MoodleText) -> Content:
    """The text of the field `name`. Raises Unrepresentable: a picture is missing or refused, a sound or

    film, Markdown that is more than emphasis.
    """
    match text.format:
        case TextFormat.PLAIN:
            return plain_content(text.text)
        case TextFormat.MOODLE:
            if not _MARKED_UP.search(text.text):
                return plain_content(text.text)
            return _from_html(name, text.text.replace("\n", "<br>"), text.files)
        case TextFormat.MARKDOWN:
            converted = html_of_markdown(text.text)
            if converted is None:
                raise Unrepresentable("markup.markdown", name, text.text, unsupported=True)
            return Content(markup=converted[0], text=converted[1])
        case TextFormat.HTML:
            return _from_html(name, text.text, text.files)


def read_minor_content(name: str, text: MoodleText) -> Content:
    """The same for a text that the item can do without: what would stop it is left out, and said."""
    try:
        return read_content(name, text)
    except Unrepresentable as error:
        if error.unsupported:
            return Content(markup=Markup.TEXT, text=text.text, problems=(error.problem,))
        kept = clean_html(text.text)
        return Content(markup=Markup.HTML, text=kept.text, problems=(error.problem,))


def unified(contents: Sequence[Content]) -> tuple[Markup, tuple[str, ...]]:
    """One way of writing for all of them: plain if all are, else all in HTML."""
    if all(content.markup is Markup.TEXT for content in contents):
        return Markup.TEXT, tuple(content.text for content in contents)
    return Markup.HTML, tuple(
        content.text if content.markup is Markup.HTML else html_of_text(content.text) for content in contents
    )


def html_of_text(text: str) -> str:
    """Plain text as HTML that shows the same."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _from_html(name: str, text: str, files: Sequence[EmbeddedFile]) -> Content:
    pictures: dict[str, bytes] = {}
    by_name = {file.name: file.content for file in files}

    def embedded(found: re.Match[str]) -> str:
        written = found[2] if found[2] is not None else found[3]
        file_name = unquote(html.unescape(written).partition("?")[0])
        # Moodle writes folders of a file area in front of the name.
        content = by_name.get(file_name, by_name.get(file_name.rpartition("/")[2]))
        if content is None:
            raise Unrepresentable("media.missing", name, file_name)
        return f'{found[1]}"{_keep(name, file_name, content, pictures)}"'

    text = _SOURCE.sub(embedded, text)
    text = _DATA_SOURCE.sub(lambda found: f'{found[1]}"{_keep(name, "data:", found[2], pictures)}"', text)
    if (other := _FILE_NAME.search(text)) is not None:
        raise Unrepresentable("media.not_a_picture", name, unquote(other[1]))
    return _safe(name, text, pictures)


def _safe(name: str, text: str, pictures: Mapping[str, bytes]) -> Content:
    """As written if that is of the safe subset, else cleaned."""
    if len(text) > MAX_HTML_CHARS or text.count("<") > MAX_TAGS:
        raise Unrepresentable(f"item.{name}_too_long", name, text[:100])
    text = _without_comments(text).strip()
    try:
        check_html(name, text)
    except ItemInvalid:
        cleaned = clean_html(text)
        if cleaned.text.count("<img ") < len(_IMAGE.findall(text)):
            outside = [source for source in _IMAGE_SOURCE.findall(text) if not source.startswith("media:")]
            raise Unrepresentable("media.missing", name, outside[0] if outside else "") from None
        problems: tuple[Problem, ...] = ()
        if cleaned.lost:
            problems = (Problem(code="markup.removed", field=name, value=clip(", ".join(cleaned.lost))),)
        return Content(markup=Markup.HTML, text=cleaned.text, problems=problems, pictures=pictures)
    return Content(markup=Markup.HTML, text=text, pictures=pictures)


def _without_comments(text: str) -> str:
    """Taken out here because the parser needs quadratic time for comments that do not end."""
    kept, *others = text.split("<!--")
    return kept + "".join(other.partition("-->")[2] for other in others)


def _keep(name: str, file_name: str, content: str, pictures: dict[str, bytes]) -> str:
    """The reference to a picture, which is decoded and kept. Raises Unrepresentable."""
    # Four characters carry three bytes; a few more are line breaks.
    if len(content) > MAX_PICTURE_BYTES * 3 // 2:
        raise Unrepresentable("media.too_large", name, file_name)
    try:
        data = base64.b64decode(content)
        picture = picture_of(data)
    except MediaRefused as error:
        raise Unrepresentable(error.code, name, file_name) from error
    except binascii.Error as error:
        raise Unrepresentable("media.not_a_picture", name, file_name) from error
    pictures[picture.digest] = data
    return picture.reference
