"""Questions of GIFT and Moodle XML as items: what comes in, what is said of it, what is turned away."""

from __future__ import annotations

import base64
import io
from collections import Counter
from decimal import Decimal

import pytest
from PIL import Image

from question_bank.content import Markup
from question_bank.formats.gift.reading import import_gift
from question_bank.formats.moodle_xml.reading import import_moodle_xml
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.interactions import Choice, Cloze, Matching, Numeric, Ordering, Pair, TextEntry
from question_bank.item_types import ItemType
from question_bank.items import Difficulty, Item, Parameters
from question_bank.media import picture_of
from question_bank.scoring_rules import ScoringRule
from tests.shared_data import SHARED_DATA, needs_shared_data


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(stream, "PNG")
    return stream.getvalue()


PICTURE = picture()
ENCODED = base64.b64encode(PICTURE).decode()
REFERENCE = picture_of(PICTURE).reference


def gift(text: str) -> ImportResult:
    return import_gift(text.encode())


def xml(kind: str, inside: str, stem: str = "<p>Which?</p>") -> ImportResult:
    text = f"<questiontext format='html'><text><![CDATA[{stem}]]></text></questiontext>"
    return import_moodle_xml(f"<quiz><question type='{kind}'>{text}{inside}</question></quiz>".encode())


def only(result: ImportResult) -> Item:
    """The item of a file with one question that comes in without a remark."""
    (row,) = result.rows
    assert row.problems == ()
    (item,) = result.items
    return item


def codes(result: ImportResult) -> list[str]:
    (row,) = result.rows
    return [problem.code for problem in row.problems]


def turned_away(result: ImportResult) -> tuple[RowStatus, str]:
    assert result.items == ()
    (row,) = result.rows
    (problem,) = row.problems
    return row.status, problem.code


def test_true_false() -> None:
    item = only(gift("// [id:q1]\n::q1::Fire burns.{TRUE#no#yes####ever}"))
    assert (item.id, item.type, item.markup) == ("q1", ItemType.TRUE_FALSE, Markup.TEXT)
    assert item.choice.key == {"T"}
    assert item.rationale == "ever\n正确: yes\n错误: no"


def test_single_choice() -> None:
    item = only(gift("Which?{~a =b ~%-50%c}"))
    assert (item.type, item.choice.key_order) == (ItemType.SINGLE_CHOICE, ("B",))
    assert [option.text for option in item.choice.options] == ["a", "b", "c"]


def test_multiple_choice() -> None:
    item = only(gift("Which?{~%33.333%a ~%33.333%b ~%33.333%c ~%-100%d}"))
    assert (item.type, item.choice.key_order) == (ItemType.MULTIPLE_CHOICE, ("A", "B", "C"))
    assert codes(gift("Which?{~%70%a ~%30%b ~c}")) == ["key.unequal_shares"]
    assert codes(gift("Which?{~%50%a ~%50%b =c}")) == ["key.partial_credit_dropped"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Which?{=a =b ~c}", "key.several_right"),
        ("Which?{~%50%a ~b}", "key.percentages_sum"),
        ("Which?{~a ~b}", "key.none_right"),
        ("Which?{=%50%a}", "key.none_right"),
        ("Which?{=a*}", "key.wildcard"),
        ("Which?{#*}", "key.any_number"),
        ("Which?{#=1 =2}", "key.several_right"),
        ("Which?{#5..1}", "item.tolerance_negative"),
        ("Which?{=a ~a}", "item.options_repeated"),
        ("Which?{=a" + "~b" * 8 + "}", "item.options_number"),
        ("Which?{=a" + "".join(f"~{n}" for n in range(20)) + "}", "item.options_number"),
        ("Which?{true}", "gift.true_false_case"),
        ("[html]<b></b>{T}", "item.stem_missing"),
        ("{T}", "item.stem_missing"),
        ("Which?{=a", "gift.brace_unclosed"),
        ('[html]<img src\\="http\\://x/y.png">{T}', "media.missing"),
        ('[html]<img src\\="@@PLUGINFILE@@/y.png">{T}', "media.missing"),
        ("[html]\\\\(\\\\nothing\\\\){T}", "item.formula_unreadable"),
    ],
)
def test_what_is_rejected(text: str, code: str) -> None:
    assert turned_away(gift(text)) == (RowStatus.REJECTED, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Write.{}", "moodle.type_unsupported"),
        ("Read.", "moodle.type_unsupported"),
        ("[markdown]# A heading {T}", "markup.markdown"),
    ],
)
def test_what_is_unsupported(text: str, code: str) -> None:
    assert turned_away(gift(text)) == (RowStatus.UNSUPPORTED, code)


def test_text_entry() -> None:
    item = only(gift("[html]Who?{=no one =a \\\\* b =%0%*#nobody}"))
    assert item.interaction == TextEntry(accepted=("no one", "a * b"))
    assert item.rationale == "<div>*: nobody</div>" if item.markup is Markup.HTML else "*: nobody"
    strict = only(xml("shortanswer", "<usecase>1</usecase><answer fraction='100'><text>pH</text></answer>"))
    assert strict.interaction == TextEntry(accepted=("pH",), fold_case=False)


def test_numbers() -> None:
    assert only(gift("How many?{#3.5..4.5}")).interaction == Numeric(
        value=Decimal(4), tolerance=Decimal("0.5")
    )
    assert only(gift("// [tag:unit:m]\nHow high?{#2:0.1}")).interaction == Numeric(
        value=Decimal(2), tolerance=Decimal("0.1"), unit="m"
    )
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
    )
    result = xml("numerical", f"<answer fraction='100'><text>2</text></answer>{units}")
    assert codes(result) == ["moodle.units_dropped"]
    assert result.items[0].interaction == Numeric(value=Decimal(2), unit="m")


def test_matching_with_a_spare_answer() -> None:
    item = only(gift("Match.{=a -> 1 =b -> 2 =c -> 1 = -> 3}"))
    assert isinstance(item.interaction, Matching)
    assert [option.text for option in item.interaction.targets] == ["1", "2", "3"]
    assert item.interaction.key_order == (
        Pair(source="1", target="A"),
        Pair(source="2", target="B"),
        Pair(source="3", target="A"),
    )


def test_ordering() -> None:
    answers = "".join(f"<answer><text>{word}</text></answer>" for word in ("first", "then", "last"))
    item = only(xml("ordering", answers))
    assert isinstance(item.interaction, Ordering)
    assert [option.text for option in item.interaction.options] == ["first", "then", "last"]
    assert item.interaction.key == ("A", "B", "C")
    assert codes(xml("ordering", f"<selecttype>RANDOM</selecttype>{answers}")) == ["moodle.selection_dropped"]


def test_a_missing_word_is_a_blank_in_the_stem() -> None:
    assert only(gift("The {=sun ~moon} shines.")).stem == "The _____ shines."


def test_embedded_answers() -> None:
    stem = "<p>A {1:SA:=b&amp;c#why~%50%d} {2:MC:x~=y<br>} {:NM:=3:0.1}</p>"
    result = xml("cloze", "", stem)
    assert codes(result) == ["key.partial_credit_dropped", "markup.removed"]
    (item,) = result.items
    assert item.stem == "<p>A [[1]] [[2]] [[3]]</p>"
    assert isinstance(item.interaction, Cloze)
    text, menu, number = (gap.entry for gap in item.interaction.gaps)
    assert text == TextEntry(accepted=("b&c",))
    assert isinstance(menu, Choice)
    assert [option.text for option in menu.options] == ["x", "y"]
    assert number == Numeric(value=Decimal(3), tolerance=Decimal("0.1"))
    assert [gap.weight for gap in item.interaction.gaps] == [1, 2, 1]
    assert item.rationale == "<div>b&amp;c: why</div>"


@pytest.mark.parametrize(
    ("stem", "status", "code"),
    [
        ("{1:MR:=a~=b}", RowStatus.UNSUPPORTED, "cloze.several_answers"),
        ("{1:NM:=zero}", RowStatus.REJECTED, "key.number_unreadable"),
        ("{1:NM:=*}", RowStatus.REJECTED, "key.any_number"),
        ("{1:SA:=a*}", RowStatus.REJECTED, "key.wildcard"),
        ("{1:MC:=a~=b}", RowStatus.REJECTED, "key.several_right"),
        ("{1:MC:=a}", RowStatus.REJECTED, "item.options_number"),
        ("{9999:SA:=a}", RowStatus.REJECTED, "item.gap_weight_invalid"),
        ("[[1]] {1:SA:=a}", RowStatus.REJECTED, "item.gaps_unmarked"),
    ],
)
def test_embedded_answers_that_are_turned_away(stem: str, status: RowStatus, code: str) -> None:
    assert turned_away(xml("cloze", "", stem)) == (status, code)


def test_gaps_with_menus() -> None:
    options = "".join(
        f"<{{tag}}><text>{word}</text><group>{group}</group></{{tag}}>"
        for word, group in (("cat", 1), ("&lt;b&gt;sat&lt;/b&gt;", 2), ("dog", 1), ("ran", 2))
    )
    stem = "The [[3]] [[2]] and the [[1]]."
    item = only(
        xml("gapselect", options.format(tag="selectoption").replace("&lt;b&gt;sat&lt;/b&gt;", "sat"), stem)
    )
    assert item.stem == "The [[1]] [[2]] and the [[3]]."
    assert isinstance(item.interaction, Cloze)
    menus = [gap.entry for gap in item.interaction.gaps]
    assert [[o.text for o in menu.options] for menu in menus if isinstance(menu, Choice)] == [
        ["cat", "dog"],
        ["sat", "ran"],
        ["cat", "dog"],
    ]
    assert [menu.key for menu in menus if isinstance(menu, Choice)] == [{"B"}, {"A"}, {"A"}]
    dragged = xml("ddwtos", options.format(tag="dragbox"), stem)
    assert codes(dragged) == ["markup.removed", "moodle.dragged_as_menu"]
    missing = xml("gapselect", options.format(tag="selectoption"), "The [[9]].")
    assert turned_away(missing) == (RowStatus.REJECTED, "moodle.gap_without_choice")


@pytest.mark.parametrize(
    "source",
    [
        '"@@PLUGINFILE@@/a%20b.png"',
        "'@@PLUGINFILE@@/sub/a%20b.png?time=1'",
        f'"data:image/png;base64,{ENCODED}"',
    ],
)
def test_pictures_come_along(source: str) -> None:
    file = f"<file name='a b.png' encoding='base64'>{ENCODED}</file>"
    text = f"<text><![CDATA[See <img alt='x' src={source}>]]></text>"
    stem = f"<questiontext format='html'>{text}{file}</questiontext>"
    answers = "<answer fraction='100'><text>true</text></answer><answer><text>false</text></answer>"
    data = f"<quiz><question type='truefalse'>{stem}{answers}</question></quiz>"
    result = import_moodle_xml(data.encode())
    item = only(result)
    assert REFERENCE in item.stem
    assert dict(result.media) == {picture_of(PICTURE).digest: PICTURE}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (base64.b64encode(b"no picture").decode(), "media.not_a_picture"),
        ("!", "media.not_a_picture"),
        ("A" * 7_000_000, "media.too_large"),
    ],
)
def test_pictures_that_are_not_let_in(content: str, code: str) -> None:
    file = f"<file name='a.png' encoding='base64'>{content}</file>"
    stem = f"<questiontext><text>&lt;img src='@@PLUGINFILE@@/a.png'&gt;</text>{file}</questiontext>"
    answer = "<answer fraction='100'><text>true</text></answer>"
    data = f"<quiz><question type='truefalse'>{stem}{answer}</question></quiz>"
    assert turned_away(import_moodle_xml(data.encode())) == (RowStatus.REJECTED, code)


def test_a_sound_in_the_stem_stops_the_item_and_in_the_feedback_it_does_not() -> None:
    link = '<a href="@@PLUGINFILE@@/a.mp3">Listen</a>'
    answers = "<answer fraction='100'><text>true</text></answer><answer><text>false</text></answer>"
    assert turned_away(xml("truefalse", answers, link)) == (RowStatus.REJECTED, "media.not_a_picture")
    feedback = f"<generalfeedback format='html'><text><![CDATA[{link}]]></text></generalfeedback>"
    result = xml("truefalse", answers + feedback)
    assert codes(result) == ["media.not_a_picture"]
    assert result.items[0].rationale == "Listen"


def test_hostile_html_is_cleaned_and_said() -> None:
    answers = "<answer fraction='100'><text>true</text></answer><answer><text>false</text></answer>"
    result = xml("truefalse", answers, "<p onclick=x()>Which?<script>alert(1)</script><!-- x --></p>")
    assert codes(result) == ["markup.removed"]
    assert result.items[0].stem == "<p>Which?</p>"


def test_plain_and_marked_up_texts_of_one_item_become_html() -> None:
    item = only(gift("[html]<b>Which?</b>{=[plain]a < b ~[moodle]c\\nd ~[markdown]*e*####[plain]x & y}"))
    assert item.markup is Markup.HTML
    assert [option.text for option in item.choice.options] == ["a &lt; b", "c<br>d", "<em>e</em>"]
    assert item.rationale == "x &amp; y"


def test_auto_format_is_plain_text_unless_it_is_marked_up() -> None:
    assert only(gift("a < b & c\\nd{T}")).stem == "a < b & c\nd"
    assert only(gift("a &lt; b\\nc{T}")).stem == "a &lt; b<br>c"
    assert only(gift("\\\\(x\\\\){T}")).markup is Markup.HTML


def test_what_tags_say() -> None:
    tags = [
        "应知应会",
        "difficulty:hard",
        "parameters:1000000 -500000 200000",
        "scoring:all_or_nothing proportional",
        "language:en",
        "source:book",
        "clause:GB 1",
        "industry:电力",
        "enemy_set:e",
    ]
    item = only(gift("// " + " ".join(f"[tag:{tag}]" for tag in tags) + "\nWhich?{~%50%a ~%50%b ~c}"))
    assert item.must_know
    assert item.difficulty is Difficulty.HARD
    assert item.parameters == Parameters(a=1_000_000, b=-500_000, c=200_000)
    assert item.scoring_rules == (ScoringRule.ALL_OR_NOTHING, ScoringRule.PROPORTIONAL)
    assert (item.language, item.source, item.clause) == ("en", "book", "GB 1")
    assert (item.industry, item.enemy_set) == ("电力", "e")
    result = gift("// [tag:easy] [tag:x] [tag:language:of course] [tag:scoring:none]\nWhich?{T}")
    assert result.items[0].difficulty is Difficulty.EASY
    assert [(p.code, p.value) for p in result.rows[0].problems] == [
        ("moodle.tags_dropped", "x, language:of course, scoring:none")
    ]


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("$course$/top/电工/触电", "电工/触电"),
        ("$course$/top/Default for A", "Default for A"),
        ("$system$/top", "未分类"),
        ("top/a//b/c", "top/a／b/c"),
        ("a / b", "a/b"),
    ],
)
def test_categories_are_topics(path: str, topic: str) -> None:
    assert only(gift(f"$CATEGORY: {path}\n\nWhich?{{T}}")).topic == topic


def test_ids_and_names() -> None:
    assert codes(gift("// [id:a b]\nWhich?{T}")) == ["moodle.id_replaced"]
    assert only(gift("::About gas::Which?{T}")).source == "About gas"
    assert only(gift("::Which gas...::Which gas burns?{T}")).source == ""
    first, second = gift("// [id:a]\nWhich?{T}\n\n// [id:a]\nWhat?{T}").rows
    assert [problem.code for problem in second.problems] == ["id.repeated"]
    assert (first.item_id, second.item_id) == ("a", "")


def test_repeats_and_contradictions() -> None:
    rows = gift("Which?{=a ~b}\n\nWhich?{=a ~b}\n\nWhat?{#1:0}\n\nWhat?{#1:1}").rows
    assert [[problem.code for problem in row.problems] for row in rows] == [
        [],
        ["row.repeated"],
        ["row.repeated_other_key"],
        ["row.repeated_other_key"],
    ]


def test_what_only_steers_a_quiz_is_said_to_be_gone() -> None:
    inside = (
        "<hidden>1</hidden><shuffleanswers>0</shuffleanswers><hint><text>look</text></hint>"
        "<correctfeedback><text>Bravo!</text></correctfeedback>"
        "<incorrectfeedback><text>&lt;p&gt;Your answer is incorrect.&lt;/p&gt;</text></incorrectfeedback>"
        "<answer fraction='100'><text>a</text></answer><answer><text>b</text></answer>"
    )
    assert Counter(codes(xml("multichoice", inside))) == Counter(
        ["moodle.fixed_order", "moodle.hidden", "moodle.hints_dropped", "moodle.feedback_dropped"]
    )
    one = "<single>0</single><answer fraction='100'><text>a</text></answer><answer><text>b</text></answer>"
    assert codes(xml("multichoice", one)) == ["moodle.several_with_one_right"]


def test_a_figure_that_is_not_there_is_pointed_out() -> None:
    assert codes(gift("如图所示，应当？{T}")) == ["stem.mentions_figure"]


def test_a_set_needs_its_stimulus() -> None:
    item = "// [id:i] [tag:item_set:s]\nWhich?{T}"
    stimulus = "// [id:s] [tag:stimulus]\n::Case::[html]<p>A case</p>"
    result = gift(f"{item}\n\n{stimulus}")
    assert only(result).item_set == "s"
    assert [(s.id, s.title, s.stimulus) for s in result.sets] == [("s", "Case", "<p>A case</p>")]
    alone = gift(item)
    assert codes(alone) == ["moodle.stimulus_missing"]
    assert alone.items[0].item_set == ""


@needs_shared_data
@pytest.mark.shared
def test_every_sample_ends_with_a_reason() -> None:
    statuses: Counter[RowStatus] = Counter()
    folder = SHARED_DATA / "formats"
    for path in sorted((folder / "moodlexml" / "moodle").glob("*.xml")):
        statuses.update(row.status for row in import_moodle_xml(path.read_bytes()).rows)
    for path in sorted((folder / "gift" / "moodle").iterdir()):
        statuses.update(row.status for row in import_gift(path.read_bytes()).rows)
    for path in sorted((folder / "gift" / "gift-grammar").rglob("*.gift")):
        result = import_gift(path.read_bytes())
        assert all(row.problems for row in result.rows if row.status is not RowStatus.IMPORTED)
        statuses.update(row.status for row in result.rows)
    assert statuses[RowStatus.UNSUPPORTED] >= 24
    assert statuses[RowStatus.IMPORTED] >= 40
