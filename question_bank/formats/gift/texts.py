"""The characters of GIFT: signs, escapes, white space and the words for formats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from question_bank.formats.gift.errors import GiftUnreadable
from question_bank.formats.moodle.texts import MoodleText, TextFormat

MAX_SIGNS = 2_000

_ESCAPABLE = "\\:#={}~n"
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_SIGN = re.compile(r"\\[\\:#={}~n]|####|->|[{}~=#]")
_COMMENT = re.compile(r"[ \t]*//[^\n]*")
_TITLE_END = re.compile(r"\\[\\:#={}~n]|::")
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]")
# Ideographic spaces are not collapsed: two of them are the blank to be filled in of a Chinese stem.
_SPACES = re.compile(r"[ \t\n\r\f\v\xa0]{2,}")
_WITH_LINES = (TextFormat.HTML, TextFormat.MARKDOWN)


class Sign(NamedTuple):
    """An unescaped sign and where it stands: `{ } ~ = # #### ->`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a question from `start` up to `end`, and the signs inside it in their order."""

    source: str
    start: int
    end: int
    signs: tuple[Sign, ...]

    @property
    def raw(self) -> str:
        """The piece with its escapes."""
        return self.source[self.start : self.end]

    def is_blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.raw.strip()

    def find(self, *texts: str) -> Sign | None:
        """The first of these signs."""
        return next((sign for sign in self.signs if sign.text in texts), None)

    def partition(self, *texts: str) -> tuple[Span, Sign | None, Span]:
        """What stands before the first of these signs, the sign, what stands behind; all of it, None,

        and an empty span if there is none.
        """
        for place, sign in enumerate(self.signs):
            if sign.text in texts:
                before = Span(source=self.source, start=self.start, end=sign.start, signs=self.signs[:place])
                return before, sign, self._from(sign.end, self.signs[place + 1 :])
        return self, None, self._from(self.end, ())

    def split(self, *texts: str) -> tuple[Span, list[tuple[Sign, Span]]]:
        """What stands before the first of these signs, and each of them with what follows it."""
        places = [place for place, sign in enumerate(self.signs) if sign.text in texts]
        if not places:
            return self, []
        head = Span(
            source=self.source,
            start=self.start,
            end=self.signs[places[0]].start,
            signs=self.signs[: places[0]],
        )
        pieces = []
        for place, following in zip(places, [*places[1:], None], strict=True):
            sign = self.signs[place]
            end = self.end if following is None else self.signs[following].start
            inside = self.signs[place + 1 : following]
            pieces.append((sign, Span(source=self.source, start=sign.end, end=end, signs=inside)))
        return head, pieces

    def without_comment(self) -> Span:
        """What follows if the rest of the first line is a comment."""
        found = _COMMENT.match(self.source, self.start, self.end)
        if found is None:
            return self
        return self._from(found.end(), tuple(sign for sign in self.signs if sign.start >= found.end()))

    def _from(self, start: int, signs: tuple[Sign, ...]) -> Span:
        return Span(source=self.source, start=start, end=self.end, signs=signs)


def span_of(source: str, start: int = 0) -> Span:
    """The text from `start` to its end with its unescaped signs. Raises GiftUnreadable beyond 2,000."""
    signs = []
    for found in _SIGN.finditer(source, start):
        if found[0][0] != "\\":
            signs.append(Sign(found[0], found.start(), found.end()))
            if len(signs) > MAX_SIGNS:
                raise GiftUnreadable("gift.too_many_signs", start)
    return Span(source=source, start=start, end=len(source), signs=tuple(signs))


def title_end(source: str, start: int) -> int | None:
    """Where the next unescaped "::" stands."""
    for found in _TITLE_END.finditer(source, start):
        if found[0] == "::":
            return found.start()
    return None


def first_brace(source: str) -> str:
    """The first unescaped brace, empty if there is none."""
    for found in _SIGN.finditer(source):
        if found[0] in ("{", "}"):
            return found[0]
    return ""


def unescaped(raw: str) -> str:
    r"""The text without its escapes; `\n` is a line break, a backslash before anything else stays."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], raw)


def escaped(text: str) -> str:
    """The inverse of `unescaped`, with every sign escaped."""
    for character in _ESCAPABLE[:-1]:
        text = text.replace(character, "\\" + character)
    return text.replace("\n", "\\n")


def plain_text(raw: str) -> str:
    """The text on one line, without its escapes."""
    return unescaped(_SPACES.sub(" ", raw.strip().replace("\n", " ")))


def formatted_text(raw: str, inherited: TextFormat) -> MoodleText:
    """The text in its own format (`[html]...`) or the inherited one; only HTML and Markdown keep lines."""
    raw = raw.strip()
    text_format = inherited
    if found := _FORMAT.match(raw):
        text_format = TextFormat(found[1])
        raw = raw[found.end() :].strip()
    text = unescaped(raw) if text_format in _WITH_LINES else plain_text(raw)
    return MoodleText(format=text_format, text=text)
