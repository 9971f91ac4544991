"""A package holds a bank with its pictures whole; a hostile one is refused or its items are."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from question_bank.__main__ import main
from question_bank.bank import Bank
from question_bank.errors import FormatRefused
from question_bank.formats.native_package import bank_to_package, import_package
from question_bank.formats.readers import BankFormat, detect
from question_bank.formats.reports import RowStatus
from tests.question_bank.factories import make_bank
from tests.question_bank.item_strategies import PICTURES, banks


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def pictured(digest: str) -> bytes:
    """The JSON of a bank whose first item shows this picture."""
    document = json.loads(make_bank(per_cell=1, topics=1).to_json())
    document["items"][0] |= {"stem": f'<img src="media:{digest}" alt="x">', "markup": "html"}
    document["media"] = [{"digest": digest, "type": "image/png", "size": 1}]
    return json.dumps(document).encode()


@settings(max_examples=40, deadline=None)
@given(banks())
def test_a_bank_comes_back_whole(bank: Bank) -> None:
    written = bank_to_package(bank, PICTURES)
    assert written.losses == ()
    assert written.data == bank_to_package(bank, PICTURES).data
    assert detect(written.data) is BankFormat.PACKAGE
    read = import_package(written.data)
    assert (read.items, read.sets) == (bank.items, bank.sets)
    assert read.media == {picture.digest: PICTURES[picture.digest] for picture in bank.media}


@pytest.mark.parametrize(
    ("media", "code"),
    [
        ({}, "media.missing"),
        ({"x": b"no picture"}, "media.not_a_picture"),
        ({"x": next(iter(PICTURES.values()))}, "media.changed"),
        ({"x": random.Random(1).randbytes(4 * 1024 * 1024 + 1)}, "file.too_large"),
    ],
)
def test_an_item_without_its_picture_is_rejected(media: dict[str, bytes], code: str) -> None:
    digest = "a" * 64
    parts = {"bank.json": pictured(digest)} | {f"media/{digest}": data for data in media.values()}
    result = import_package(packed(parts))
    assert [problem.code for row in result.rows for problem in row.problems] == [code]
    assert result.count(RowStatus.REJECTED) == 1
    assert len(result.items) == 2
    assert result.media == {}
    result.document()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"bank.json": b"{}", "../x": b""}, "file.unsafe_part"),
        ({"bank.json": b"{}", "/etc/x": b""}, "file.unsafe_part"),
        ({"bank.json": b"0" * (201 * 1024 * 1024)}, "file.unpacks_too_large"),
        ({"bank.json": b"{" + b" " * (2 * 1024 * 1024)}, "file.unpacks_too_large"),
        ({"bank.json": b"{"}, "document.not_json"),
        ({"other.json": b"{}"}, "package.no_bank"),
    ],
)
def test_what_no_honest_packager_makes_is_refused(parts: dict[str, bytes], code: str) -> None:
    with pytest.raises(FormatRefused) as refused:
        import_package(packed(parts))
    assert refused.value.code == code


def test_the_command_line_writes_and_reads_packages(tmp_path: Path) -> None:
    (digest, data) = next(iter(PICTURES.items()))
    package, target, back = tmp_path / "in.zip", tmp_path / "bank.json", tmp_path / "out.zip"
    package.write_bytes(packed({"bank.json": pictured(digest), f"media/{digest}": data}))
    assert main(["import", str(package), "--to", str(target)]) == 0
    assert len(list((tmp_path / "bank.media").iterdir())) == 1
    assert main(["export", str(target), "--to", str(back), "--format", "package"]) == 0
    assert import_package(back.read_bytes()).items == import_package(package.read_bytes()).items
