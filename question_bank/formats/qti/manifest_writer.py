"""The manifest of a package that we write: every file, LOM metadata, and our own element."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.formats.qti.native import native_of, native_xml
from question_bank.formats.qti.vocabulary import DECLARATION, Vocabulary, element, escaped
from question_bank.items import Difficulty, Item

_LOM = "http://ltsc.ieee.org/xsd/LOM"
_LOM_SOURCE = "LOMv1.0"
_DIFFICULTIES: Mapping[Difficulty, str] = {
    Difficulty.EASY: "easy",
    Difficulty.MEDIUM: "medium",
    Difficulty.HARD: "difficult",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One resource: `kind` is item, stimulus or webcontent; `needs` are identifiers of others."""

    identifier: str
    kind: str
    path: str
    metadata: str = ""
    needs: tuple[str, ...] = ()


def manifest(vocabulary: Vocabulary, name: str, entries: Iterable[Entry]) -> str:
    """The manifest of a package with this title."""
    printable = "".join(character for character in name if character.isprintable())
    title = _general(element("title", {}, _string(printable)))
    about = element("schema", {}, escaped(vocabulary.schema)) + element(
        "schemaversion", {}, escaped(vocabulary.schema_version)
    )
    resources = "\n".join(_resource(vocabulary, entry) for entry in entries)
    content = "\n".join(
        (
            element("metadata", {}, about + _lom(title)),
            element("organizations"),
            element("resources", {}, f"\n{resources}\n"),
        )
    )
    attributes = {"xmlns": vocabulary.manifest_namespace, "identifier": "manifest"}
    return DECLARATION + element("manifest", attributes, f"\n{content}\n") + "\n"


def item_metadata(item: Item) -> str:
    """What a QTI item has no place for: LOM where that has one, our element for the rest."""
    parts = [_general(element("identifier", {}, element("entry", {}, escaped(item.id))))]
    if item.difficulty:
        parts.append(element("educational", {}, _vocabulary("difficulty", _DIFFICULTIES[item.difficulty])))
    taxons = "".join(element("taxon", {}, element("entry", {}, _string(level))) for level in item.topic_path)
    path = element("taxonPath", {}, element("source", {}, _string("topic")) + taxons)
    parts.append(element("classification", {}, _vocabulary("purpose", "discipline") + path))
    return _lom("".join(parts)) + native_xml(native_of(item))


def _resource(vocabulary: Vocabulary, entry: Entry) -> str:
    kind = entry.kind
    if kind != "webcontent":
        kind = f"imsqti_{kind}_{vocabulary.resource_ending}"
    attributes = {"identifier": entry.identifier, "type": kind, "href": entry.path}
    content = element("metadata", {}, entry.metadata) if entry.metadata else ""
    content += element("file", {"href": entry.path})
    content += "".join(element("dependency", {"identifierref": needed}) for needed in entry.needs)
    return element("resource", attributes, content)


def _lom(content: str) -> str:
    return element("lom", {"xmlns": _LOM}, content)


def _general(content: str) -> str:
    return element("general", {}, content)


def _string(text: str) -> str:
    return element("string", {}, escaped(text))


def _vocabulary(name: str, value: str) -> str:
    return element(name, {}, element("source", {}, _LOM_SOURCE) + element("value", {}, value))
