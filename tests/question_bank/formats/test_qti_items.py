"""Single QTI items: what comes in, and as what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from question_bank.content import Markup
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.reports import RowStatus
from question_bank.interactions import Choice, Cloze, Matching, Numeric, Ordering, Pair, TextEntry
from question_bank.item_types import ItemType
from question_bank.scoring_rules import ScoringRule
from tests.question_bank.formats.qti_reading import GAPS, MANY, STEM, TYPED, as_qti3, ordered, read, refused
from tests.question_bank.qti_items import (
    MAP,
    PAIRS,
    choices,
    declared,
    item,
    mapping,
    summed,
)


def test_both_spellings_read_the_same() -> None:
    sources = [
        item(declared("c1"), STEM + choices(4, prompt="<prompt>选一项</prompt>")),
        item(declared("a x", "b y", cardinality="multiple", base_type="directedPair"), STEM + PAIRS),
        item(declared("c1", "c0", cardinality="ordered"), STEM + ordered(2)),
    ]
    for source in sources:
        assert read(as_qti3(source)) == read(source)


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
