"""GIFT as a tree: the fixtures of the public grammar, Moodle's own samples, and what neither shows."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.errors import FormatRefused
from question_bank.formats.gift.grammar_json import grammar_json
from question_bank.formats.gift.parser import parse_gift, parse_gift_text
from question_bank.formats.gift.texts import escaped, unescaped
from question_bank.formats.gift.tree import (
    Category,
    ChoiceBody,
    EssayBody,
    MatchingBody,
    NumberRange,
    NumericalBody,
    Question,
    TrueFalseBody,
)
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from tests.shared_data import SHARED_DATA, needs_shared_data

FIXTURES = SHARED_DATA / "formats" / "gift" / "gift-grammar" / "tests" / "questions"
SAMPLES = SHARED_DATA / "formats" / "gift" / "moodle"


def question(text: str) -> Question:
    """The only entry of a text, a question."""
    (entry,) = parse_gift_text(text).entries
    assert isinstance(entry, Question)
    return entry


def fault(text: str) -> tuple[str, int]:
    """Code and line of the only fault."""
    (found,) = parse_gift_text(text).faults
    return found.code, found.line


def words(text: MoodleText | None) -> str | None:
    return None if text is None else text.text


def choices(text: str) -> list[tuple[bool, Decimal | None, str, str | None]]:
    body = question(text).body
    assert isinstance(body, ChoiceBody)
    return [(a.is_right, a.weight, a.text.text, words(a.feedback)) for a in body.answers]


@needs_shared_data
@pytest.mark.shared
@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.gift")), ids=lambda path: str(path.stem))
def test_the_fixtures_of_the_grammar_agree(path: Path) -> None:
    document, _ = parse_gift(path.read_bytes())
    assert grammar_json(document) == json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert document.faults == ()


@needs_shared_data
@pytest.mark.shared
def test_the_samples_of_moodle_are_read_whole() -> None:
    found = {}
    for path in sorted(SAMPLES.iterdir()):
        document, encoding = parse_gift(path.read_bytes())
        assert document.faults == ()
        found[path.name] = len(document.entries), encoding
    assert found == {
        "examples.gift.txt": (43, "utf-8-sig"),
        "questions_encoding_windows-1252.gift.txt": (4, "cp1252"),
        "questions_in_category.gift.txt": (5, "utf-8-sig"),
    }


def test_a_description_has_neither_answers_nor_general_feedback_in_the_json() -> None:
    (found,) = grammar_json(parse_gift_text("// [id:d1] [tag:a] [tag:b c]\n::Read this:: [plain] A text. \n"))
    assert found == {
        "type": "Description",
        "id": "d1",
        "tags": ["a", "b c"],
        "title": "Read this",
        "stem": {"format": "plain", "text": "A text."},
        "hasEmbeddedAnswers": False,
    }


def test_true_false_in_the_json_names_feedback_by_place() -> None:
    (found,) = grammar_json(parse_gift_text("[markdown]Fire burns.{TRUE#no#yes####[html]<b>all</b>}"))
    assert found["trueFeedback"] == {"format": "markdown", "text": "no"}
    assert found["falseFeedback"] == {"format": "markdown", "text": "yes"}
    assert found["globalFeedback"] == {"format": "html", "text": "<b>all</b>"}
    assert found["isTrue"] is True


def test_weights_and_numbers_of_the_json_are_numbers() -> None:
    text = "::n::How many?{#=%100%3 ~%-33.333%2.5..2.75#near =%0%*}"
    (found,) = grammar_json(parse_gift_text(text))
    assert [choice["weight"] for choice in found["choices"]] == [100, -33.333, 0]
    assert found["choices"][0]["text"] == {"type": "simple", "number": 3}
    assert found["choices"][1]["text"] == {"type": "high-low", "numberHigh": 2.75, "numberLow": 2.5}
    assert found["choices"][2]["text"] == {"format": "moodle", "text": "*"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (r"a\:b\~c\=d\#e\{f\}g\\h", "a:b~c=d#e{f}g\\h"),
        (r"line\nline", "line\nline"),
        (r"\\n", r"\n"),
        (r"\\neq \frac \[x\]", r"\neq \frac \[x\]"),
        ("end\\", "end\\"),
    ],
)
def test_escapes(raw: str, expected: str) -> None:
    assert unescaped(raw) == expected


@given(st.text(st.sampled_from("ab\\:#={}~n\n->[] "), max_size=30))
def test_escaping_comes_back(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(st.text("ab:#={}~[] -><\\", min_size=1, max_size=30).map(str.strip).filter(bool))
def test_escaped_text_is_never_taken_for_signs(text: str) -> None:
    found = question(f"::{escaped(text)}::[html]{escaped(text)}{{~{escaped(text)}x =y#{escaped(text)}}}")
    assert found.title == text
    assert found.stem.text == text
    body = found.body
    assert isinstance(body, ChoiceBody)
    assert words(body.answers[1].feedback) == text


def test_formats_are_inherited_and_decide_what_becomes_of_lines() -> None:
    text = "[markdown]a  \nb{=c  \nd#e\nf =[plain]g\n   h#[html]<p>\ni</p>}"
    found = question(text)
    assert found.stem == MoodleText(format=TextFormat.MARKDOWN, text="a  \nb")
    assert isinstance(found.body, ChoiceBody)
    first, second = found.body.answers
    assert first.text == MoodleText(format=TextFormat.MARKDOWN, text="c  \nd")
    assert first.feedback == MoodleText(format=TextFormat.MARKDOWN, text="e\nf")
    assert second.text == MoodleText(format=TextFormat.PLAIN, text="g h")
    assert second.feedback == MoodleText(format=TextFormat.HTML, text="<p>\ni</p>")


def test_the_blank_of_a_chinese_stem_is_kept() -> None:
    assert question("特种作业证有效期为（　　）年。{#6}").stem.text == "特种作业证有效期为（　　）年。"


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(separator: str, mark: str) -> None:
    text = mark + separator.join(["first {T}", "  ", "", "second", "line {F}", ""])
    stems = [entry.stem.text for entry in parse_gift_text(text).entries if isinstance(entry, Question)]
    assert stems == ["first", "second line"]


def test_comments_between_inside_and_behind() -> None:
    text = "// [tag:first]\n\n// [id:7\\]8]\nA{\n// goes { }\n~x//y\n=z} // gone { } =\n// [tag:behind]\n"
    found = question(text)
    assert found.id == "7]8"
    assert found.tags == ("first", "behind")
    assert found.stem_after is None
    assert choices("A{\n// goes { }\n~x//y\n=z} // gone { } =") == [
        (False, None, "x//y", None),
        (True, None, "z", None),
    ]


def test_a_comment_without_end_names_nothing() -> None:
    assert question("// [id:] [tag:a [tag:\nA{T}").id is None


def test_a_category_ends_with_its_line_and_takes_no_tags_along() -> None:
    first, second = parse_gift_text("// [tag:x]\n$CATEGORY: $course$/top/电工\nA{T}").entries
    assert first == Category(line=2, path="$course$/top/电工")
    assert isinstance(second, Question)
    assert (second.line, second.tags) == (3, ())


def test_a_missing_word() -> None:
    found = question("[html]The {=sun ~moon}\n shines.")
    assert (found.stem.text, words(found.stem_after)) == ("The", "shines.")
    (tree,) = grammar_json(parse_gift_text("{=Sun} shines."))
    assert tree["stem"] == {"format": "moodle", "text": "_____ shines."}
    assert tree["hasEmbeddedAnswers"] is True


def test_signs_in_stem_and_title_need_no_escape() -> None:
    found = question("::a:b = #1::Is a=b # c ~ d -> e at 9:30?{T#see <a href=x>}")
    assert (found.title, found.stem.text) == ("a:b = #1", "Is a=b # c ~ d -> e at 9:30?")
    assert isinstance(found.body, TrueFalseBody)
    assert words(found.body.wrong_feedback) == "see <a href=x>"


def test_answers_of_every_shape() -> None:
    assert choices("q{four#well####all}") == [(True, None, "four", "well")]
    assert choices("q{true}") == [(True, None, "true", None)]
    assert choices("q{~ %50% a#\n= %-33.33333%b#x#y ~50% off ~100%}") == [
        (False, Decimal(50), "a", None),
        (True, Decimal("-33.33333"), "b", "x#y"),
        (False, None, "50% off", None),
        (False, None, "100%", None),
    ]
    assert choices("q{=p->next ~p->prev}")[0][2] == "p->next"
    assert choices("q{=a#see -> b =c}")[0][3] == "see -> b"
    assert isinstance(question("q{ \n }").body, EssayBody)
    assert words(question("q{####only this}").general_feedback) == "only this"


def test_matching_keeps_a_pair_without_subquestion_and_signs_behind_the_arrow() -> None:
    body = question("[html]q{=A\\=1 -> B\\: C# =[plain]a  b->c -> d = -> e}").body
    assert isinstance(body, MatchingBody)
    assert [(pair.subquestion.text, pair.subanswer) for pair in body.pairs] == [
        ("A=1", "B: C#"),
        ("a b", "c -> d"),
        ("", "e"),
    ]
    assert [pair.subquestion.format.value for pair in body.pairs] == ["html", "plain", "html"]


def test_numbers_as_moodle_takes_them() -> None:
    body = question("q{#3:2~#Completely wrong}").body
    assert isinstance(body, NumericalBody)
    assert [(answer.is_right, words(answer.feedback)) for answer in body.answers] == [
        (True, None),
        (False, "Completely wrong"),
    ]
    ranged = question("q{# -1.5 .. +2e1 }").body
    assert isinstance(ranged, NumericalBody)
    assert ranged.bare
    assert ranged.answers[0].accepted == NumberRange(low=Decimal("-1.5"), high=Decimal(20))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a\nb{=c", "gift.brace_unclosed", 2),
        ("a}b", "gift.brace_unopened", 1),
        ("a{=b{c}}", "gift.brace_inside", 1),
        ("a{T}\n// no blank line\nb{F}", "gift.second_braces", 3),
        ("::a{T}", "gift.title_unclosed", 1),
        ("::a::", "gift.stem_missing", 1),
        ("a{\n~b\n=\n}", "gift.answer_empty", 3),
        ("a{=b ->}", "gift.answer_empty", 1),
        ("a{b =c}", "gift.answer_unmarked", 1),
        ("a{=b -> c\n=d}", "gift.arrow_missing", 2),
        ("a{=%101%b}", "gift.weight_unreadable", 1),
        ("a{~%33,3%b =c}", "gift.weight_unreadable", 1),
        ("a{#}", "gift.number_unreadable", 1),
        ("a{#1,5}", "gift.number_unreadable", 1),
        ("a{#\n=1..}", "gift.number_unreadable", 2),
        ("a{#1e999}", "gift.number_unreadable", 1),
        ("$CATEGORY: ", "gift.category_empty", 1),
        ("a" * 100_001, "gift.question_too_long", 1),
        ("a{" + "~b" * 2_001 + "}", "gift.too_many_signs", 1),
    ],
)
def test_an_ill_formed_question_is_named_with_its_line_and_stops_nothing(
    text: str, code: str, line: int
) -> None:
    assert fault(text) == (code, line)
    document = parse_gift_text(f"first {{T}}\n\n{text}\n\nlast {{F}}")
    stems = [entry.stem.text for entry in document.entries if isinstance(entry, Question)]
    assert stems == ["first", "last"]
    assert [(found.code, found.line) for found in document.faults] == [(code, line + 2)]


def test_a_question_torn_by_a_blank_line_is_one_fault() -> None:
    document = parse_gift_text("a{=b\n\n~c\n\n~d}\n\nread this\n\nx{T}")
    assert [entry.line for entry in document.faults] == [1]
    assert [entry.line for entry in document.entries] == [1, 7, 9]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a" * (20 * 1024 * 1024 + 1), "file.too_large"),
        (b"a\x00b", "file.not_text"),
        (b"a\x81", "file.encoding_unknown"),
        (b"a{T}\n\n" * 50_001, "file.too_many_items"),
        ((b"a{" + b"~b" * 1_995 + b"}\n\n") * 251, "file.too_many_items"),
    ],
)
def test_a_file_that_is_not_read(data: bytes, code: str) -> None:
    with pytest.raises(FormatRefused) as refusal:
        parse_gift(data)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("高处作业{T}", "gb18030"),
        ("高處作業證書{T}", "gb18030"),
        ("Où était l’été?{T}", "cp1252"),
        ("à l'école, garçon{T}", "cp1252"),
        ("Größe{T}", "cp1252"),
        ("高处作业{T}", "utf-16"),
        ("高处作业{T}", "utf-8-sig"),
    ],
)
def test_encodings(text: str, encoding: str) -> None:
    document, found = parse_gift(text.encode(encoding))
    (entry,) = document.entries
    assert found == encoding
    assert isinstance(entry, Question)
    assert entry.stem.text == text.removesuffix("{T}")


_PIECES = [
    "::",
    "{",
    "}",
    "=",
    "~",
    "#",
    "####",
    "->",
    "\\",
    "%50%",
    "[html]",
    "\n",
    "\n\n",
    "//",
    "T",
    "1",
    "..",
]
_PIECES += ["a ", "$CATEGORY:", "[id:x]", ":", "*", "甲"]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_whatever_is_written_ends_in_a_tree(text: str) -> None:
    document = parse_gift_text(text)
    grammar_json(document)
    lines = [entry.line for entry in document.entries]
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_whatever_bytes_come_end_in_a_tree_or_a_refusal(data: bytes) -> None:
    with suppress(FormatRefused):
        grammar_json(parse_gift(data)[0])


@pytest.mark.parametrize(
    "unit",
    [
        "a{=b\n\n",
        "a{=b\n\nc\n\n",
        "[tag:",
        "//[tag:\\]",
        "\\",
        "::",
        "a->",
        "{#%1",
        "q{=a -> b ~%5%c#d}\n\n",
        "  \n",
    ],
)
def test_time_grows_with_the_length_only(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "//" + unit * (length // len(unit))
        started = time.process_time()
        parse_gift_text(text)
        return time.process_time() - started

    small = max(min(seconds(20_000) for _ in range(3)), 0.002)
    # Quadratic time would be 64 times as much.
    assert min(seconds(160_000) for _ in range(2)) < 30 * small
