"""Which format a file is in, and its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from question_bank.formats.archives import part_names
from question_bank.formats.native import import_native
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.reports import ImportResult
from question_bank.formats.tables import MAX_FILE_BYTES
from question_bank.formats.tabular import import_tables

__all__ = ["MAX_FILE_BYTES", "BankFormat", "detect", "read_items"]

# What is looked at to tell a format.
_HEAD_BYTES = 64 * 1024
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FIRST_TAG = re.compile(r"<(?:[\w.\-]+:)?([A-Za-z][\w.\-]*)")
# What roots of QTI are called in 2.x and 3.0, and what all of its files have.
_QTI_ROOTS = ("assessment", "qti-")
_QTI_NAMESPACES = "imsglobal.org/xsd"


class BankFormat(StrEnum):
    """A format that banks come in; the value is what the command line calls it."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    QTI = "qti"


_READERS: Mapping[BankFormat, Callable[[bytes], ImportResult]] = {
    BankFormat.XLSX: import_tables,
    BankFormat.CSV: import_tables,
    BankFormat.JSON: import_native,
    BankFormat.QTI: import_qti,
}


def read_items(data: bytes, bank_format: BankFormat) -> ImportResult:
    """The items of a file in this format. Raises FormatRefused when it cannot be read at all."""
    return _READERS[bank_format](data)


def detect(data: bytes) -> BankFormat:
    """The format by content, never by name; a text that is nothing else is taken for a CSV table."""
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return _detect_archive(data)
    if head.startswith((b"<", *_BYTE_ORDER_MARKS)) and _is_qti(head):
        return BankFormat.QTI
    if head.startswith(b"{") and b'"kaochang.bank' in data[-_HEAD_BYTES:] + head:
        return BankFormat.JSON
    return BankFormat.CSV


def _detect_archive(data: bytes) -> BankFormat:
    """A workbook says what its parts are; any other archive with XML in it is taken for a package."""
    names = part_names(data)
    if "[Content_Types].xml" not in names and any(name.lower().endswith(".xml") for name in names):
        return BankFormat.QTI
    return BankFormat.XLSX


def _is_qti(head: bytes) -> bool:
    encoding = "utf-16" if head.startswith(_BYTE_ORDER_MARKS) else "utf-8"
    text = _COMMENT.sub("", head.decode(encoding, "replace"))
    root = _FIRST_TAG.search(text)
    return root is not None and (root[1].startswith(_QTI_ROOTS) or _QTI_NAMESPACES in text)
