"""Moodle XML as a tree."""

from __future__ import annotations

from decimal import Decimal

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats.moodle.cloze import Embedded
from question_bank.formats.moodle.texts import EmbeddedFile, MoodleText, TextFormat
from question_bank.formats.moodle.tree import (
    Category,
    ClozeBody,
    Fault,
    GapBody,
    GapChoice,
    MatchingBody,
    MultiChoiceBody,
    NumericalBody,
    OrderingBody,
    OtherBody,
    Question,
    ShortAnswerBody,
    Unit,
)
from question_bank.formats.moodle_xml.parser import parse_moodle_xml

STEM = "<questiontext format='html'><text><![CDATA[<p>Which?</p>]]></text></questiontext>"


def entries(inside: str) -> list[Category | Question | Fault]:
    return list(parse_moodle_xml(f"<quiz>{inside}</quiz>".encode()))


def question(kind: str, inside: str, stem: str = STEM) -> Question:
    (entry,) = entries(f'<question type="{kind}"><name><text> N </text></name>{stem}{inside}</question>')
    assert isinstance(entry, Question), entry
    return entry


def fault(kind: str, inside: str) -> tuple[str, str]:
    (entry,) = entries(f"<question type='{kind}'><name><text>N</text></name>{STEM}{inside}</question>")
    assert isinstance(entry, Fault)
    assert entry.name == "N"
    return entry.code, entry.value


def html(text: str) -> MoodleText:
    return MoodleText(format=TextFormat.HTML, text=text)


def test_what_all_questions_have() -> None:
    found = question(
        "essay",
        "<generalfeedback><text>why</text></generalfeedback><hidden>1</hidden><idnumber> q-1 </idnumber>"
        "<correctfeedback format='plain_text'><text>well</text></correctfeedback>"
        "<incorrectfeedback><text></text></incorrectfeedback>"
        "<hint format='moodle_auto_format'><text>look</text><clearwrong/></hint>"
        "<tags><tag><text>a</text></tag><tag><text> b c </text></tag><tag><text/></tag></tags>",
    )
    assert (found.name, found.id_number, found.tags, found.hidden) == ("N", "q-1", ("a", "b c"), True)
    assert found.stem == html("<p>Which?</p>")
    assert found.general_feedback == html("why")
    assert found.combined_feedback == (MoodleText(format=TextFormat.PLAIN, text="well"),)
    assert found.hints == (MoodleText(format=TextFormat.MOODLE, text="look"),)
    assert found.body == OtherBody(type="essay")


def test_multiple_choice_with_files() -> None:
    body = question(
        "multichoice",
        "<single>false</single><shuffleanswers>0</shuffleanswers>"
        "<answer fraction='50' format='markdown'><text>*a*</text>"
        "<file name='x.png' encoding='base64'>AA==</file>"
        "<feedback format='html'><text>yes</text></feedback></answer>"
        "<answer fraction='-33.33333'><text>b</text></answer>",
    ).body
    assert isinstance(body, MultiChoiceBody)
    assert (body.single, body.shuffled) == (False, False)
    first, second = body.answers
    assert first.text.format is TextFormat.MARKDOWN
    assert first.text.files == (EmbeddedFile(name="x.png", content="AA=="),)
    assert first.feedback == html("yes")
    assert (second.fraction, second.text, second.feedback) == (Decimal("-33.33333"), html("b"), html(""))


def test_numbers_and_units() -> None:
    body = question(
        "numerical",
        "<answer fraction='100'><text>5.5</text><tolerance>0.1</tolerance></answer>"
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>",
    ).body
    assert isinstance(body, NumericalBody)
    assert body.answers[0].tolerance == Decimal("0.1")
    assert body.units == (Unit(name="m", multiplier=Decimal(1)), Unit(name="cm", multiplier=Decimal(100)))


def test_the_other_bodies() -> None:
    short = question("shortanswer", "<usecase>1</usecase><answer fraction='100'><text>a</text></answer>").body
    assert isinstance(short, ShortAnswerBody)
    assert short.case_matters
    matching = question(
        "matching",
        "<subquestion format='html'><text>s</text><answer><text>t</text></answer></subquestion>"
        "<subquestion><text/><answer><text>u</text></answer></subquestion>",
    ).body
    assert isinstance(matching, MatchingBody)
    assert [(row.text.text, row.answer) for row in matching.rows] == [("s", "t"), ("", "u")]
    ordering = question("ordering", "<selecttype>RANDOM</selecttype><answer><text>1</text></answer>").body
    assert ordering == OrderingBody(answers=(html("1"),), whole=False)
    dragged = question("ddwtos", "<dragbox><text>a</text><group>2</group></dragbox>").body
    assert dragged == GapBody(choices=(GapChoice(text="a", group="2"),), dragged=True, shuffled=False)
    cloze = question("cloze", "", "<questiontext><text>x {1:SA:=a} y</text></questiontext>").body
    assert isinstance(cloze, ClozeBody)
    assert isinstance(cloze.parts[1], Embedded)


def test_a_picture_of_moodle_1_9_stands_behind_the_stem() -> None:
    found = question("essay", "<image>a&quot;b.png</image><image_base64>\nAA==\n</image_base64>")
    assert found.stem.text == '<p>Which?</p> <img src="@@PLUGINFILE@@/a&quot;b.png" />'
    assert found.stem.files == (EmbeddedFile(name='a"b.png', content="AA=="),)


def test_categories() -> None:
    inside = "<category><text> $course$/top/A </text></category><info><text>About A</text></info>"
    assert entries(f"\n<question type='category'>{inside}</question>") == [
        Category(line=2, path="$course$/top/A", info="About A")
    ]


@pytest.mark.parametrize(
    ("kind", "inside", "code"),
    [
        ("category", "", "moodle.category_empty"),
        ("", "", "moodle.type_missing"),
        ("multichoice", "", "moodle.answers_missing"),
        ("matching", "", "moodle.answers_missing"),
        ("gapselect", "", "moodle.answers_missing"),
        ("ordering", "", "moodle.answers_missing"),
        ("multichoice", "<single>perhaps</single><answer/>", "moodle.flag_unreadable"),
        ("shortanswer", "<answer fraction='half'/>", "moodle.number_unreadable"),
        ("shortanswer", "<answer fraction='1e99999'/>", "moodle.number_unreadable"),
        ("numerical", "<answer><text>1</text><tolerance>x</tolerance></answer>", "moodle.number_unreadable"),
        ("shortanswer", "<answer format='word'><text>a</text></answer>", "moodle.format_unknown"),
        ("shortanswer", "<answer><text>a<b>c</b></text></answer>", "moodle.text_not_escaped"),
        ("shortanswer", "<answer/>" * 1_001, "moodle.too_many_answers"),
        ("cloze", "", "cloze.no_answer"),
    ],
)
def test_an_ill_formed_question_is_named_and_stops_nothing(kind: str, inside: str, code: str) -> None:
    assert fault(kind, inside)[0] == code
    around = entries(f"<question type='x'/><question type='{kind}'>{inside}</question><question type='y'/>")
    assert [type(entry) for entry in around] == [Question, Fault, Question]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<questions/>", "xml.no_quiz"),
        (b"<quiz>" + b"<question type='x'/>" * 50_001 + b"</quiz>", "file.too_many_items"),
        (b"<quiz><question type='x'></quiz>", "xml.malformed"),
        (b"<!DOCTYPE quiz><quiz/>", "xml.doctype_refused"),
    ],
)
def test_a_file_that_is_not_read(data: bytes, code: str) -> None:
    with pytest.raises(FormatRefused) as refusal:
        list(parse_moodle_xml(data))
    assert refusal.value.code == code
