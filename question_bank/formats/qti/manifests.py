"""The manifest of a content package: its files, and what it says about each (LOM metadata, our element)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from question_bank.formats.qti.elements import below, child, children, name, text, value
from question_bank.formats.qti.errors import NotRead
from question_bank.formats.qti.native import TAG, Native, read_native
from question_bank.formats.qti.pictures import resolved
from question_bank.formats.reports import Problem
from question_bank.formats.safe_xml import records, root_name
from question_bank.items import TOPIC_SEPARATOR, Difficulty

MANIFEST = "imsmanifest.xml"
# LOM 1.0, 5.8, has five levels.
_DIFFICULTIES = {
    "very easy": Difficulty.EASY,
    "easy": Difficulty.EASY,
    "medium": Difficulty.MEDIUM,
    "difficult": Difficulty.HARD,
    "very difficult": Difficulty.HARD,
}
_TOPIC_PURPOSES = frozenset({"discipline", "idea", "educational objective", "competency"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a manifest says about one item. `invalid`: our own element is there but makes no sense."""

    topic: str = ""
    difficulty: Difficulty | None = None
    language: str = ""
    native: Native | None = None
    invalid: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One entry of a manifest: its type ("imsqti_item_xmlv3p0"), and its file's path in the package."""

    type: str
    path: str
    metadata: Metadata

    @property
    def is_item(self) -> bool:
        """Whether the entry says that the file is an item."""
        return "item" in self.type and "imsqti" in self.type

    @property
    def is_stimulus(self) -> bool:
        """Whether the entry says that the file is a stimulus."""
        return self.type.startswith("imsqti_") and "stimulus" in self.type

    @property
    def is_foreign(self) -> bool:
        """Whether it is something of its own that is no item (test, section, LTI link, outcomes...)."""
        return self.type.startswith(("imsqti_", "imsbasiclti", "imslti", "imsdt", "imswl")) and not (
            self.is_item or self.is_stimulus
        )


def read_manifest(data: bytes, folder: str) -> Iterator[Resource]:
    """The entries in order; `folder` is where the manifest lies. Raises FormatRefused."""
    namespace = root_name(data).rpartition("}")[0]
    tag = f"{namespace}}}resource" if namespace else "resource"
    for element in records(data, tag, level=2):
        base = value(element, "{http://www.w3.org/XML/1998/namespace}base")
        href = value(element, "href") or next(
            (value(found, "href") for found in children(element, "file")), ""
        )
        yield Resource(
            type=value(element, "type").lower(),
            path=resolved(posixpath.join(folder, base), href) if href else "",
            metadata=_metadata(element),
        )


def _metadata(resource: etree._Element) -> Metadata:
    metadata = child(resource, "metadata")
    if metadata is None:
        return Metadata()
    ours = next(metadata.iter(TAG), None)
    native = None
    invalid = None
    try:
        native = None if ours is None else read_native(ours)
    except NotRead as error:
        invalid = error.problem
    lom = child(metadata, "lom")
    if lom is None:
        return Metadata(native=native, invalid=invalid)
    exact = native is not None
    return Metadata(
        topic=_topic(lom, exact=exact),
        difficulty=_difficulty(lom),
        language=_language(lom),
        native=native,
        invalid=invalid,
    )


def _topic(lom: etree._Element, *, exact: bool) -> str:
    """The first taxon path that says what the item is about, else the first keyword."""
    for classification in children(lom, "classification"):
        purpose = child(classification, "purpose")
        if purpose is not None and _vocabulary(purpose) not in _TOPIC_PURPOSES:
            continue
        for path in children(classification, "taxon-path"):
            entries = [next(below(taxon, "entry"), None) for taxon in children(path, "taxon")]
            levels = [_string(entry, exact=exact) for entry in entries if entry is not None]
            # A slash would make two levels of one.
            levels = [level if exact else level.replace(TOPIC_SEPARATOR, "-") for level in levels]
            if levels and all(levels):
                return TOPIC_SEPARATOR.join(levels)
    general = child(lom, "general")
    keywords = () if general is None else children(general, "keyword")
    return next((found.replace(TOPIC_SEPARATOR, "-") for word in keywords if (found := _string(word))), "")


def _difficulty(lom: etree._Element) -> Difficulty | None:
    educational = child(lom, "educational")
    difficulty = None if educational is None else child(educational, "difficulty")
    return None if difficulty is None else _DIFFICULTIES.get(_vocabulary(difficulty))


def _language(lom: etree._Element) -> str:
    general = child(lom, "general")
    language = None if general is None else child(general, "language")
    return "" if language is None else text(language).strip()


def _vocabulary(element: etree._Element) -> str:
    found = child(element, "value")
    return "" if found is None else text(found).strip().lower()


def _string(element: etree._Element, *, exact: bool = False) -> str:
    """The first string in whatever language; early LOM writes `langstring`."""
    strings = [inner for inner in element if name(inner) in ("string", "langstring")]
    found = text(strings[0] if strings else element)
    return found if exact else " ".join(found.split())
