"""Texts of items as the content of QTI elements: the way back from what `bodies` reads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from lxml import etree

from question_bank.content import MEDIA_PREFIX, TEX, VOID, Markup, attributes_of, rendered, tokens
from question_bank.formats.qti.bodies import Bodies
from question_bank.formats.qti.errors import NotRead
from question_bank.formats.qti.native import gap_id
from question_bank.formats.qti.vocabulary import element, escaped
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
        pieces: list[str] = []
        for token in tokens(text):
            closing, tag, written, words = token.groups()
            if tag is None:
                pieces.append(self._words(words, gaps))
            elif closing:
                pieces.append(f"</{_tag(tag)}>")
            else:
                pieces.append(self._opening(tag, written))
        return "".join(pieces)

    def comes_back(self, written: str, text: str, markup: Markup) -> bool:
        """Whether reading gives the same text again; HTML may be tidied on the way."""
        if markup is Markup.TEXT:
            return True
        bodies = Bodies(_Names(), exact=True, markup=markup)
        try:
            root = etree.fromstring(f"<div>{written}</div>")
            again = bodies.read(root, lambda gap: f"[[{gap_id(gap)}]]")
        except (etree.XMLSyntaxError, NotRead):
            return False
        return again == text

    def _words(self, words: str, gaps: Gaps) -> str:
        pieces = []
        place = 0
        for formula in TEX.finditer(words):
            pieces.append(_unescaped(words[place : formula.start()], gaps))
            pieces.append(_formula(formula[0], formula[1] if formula[1] is not None else formula[2]))
            place = formula.end()
        pieces.append(_unescaped(words[place:], gaps))
        return "".join(pieces)

    def _opening(self, tag: str, written: str) -> str:
        attributes = {name: html.unescape(found) for name, found in attributes_of(written)}
        if tag in _SPANS:
            attributes["class"] = _SPANS[tag]
        if tag == "math":
            attributes = {"xmlns": _MATHML, **attributes}
        if tag == "img":
            digest = attributes["src"].removeprefix(MEDIA_PREFIX)
            attributes["src"] = _FROM_ITEMS + IMAGES + self._files[digest]
            attributes.setdefault("alt", "")
        if "lang" in attributes:
            attributes["xml:lang"] = attributes.pop("lang")
        opened = element(_tag(tag), attributes)
        return opened if tag in VOID else opened.removesuffix("/>") + ">"


class _Names:
    """Pictures by the names that we gave them."""

    def reference(self, path: str) -> str:
        """`media:<sha256>`, empty for any other name."""
        found = _FILE.fullmatch(path)
        return MEDIA_PREFIX + found[1] if found else ""


def _tag(tag: str) -> str:
    return "span" if tag in _SPANS else tag


def _unescaped(words: str, gaps: Gaps) -> str:
    return _with_gaps(words, gaps, lambda part: escaped(html.unescape(part)))


def _with_gaps(text: str, gaps: Gaps, write: Callable[[str], str]) -> str:
    pieces = []
    place = 0
    for mark in GAP_MARK.finditer(text):
        if mark[1] in gaps:
            pieces += [write(text[place : mark.start()]), gaps[mark[1]]]
            place = mark.end()
    pieces.append(write(text[place:]))
    return "".join(pieces)


def _formula(written: str, tex: str) -> str:
    """MathML for everybody, with the TeX beside it as MathML provides."""
    pieces = []
    for token in tokens(rendered(written, Markup.HTML)):
        closing, tag, attributes, words = token.groups()
        if tag is None:
            pieces.append(escaped(html.unescape(words)))
        elif tag == "math":
            continue
        elif closing:
            pieces.append(f"</{tag}>")
        else:
            found = {name: html.unescape(value) for name, value in attributes_of(attributes)}
            pieces.append(element(tag, found).removesuffix("/>") + ">")
    note = element("annotation", {"encoding": "application/x-tex"}, escaped(html.unescape(tex)))
    inside = element("semantics", {}, element("mrow", {}, "".join(pieces)) + note)
    display = "block" if written.startswith("\\[") else "inline"
    return element("math", {"xmlns": _MATHML, "display": display}, inside)
