"""Which format a file is in, and its reader."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from question_bank.budgets import Budget, within
from question_bank.errors import FormatRefused
from question_bank.formats.aiken_items import import_aiken
from question_bank.formats.archives import part_names
from question_bank.formats.encodings import is_binary
from question_bank.formats.gift.reading import import_gift
from question_bank.formats.moodle.cloze import is_embedded_answer
from question_bank.formats.moodle.cloze_text import import_cloze_text
from question_bank.formats.moodle_xml.reading import import_moodle_xml
from question_bank.formats.native import import_native
from question_bank.formats.native_package import DOCUMENT, import_package
from question_bank.formats.numbered_lines import LineMeaning, import_numbered_lines, looks_numbered
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.reports import ImportResult
from question_bank.formats.safe_xml import MAX_XML_BYTES, root_name
from question_bank.formats.tabular import import_tables

# The largest file of any format; readers have smaller limits of their own.
MAX_FILE_BYTES = MAX_XML_BYTES
# What is looked at to tell a format.
_HEAD_BYTES = 64 * 1024
_AIKEN_ANSWER = re.compile(r"^[ \t]*ANSWER[ \t]*[:：][ \t]*[A-Z]\.?[ \t]*\r?$", re.MULTILINE)
_GIFT_LINE = re.compile(r"^[ \t]*(?:::|\$CATEGORY:|//)", re.MULTILINE)
_GIFT_ANSWERS = re.compile(r"\{[ \t\r\n]*(?:[=~#}]|(?:T|F|TRUE|FALSE)[ \t\r\n]*[}#])")
_DELIMITERS = re.compile(r"[,\t;，]")
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
    PACKAGE = "package"
    QTI = "qti"
    MOODLE_XML = "moodlexml"
    GIFT = "gift"
    AIKEN = "aiken"
    CLOZE = "cloze"
    LINES = "lines"


_READERS: Mapping[BankFormat, Callable[[bytes], ImportResult]] = {
    BankFormat.XLSX: import_tables,
    BankFormat.CSV: import_tables,
    BankFormat.JSON: import_native,
    BankFormat.PACKAGE: import_package,
    BankFormat.QTI: import_qti,
    BankFormat.MOODLE_XML: import_moodle_xml,
    BankFormat.GIFT: import_gift,
    BankFormat.AIKEN: import_aiken,
    BankFormat.CLOZE: import_cloze_text,
    BankFormat.LINES: import_numbered_lines,
}


def read_items(data: bytes, bank_format: BankFormat, line_meaning: LineMeaning | None = None) -> ImportResult:
    """The items of a file in this format. Raises FormatRefused when it cannot be read at all.

    `line_meaning` is what a person says of numbered lines; other formats do not need it. What formulas and
    pictures may cost is limited for the file as a whole: items beyond that are rejected.
    """
    with within(Budget()):
        if bank_format is BankFormat.LINES:
            return import_numbered_lines(data, line_meaning)
        return _READERS[bank_format](data)


def detect(data: bytes) -> BankFormat:
    """The format by content, never by name; a text that is nothing else is taken for a CSV table.

    Raises FormatRefused for XML that is not read or of no known kind.
    """
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return _detect_archive(data)
    if head.startswith(b"{") and b'"kaochang.bank' in data[-_HEAD_BYTES:] + head:
        return BankFormat.JSON
    text = _head_text(data)
    if text.startswith("<") and _is_qti(text):
        return BankFormat.QTI
    if text.startswith(("<?xml", "<quiz")):
        return _xml_format(data)
    return _text_format(text)


def _xml_format(data: bytes) -> BankFormat:
    root = root_name(data)
    if root == "quiz":
        return BankFormat.MOODLE_XML
    raise FormatRefused("xml.unknown_format", f"No format is known whose XML starts with <{root[:80]}>.")


def _head_text(data: bytes) -> str:
    """The beginning as text, roughly: half a character at its end does no harm here."""
    head = data[:_HEAD_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        try:
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
        except UnicodeDecodeError:
            text = head.decode("gb18030", "replace")
    return text.lstrip("\ufeff \t\r\n")


def _text_format(text: str) -> BankFormat:
    """Aiken, GIFT and embedded answers by their signs; lines of many cells are a table's."""
    if looks_numbered(text):
        return BankFormat.LINES
    lines = [line for line in text.splitlines()[:20] if line.strip()][:2]
    cells = all(len(_DELIMITERS.findall(line)) > 1 and not line.lstrip().startswith("{") for line in lines)
    gift = _GIFT_LINE.match(text) or any(map(_GIFT_ANSWERS.search, lines[:1]))
    if is_binary(text) or (cells and not gift):
        return BankFormat.CSV
    if _AIKEN_ANSWER.search(text):
        return BankFormat.AIKEN
    if is_embedded_answer(text):
        return BankFormat.CLOZE
    if _GIFT_LINE.search(text) or _GIFT_ANSWERS.search(text):
        return BankFormat.GIFT
    return BankFormat.CSV


def _detect_archive(data: bytes) -> BankFormat:
    """A workbook says what its parts are, a package of ours holds a bank; XML makes any other a package."""
    names = part_names(data)
    if DOCUMENT in names:
        return BankFormat.PACKAGE
    if "[Content_Types].xml" not in names and any(name.lower().endswith(".xml") for name in names):
        return BankFormat.QTI
    return BankFormat.XLSX


def _is_qti(text: str) -> bool:
    """By the first tag, so that ill-formed items are told too."""
    text = _COMMENT.sub("", text)
    root = _FIRST_TAG.search(text)
    return root is not None and (root[1].startswith(_QTI_ROOTS) or _QTI_NAMESPACES in text)
