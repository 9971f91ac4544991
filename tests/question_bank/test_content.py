"""The safe subset of HTML: what is in, what is out, and how it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.content import Markup, check_html, clean_html, media_digests, plain, rendered
from question_bank.errors import ItemInvalid

DIGEST = "ab" * 32
RICH = (
    f'<p>看图<img src="media:{DIGEST}" alt="箱"></p><table><tbody><tr><td colspan="2">甲</td></tr></tbody>'
    "</table><math><mfrac><mi>a</mi><mn>2</mn></mfrac></math> \\(\\frac{U}{R}\\)"
)


def test_rich_content_is_kept_as_it_is() -> None:
    check_html("stem", RICH)
    assert clean_html(RICH) == clean_html(clean_html(RICH).text)
    assert clean_html(RICH).lost == ()
    assert media_digests(RICH, Markup.HTML) == {DIGEST}
    assert plain(RICH, Markup.HTML) == "看图\n甲\na2 \\(\\frac{U}{R}\\)"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="media:1" alt="">',
        '<img src="http://example.org/x.png">',
        f'<img src="media:{DIGEST}" onerror="x">',
        f'<img src="media:{DIGEST}" src="media:{DIGEST}">',
        "<p onclick=x>",
        "<p>",
        "</p>",
        "<b><i></b></i>",
        "<svg></svg>",
        '<a href="javascript:1">x</a>',
        '<p style="position:fixed">x</p>',
        "1 < 2",
        "<!-- x -->",
        "<iframe>",
        "<b>" * 41 + "</b>" * 41,
        "\\(a_b_c\\)",
        "\\(" + "x" * 501 + "\\)",
        "\\(x\\)" * 41,
        "\\(\\unknown{x}\\)",
    ],
)
def test_everything_else_is_refused(hostile: str) -> None:
    with pytest.raises(ItemInvalid):
        check_html("stem", hostile)


PIECES = [
    *("<p>", "</p>", "<img src=x>", "<script>", "</script>", "<td>", "<table>", "a<b", "&amp;", "&#0;", '"'),
    *("<math>", "<mi>", "</math>", "<svg>", "<!--", "-->", "<b x='>'>", "<img alt='<b>' src=media:", DIGEST),
    *("'>", "\\(x\\)", "<style>", "<annotation-xml>", "<mtext>", "<br>", "</br>", "<plaintext>", "\x01"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_was_cleaned_is_always_of_the_subset(text: str) -> None:
    check_html("stem", clean_html(text).text)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("<p class='x' style='y'>a</p>", ()),
        ("<a href='x'>a</a>", ("a",)),
        ("<img src='x.png'>", ("img src",)),
        ("<p onclick='x'>a</p><video></video>", ("p onclick", "video")),
    ],
)
def test_what_had_to_go_is_named(text: str, lost: tuple[str, ...]) -> None:
    assert clean_html(text).lost == lost


def test_plain_text_is_escaped_and_formulas_become_mathml() -> None:
    assert rendered("a<b & c\nd", Markup.TEXT) == "a&lt;b &amp; c<br>d"
    assert "<math" not in rendered("\\(x\\)", Markup.TEXT)
    shown = rendered("R = \\(\\frac{U}{I}\\)", Markup.HTML)
    assert shown.startswith("R = <math")
    assert "<mfrac>" in shown
    hostile = rendered("\\(\\href{javascript:a}{x}\\text{&lt;img src=x onerror=y&gt;}\\)", Markup.HTML)
    assert "href" not in hostile
    assert "onerror" not in hostile
    assert 'display="block"' in rendered("\\[x\\]", Markup.HTML)
