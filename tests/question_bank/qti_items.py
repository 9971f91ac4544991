"""QTI files made on the spot: single items in pieces, packages, and as many varied items as asked for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

NAMESPACES = {
    "2.0": "http://www.imsglobal.org/xsd/imsqti_v2p0",
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
MATCH = (
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
)
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def declared(
    *correct: str,
    name: str = "RESPONSE",
    cardinality: str = "single",
    base_type: str = "identifier",
    mapping: str = "",
) -> str:
    """A response declaration of QTI 2."""
    values = "".join(f"<value>{value}</value>" for value in correct)
    inside = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base_type}">'
        f"{inside}{mapping}</responseDeclaration>"
    )


def mapping(points: Mapping[str, str], attributes: str = 'defaultValue="0"') -> str:
    """A mapping of QTI 2; a value may carry further attributes behind its points."""
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in points.items())
    return f"<mapping {attributes}>{entries}</mapping>"


def choices(count: int = 3, attributes: str = 'maxChoices="1"', prompt: str = "") -> str:
    """A choice interaction over c0, c1..."""
    inside = "".join(
        f'<simpleChoice identifier="c{place}">选项 {place}</simpleChoice>' for place in range(count)
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" {attributes}>{prompt}{inside}</choiceInteraction>'
    )


def item(
    declarations: str,
    body: str,
    processing: str = MATCH,
    behind: str = "",
    attributes: str = "",
    version: str = "2.1",
    identifier: str = "q1",
) -> bytes:
    """One item of QTI 2."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{NAMESPACES[version]}" '
        f'identifier="{identifier}" title="t" adaptive="false" timeDependent="false" {attributes}>'
        f"{declarations}<itemBody>{body}</itemBody>{processing}{behind}</assessmentItem>"
    ).encode()


def package(files: Mapping[str, bytes | str]) -> bytes:
    """A zip archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return stream.getvalue()


def manifest(resources: str) -> str:
    """A manifest of QTI 2.1 around its resources."""
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/>'
        f"<resources>{resources}</resources></manifest>"
    )


def many_items(count: int) -> bytes:
    """A package of `count` items: choices of one and many with points, typed numbers and words, gaps, orders,

    matchings; some with markup, feedback and rules written out.
    """
    files = {f"items/q{number}.xml": _varied(number) for number in range(count)}
    resources = "".join(
        f'<resource identifier="r{number}" type="imsqti_item_xmlv2p1" href="items/q{number}.xml">'
        f'<file href="items/q{number}.xml"/></resource>'
        for number in range(count)
    )
    return package({"imsmanifest.xml": manifest(resources), **files})


def _varied(number: int) -> bytes:
    stem = f"<p>第 {number} 题：下列关于<b>安全用电</b>的说法，请作答。</p>"
    name = f"q{number}"
    match number % 6:
        case 0:
            feedback = '<modalFeedback outcomeIdentifier="F" identifier="solution">见规程。</modalFeedback>'
            return item(declared("c1"), stem + choices(4), behind=feedback, identifier=name)
        case 1:
            points = mapping({"c0": "1", "c2": "1", "c1": "0"})
            many = declared("c0", "c2", cardinality="multiple", mapping=points)
            return item(many, stem + choices(4, 'maxChoices="0"'), MAP, identifier=name)
        case 2:
            typed = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
            return item(declared("36.5", base_type="float"), stem + typed, identifier=name)
        case 3:
            return item(
                declared("c2", "c0", "c1", cardinality="ordered"),
                stem + choices(3, 'shuffle="true"').replace("choiceInteraction", "orderInteraction"),
                identifier=name,
            )
        case 4:
            return item(
                declared("a x", "b y", cardinality="multiple", base_type="directedPair"),
                stem + PAIRS,
                identifier=name,
            )
        case _:
            gaps = "<p>先<inlineChoiceInteraction responseIdentifier='R1'><inlineChoice identifier='a'>断电"
            gaps += (
                "</inlineChoice><inlineChoice identifier='b'>验电</inlineChoice></inlineChoiceInteraction>，"
            )
            gaps += "再<textEntryInteraction responseIdentifier='R2'/>。</p>"
            words = declared("验电", name="R2", base_type="string", mapping=mapping({"验电": "1"}))
            return item(declared("a", name="R1") + words, stem + gaps, summed("R1", "R2"), identifier=name)


PAIRS = (
    '<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="0"><simpleMatchSet>'
    '<simpleAssociableChoice identifier="a" matchMax="1">甲</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="b" matchMax="1">乙</simpleAssociableChoice></simpleMatchSet>'
    '<simpleMatchSet><simpleAssociableChoice identifier="x" matchMax="0">一</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="y" matchMax="0">二</simpleAssociableChoice></simpleMatchSet>'
    "</matchInteraction>"
)


def summed(matched: str, mapped: str, points: str = "1") -> str:
    """Processing that adds the points of a matched and of a mapped response."""
    score = '<variable identifier="SCORE"/>'
    return (
        "<responseProcessing><responseCondition><responseIf>"
        f'<match><variable identifier="{matched}"/><correct identifier="{matched}"/></match>'
        f'<setOutcomeValue identifier="SCORE"><sum>{score}<baseValue baseType="float">{points}</baseValue>'
        "</sum></setOutcomeValue></responseIf></responseCondition>"
        f'<setOutcomeValue identifier="SCORE"><sum>{score}<mapResponse identifier="{mapped}"/></sum>'
        "</setOutcomeValue></responseProcessing>"
    )
