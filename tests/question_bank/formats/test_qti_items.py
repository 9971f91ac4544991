"""Single QTI items: what comes in, as what, and what is rejected or unsupported by which name."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from question_bank.content import Markup
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.reports import RowStatus
from question_bank.interactions import Choice, Cloze, Matching, Numeric, Ordering, Pair, TextEntry
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.scoring_rules import ScoringRule
from tests.question_bank.qti_items import (
    MAP,
    MATCH,
    PAIRS,
    choices,
    declared,
    item,
    mapping,
    summed,
)

STEM = "<p>哪一项正确？</p>"
TYPED = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
MANY = 'maxChoices="0"'


def read(data: bytes) -> tuple[Item, set[str]]:
    """The one item that comes in, and the codes of its warnings."""
    result = import_qti(data)
    (row,) = result.rows
    assert row.status in (RowStatus.IMPORTED, RowStatus.WARNED), row
    (found,) = result.items
    return found, {problem.code for problem in row.problems}


def refused(data: bytes) -> tuple[RowStatus, str, str]:
    """Status, code and value of the one item that does not."""
    result = import_qti(data)
    assert not result.items
    (row,) = result.rows
    (problem,) = row.problems
    assert problem.text("zh")
    assert problem.text("en")
    return row.status, problem.code, problem.value


def as_qti3(data: bytes) -> bytes:
    """The same item in the spelling of QTI 3."""
    text = data.decode().replace("imsqti_v2p1", "imsqtiasi_v3p0", 1)
    text = re.sub(
        r"(</?)([a-z]+[A-Z]\w*|prompt|value|mapping|match|correct|variable|sum|gap|equal)\b",
        lambda found: found[1] + "qti-" + _kebab(found[2]),
        text,
    )
    return re.sub(r"\b([a-z]+[A-Z]\w*)=", lambda found: _kebab(found[1]) + "=", text).encode()


def _kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda capital: "-" + capital[0].lower(), name)


def test_both_spellings_read_the_same() -> None:
    sources = [
        item(declared("c1"), STEM + choices(4, prompt="<prompt>选一项</prompt>")),
        item(declared("a x", "b y", cardinality="multiple", base_type="directedPair"), STEM + PAIRS),
        item(declared("c1", "c0", cardinality="ordered"), STEM + ordered(2)),
    ]
    for source in sources:
        assert read(as_qti3(source)) == read(source)


def ordered(count: int) -> str:
    return choices(count, 'shuffle="true"').replace("choiceInteraction", "orderInteraction")


def test_choices() -> None:
    found, warnings = read(item(declared("c1"), STEM + choices(3, prompt="<prompt>请<b>选</b></prompt>")))
    assert (found.type, found.id, found.markup) == (ItemType.SINGLE_CHOICE, "q1", Markup.HTML)
    assert found.stem == "<p>哪一项正确？</p><div>请<b>选</b></div>"
    assert found.choice.key == {"B"}
    assert not warnings
    found, _ = read(item(declared("c0", "c2", cardinality="multiple"), STEM + choices(3, MANY)))
    assert (found.type, found.stem, found.scoring_rules) == (ItemType.MULTIPLE_CHOICE, "哪一项正确？", ())
    assert found.choice.key == {"A", "C"}
    # Several may be declared, but one is all that can be chosen.
    found, _ = read(item(declared("c0", cardinality="multiple"), STEM + choices(3)))
    assert found.type is ItemType.SINGLE_CHOICE


@pytest.mark.parametrize(("true", "false"), [("正确", "错误"), ("对", "错"), ("True", "FALSE"), ("√", "×")])
def test_true_and_false_are_told_by_their_words(true: str, false: str) -> None:
    body = STEM + choices(2).replace("选项 0", false).replace("选项 1", true)
    found, _ = read(item(declared("c1"), body))
    assert found.type is ItemType.TRUE_FALSE
    assert found.choice.key == {"T"}
    found, _ = read(item(declared("c1"), body.replace(true, true + "的")))
    assert found.type is ItemType.SINGLE_CHOICE


@pytest.mark.parametrize(
    ("points", "attributes", "rules"),
    [
        ({"c0": "1", "c1": "1", "c2": "0"}, 'defaultValue="0"', (ScoringRule.PROPORTIONAL,)),
        ({"c0": "2", "c1": "2"}, 'defaultValue="0" upperBound="4"', (ScoringRule.PROPORTIONAL,)),
        (
            {"c0": "0.5", "c1": "0.5", "c2": "-0.5"},
            'defaultValue="0" lowerBound="0"',
            (ScoringRule.PROPORTIONAL_WITH_PENALTY,),
        ),
        ({"c0": "1", "c1": "1", "c2": "-1"}, 'defaultValue="0"', None),
        ({"c0": "1", "c1": "2"}, 'defaultValue="0"', None),
        ({"c0": "1", "c1": "1"}, 'defaultValue="-2" lowerBound="0"', None),
        ({"c0": "1", "c1": "1"}, 'defaultValue="0" upperBound="1"', None),
    ],
)
def test_points_become_the_scoring_rule_that_means_the_same(
    points: dict[str, str], attributes: str, rules: tuple[ScoringRule, ...] | None
) -> None:
    key = declared("c0", "c1", cardinality="multiple", mapping=mapping(points, attributes))
    found, warnings = read(item(key, STEM + choices(3, MANY), MAP))
    assert found.choice.key == {"A", "B"}
    assert found.scoring_rules == (rules or ())
    assert warnings == (set() if rules else {"qti.points_simplified"})


def test_the_best_of_mapped_choices_is_the_key() -> None:
    key = declared(mapping=mapping({"c0": "0.5", "c2": "1"}))
    found, warnings = read(item(key, STEM + choices(3), MAP))
    assert found.choice.key == {"C"}
    assert warnings == {"qti.points_simplified"}


def test_orders_and_matchings() -> None:
    found, _ = read(item(declared("c2", "c0", "c1", cardinality="ordered"), STEM + ordered(3)))
    assert found.interaction == Ordering(
        options=found.interaction.options if isinstance(found.interaction, Ordering) else (),
        key=("C", "A", "B"),
    )
    pairs = declared("a x", "b y", cardinality="multiple", base_type="directedPair")
    found, _ = read(item(pairs, STEM + PAIRS))
    assert isinstance(found.interaction, Matching)
    assert found.interaction.key == {Pair(source="1", target="A"), Pair(source="2", target="B")}
    assert not found.interaction.multiple
    # One source has nothing; seen from the other side all have something.
    pairs = declared("a x", "a y", cardinality="multiple", base_type="directedPair")
    found, warnings = read(item(pairs, STEM + PAIRS))
    assert isinstance(found.interaction, Matching)
    assert [source.text for source in found.interaction.sources] == ["一", "二"]
    assert found.interaction.key == {Pair(source="1", target="A"), Pair(source="2", target="A")}
    assert warnings == {"qti.sides_swapped"}


def test_typed_words_on_a_line_of_their_own_are_an_item_of_text_entry() -> None:
    words = mapping({"触电": "1", "电击": "1", "雷击": "0"})
    found, _ = read(item(declared("触电", base_type="string", mapping=words), STEM + TYPED, MAP))
    assert (found.type, found.stem) == (ItemType.TEXT_ENTRY, "哪一项正确？")
    assert found.interaction == TextEntry(accepted=("触电", "电击"), fold_case=False, fold_width=False)
    folded = words.replace("/>", ' caseSensitive="false"/>')
    found, _ = read(item(declared(base_type="string", mapping=folded), STEM + TYPED, MAP))
    assert found.interaction == TextEntry(accepted=("触电", "电击"), fold_case=True, fold_width=False)
    mixed = words.replace("/>", ' caseSensitive="false"/>', 1)
    _, warnings = read(item(declared(base_type="string", mapping=mixed), STEM + TYPED, MAP))
    assert warnings == {"qti.case_mixed"}


def test_typed_words_inside_a_sentence_are_a_gap() -> None:
    body = '<p>地线是<textEntryInteraction responseIdentifier="RESPONSE"/>色。</p>'
    found, _ = read(item(declared("黄绿", base_type="string"), body))
    assert (found.type, found.stem) == (ItemType.CLOZE, "地线是[[1]]色。")


@pytest.mark.parametrize(
    ("equal", "tolerance"),
    [
        ('toleranceMode="exact"', "0"),
        ('toleranceMode="absolute" tolerance="0.5 0.5"', "0.5"),
        ('toleranceMode="absolute" tolerance=".5"', "0.5"),
        ('toleranceMode="relative" tolerance="5 5"', "1.8"),
    ],
)
def test_numbers(equal: str, tolerance: str) -> None:
    found, _ = read(item(declared("36", base_type="integer"), STEM + TYPED, equality(equal)))
    assert found.type is ItemType.NUMERIC
    assert found.interaction == Numeric(value=Decimal(36), tolerance=Decimal(tolerance))


def equality(attributes: str) -> str:
    return (
        f"<responseProcessing><responseCondition><responseIf><equal {attributes}>"
        '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition></responseProcessing>"
    )


@pytest.mark.parametrize(
    "equal",
    [
        'toleranceMode="absolute" tolerance="1 2"',
        'toleranceMode="absolute" tolerance="1" includeLowerBound="false"',
    ],
)
def test_tolerances_that_are_not_the_same_on_both_sides_are_rejected(equal: str) -> None:
    data = item(declared("36", base_type="float"), STEM + TYPED, equality(equal))
    assert refused(data)[:2] == (RowStatus.REJECTED, "qti.tolerance_unclear")


GAPS = (
    "<p>先<inlineChoiceInteraction responseIdentifier='R1'><inlineChoice identifier='a'>断电</inlineChoice>"
    "<inlineChoice identifier='b'>验电</inlineChoice></inlineChoiceInteraction>，"
    "再<textEntryInteraction responseIdentifier='R2'/>。</p>"
)


def test_several_gaps_are_a_cloze_with_weights() -> None:
    words = declared("验电", name="R2", base_type="string", mapping=mapping({"验电": "0.5"}))
    found, warnings = read(item(declared("a", name="R1") + words, GAPS, summed("R1", "R2", "1.5")))
    assert isinstance(found.interaction, Cloze)
    assert (found.stem, warnings) == ("先[[1]]，再[[2]]。", set())
    assert [gap.weight for gap in found.interaction.gaps] == [3, 1]
    assert isinstance(found.interaction.gaps[0].entry, Choice)
    assert found.scoring_rules == (ScoringRule.PROPORTIONAL,)


def test_words_to_drag_become_menus() -> None:
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>填空</prompt>'
        '<gapText identifier="w" matchMax="1">冬</gapText><gapText identifier="s" matchMax="1">夏</gapText>'
        '<blockquote><p>今<gap identifier="g1"/>昔<gap identifier="g2"/></p></blockquote>'
        "</gapMatchInteraction>"
    )
    key = declared("w g1", "s g2", cardinality="multiple", base_type="directedPair")
    found, warnings = read(item(key, body))
    assert found.stem == "<div>填空</div><blockquote><p>今[[1]]昔[[2]]</p></blockquote>"
    assert isinstance(found.interaction, Cloze)
    assert [gap.entry.key for gap in found.interaction.gaps if isinstance(gap.entry, Choice)] == [
        {"A"},
        {"B"},
    ]
    assert warnings == {"qti.gap_match_as_menus"}


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


TEN = (
    "associate drawing extendedText graphicAssociate graphicGapMatch graphicOrder hotspot hottext media "
    "positionObject selectPoint slider upload custom portableCustom endAttempt"
)


@pytest.mark.parametrize("kind", TEN.split())
def test_other_interactions_are_named(kind: str) -> None:
    body = f'{STEM}<{kind}Interaction responseIdentifier="RESPONSE"/>'
    expected = (RowStatus.UNSUPPORTED, "qti.interaction_unsupported", f"{kind}Interaction")
    assert refused(item(declared("x"), body)) == expected
    assert refused(as_qti3(item(declared("x"), body)))[2] == f"qti-{_kebab(kind)}-interaction"


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


def test_what_is_left_out_is_named() -> None:
    body = (
        "<rubricBlock view='scorer'>给分标准</rubricBlock>"
        "<rubricBlock view='candidate'><p>请看题。</p></rubricBlock>"
        "<p><a href='http://example.org'>链接</a></p>" + choices()
    )
    data = item(
        declared("c1"), body.replace("选项 0", "选项<feedbackInline identifier='x'>不对</feedbackInline>")
    )
    result = import_qti(data)
    (row,) = result.rows
    assert {problem.code: problem.value for problem in row.problems} == {
        "markup.removed": "a",
        "qti.parts_dropped": "feedbackInline, rubricBlock",
    }
    assert result.items[0].stem == "请看题。\n链接"
    assert result.items[0].choice.options[0].text == "选项"


@pytest.mark.parametrize(
    ("feedback", "rationale", "dropped"),
    [
        ([("solution", "见规程")], "见规程", False),
        ([("correct", "很好"), ("general", "见规程")], "见规程", True),
        ([("correct", "见规程"), ("incorrect", " 见规程 ")], "见规程", False),
        ([("correct", "很好"), ("incorrect", "见规程")], "", True),
        ([("correct", "很好")], "", True),
    ],
)
def test_feedback_that_explains_to_everybody_is_the_rationale(
    feedback: list[tuple[str, str]], rationale: str, dropped: bool
) -> None:
    behind = "".join(
        f'<modalFeedback outcomeIdentifier="F" identifier="{name}" showHide="show">{text}</modalFeedback>'
        for name, text in feedback
    )
    found, warnings = read(item(declared("c1"), STEM + choices(), behind=behind))
    assert found.rationale == rationale
    assert warnings == ({"qti.parts_dropped"} if dropped else set())


def test_formulas_tables_and_headings_stay() -> None:
    body = (
        '<h1>题</h1><m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:semantics><m:mi>x</m:mi>'
        '<m:annotation encoding="application/x-tex">x</m:annotation></m:semantics></m:math>'
        "<table><tbody><tr><td>1 &lt; 2</td></tr></tbody></table>"
    )
    found, warnings = read(item(declared("c1"), body + choices()))
    assert found.stem == (
        "<h3>题</h3><math><mi>x</mi></math><table><tbody><tr><td>1 &lt; 2</td></tr></tbody></table>"
    )
    assert not warnings


def test_tex_in_plain_words_is_shown_as_a_formula() -> None:
    found, _ = read(item(declared("c1"), r"<p>\(x^2\) 是</p>" + choices()))
    assert (found.markup, found.stem) == (Markup.HTML, r"<p>\(x^2\) 是</p>")


def test_identifiers_that_do_not_fit_are_changed_but_stay_apart() -> None:
    ids = [read(item(declared("c1"), STEM + choices(), identifier=name))[0].id for name in ("a b", "a,b")]
    assert len(set(ids)) == 2
    assert all(name.startswith("a-b-") for name in ids)


def test_language_of_the_item() -> None:
    found, _ = read(item(declared("c1"), STEM + choices(), attributes='xml:lang="en_US"'))
    assert found.language == "en-US"
    found, _ = read(item(declared("c1"), STEM + choices()))
    assert found.language == "zh-CN"


def test_a_fixed_place_is_lost_with_a_warning() -> None:
    body = STEM + choices(3, 'shuffle="true"').replace('identifier="c2"', 'identifier="c2" fixed="true"')
    assert read(item(declared("c1"), body))[1] == {"qti.fixed_lost"}
