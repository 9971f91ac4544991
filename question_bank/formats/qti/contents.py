"""Texts of items as the content of QTI elements: the way back from what `bodies` reads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from question_bank.content import MEDIA_PREFIX, VOID, Markup, Tag, formulas, pieces, rendered
from question_bank.formats.qti.bodies import Bodies
from question_bank.formats.qti.errors import NotRead
from question_bank.formats.qti.vocabulary import element, escaped
from question_bank.formats.safe_xml import read_xml
from question_bank.interactions import GAP_MARK

_MATHML = "http://www.w3.org/1998/Math/MathML"
IMAGES = "images/"
_FROM_ITEMS = "../"
# QTI has classes where HTML has these tags.
_SPANS = {"u": "qti-underline", "s": "line-through"}
_FILE = re.compile(re.escape(_FROM_ITEMS + IMAGES) + r"([0-9a-f]{64})\.[a-z]+")

# The XML of a gap by its id.
Gaps = Mapping[str, str]


class Contents:
    """Writes texts that show pictures under the names `files` gives for their digests."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def written(self, text: str, markup: Markup, gaps: Gaps) -> str:
        """The text as XML, gap marks replaced by `gaps` where they stand in words."""
        if markup is Markup.TEXT:
            return _with_gaps(text, gaps, lambda words: escaped(words).replace("\n", "<br/>"))
        return "".join(
            self._words(piece, gaps) if isinstance(piece, str) else self._tag(piece) for piece in pieces(text)
        )

    def comes_back(self, written: str, text: str, markup: Markup) -> bool:
        """Whether reading gives the same text again; HTML may be tidied on the way."""
        if markup is Markup.TEXT:
            return True
        try:
            return (
                Bodies(self, exact=True, markup=markup).read(read_xml(f"<div>{written}</div>".encode()))
                == text
            )
        except NotRead:
            return False

    def reference(self, path: str) -> str:
        """What `bodies` calls a picture that we wrote, empty for any other path."""
        found = _FILE.fullmatch(path)
        return MEDIA_PREFIX + found[1] if found else ""

    def _words(self, words: str, gaps: Gaps) -> str:
        written = []
        place = 0
        for tex, display in formulas(words):
            formula = f"\\({tex}\\)" if display == "inline" else f"\\[{tex}\\]"
            start = words.index(formula, place)
            written += [_unescaped(words[place:start], gaps), _math(formula, tex, display)]
            place = start + len(formula)
        return "".join([*written, _unescaped(words[place:], gaps)])

    def _tag(self, tag: Tag) -> str:
        name = "span" if tag.name in _SPANS else tag.name
        if tag.closing:
            return f"</{name}>"
        attributes = dict(tag.attributes)
        if tag.name in _SPANS:
            attributes["class"] = _SPANS[tag.name]
        if tag.name == "math":
            attributes = {"xmlns": _MATHML, **attributes}
        if tag.name == "img":
            digest = attributes["src"].removeprefix(MEDIA_PREFIX)
            attributes["src"] = _FROM_ITEMS + IMAGES + self._files[digest]
            attributes.setdefault("alt", "")
        if "lang" in attributes:
            attributes["xml:lang"] = attributes.pop("lang")
        return element(name, attributes) if name in VOID else _opening(name, attributes)


def _opening(name: str, attributes: Mapping[str, str]) -> str:
    return element(name, attributes).removesuffix("/>") + ">"


def _unescaped(words: str, gaps: Gaps) -> str:
    return _with_gaps(words, gaps, lambda part: escaped(html.unescape(part)))


def _with_gaps(text: str, gaps: Gaps, write: Callable[[str], str]) -> str:
    written = []
    place = 0
    for mark in GAP_MARK.finditer(text):
        if mark[1] in gaps:
            written += [write(text[place : mark.start()]), gaps[mark[1]]]
            place = mark.end()
    written.append(write(text[place:]))
    return "".join(written)


def _math(formula: str, tex: str, display: str) -> str:
    """MathML for everybody, with the TeX beside it as MathML provides."""
    inside = []
    for piece in pieces(rendered(formula, Markup.HTML)):
        if isinstance(piece, str):
            inside.append(escaped(html.unescape(piece)))
        elif piece.name != "math":
            opening = _opening(piece.name, dict(piece.attributes))
            inside.append(f"</{piece.name}>" if piece.closing else opening)
    note = element("annotation", {"encoding": "application/x-tex"}, escaped(html.unescape(tex)))
    semantics = element("semantics", {}, element("mrow", {}, "".join(inside)) + note)
    return element("math", {"xmlns": _MATHML, "display": display}, semantics)
