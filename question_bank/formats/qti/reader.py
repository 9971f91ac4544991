"""QTI files: a lone item, or a content package of many; one bad item does not stop the rest."""

from __future__ import annotations

import posixpath

from lxml import etree

from question_bank.bank import MAX_ITEMS
from question_bank.errors import FormatRefused
from question_bank.formats.archives import MAX_PARTS, opened
from question_bank.formats.drafts import Draft, settled
from question_bank.formats.qti.elements import name, value, written_name
from question_bank.formats.qti.errors import NotRead, NotSupported
from question_bank.formats.qti.items import ReadItem, read_item
from question_bank.formats.qti.manifests import Metadata
from question_bank.formats.qti.packages import Entry, Package
from question_bank.formats.qti.pictures import Files, Pictures, no_files
from question_bank.formats.qti.stimuli import Stimuli
from question_bank.formats.reports import ImportResult, Problem, RowStatus, clip
from question_bank.formats.safe_xml import MAX_XML_BYTES, line_of, read_xml
from question_bank.items import ItemSet

ITEM = "assessment-item"
STIMULUS_FILE = "assessment-stimulus"
_ZIP_MAGIC = b"PK\x03\x04"


def import_qti(data: bytes) -> ImportResult:
    """The items of a QTI item (XML) or content package (zip). Raises FormatRefused.

    `sheet` of a report is the file inside a package, `row` the line where the item, or what is wrong with
    it, begins.
    """
    if data.startswith(_ZIP_MAGIC):
        return _import_package(data)
    reading = _Reading(no_files)
    reading.take("", read_xml(data), Metadata())
    return reading.result()


def _import_package(data: bytes) -> ImportResult:
    with opened(data, MAX_PARTS) as archive:
        package = Package(archive)
        reading = _Reading(package.read)
        for entry in package.entries():
            reading.take_entry(entry)
        if package.damage:
            path, error = package.damage
            reading.reject(path, error)
        if not reading.drafts:
            raise FormatRefused("qti.nothing_inside", "The archive holds no QTI item.")
        return reading.result()


class _Reading:
    """What has been read of a file so far."""

    def __init__(self, files: Files) -> None:
        self.drafts: list[Draft] = []
        self._paths: dict[str, str] = {}
        self._sets: dict[str, ItemSet] = {}
        self._files = files
        self._pictures = Pictures(files)
        self._stimuli = Stimuli(files, self._pictures)
        self._stimulus_files: list[str] = []

    def result(self) -> ImportResult:
        """The items with their reports, the sets and pictures that they need."""
        unused = [path for path in self._stimulus_files if path not in self._stimuli.used]
        items, rows = settled([*self.drafts, *map(_unused, unused)])
        wanted = {item.item_set for item in items}
        sets = tuple(item_set for item_set in self._sets.values() if item_set.id in wanted)
        shown = {digest for item in items for digest in item.media}
        shown |= {digest for item_set in sets for digest in item_set.media}
        media = {digest: data for digest, data in self._pictures.media.items() if digest in shown}
        return ImportResult(items=items, rows=rows, sets=sets, media=media)

    def take_entry(self, entry: Entry) -> None:
        """One file of a package."""
        path = entry.path or entry.resource.type
        if entry.resource.is_foreign:
            self._report(path, 1, "", NotSupported("qti.not_an_item", "item", entry.resource.type))
            return
        try:
            data = self._files(entry.path, MAX_XML_BYTES)
            if data is None:
                raise NotRead("qti.file_missing", "item", path)
            root = read_xml(data)
        except (FormatRefused, NotRead) as error:
            self.reject(path, error)
            return
        if name(root) == STIMULUS_FILE:
            self._stimulus_files.append(entry.path)
        elif entry.listed or name(root) == ITEM:
            self.take(entry.path, root, entry.resource.metadata, listed=entry.listed)

    def reject(self, path: str, error: FormatRefused | NotRead) -> None:
        """One file that could not be read."""
        if isinstance(error, FormatRefused):
            error = NotRead(error.code, "item", str(error))
        self._report(path, 1, "", error)

    def take(self, path: str, root: etree._Element, metadata: Metadata, *, listed: bool = True) -> None:
        """One XML document that may be an item."""
        identifier = clip(value(root, "identifier"))
        try:
            if name(root) != ITEM:
                raise NotSupported("qti.not_an_item", "item", written_name(root), root)
            stimulus = self._stimuli.of(path, root, metadata.native)
            read = read_item(root, metadata, self._pictures.beside(posixpath.dirname(path)), stimulus)
            self._keep(path, read)
        except NotRead as error:
            self._report(path, line_of(root), identifier, error)
            return
        warnings = list(read.warnings)
        if not listed:
            warnings.append(Problem(code="qti.not_in_manifest", field="item"))
        self.drafts.append(
            Draft(
                sheet=path,
                row=line_of(root),
                item=read.item,
                problems=tuple(warnings),
                name=read.item.id,
            )
        )

    def _keep(self, path: str, read: ReadItem) -> None:
        if read.item.id in self._paths:
            raise NotRead("qti.identifier_repeated", "id", self._paths[read.item.id])
        if len(self._paths) >= MAX_ITEMS:
            raise FormatRefused("bank.too_large", f"A bank holds at most {MAX_ITEMS} items.")
        if read.item_set is not None:
            known = self._sets.setdefault(read.item_set.id, read.item_set)
            if known != read.item_set:
                raise NotRead("qti.stimulus_contradicts", "item_set", read.item_set.id)
        self._paths[read.item.id] = path

    def _report(self, path: str, line: int, item_id: str, error: NotRead) -> None:
        self.drafts.append(
            Draft(
                sheet=path,
                row=error.line or line,
                item=None,
                problems=(error.problem,),
                unsupported=error.status is RowStatus.UNSUPPORTED,
                name=item_id,
            )
        )


def _unused(path: str) -> Draft:
    """A stimulus that no item refers to."""
    problem = Problem(code="qti.stimulus_unused", field="item_set", value=clip(path))
    return Draft(sheet=path, row=1, item=None, problems=(problem,), unsupported=True)
