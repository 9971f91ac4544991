"""XML from anywhere, read without harm: no DOCTYPE, so no entities and no network; bounded depth and size.

Every reader of an XML format goes through here. A file that is not read ends in FormatRefused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from question_bank.errors import FormatRefused

MAX_XML_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 1_000_000
# No record that is kept in memory as a whole is larger than this.
MAX_RECORD_ELEMENTS = 50_000


@dataclass(slots=True)
class _Guard:
    """Counts what has been read."""

    depth: int = 0
    elements: int = 0
    record_elements: int = 0

    def enter(self, element: etree._Element) -> None:
        """Count one start tag. Raises FormatRefused."""
        self.depth += 1
        self.elements += 1
        self.record_elements += 1
        if self.depth > MAX_DEPTH:
            raise _refused("xml.too_deep", f"Elements are nested more than {MAX_DEPTH} deep", element)
        if self.elements > MAX_ELEMENTS or self.record_elements > MAX_RECORD_ELEMENTS:
            raise _refused("xml.too_large", "There are too many elements", element)


def root_name(data: bytes) -> str:
    """The tag of the root element, with its namespace in braces. Raises FormatRefused."""
    return str(_root(data).tag)


def read_xml(data: bytes) -> etree._Element:
    """The root of a document of at most 50,000 elements, all of it in memory. Raises FormatRefused."""
    root = _root(data)
    for event, element in _guarded_events(data):
        if event == "end":
            root = element
    return root


def records(data: bytes, tag: str, level: int = 1) -> Iterator[etree._Element]:
    """Each child of the root with this tag, in order, at most 50,000 elements inside; emptied afterwards.

    Other children are emptied unseen. With `level` 2 it is the root's grandchildren, and so on. Raises
    FormatRefused, after the records before the trouble.
    """
    _root(data)
    guard = _Guard()
    for event, element in _guarded_events(data, guard):
        if event == "end" and guard.depth == level:
            if element.tag == tag:
                yield element
            _forget(element)
            guard.record_elements = 0


def _guarded_events(data: bytes, guard: _Guard | None = None) -> Iterator[tuple[str, etree._Element]]:
    guard = guard or _Guard()
    for event, element in _events(data, huge=True):
        if event == "start":
            guard.enter(element)
        else:
            guard.depth -= 1
        yield event, element


def line_of(element: etree._Element) -> int:
    """The line (from 1) on which the element starts; 0 for one that was never in a file."""
    # The stubs know no type for it.
    return int(getattr(element, "sourceline") or 0)  # noqa: B009


def _root(data: bytes) -> etree._Element:
    """The root with nothing in it, once everything in front of it is known to be harmless.

    A first look with all limits of libxml2 on: they are off later, because one of them forbids pictures of
    more than 10 MB.
    """
    if len(data) > MAX_XML_BYTES:
        raise FormatRefused("xml.too_large", "The XML is larger than 64 MB.")
    _, root = next(_events(data, huge=False))
    if root.getroottree().docinfo.internalDTD is not None:
        raise FormatRefused("xml.doctype_refused", "XML with a DOCTYPE is not read.")
    return root


def _events(data: bytes, *, huge: bool) -> Iterator[tuple[str, etree._Element]]:
    """Start and end tags. At least one comes, or FormatRefused is raised."""
    parser = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge,
    )
    try:
        yield from parser
    except etree.XMLSyntaxError as error:
        # The exception speaks of the last thing that went wrong, the log of the first.
        first = next(iter(parser.error_log), None)
        line, reason = (error.lineno, error.msg) if first is None else (first.line, first.message)
        sentence = f"Line {line}: the XML is not well-formed: {reason.strip()}."
        raise FormatRefused("xml.malformed", sentence) from error


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refused(code: str, sentence: str, element: etree._Element) -> FormatRefused:
    return FormatRefused(code, f"Line {line_of(element)}: {sentence}.")
