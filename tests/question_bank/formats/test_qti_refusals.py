"""QTI items that do not come in: rejected or unsupported, by name and line."""

from __future__ import annotations

import pytest

from question_bank.formats.qti.reader import import_qti
from question_bank.formats.reports import RowStatus
from tests.question_bank.formats.qti_reading import MANY, STEM, TYPED, as_qti3, kebab, ordered, refused
from tests.question_bank.qti_items import (
    MAP,
    MATCH,
    choices,
    declared,
    item,
    mapping,
)

TEN = (
    "associate drawing extendedText graphicAssociate graphicGapMatch graphicOrder hotspot hottext media "
    "positionObject selectPoint slider upload custom portableCustom endAttempt"
)


@pytest.mark.parametrize("kind", TEN.split())
def test_other_interactions_are_named(kind: str) -> None:
    body = f'{STEM}<{kind}Interaction responseIdentifier="RESPONSE"/>'
    expected = (RowStatus.UNSUPPORTED, "qti.interaction_unsupported", f"{kind}Interaction")
    assert refused(item(declared("x"), body)) == expected
    assert refused(as_qti3(item(declared("x"), body)))[2] == f"qti-{kebab(kind)}-interaction"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            item(declared("c1"), choices(), attributes='x="1"').replace(b'"false"', b'"true"', 1),
            "qti.adaptive",
        ),
        (item("<templateDeclaration identifier='T'/>" + declared("c1"), choices()), "qti.template"),
        (item(declared("c1"), "<p>没有作答</p>"), "qti.no_interaction"),
        (item(declared("c1"), choices() + choices()), "qti.several_interactions"),
        (
            item(declared("c1"), STEM + "<p><printedVariable identifier='X'/></p>" + choices()),
            "qti.content_unsupported",
        ),
        (
            item(declared("c1"), STEM + "<object type='video/mp4' data='a.mp4'/>" + choices()),
            "qti.content_unsupported",
        ),
        (
            item(declared("c1"), STEM + choices(), MATCH.replace("match_correct", "map_response_point")),
            "qti.processing_unsupported",
        ),
        (
            item(
                declared("c1"),
                "<p><feedbackBlock outcomeIdentifier='F' identifier='x'>" + TYPED + "</feedbackBlock></p>",
            ),
            "qti.interaction_hidden",
        ),
        (b"<assessmentTest xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1'/>", "qti.not_an_item"),
        (b"<lom/>", "qti.not_an_item"),
    ],
)
def test_what_is_not_represented_is_unsupported_by_name(data: bytes, code: str) -> None:
    status, found, value = refused(data)
    assert (status, found) == (RowStatus.UNSUPPORTED, code)
    assert value or code == "qti.no_interaction"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (item(declared("c1"), "").replace(b"<itemBody></itemBody>", b""), "item.stem_missing"),
        (item(declared("c1"), choices()), "item.stem_missing"),
        (item(declared("c9"), STEM + choices()), "item.key_beyond_options"),
        (item(declared("c0", "c1"), STEM + choices()), "item.key_too_many"),
        (item(declared("c0", cardinality="multiple"), STEM + choices(3, MANY)), "item.key_too_few"),
        (item(declared("c0"), STEM + choices(9)), "item.options_number"),
        (item(declared("c0"), STEM + choices(40)), "item.options_number"),
        (item(declared("c0"), STEM + choices().replace('"c1"', '"c0"')), "qti.choice_repeated"),
        (item(declared("c0"), STEM + choices(300)), "qti.choice_repeated"),
        (item(declared("c0", name="OTHER"), STEM + choices()), "qti.response_undeclared"),
        (item(declared("c0") + declared("c1"), STEM + choices()), "qti.response_repeated"),
        (item(declared("c0", cardinality="record"), STEM + choices()), "qti.response_unclear"),
        (item(declared("c0"), STEM + choices(), MAP), "qti.mapping_missing"),
        (item(declared("c0", mapping=mapping({"c1": "1"})), STEM + choices(), MAP), "qti.key_contradicts"),
        (item(declared(mapping=mapping({"c1": "0"})), STEM + choices(), MAP), "item.key_missing"),
        (item(declared(mapping=mapping({"c1": "viel"})), STEM + choices(), MAP), "qti.mapping_unclear"),
        (item(declared("x", base_type="float"), STEM + TYPED), "item.number_invalid"),
        (item(declared("1", "2", base_type="float"), STEM + TYPED), "qti.response_unclear"),
        (item(declared("x", base_type="duration"), STEM + TYPED), "qti.response_unclear"),
        (item(declared("c0", "c1", "c2", cardinality="multiple"), STEM + ordered(3)), "qti.response_unclear"),
        (item(declared("c0", "c1", cardinality="ordered"), STEM + ordered(3)), "item.key_not_permutation"),
        (item(declared("c0"), f"<p>{'长' * 5000}</p>" + choices()), "item.stem_too_long"),
        (item(declared("c0"), f"<p>{'长' * 300_000}</p>" + choices()), "item.stem_too_long"),
        (item(declared("c0"), STEM + "<p><img src='a.png' alt=''/></p>" + choices()), "media.missing"),
    ],
)
def test_ill_formed_items_are_rejected_by_name(data: bytes, code: str) -> None:
    assert refused(data)[:2] == (RowStatus.REJECTED, code)


def test_the_line_of_what_is_wrong_is_reported() -> None:
    body = STEM + "\n\n<p>\n<printedVariable identifier='X'/></p>" + choices()
    (row,) = import_qti(item(declared("c1"), body)).rows
    assert (row.row, row.item_id) == (5, "q1")
