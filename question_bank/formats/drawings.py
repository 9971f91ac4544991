"""Pictures that lie over the cells of a workbook: no cell knows of them, and their rows come in without."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from question_bank.formats.archives import part_bytes
from question_bank.formats.safe_xml import read_xml, records

_DRAWING_RELATION = "/relationships/drawing"
_NAMESPACE = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_ANCHORS = (f"{_NAMESPACE}oneCellAnchor", f"{_NAMESPACE}twoCellAnchor")
# Two thousand pictures take a tenth of it.
_MAX_PART_BYTES = 20 * 1024 * 1024


def pictured_rows(archive: zipfile.ZipFile, sheet_path: str) -> frozenset[int]:
    """The rows (from 1) of a sheet where a picture begins; `sheet_path` is the sheet's part.

    Raises FormatRefused for damaged or oversized parts.
    """
    rows = set()
    names = set(archive.namelist())
    folder, name = posixpath.split(sheet_path.lstrip("/"))
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in names:
        return frozenset()
    for relation in read_xml(_part(archive, relations)):
        if not relation.get("Type", "").endswith(_DRAWING_RELATION):
            continue
        target = relation.get("Target", "")
        path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"{folder}/{target}")
        if path in names:
            rows |= set(_rows(_part(archive, path)))
    return frozenset(rows)


def _part(archive: zipfile.ZipFile, path: str) -> bytes:
    return part_bytes(archive, archive.getinfo(path), _MAX_PART_BYTES)


def _rows(drawing: bytes) -> Iterator[int]:
    for kind in _ANCHORS:
        for anchor in records(drawing, kind):
            row = anchor.find(f"{_NAMESPACE}from/{_NAMESPACE}row")
            pictured = next(anchor.iter(f"{_NAMESPACE}pic"), None) is not None
            if pictured and row is not None and (row.text or "").isdigit():
                yield int(row.text or "") + 1
