"""Which format a file is in, and its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from question_bank.formats.native import import_native
from question_bank.formats.reports import ImportResult
from question_bank.formats.tables import MAX_FILE_BYTES
from question_bank.formats.tabular import import_tables

__all__ = ["MAX_FILE_BYTES", "BankFormat", "detect", "read_items"]

# What is looked at to tell a format.
_HEAD_BYTES = 64 * 1024


class BankFormat(StrEnum):
    """A format that banks come in; the value is what the command line calls it."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


_READERS: Mapping[BankFormat, Callable[[bytes], ImportResult]] = {
    BankFormat.XLSX: import_tables,
    BankFormat.CSV: import_tables,
    BankFormat.JSON: import_native,
}


def read_items(data: bytes, bank_format: BankFormat) -> ImportResult:
    """The items of a file in this format. Raises FormatRefused when it cannot be read at all."""
    return _READERS[bank_format](data)


def detect(data: bytes) -> BankFormat:
    """The format by content, never by name; a text that is nothing else is taken for a CSV table."""
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return BankFormat.XLSX
    if head.startswith(b"{") and b'"kaochang.bank' in data[-_HEAD_BYTES:] + head:
        return BankFormat.JSON
    return BankFormat.CSV
