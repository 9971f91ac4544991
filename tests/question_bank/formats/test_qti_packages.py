"""Content packages: manifests, pictures, stimuli, and hostile archives that end in a clear refusal."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from question_bank.__main__ import main
from question_bank.bank import Bank
from question_bank.canonical import parse
from question_bank.content import Markup
from question_bank.errors import FormatRefused
from question_bank.formats.archives import MAX_PARTS, opened
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.readers import BankFormat, detect, read_items
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.items import Difficulty
from tests.question_bank.item_strategies import PICTURES
from tests.question_bank.qti_items import choices, declared, item, manifest, many_items, package
from tests.question_bank.workbook_bytes import workbook
from tests.shared_data import SHARED_DATA, needs_shared_data

STEM = "<p>这个标志的意思是？</p>"
SHOWN = STEM + '<p><img src="../img/a%20b.png?v=1" alt=""/></p>'
DIGEST, PNG = next(iter(PICTURES.items()))
ITEM = item(declared("c1"), STEM + choices())


NOISE = random.Random(1).randbytes(5 * 1024 * 1024)


def resource(path: str, kind: str = "imsqti_item_xmlv2p1", inside: str = "") -> str:
    return f'<resource identifier="r" type="{kind}" href="{path}">{inside}<file href="{path}"/></resource>'


def outcomes(result: ImportResult) -> dict[str, tuple[str, ...]]:
    """The status and codes of each file."""
    return {row.sheet: (row.status.value, *(problem.code for problem in row.problems)) for row in result.rows}


def refusal(data: bytes) -> str:
    with pytest.raises(FormatRefused) as caught:
        import_qti(data)
    return caught.value.code


def test_items_and_pictures_are_found_through_the_manifest() -> None:
    files: dict[str, bytes | str] = {
        "bank/imsmanifest.xml": manifest(resource("items/1.xml") + resource("img/a%20b.png", "webcontent")),
        "bank/items/1.xml": item(declared("c1"), SHOWN + choices()),
        "bank/img/a b.png": PNG,
    }
    result = import_qti(package(files))
    assert outcomes(result) == {"bank/items/1.xml": ("imported",)}
    (found,) = result.items
    assert found.stem == f'<p>这个标志的意思是？</p><p><img src="media:{DIGEST}" alt=""></p>'
    assert result.media == {DIGEST: PNG}


def test_without_a_manifest_all_xml_files_are_looked_at() -> None:
    result = import_qti(package({"a.xml": ITEM, "b.xml": "<lom/>", "c.xml": "<item", "d.txt": "x"}))
    assert outcomes(result) == {
        "a.xml": ("imported",),
        "b.xml": ("unsupported", "qti.not_an_item"),
        "c.xml": ("rejected", "xml.malformed"),
    }
    assert "Line 1" in result.rows[2].problems[0].value


def test_everything_in_a_package_that_is_no_item_is_named() -> None:
    files: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(
            resource("test.xml", "imsqti_test_xmlv2p1")
            + resource("lti.xml", "imsbasiclti_xmlv1p3")
            + resource("gone.xml")
            + resource("bad.xml")
            + resource("style.css", "css")
            + resource("1.xml")
        ),
        "test.xml": "<assessmentTest/>",
        "lti.xml": "<lti/>",
        "bad.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "1.xml": ITEM,
        "forgotten.xml": item(declared("c1"), "<p>另一题</p>" + choices(), identifier="q2"),
        "other.xml": "<other/>",
    }
    assert outcomes(import_qti(package(files))) == {
        "test.xml": ("unsupported", "qti.not_an_item"),
        "lti.xml": ("unsupported", "qti.not_an_item"),
        "gone.xml": ("rejected", "qti.file_missing"),
        "bad.xml": ("rejected", "xml.doctype_refused"),
        "1.xml": ("imported",),
        "forgotten.xml": ("imported_with_warning", "qti.not_in_manifest"),
    }


def test_a_manifest_that_cannot_be_read_does_not_stop_the_items() -> None:
    result = import_qti(package({"imsmanifest.xml": "<manifest", "1.xml": ITEM}))
    assert outcomes(result) == {"1.xml": ("imported",), "imsmanifest.xml": ("rejected", "xml.malformed")}


def test_an_identifier_comes_in_once() -> None:
    result = import_qti(package({"a.xml": ITEM, "b.xml": ITEM}))
    assert outcomes(result)["b.xml"] == ("rejected", "qti.identifier_repeated")
    assert result.rows[1].problems[0].value == "a.xml"


LOM = (
    '<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><language>en</language><keyword>'
    "<string>触电</string></keyword></general><educational><difficulty><value>very difficult</value>"
    "</difficulty></educational>{}</lom></metadata>"
)
TAXONS = (
    "<classification><purpose><value>discipline</value></purpose><taxonPath><taxon><entry>"
    "<string>电工</string></entry></taxon><taxon><entry><string>高压/低压</string></entry></taxon></taxonPath>"
    "</classification>"
)


@pytest.mark.parametrize(("lom", "topic"), [(LOM.format(TAXONS), "电工/高压-低压"), (LOM.format(""), "触电")])
def test_what_the_manifest_says_of_an_item_is_kept(lom: str, topic: str) -> None:
    files: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(resource("1.xml", inside=lom)),
        "1.xml": ITEM,
    }
    (found,) = import_qti(package(files)).items
    assert (found.topic, found.difficulty, found.language) == (topic, Difficulty.HARD, "en")


STIMULUS = (
    '<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s1" '
    'title="案例"><qti-stimulus-body><p>某厂<b>停电</b>检修。</p><img src="sign.png" alt=""/>'
    "</qti-stimulus-body></qti-assessment-stimulus>"
)
REFERENCE = '<assessmentStimulusRef identifier="s1" href="{}"/>'


def test_repeats_are_told_by_content() -> None:
    files: dict[str, bytes | str] = {
        "1.xml": item(declared("c1"), STEM + choices(), identifier="q1"),
        "2.xml": item(declared("c1"), STEM + choices(), identifier="q2"),
        "3.xml": item(declared("c1"), "<p>另一题</p>" + choices(), identifier="q3"),
        "4.xml": item(declared("c2"), "<p>另一题</p>" + choices(), identifier="q4"),
    }
    result = import_qti(package(files))
    assert outcomes(result) == {
        "1.xml": ("imported",),
        "2.xml": ("rejected", "row.repeated_elsewhere"),
        "3.xml": ("rejected", "row.repeated_other_key_elsewhere"),
        "4.xml": ("rejected", "row.repeated_other_key_elsewhere"),
    }
    (said,) = result.rows[1].problems
    assert said.value == "1.xml 2"
    assert [row.item_id for row in result.rows] == ["q1", "q2", "q3", "q4"]


def test_the_same_words_about_another_stimulus_are_no_repeat() -> None:
    def of_set(name: str, href: str) -> bytes:
        return item(declared("c1") + REFERENCE.format(href), STEM + choices(), identifier=name)

    files: dict[str, bytes | str] = {
        "1.xml": of_set("q1", "s1.xml"),
        "2.xml": of_set("q2", "s2.xml"),
        "s1.xml": STIMULUS,
        "s2.xml": STIMULUS.replace('identifier="', 'identifier="other-'),
        "sign.png": PNG,
        "unused.xml": STIMULUS.replace('identifier="', 'identifier="third-'),
    }
    assert outcomes(import_qti(package(files))) == {
        "1.xml": ("imported",),
        "2.xml": ("imported",),
        "unused.xml": ("unsupported", "qti.stimulus_unused"),
    }
    listed = manifest(
        resource("1.xml") + "".join(resource(f"s{n}.xml", "imsqti_stimulus_xmlv3p0") for n in (1, 2))
    )
    assert outcomes(import_qti(package(files | {"imsmanifest.xml": listed, "2.xml": "<x/>"}))) == {
        "1.xml": ("imported",),
        "s2.xml": ("unsupported", "qti.stimulus_unused"),
        "unused.xml": ("unsupported", "qti.stimulus_unused"),
    }


def test_items_of_one_stimulus_are_a_set() -> None:
    def of_set(name: str, href: str) -> bytes:
        return item(declared("c1") + REFERENCE.format(href), f"<p>{name}</p>" + choices(), identifier=name)

    files: dict[str, bytes | str] = {
        "items/1.xml": of_set("q1", "../stimuli/s1.xml"),
        "items/2.xml": of_set("q2", "../stimuli/s1.xml"),
        "items/3.xml": of_set("q3", "../stimuli/gone.xml"),
        "items/4.xml": of_set("q4", "../../../etc/passwd"),
        "stimuli/s1.xml": STIMULUS,
        "stimuli/sign.png": PNG,
        "imsmanifest.xml": manifest(
            "".join(resource(f"items/{number}.xml") for number in range(1, 5))
            + resource("stimuli/s1.xml", "imsqti_stimulus_xmlv3p0")
        ),
    }
    result = import_qti(package(files))
    assert outcomes(result) == {
        "items/1.xml": ("imported",),
        "items/2.xml": ("imported",),
        "items/3.xml": ("rejected", "qti.stimulus_missing"),
        "items/4.xml": ("rejected", "qti.stimulus_missing"),
    }
    (item_set,) = result.sets
    assert (item_set.id, item_set.title, item_set.markup) == ("s1", "案例", Markup.HTML)
    assert result.media == {DIGEST: PNG}
    assert {found.item_set for found in result.items} == {"s1"}


@pytest.mark.parametrize(
    ("image", "data", "outcome"),
    [
        ('<img src="a.svg" alt="图"/>', b"<svg/>", ("imported_with_warning", "media.not_a_picture")),
        ('<img src="a.svg"/>', b"<svg/>", ("rejected", "media.not_a_picture")),
        ('<img src="big.png"/>', NOISE, ("rejected", "media.too_large")),
        ('<img src="../../etc/a.png" alt="图"/>', PNG, ("imported_with_warning", "media.missing")),
        ('<img src="http://example.org/a.png" alt="图"/>', PNG, ("imported_with_warning", "media.missing")),
        ('<img src="data:image/png;base64,!!!!"/>', PNG, ("rejected", "media.not_a_picture")),
        (
            '<object type="image/png" data="gone.png"><p>一只手</p></object>',
            PNG,
            ("imported_with_warning", "media.missing"),
        ),
    ],
)
def test_pictures_that_cannot_be_shown(image: str, data: bytes, outcome: tuple[str, ...]) -> None:
    files: dict[str, bytes | str] = {
        "1.xml": item(declared("c1"), STEM + f"<p>{image}</p>" + choices()),
        "a.svg": data,
        "big.png": data,
    }
    assert outcomes(import_qti(package(files))) == {"1.xml": outcome}


def test_backslashes_of_windows_archives_are_slashes() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("items\\1.xml"), ITEM)
    assert outcomes(import_qti(stream.getvalue())) == {"items/1.xml": ("imported",)}


@pytest.mark.parametrize("path", ["../1.xml", "/1.xml", "a/../../1.xml", "C:/1.xml", "a" * 600 + ".xml"])
def test_paths_out_of_the_archive_are_refused(path: str) -> None:
    assert refusal(package({path: ITEM})) == "file.unsafe_part"


def test_links_encrypted_parts_and_repeated_names_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("1.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(stream.getvalue()) == "file.unsafe_part"
    secret = bytearray(package({"1.xml": ITEM}))
    secret[secret.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(secret)) == "file.unsafe_part"
    twice = package({"a.xml": ITEM, "b.xml": ITEM}).replace(b"b.xml", b"a.xml")
    assert refusal(twice) == "file.unsafe_part"


def test_bombs_are_not_unpacked() -> None:
    assert refusal(package({"1.xml": b" " * (16 * 1024 * 1024)})) == "file.unpacks_too_large"
    huge = package({f"{number}.txt": bytes(1_000_000) for number in range(250)})
    assert refusal(huge) == "file.unpacks_too_large"
    # So many that the directory is written in the 64-bit form.
    many = package({str(number): b"" for number in range(MAX_PARTS + 6_000)})
    assert refusal(many) == "file.unpacks_too_large"
    with pytest.raises(FormatRefused, match="too many parts"), opened(many, 100):
        pass


def test_damage_is_refused_or_reported_file_by_file() -> None:
    assert refusal(b"PK\x03\x04 broken") == "file.broken"
    assert refusal(package({"a.txt": "x"})) == "qti.nothing_inside"
    damaged = bytearray(
        package({"a.xml": ITEM, "b.xml": item(declared("c1"), STEM + choices(), identifier="q2")})
    )
    damaged[60] ^= 0xFF
    assert outcomes(import_qti(bytes(damaged))) == {
        "a.xml": ("rejected", "file.broken"),
        "b.xml": ("imported",),
    }


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><assessmentItem>&b;</assessmentItem>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LAUGHS.encode(), "xml.doctype_refused"),
        (b"<!DOCTYPE assessmentItem><assessmentItem/>", "xml.doctype_refused"),
        (b"<assessmentItem>" + b"<div>" * 200, "xml.too_deep"),
        (b"<assessmentItem>" + b"<p/>" * 60_000, "xml.too_large"),
        (b"<assessmentItem><p></assessmentItem>", "xml.malformed"),
        (b"<assessmentItem>&nbsp;</assessmentItem>", "xml.malformed"),
        (b"", "xml.malformed"),
    ],
)
def test_hostile_and_ill_formed_xml_is_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_formats_are_told_by_content() -> None:
    assert detect(ITEM) is BankFormat.QTI
    assert detect(ITEM[:-9]) is BankFormat.QTI
    assert detect(ITEM.decode().replace("UTF-8", "UTF-16").encode("utf-16")) is BankFormat.QTI
    assert detect(b'<?xml version="1.0"?>\n<!-- <quiz> --><qti-assessment-item/>') is BankFormat.QTI
    assert detect(manifest("").encode()) is BankFormat.QTI
    assert detect(package({"imsmanifest.xml": manifest("")})) is BankFormat.QTI
    assert detect(b"<html><p>x</p></html>") is not BankFormat.QTI
    assert detect(workbook({"s": [["题目"]]})) is BankFormat.XLSX
    assert detect(b"PK\x03\x04 broken") is BankFormat.XLSX


def test_the_commands_export_and_import_with_pictures(tmp_path: Path) -> None:
    shown = item(declared("c1"), STEM + '<p><img src="a.png" alt=""/></p>' + choices())
    source, bank, out = tmp_path / "in.zip", tmp_path / "bank.json", tmp_path / "out.zip"
    source.write_bytes(package({"1.xml": shown, "a.png": PNG}))
    assert main(["import", str(source), "--to", str(bank)]) == 0
    for name in ("qti3", "qti22"):
        assert main(["export", str(bank), "--to", str(out), "--format", name]) == 0
        again = tmp_path / f"{name}.json"
        assert main(["import", str(out), "--to", str(again), "--report", str(tmp_path / "r.json")]) == 0
        assert Bank.from_json(again.read_bytes()).items == Bank.from_json(bank.read_bytes()).items
        assert (tmp_path / f"{name}.media" / f"{DIGEST}.png").read_bytes() == PNG
        assert isinstance(parse((tmp_path / "r.json").read_bytes()), dict)


def test_many_varied_items_come_in_whole() -> None:
    result = read_items(many_items(60), BankFormat.QTI)
    assert result.count(RowStatus.IMPORTED) == 60
    assert len({found.type for found in result.items}) == 6


SAMPLES = SHARED_DATA / "formats" / "qti"


@needs_shared_data
def test_every_sample_ends_with_a_reason() -> None:
    counts = dict.fromkeys(RowStatus, 0)
    for path in sorted(SAMPLES.rglob("*")):
        if path.suffix not in (".xml", ".zip"):
            continue
        for row in import_qti(path.read_bytes()).rows:
            counts[row.status] += 1
            assert row.problems or row.status is RowStatus.IMPORTED, path
            assert all(problem.text("zh") and problem.text("en") for problem in row.problems)
    assert counts[RowStatus.IMPORTED] + counts[RowStatus.WARNED] >= 35
    assert counts[RowStatus.REJECTED] <= 3


@needs_shared_data
def test_the_sample_package_comes_in_with_its_pictures() -> None:
    path = SAMPLES / "1edtech/qtiv3-examples/packaging/interactionMixSaxonyV3/interactionMixSaxonyV3.zip"
    result = read_items(path.read_bytes(), detect(path.read_bytes()))
    assert len(result.items) == 10
    assert len(result.media) == 9
    named = {
        row.problems[0].code
        for row in result.rows
        if row.status in (RowStatus.REJECTED, RowStatus.UNSUPPORTED)
    }
    assert named == {"qti.not_an_item", "qti.interaction_unsupported", "qti.processing_custom"}
