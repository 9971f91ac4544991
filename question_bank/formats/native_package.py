"""A bank with its pictures in one file: a zip of `bank.json` and `media/<sha256>`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from question_bank.bank import Bank
from question_bank.canonical import MAX_DOCUMENT_BYTES
from question_bank.errors import FormatRefused, MediaRefused
from question_bank.formats.archives import MAX_PARTS, opened, part_bytes, paths, put
from question_bank.formats.native import import_native
from question_bank.formats.reports import ImportResult, Problem, RowReport, RowStatus, Written
from question_bank.items import Item, ItemSet
from question_bank.media import MAX_PICTURE_BYTES, picture_of

DOCUMENT = "bank.json"
MEDIA = "media/"


def bank_to_package(bank: Bank, pictures: Mapping[str, bytes]) -> Written:
    """The whole bank; `pictures` maps the digest of each that it lists to the bytes. Nothing is lost."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        put(archive, DOCUMENT, bank.to_json())
        for picture in bank.media:
            put(archive, MEDIA + picture.digest, pictures[picture.digest], packed=False)
    return Written(data=stream.getvalue())


def import_package(data: bytes) -> ImportResult:
    """The items of a package with the pictures that they show; other files are passed over.

    An item is rejected when a picture that it or its stimulus shows is missing, damaged or not the one its
    name says. Raises FormatRefused.
    """
    with opened(data, MAX_PARTS) as archive:
        parts = paths(archive)
        if DOCUMENT not in parts:
            raise FormatRefused("package.no_bank", "There is no bank.json in the archive.")
        result = import_native(part_bytes(archive, parts[DOCUMENT], MAX_DOCUMENT_BYTES))
        sets = {item_set.id: item_set for item_set in result.sets}
        pictures = _Pictures(archive, parts)
        said: dict[str, Problem] = {}
        for item in result.items:
            for digest in sorted(_shown(item, sets)):
                problem = pictures.problem(digest)
                if problem is not None:
                    said[item.id] = problem
                    break
    items = tuple(item for item in result.items if item.id not in said)
    used = {digest for item in items for digest in _shown(item, sets)}
    return replace(
        result,
        items=items,
        rows=tuple(_told(row, said) for row in result.rows),
        sets=tuple(item_set for item_set in result.sets if item_set.id in {i.item_set for i in items}),
        media={digest: pictures.found[digest] for digest in sorted(used)},
    )


def _shown(item: Item, sets: Mapping[str, ItemSet]) -> frozenset[str]:
    return item.media | (sets[item.item_set].media if item.item_set in sets else frozenset())


def _told(row: RowReport, said: Mapping[str, Problem]) -> RowReport:
    if row.status is RowStatus.REJECTED or row.item_id not in said:
        return row
    return replace(row, status=RowStatus.REJECTED, problems=(said[row.item_id],))


class _Pictures:
    """The pictures of an open package, each looked at once."""

    def __init__(self, archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> None:
        self.found: dict[str, bytes] = {}
        self._archive = archive
        self._parts = parts
        self._problems: dict[str, Problem] = {}

    def problem(self, digest: str) -> Problem | None:
        """What is wrong with a picture; None once it is among `found`."""
        if digest not in self.found and digest not in self._problems:
            code = self._taken(digest)
            if code:
                self._problems[digest] = Problem(code=code, field="stem", value=digest[:12])
        return self._problems.get(digest)

    def _taken(self, digest: str) -> str:
        part = self._parts.get(MEDIA + digest)
        if part is None:
            return "media.missing"
        try:
            data = part_bytes(self._archive, part, MAX_PICTURE_BYTES)
            if picture_of(data).digest != digest:
                return "media.changed"
        except (MediaRefused, FormatRefused) as error:
            return error.code
        self.found[digest] = data
        return ""
