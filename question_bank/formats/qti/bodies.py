"""The content of an item's body as HTML of the safe subset, with what had to go and the pictures it shows.

What the candidate would need and cannot be shown (sound, film, a frame, a variable) makes the item
unsupported; what is only for other people or other moments (feedback, rubrics for scorers, style sheets) is
left out by name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from lxml import etree

from question_bank.content import (
    ALLOWED,
    FORMULAS_TOO_MANY,
    VOID,
    WRAPPERS,
    Markup,
    check_html,
    clean_html,
    formulas,
    plain,
)
from question_bank.errors import ItemInvalid, MediaRefused
from question_bank.formats.qti.elements import XML_LANG, name, text, value, written_name
from question_bank.formats.qti.errors import NotRead, NotSupported
from question_bank.formats.qti.pictures import PictureSource
from question_bank.formats.reports import Problem, clip
from question_bank.media import PICTURES_TOO_MANY

# Nothing that an item can hold is longer, and cleaning takes time.
MAX_CONTENT_CHARS = 200_000
_DROPPED = frozenset(
    {
        "feedback-block",
        "feedback-inline",
        "modal-feedback",
        "stylesheet",
        "catalog-info",
        "companion-materials-info",
        "template-block",
        "template-inline",
        "info-control",
        "script",
        "style",
    }
)
# Beside MathML, for machines.
_UNSEEN = frozenset({"annotation", "annotation-xml"})
_UNSUPPORTED = frozenset(
    {
        "svg",
        "audio",
        "video",
        "iframe",
        "embed",
        "canvas",
        "applet",
        "include",
        "printed-variable",
        "position-object-stage",
    }
)
_UNWRAPPED = WRAPPERS | {"content-body", "semantics", "rb", "item-body", "stimulus-body", "rubric-block"}
_RENAMED = {"h1": "h3", "h2": "h3", "prompt": "div"}
_CLASSES = {"qti-underline": "u", "line-through": "s"}
# Hooks for style sheets and scripts carry no content.
_SILENT = re.compile(r"id|class|style|label|role|data-.*|aria-.*|xmlns|dir")
_SIMPLE = re.compile(r"(?:[^<]|</?(?:p|div|br|span)>)*")
# Spaces that no browser shows.
_BESIDE_BLOCKS = re.compile(
    r"[ \n]*(</?(?:p|div|br|table|tbody|thead|tr|td|th|ul|ol|li|dl|dt|dd|blockquote|h[3-6])(?: [^<>]*)?>)"
    r"[ \n]*"
)
_EMPTY = re.compile(r"<(p|div)>\s*</\1>")

Place = Callable[[etree._Element], str]


def nothing(_: etree._Element) -> str:
    """Leaves out interactions."""
    return ""


class Bodies:
    """Reads pieces of one item's content and collects what they lose.

    `exact` is for what we wrote ourselves: spaces are kept, and `markup` is known beforehand; otherwise all
    texts come out as HTML and `settled` turns them into plain text where nothing is lost by it.
    """

    def __init__(self, pictures: PictureSource, *, exact: bool = False, markup: Markup = Markup.HTML) -> None:
        self.lost: set[str] = set()
        self.dropped: set[str] = set()
        self.missing: dict[str, str] = {}
        self.pictures = pictures
        self._exact = exact
        self._markup = markup

    def read(self, element: etree._Element, place: Place = nothing) -> str:
        """What is inside of `element`; `place` gives the HTML for each interaction or gap.

        Raises NotRead, NotSupported.
        """
        if self._exact and self._markup is Markup.TEXT:
            return self._exact_text(element, place)
        pieces: list[str] = []
        self._inside(element, pieces, place, kept=self._exact)
        return self.cleaned("".join(pieces))

    def cleaned(self, written: str) -> str:
        """HTML of the subset, tidied. Raises NotRead when there is too much of it."""
        if len(written) > MAX_CONTENT_CHARS:
            raise NotRead("item.stem_too_long", "stem")
        cleaned = clean_html(written)
        self.lost.update(cleaned.lost)
        if self._exact:
            return cleaned.text
        found = cleaned.text
        if "<pre" not in found:
            found = _BESIDE_BLOCKS.sub(r"\1", found)
        while (fewer := _EMPTY.sub("", found)) != found:
            found = fewer
        return found.strip()

    def warnings(self) -> tuple[Problem, ...]:
        """What was lost, by name."""
        return tuple(
            Problem(code=code, field=field, value=clip(", ".join(sorted(values))))
            for code, field, values in (
                ("markup.removed", "stem", self.lost),
                ("qti.parts_dropped", "item", self.dropped),
                *((code, "stem", self._paths(code)) for code in sorted(set(self.missing.values()))),
            )
            if values
        )

    def _paths(self, code: str) -> set[str]:
        return {path for path, found in self.missing.items() if found == code}

    def words(self, element: etree._Element) -> str:
        """The words inside, for places that hold no markup (menus)."""
        if self._exact:
            return text(element)
        found = self.read(element)
        if "<img" in found or "<math" in found:
            raise NotSupported("qti.menu_not_plain", "options", plain(found, Markup.HTML), element)
        return " ".join(plain(found, Markup.HTML).split())

    def _exact_text(self, element: etree._Element, place: Place) -> str:
        pieces = [element.text or ""]
        for inner in element:
            called = name(inner)
            if called == "br":
                pieces.append("\n")
            elif called.endswith("-interaction"):
                pieces.append(place(inner))
            else:
                pieces.append(self._exact_text(inner, place))
            pieces.append(inner.tail or "")
        return "".join(pieces)

    def _inside(self, element: etree._Element, pieces: list[str], place: Place, *, kept: bool) -> None:
        self._words(element.text, pieces, kept)
        for inner in element:
            self._element(inner, pieces, place, kept=kept)
            self._words(inner.tail, pieces, kept)

    def _words(self, found: str | None, pieces: list[str], kept: bool) -> None:
        if found:
            spaced = found if kept else re.sub(r"[ \t\r\n]+", " ", found)
            pieces.append(html.escape(spaced, quote=False))

    def _element(self, element: etree._Element, pieces: list[str], place: Place, *, kept: bool) -> None:
        called = name(element)
        if called.endswith("-interaction") or called in ("gap", "gap-text"):
            pieces.append(place(element))
        elif called in _DROPPED or (called == "rubric-block" and not _for_candidates(element)):
            self.dropped.add(written_name(element))
        elif called in _UNSEEN:
            return
        elif called in _UNSUPPORTED:
            raise NotSupported("qti.content_unsupported", "stem", written_name(element), element)
        elif called in ("img", "object"):
            self._picture(element, pieces, place, kept=kept)
        elif called == "math" and self._exact and (tex := _tex(element)):
            pieces.append(html.escape(tex, quote=False))
        elif called in _UNWRAPPED:
            self._inside(element, pieces, place, kept=kept)
        elif (tag := _tag(element, called)) not in ALLOWED:
            self.lost.add(tag)
            self._inside(element, pieces, place, kept=kept)
        else:
            pieces.append(f"<{tag}{_attributes(element)}>")
            if tag not in VOID:
                self._inside(element, pieces, place, kept=kept or called == "pre")
                pieces.append(f"</{tag}>")

    def _picture(self, element: etree._Element, pieces: list[str], place: Place, *, kept: bool) -> None:
        is_object = name(element) == "object"
        path = value(element, "data") if is_object else value(element, "src")
        if is_object and not _looks_like_picture(path, value(element, "type")):
            kind = f"object {value(element, 'type')}".strip()
            if not len(element) and not text(element).strip():
                raise NotSupported("qti.content_unsupported", "stem", kind, element)
            self.lost.add(kind)
            self._inside(element, pieces, place, kept=kept)
            return
        alternative = value(element, "alt") or (text(element) if is_object else "")
        alternative = alternative if self._exact else " ".join(alternative.split())
        reference = self._reference(path)
        if reference:
            pieces.append(_image(element, reference, alternative))
        elif is_object and len(element):
            self._inside(element, pieces, place, kept=kept)
        elif alternative:
            pieces.append(html.escape(alternative, quote=False))
        else:
            raise NotRead(self.missing[path], "stem", path, element)

    def _reference(self, path: str) -> str:
        """`media:<sha256>`, or empty (and noted) when there is no such picture or it is not let in."""
        try:
            reference = self.pictures.reference(path)
        except MediaRefused as error:
            if error.code == PICTURES_TOO_MANY:
                # Not a picture to do without: its words would come in as if it had never been there.
                raise NotRead(error.code, "stem", path) from error
            self.missing[path] = error.code
            return ""
        if not reference:
            self.missing[path] = "media.missing"
        return reference


def is_simple(found: str) -> bool:
    """Whether the HTML says nothing that plain text with line breaks does not say.

    TeX that can be read is something; signs that only look like it are words.
    """
    if not _SIMPLE.fullmatch(found):
        return False
    if next(formulas(found), None) is None:
        return True
    try:
        check_html("stem", found)
    except ItemInvalid as error:
        return error.code != FORMULAS_TOO_MANY
    return False


def _for_candidates(rubric: etree._Element) -> bool:
    return "candidate" in value(rubric, "view", "candidate").split()


def _looks_like_picture(path: str, media_type: str) -> bool:
    return media_type.startswith("image/") or (
        not media_type and path.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"))
    )


def _tag(element: etree._Element, called: str) -> str:
    if called == "span":
        return _CLASSES.get(value(element, "class"), called)
    return _RENAMED.get(called, called)


def _image(element: etree._Element, reference: str, alternative: str) -> str:
    """The tag, its attributes in the order of the file; an object's words are what stands for it."""
    known = {"src": reference, "data": reference, "alt": alternative}
    names = {"data": "src", "type": ""}
    pieces = []
    for attribute, found in element.items():
        written = names.get(str(attribute), str(attribute))
        if written and "{" not in written and not _SILENT.fullmatch(written):
            pieces.append(f' {written}="{html.escape(known.get(str(attribute), str(found)))}"')
    if alternative and element.get("alt") is None:
        pieces.append(f' alt="{html.escape(alternative)}"')
    return f"<img{''.join(pieces)}>"


def _attributes(element: etree._Element) -> str:
    pieces = []
    for attribute, found in element.items():
        written = "lang" if attribute == XML_LANG else str(attribute)
        if "{" not in written and (written == "dir" or not _SILENT.fullmatch(written)):
            pieces.append(f' {written}="{html.escape(str(found))}"')
    return "".join(pieces)


def _tex(math: etree._Element) -> str:
    """The TeX that we put beside the MathML, between its signs."""
    for annotation in math.iter():
        if name(annotation) == "annotation" and value(annotation, "encoding") == "application/x-tex":
            block = value(math, "display") == "block"
            tex = annotation.text or ""
            return f"\\[{tex}\\]" if block else f"\\({tex}\\)"
    return ""
