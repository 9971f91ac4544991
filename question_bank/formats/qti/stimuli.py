"""Stimuli that several items share: files of their own in QTI 3, a part of each item where we write QTI 2."""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass

from lxml import etree

from question_bank.content import Markup, plain
from question_bank.errors import FormatRefused, ItemInvalid
from question_bank.formats.qti.bodies import Bodies, is_simple
from question_bank.formats.qti.elements import child, children, value
from question_bank.formats.qti.errors import NotRead, NotSupported
from question_bank.formats.qti.native import Native
from question_bank.formats.qti.pictures import Files, Pictures, PictureSource, resolved
from question_bank.formats.reports import Problem
from question_bank.formats.safe_xml import MAX_XML_BYTES, read_xml
from question_bank.items import MAX_LABEL_CHARS, ItemSet

# The element that holds a stimulus of ours: its class says how it is written, its label is the title.
STIMULUS = "stimulus"
MARKUP_CLASS = "markup-"
_FITTING_ID = re.compile(r"[\w.\-]{1,64}")
_KEPT_OF_ID = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulus:
    """A set, and the warnings that reading it gave."""

    item_set: ItemSet
    warnings: tuple[Problem, ...] = ()


def fitting_id(identifier: str) -> str:
    """The identifier where it is an id here, else one made of it that no other identifier gives."""
    if _FITTING_ID.fullmatch(identifier):
        return identifier
    mark = hashlib.sha256(identifier.encode()).hexdigest()[:12]
    return "-".join([*re.findall(r"[\w.\-]+", identifier[:_KEPT_OF_ID]), mark])


def part_of_item(body: etree._Element, native: Native, pictures: PictureSource) -> Stimulus | None:
    """The stimulus in the body of an item or stimulus of ours, None where there is none. Raises NotRead."""
    for element in body:
        if value(element, "id") == STIMULUS and native.item_set:
            written = value(element, "class").removeprefix(MARKUP_CLASS)
            markup = Markup.HTML if written == Markup.HTML.value else Markup.TEXT
            text = Bodies(pictures, exact=True, markup=markup).read(element)
            title = element.get("label") or ""
            return Stimulus(item_set=_item_set(native.item_set, text, markup, title))
    return None


class Stimuli:
    """The stimulus files of one package, each read once."""

    def __init__(self, files: Files, pictures: Pictures) -> None:
        self._files = files
        self._pictures = pictures
        # The files that items refer to.
        self.used: set[str] = set()
        self._read: dict[tuple[str, str], Stimulus | NotRead] = {}

    def of(self, path: str, item: etree._Element, native: Native | None) -> Stimulus | None:
        """The stimulus that the item in the file `path` refers to. Raises NotRead, NotSupported."""
        references = list(children(item, "assessment-stimulus-ref"))
        if not references:
            return None
        if len(references) > 1:
            raise NotSupported("qti.several_stimuli", "item_set", "", references[1])
        inside = resolved(posixpath.dirname(path), value(references[0], "href"))
        self.used.add(inside)
        key = (inside, native.item_set if native else "")
        if key not in self._read:
            try:
                self._read[key] = self._stimulus(inside, native)
            except NotRead as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, NotRead):
            raise found
        return found

    def _stimulus(self, path: str, native: Native | None) -> Stimulus:
        try:
            data = self._files(path, MAX_XML_BYTES) if path else None
            root = None if data is None else read_xml(data)
        except FormatRefused as error:
            raise NotRead(error.code, "item_set", str(error)) from error
        body = None if root is None else child(root, "stimulus-body")
        if root is None or body is None:
            raise NotRead("qti.stimulus_missing", "item_set", path)
        pictures = self._pictures.beside(posixpath.dirname(path))
        ours = None if native is None else part_of_item(body, native, pictures)
        if ours is not None:
            return ours
        bodies = Bodies(pictures)
        text = bodies.read(body)
        markup = Markup.TEXT if is_simple(text) else Markup.HTML
        title = " ".join(value(root, "title").split())[:MAX_LABEL_CHARS]
        item_set = _item_set(
            fitting_id(value(root, "identifier") or path),
            plain(text, Markup.HTML) if markup is Markup.TEXT else text,
            markup,
            title,
        )
        return Stimulus(item_set=item_set, warnings=bodies.warnings())


def _item_set(set_id: str, text: str, markup: Markup, title: str) -> ItemSet:
    try:
        return ItemSet(id=set_id, stimulus=text, markup=markup, title=title)
    except ItemInvalid as error:
        raise NotRead(error.code, "item_set") from error
