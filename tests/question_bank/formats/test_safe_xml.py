"""XML that means harm ends in a refusal, with the line; sound XML comes through whole."""

from __future__ import annotations

import resource

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats.safe_xml import read_xml, records, root_name

LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 12)
)


def refusal(data: bytes) -> FormatRefused:
    with pytest.raises(FormatRefused) as caught:
        list(records(data, "q"))
    with pytest.raises(FormatRefused):
        read_xml(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><q>&x;</q></r>', "xml.doctype_refused"),
        (b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><r/>', "xml.doctype_refused"),
        (b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><r/>', "xml.doctype_refused"),
        (b"<!DOCTYPE r><r/>", "xml.doctype_refused"),
        (f"{LAUGHS}]><r><q>&a11;</q></r>".encode(), "xml.doctype_refused"),
        (f"{LAUGHS}]><r><q>&a11;</q></r>".encode("utf-16"), "xml.doctype_refused"),
        (f"{LAUGHS}]><r a='&a11;'/>".encode(), "xml.malformed"),
        (b"<r><q>&nbsp;</q></r>", "xml.malformed"),
        (b"<r>" + b"<q>" * 200 + b"</q>" * 200 + b"</r>", "xml.too_deep"),
        (b"<q>" * 1_000_000, "xml.too_deep"),
        (b"<r><q>" + b"<a/>" * 50_000 + b"</q></r>", "xml.too_large"),
        (b"<r>" + b"<q/>" * 1_000_000 + b"</r>", "xml.too_large"),
        (b"<r>" + b" " * (64 * 1024 * 1024) + b"</r>", "xml.too_large"),
        (b"", "xml.malformed"),
        (b"no XML", "xml.malformed"),
        (b"<r><q></r>", "xml.malformed"),
        (b"<r>\x00</r>", "xml.malformed"),
        (b"<r/><r/>", "xml.malformed"),
        (b"<r>" + b" " * 100_000 + b"</r>nothing", "xml.malformed"),
        ("<r>高</r>".encode("gbk"), "xml.malformed"),
    ],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(data).code == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_the_line_is_named() -> None:
    assert str(refusal(b"<r>\n\n<q></p></r>")).startswith("Line 3: the XML is not well-formed: ")
    assert str(refusal(b"<r>\n" + b"<q>" * 101)) == "Line 2: Elements are nested more than 100 deep."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb18030"])
def test_records_come_one_by_one(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!-- x --><r>a<q n="1">高</q><p><q/></p><q>处</q></r>'
    data = text.encode(encoding)
    assert [(element.get("n"), element.text) for element in records(data, "q")] == [("1", "高"), (None, "处")]
    assert root_name(data) == "r"
    assert [child.tag for child in read_xml(data)] == ["q", "p", "q"]


def test_long_text_is_no_harm() -> None:
    """libxml2's own limit of 10 MB would refuse a large picture."""
    element = next(records(b"<r><q>" + b"a" * 20_000_000 + b"</q></r>", "q"))
    assert len(element.text or "") == 20_000_000


def test_many_records_take_no_memory() -> None:
    data = b"<r>" + b"<q><a>some words</a></q>" * 300_000 + b"</r>"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in records(data, "q")) == 300_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024
