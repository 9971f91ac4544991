"""What is written as QTI 3.0 or 2.2 comes back as it was, or the report says what does not."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.duplicates import right_texts
from question_bank.errors import FormatRefused
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.qti.vocabulary import QtiVersion
from question_bank.formats.qti.writer import bank_to_qti
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.formats.safe_xml import read_xml
from question_bank.interactions import Choice, Cloze, Gap, Matching, Numeric, Option, Pair, TextEntry
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.media import picture_of
from question_bank.scoring_rules import ScoringRule
from tests.question_bank.factories import make_bank, make_item
from tests.question_bank.item_strategies import PICTURES, banks, items
from tests.question_bank.workbook_bytes import repack

VERSIONS = list(QtiVersion)
DIGEST = min(PICTURES)
both_versions = pytest.mark.parametrize("version", VERSIONS)


def come_back(bank: Bank, result: ImportResult) -> Bank:
    return Bank(
        name=bank.name,
        industry=bank.industry,
        items=result.items,
        sets=result.sets,
        media=tuple(picture_of(data) for data in result.media.values()),
    )


def bank_of(*found: Item) -> Bank:
    return Bank(
        name="b", industry="", items=found, media=tuple(picture_of(data) for data in PICTURES.values())
    )


@both_versions
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(bank=banks())
def test_banks_come_back_the_same(version: QtiVersion, bank: Bank) -> None:
    written = bank_to_qti(bank, PICTURES, version)
    assert written.losses == ()
    if not bank.items:
        return
    result = import_qti(written.data)
    assert {row.status for row in result.rows} == {RowStatus.IMPORTED}, result.rows
    assert come_back(bank, result) == bank


def without_our_element(data: bytes) -> bytes:
    """The package as another system would have written it."""

    def forget(name: str, part: bytes) -> bytes:
        if name != "imsmanifest.xml":
            return part
        return re.sub(rb"<kc:item [^>]*/>|<kc:item .*?</kc:item>", b"", part)

    return repack(data, forget, {})


@both_versions
@settings(max_examples=120, deadline=None)
@given(item=items())
def test_others_read_the_same_key(version: QtiVersion, item: Item) -> None:
    written = bank_to_qti(bank_of(item), PICTURES, version)
    (found,) = import_qti(without_our_element(written.data)).items
    assert found.topic == item.topic
    assert found.rationale == item.rationale
    if isinstance(item.interaction, Numeric) and item.interaction.unit:
        assert found.type is ItemType.CLOZE
        return
    assert found.type is item.type
    if isinstance(item.interaction, Numeric):
        assert found.interaction == item.interaction
    elif isinstance(item.interaction, Cloze):
        assert isinstance(found.interaction, Cloze)
        assert len(found.interaction.gaps) == len(item.interaction.gaps)
    else:
        assert right_texts(found) == right_texts(item)


@both_versions
def test_the_same_bank_gives_the_same_bytes(version: QtiVersion) -> None:
    assert bank_to_qti(make_bank(), {}, version) == bank_to_qti(make_bank(), {}, version)


@both_versions
def test_every_document_is_in_its_namespace_with_valid_identifiers(version: QtiVersion) -> None:
    bank = Bank(
        name="b", industry="", items=tuple(make_item(name) for name in ("1", "甲", "a.b-c", "-", "A", "a"))
    )
    namespace = {
        QtiVersion.V3_0: "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}qti-assessment-item",
        QtiVersion.V2_2: "{http://www.imsglobal.org/xsd/imsqti_v2p2}assessmentItem",
    }[version]
    seen = set()
    with zipfile.ZipFile(io.BytesIO(bank_to_qti(bank, {}, version).data)) as archive:
        assert archive.namelist()[0] == "imsmanifest.xml"
        for name in archive.namelist()[1:]:
            root = read_xml(archive.read(name))
            assert root.tag == namespace
            identifier = root.get("identifier", "")
            assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.\-]*", identifier)
            seen.add(identifier)
    assert len(seen) == 6
    assert {"a.b-c", "A", "a"} <= seen


@both_versions
def test_spaces_and_breaks_come_back(version: QtiVersion) -> None:
    tricky = dataclasses.replace(
        make_item("q"),
        stem="  两  个空格\n换行\t制表 ",
        topic="a /b",
        clause="第\n1 条 ",
        source="\t《书》",
        rationale=" x\n\ny ",
    )
    words = Item(
        id="w",
        type=ItemType.TEXT_ENTRY,
        stem="s",
        topic="t",
        interaction=TextEntry(accepted=(" 前后 ", "a\tb\nc"), fold_case=False),
    )
    menu = Choice(options=(Option(id="A", text=" 甲\n乙 "), Option(id="B", text="丙")), key=frozenset("B"))
    gaps = Item(
        id="g",
        type=ItemType.CLOZE,
        stem="[[x_1]]\n\n[[x_10]]",
        topic="t",
        interaction=Cloze(gaps=(Gap(id="x_1", entry=menu, weight=100), Gap(id="x_10", entry=menu, weight=2))),
    )
    bank = bank_of(tricky, words, gaps)
    written = bank_to_qti(bank, PICTURES, version)
    assert written.losses == ()
    assert come_back(bank, import_qti(written.data)) == bank


@both_versions
@pytest.mark.parametrize(
    ("rule", "template"),
    [
        (ScoringRule.ALL_OR_NOTHING, b"match_correct"),
        (ScoringRule.PROPORTIONAL, b"map_response"),
        (ScoringRule.PROPORTIONAL_WITH_PENALTY, b"map_response"),
    ],
)
def test_a_scoring_rule_that_qti_can_say_is_said(
    version: QtiVersion, rule: ScoringRule, template: bytes
) -> None:
    many = dataclasses.replace(make_item("m", ItemType.MULTIPLE_CHOICE), scoring_rules=(rule,))
    pairs = Matching(
        sources=(Option(id="1", text="甲"), Option(id="2", text="乙")),
        targets=(Option(id="A", text="一"), Option(id="B", text="二")),
        key=frozenset({Pair(source="1", target="B"), Pair(source="2", target="A")}),
    )
    matched = Item(
        id="p", type=ItemType.MATCHING, stem="s", topic="t", interaction=pairs, scoring_rules=(rule,)
    )
    data = without_our_element(bank_to_qti(bank_of(many, matched), PICTURES, version).data)
    result = import_qti(data)
    assert result.count(RowStatus.IMPORTED) == 2
    expected = () if template == b"match_correct" else (rule,)
    assert [item.scoring_rules for item in result.items] == [expected, expected]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert template in archive.read("items/item-00001.xml")


def html_item(stem: str) -> Item:
    return dataclasses.replace(make_item("q"), markup=Markup.HTML, stem=stem, rationale="")


@both_versions
@pytest.mark.parametrize(
    "stem",
    [
        f'<img src="media:{DIGEST}">x',
        "<table><tr><td>1</td></tr></table>",
        "&eacute;",
        "<p>a<div>b</div></p>",
    ],
)
def test_markup_that_is_tidied_on_the_way_is_reported(version: QtiVersion, stem: str) -> None:
    bank = bank_of(html_item(stem))
    written = bank_to_qti(bank, PICTURES, version)
    assert [(loss.field, loss.code) for loss in written.losses] == [("stem", "qti.markup_rewritten")]
    assert written.losses[0].text("zh")
    (found,) = import_qti(written.data).items
    assert found.plain_stem == bank.items[0].plain_stem
    # What has been tidied once stays.
    assert bank_to_qti(bank_of(found), PICTURES, version).losses == ()


@both_versions
@pytest.mark.parametrize(
    ("item", "code"),
    [
        (dataclasses.replace(make_item("q"), stem="\uffff"), "qti.character_unwritable"),
        (dataclasses.replace(make_item("q"), clause="\ufffe"), "qti.character_unwritable"),
        (
            Item(
                id="q",
                type=ItemType.CLOZE,
                stem=f'<img src="media:{DIGEST}" alt="[[1]]">',
                markup=Markup.HTML,
                topic="t",
                interaction=Cloze(gaps=(Gap(id="1", entry=TextEntry(accepted=("x",))),)),
            ),
            "qti.gap_unwritable",
        ),
    ],
)
def test_items_that_cannot_be_written_are_left_out_by_name(
    version: QtiVersion, item: Item, code: str
) -> None:
    written = bank_to_qti(bank_of(item, make_item("z")), PICTURES, version)
    assert [(loss.item_id, loss.field, loss.code) for loss in written.losses] == [("q", "item", code)]
    assert written.losses[0].text("en")
    assert [found.id for found in import_qti(written.data).items] == ["z"]


def test_pictures_must_be_there() -> None:
    bank = bank_of(html_item(f'<img src="media:{DIGEST}" alt="">'))
    with pytest.raises(FormatRefused) as caught:
        bank_to_qti(bank, {}, QtiVersion.V3_0)
    assert caught.value.code == "media.missing"


@given(
    changed=st.sampled_from(["type", "markup", "parameters", "scoring-rules", "id"]),
    word=st.text("ax1 -", max_size=5),
)
def test_our_element_is_not_trusted(changed: str, word: str) -> None:
    item = dataclasses.replace(make_item("q"), scoring_rules=(ScoringRule.ALL_OR_NOTHING,))
    written = bank_to_qti(bank_of(item), PICTURES, QtiVersion.V3_0).data

    def change(name: str, part: bytes) -> bytes:
        if name != "imsmanifest.xml":
            return part
        part = part.replace(b"<kc:item ", b'<kc:item parameters="" ', 1)
        pattern = rf'(<kc:item [^>]*\b{changed}=")[^"]*'
        return re.sub(pattern, lambda found: found[1] + word, part.decode()).encode()

    (row,) = import_qti(repack(written, change, {})).rows
    allowed = {"id": {"item.id_invalid"}}.get(changed, {"qti.extension_invalid"})
    assert {problem.code for problem in row.problems} <= allowed | {"item.parameters_invalid"}
