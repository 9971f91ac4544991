"""QTI response processing: the templates and their copies are recognised, the rest is rejected."""

from __future__ import annotations

import pytest

from question_bank.formats.reports import RowStatus
from tests.question_bank.formats.qti_reading import GAPS, STEM, read, refused
from tests.question_bank.qti_items import (
    choices,
    declared,
    item,
)

TEMPLATES = (
    "http://www.imsglobal.org/question/qti_v2p0/rptemplates/match_correct",
    "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct.xml",
    "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct",
    "http://www.imsglobal.org/question/qtiv2p1/rptemplates/match_correct.xml",
    "https://www.imsglobal.org/question/qti_v3p0/rptemplates/match_correct.xml",
    "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct",
    "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/CC2_match.xml",
)


@pytest.mark.parametrize("address", TEMPLATES)
def test_every_spelling_of_the_template(address: str) -> None:
    found, warnings = read(
        item(declared("c1"), STEM + choices(), f'<responseProcessing template="{address}"/>')
    )
    assert found.choice.key == {"B"}
    assert not warnings


def scored(condition: str, then: str = "1", otherwise: str = "", before: str = "") -> str:
    """Processing written out: if `condition` then SCORE is `then`."""
    return (
        f"<responseProcessing><responseCondition>{before}<response{'ElseIf' if before else 'If'}>{condition}"
        f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{then}</baseValue>'
        "</setOutcomeValue>"
        f"</response{'ElseIf' if before else 'If'}>{otherwise}</responseCondition></responseProcessing>"
    )


IS_RIGHT = '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'
IS_NULL = '<isNull><variable identifier="RESPONSE"/></isNull>'
ZERO = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>'
FEEDBACK = '<setOutcomeValue identifier="F"><baseValue baseType="identifier">x</baseValue></setOutcomeValue>'


@pytest.mark.parametrize(
    "processing",
    [
        scored(IS_RIGHT, otherwise=f"<responseElse>{ZERO}</responseElse>"),
        scored(f"<and>{IS_RIGHT}</and>", otherwise=f"<responseElse>{FEEDBACK}</responseElse>"),
        scored(IS_RIGHT, before=f"<responseIf>{IS_NULL}{ZERO}</responseIf>"),
        scored(IS_RIGHT).replace("<responseCondition>", f"{FEEDBACK}<responseCondition>"),
        scored(IS_RIGHT).replace(
            '<correct identifier="RESPONSE"/>', '<baseValue baseType="identifier">c1</baseValue>'
        ),
    ],
)
def test_copies_of_the_templates_are_read(processing: str) -> None:
    found, warnings = read(item(declared("c1"), STEM + choices(), processing))
    assert found.choice.key == {"B"}
    assert not warnings


@pytest.mark.parametrize(
    "processing",
    [
        scored(f"<not>{IS_RIGHT}</not>"),
        scored(f"<or>{IS_RIGHT}{IS_RIGHT}</or>"),
        scored(IS_NULL),
        scored(IS_RIGHT, "-1"),
        scored(IS_RIGHT, otherwise="<responseElse>" + ZERO.replace(">0<", ">0.2<") + "</responseElse>"),
        scored(IS_RIGHT, before=f"<responseIf><not>{IS_NULL}</not>{FEEDBACK}</responseIf>"),
        scored(IS_RIGHT, before=f"<responseIf>{IS_RIGHT}{FEEDBACK}</responseIf>"),
        scored(IS_RIGHT).replace("</responseProcessing>", ZERO + "</responseProcessing>"),
        scored(IS_RIGHT).replace("</responseProcessing>", "<exitResponse/></responseProcessing>"),
        scored('<customOperator><variable identifier="RESPONSE"/></customOperator>'),
        scored("<match><variable identifier='F'/><correct identifier='RESPONSE'/></match>"),
        '<responseProcessing template="https://example.org/my_own.xml"/>',
        f"<responseProcessing>{FEEDBACK}</responseProcessing>",
        "<responseProcessing><responseCondition/></responseProcessing>",
        "<responseProcessing><responseCondition><responseIf/></responseCondition></responseProcessing>",
        "<responseProcessing><setOutcomeValue identifier='SCORE'/></responseProcessing>",
    ],
)
def test_other_processing_is_rejected_and_not_guessed(processing: str) -> None:
    data = item(declared("c1"), STEM + choices(), processing)
    assert refused(data)[:2] == (RowStatus.REJECTED, "qti.processing_custom")


def test_without_processing_the_declared_response_is_the_key() -> None:
    found, warnings = read(item(declared("c1"), STEM + choices(), ""))
    assert found.choice.key == {"B"}
    assert warnings == {"qti.no_processing"}
    assert refused(item(declared(), STEM + choices(), ""))[:2] == (RowStatus.REJECTED, "item.key_missing")


def test_a_template_for_a_response_of_another_name_is_pointed_out() -> None:
    body = STEM + choices().replace("RESPONSE", "R7")
    found, warnings = read(item(declared("c1", name="R7"), body))
    assert found.choice.key == {"B"}
    assert warnings == {"qti.response_renamed"}
    both = declared("a", name="R1") + declared("验电", name="R2", base_type="string")
    assert refused(item(both, GAPS))[:2] == (RowStatus.REJECTED, "qti.processing_partial")
