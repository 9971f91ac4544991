"""Content of items: plain text, or a small safe subset of HTML with pictures, tables and formulas.

The subset is a grammar of its own, not "whatever a sanitiser lets through": stored items must mean the same
with every later version of a library. `clean_html` (for what comes from outside) is allowed to depend on one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html.parser import HTMLParser

import nh3
from latex2mathml.converter import convert as mathml_of

from question_bank.budgets import current_budget
from question_bank.errors import ItemInvalid

MAX_NESTING = 40
MAX_FORMULAS = 40
MAX_FORMULA_CHARS = 500
FORMULAS_TOO_MANY = "item.formulas_too_many"
MEDIA_PREFIX = "media:"

_GLOBAL = frozenset({"lang", "dir"})
_PLAIN_TAGS = (
    "p br hr b strong i em u s sub sup small code pre blockquote ul ol li dl dt dd caption thead tbody tfoot "
    "tr table colgroup span div ruby rt rp h3 h4 h5 h6 figure figcaption"
)
_MATH_TAGS = (
    "mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd "
    "mstyle mpadded mphantom mmultiscripts mprescripts"
)
_MATH_ATTRIBUTES = frozenset(
    {
        "mathvariant",
        "stretchy",
        "fence",
        "form",
        "accent",
        "accentunder",
        "displaystyle",
        "scriptlevel",
        "linethickness",
        "width",
        "columnalign",
        "lspace",
        "rspace",
    }
)
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(_PLAIN_TAGS.split(), _GLOBAL),
    **dict.fromkeys(_MATH_TAGS.split(), _MATH_ATTRIBUTES),
    "img": frozenset({"src", "alt", "width", "height"}),
    "td": _GLOBAL | {"colspan", "rowspan"},
    "th": _GLOBAL | {"colspan", "rowspan", "scope"},
    "col": frozenset({"span"}),
    "ol": _GLOBAL | {"start"},
    "math": frozenset({"display"}),
}
VOID = frozenset({"br", "hr", "img", "col"})
# Wrappers without a meaning of their own, and what browsers add by themselves.
WRAPPERS = frozenset({"html", "body", "head", "font", "center", "section", "article"})
_BLOCKS = frozenset(
    {
        "p",
        "br",
        "hr",
        "div",
        "li",
        "tr",
        "table",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "pre",
        "blockquote",
        "h3",
        "h4",
        "h5",
        "h6",
        "figure",
        "caption",
    }
)
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z]+=\"[^\"<>]*\")*)>|([^<>]+)")
_ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"<>]*)\"")
_MEDIA = re.compile(MEDIA_PREFIX + r"([0-9a-f]{64})")
# What reads otherwise after cleaning: markup, entities, characters that HTML writes as entities or changes.
_TO_CLEAN = re.compile("[<>&\r\x00\xa0]")
_SIZE = re.compile(r"[0-9]{1,4}")
_MATH_VALUE = re.compile(r"[A-Za-z0-9.\- ]{0,40}")
_COMMAND = re.compile(r"\\(.)", re.DOTALL)
_DELIMITERS = {")": ("(", "inline"), "]": ("[", "block")}


class Markup(StrEnum):
    """How an item's texts are written; the value is the persisted text."""

    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag in content: its attributes with their entities resolved."""

    name: str
    closing: bool
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """HTML of the safe subset, and what had to go: names such as "script", "a" or "img src"."""

    text: str
    lost: tuple[str, ...]


def clean_html(text: str) -> Cleaned:
    """Any HTML as the safe subset. Pictures stay only with `media:<sha256>` as their source."""
    if not _TO_CLEAN.search(text):
        return Cleaned(text=text, lost=())
    finder = _LossFinder()
    finder.feed(text)
    finder.close()
    cleaned = re.sub(r"<img(?![^>]* src=)[^>]*>", "", _cleaner().clean(text))
    return Cleaned(text=cleaned, lost=tuple(sorted(finder.lost)))


def pieces(text: str) -> Iterator[Tag | str]:
    """The tags of content that `check_html` accepts, and the words between them with entities as written."""
    for token in _tokens(text):
        closing, name, attributes, words = token.groups()
        if name is None:
            yield words
        else:
            named = ((key, html.unescape(value)) for key, value in _ATTRIBUTE.findall(attributes))
            yield Tag(name=name, closing=bool(closing), attributes=tuple(named))


def check_html(field: str, text: str) -> None:
    """Raise ItemInvalid (`item.markup_unsafe`) unless `text` is of the subset, balanced and nested < 40."""
    opened: list[str] = []
    place = 0
    for token in _tokens(text):
        place = token.end()
        closing, tag, attributes, _ = token.groups()
        if tag is None:
            continue
        if closing:
            if not opened or opened.pop() != tag:
                raise _unsafe(field, tag)
            continue
        _check_tag(field, tag, attributes)
        if tag not in VOID:
            opened.append(tag)
        if len(opened) > MAX_NESTING:
            raise _unsafe(field, tag)
    if place != len(text) or opened:
        raise _unsafe(field, opened[-1] if opened else text[place : place + 20])
    _check_formulas(field, text)


def _check_formulas(field: str, text: str) -> None:
    """Few and short enough to convert (about 40 microseconds a character), every one readable, and not more

    of them than the budget of the file has room for.
    """
    found = [tex for tex, _ in formulas(text)]
    if len(found) > MAX_FORMULAS or any(len(tex) > MAX_FORMULA_CHARS for tex in found):
        text = f"At most {MAX_FORMULAS} formulas of {MAX_FORMULA_CHARS} characters can stand in a text."
        raise ItemInvalid("item.formula_too_long", field, text)
    budget = current_budget()
    for tex in found:
        if budget is None:
            _mathml(tex, "inline")
        elif tex not in budget.readable:
            if not budget.spend_formula(tex):
                text = "The file holds more characters of formulas than are read."
                raise ItemInvalid(FORMULAS_TOO_MANY, field, text)
            _mathml(tex, "inline")
            budget.readable.add(tex)


def _check_tag(field: str, tag: str, attributes: str) -> None:
    named = _ATTRIBUTE.findall(attributes)
    names = [name for name, _ in named]
    sound = tag in ALLOWED and all(_allowed(tag, name, value) for name, value in named)
    if not sound or len(set(names)) != len(names) or (tag == "img" and "src" not in names):
        raise _unsafe(field, tag)


def rendered(text: str, markup: Markup) -> str:
    """HTML to show: plain text escaped, its line breaks kept; TeX between \\( \\) or \\[ \\] as MathML."""
    if markup is Markup.TEXT:
        return html.escape(text, quote=False).replace("\n", "<br>")
    parts, place = [], 0
    for start, end, tex, display in _formula_spans(text):
        parts += [text[place:start], _mathml(tex, display)]
        place = end
    return "".join([*parts, text[place:]])


def plain(text: str, markup: Markup) -> str:
    """The words alone: tags gone, blocks on lines of their own, entities resolved; TeX as written."""
    if markup is Markup.TEXT:
        return text
    parts = []
    for token in _tokens(text):
        if token[2] is None:
            parts.append(html.unescape(token[4]))
        elif token[2] in _BLOCKS:
            parts.append("\n")
        elif token[2] in ("td", "th"):
            parts.append(" ")
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def media_digests(text: str, markup: Markup) -> frozenset[str]:
    """The SHA-256 (64 hexadecimal digits) of every picture the text shows."""
    return frozenset(_MEDIA.findall(text)) if markup is Markup.HTML else frozenset()


def formulas(text: str) -> Iterator[tuple[str, str]]:
    """(TeX, "inline" or "block") of every formula in HTML content."""
    for _, _, tex, display in _formula_spans(text):
        yield tex, display


def _formula_spans(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, TeX and display of every formula, in linear time whatever is left open.

    Commands are taken whole, so the "\\\\[2pt]" of a matrix opens nothing.
    """
    opened: re.Match[str] | None = None
    for command in _COMMAND.finditer(text):
        if command[1] in "([":
            opened = command
        elif command[1] in _DELIMITERS and opened is not None:
            opening, display = _DELIMITERS[command[1]]
            tex = text[opened.end() : command.start()]
            if opened[1] == opening and tex:
                yield opened.start(), command.end(), tex, display
                opened = None


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Tags and runs of text up to the first place that is neither."""
    place = 0
    while match := _TOKEN.match(text, place):
        yield match
        place = match.end()


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether the attribute belongs to the subset, with this value."""
    if name not in ALLOWED.get(tag, frozenset()):
        return False
    if name == "src":
        return _MEDIA.fullmatch(value) is not None
    if name in ("width", "height", "colspan", "rowspan", "span", "start") and tag != "mspace":
        return _SIZE.fullmatch(value) is not None
    if name in ("alt",):
        return True
    return _MATH_VALUE.fullmatch(value) is not None


def _kept_value(tag: str, name: str, value: str) -> str | None:
    """The attribute as kept by `clean_html`: the library does not escape < and > inside of values."""
    value = value.replace("<", "＜").replace(">", "＞")
    return value if _allowed(tag, name, value) else None


@lru_cache(maxsize=1_024)
def _mathml(tex: str, display: str) -> str:
    """MathML of a formula. Raises ItemInvalid (`item.formula_unreadable`)."""
    try:
        mathml = mathml_of(html.unescape(tex), display=display)
        # Commands it does not know come out as letters, \\href as a link, \\text unescaped.
        if "<mi>\\" in mathml:
            raise ValueError(tex)
        return clean_html(mathml).text
    except Exception as error:  # the library raises whatever its parser stumbles over
        raise ItemInvalid("item.formula_unreadable", "stem", f"The formula {tex[:40]} is no TeX.") from error


def _unsafe(field: str, what: str) -> ItemInvalid:
    return ItemInvalid(
        "item.markup_unsafe", field, f"The {field} holds markup that is not allowed: {what!r}."
    )


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    """Made once: it takes longer than most texts do."""
    return nh3.Cleaner(
        tags=set(ALLOWED),
        attributes={tag: set(names) for tag, names in ALLOWED.items() if names},
        attribute_filter=_kept_value,
        url_schemes={"media"},
        link_rel=None,
    )


class _LossFinder(HTMLParser):
    """Names what the safe subset has no room for; mere presentation (class, style) is not worth words."""

    _SILENT = frozenset({"class", "style", "id", "align", "valign", "border", "cellpadding", "cellspacing"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lost: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag and its attributes."""
        if tag not in ALLOWED:
            if tag not in WRAPPERS:
                self.lost.add(tag)
            return
        for name, value in attrs:
            if name not in self._SILENT and not _allowed(tag, name, value or ""):
                self.lost.add(f"{tag} {name}")
