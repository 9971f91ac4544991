"""The little of Markdown that questions use: emphasis, code, paragraphs, line breaks. Nothing is guessed."""

from __future__ import annotations

import html
import re

from question_bank.content import Markup

# Links, pictures, headings, lists, quotes, tables, rules, HTML, escapes: another reading would be needed.
_MORE = re.compile(
    r"[<\[\\|]|!\[|&[a-zA-Z#]|~~~|```"
    r"|^[ \t]*(?:#{1,6}[ \t]|>|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|(?:[-*_=][ \t]*){3,}$)|^(?: {4}|\t)",
    re.MULTILINE,
)
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<strong>[^\s*](?:[^*\n]*[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)__(?P<strong2>[^\s_](?:[^_\n]*[^\s_])?)__(?!\w)"
    r"|(?<!\w)_(?P<emphasis2>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
)
_TAGS = {"code": "code", "strong": "strong", "strong2": "strong", "emphasis": "em", "emphasis2": "em"}
_ELEMENT = re.compile(r"<[a-z]+>[^<]*</[a-z]+>")
_SIGN = re.compile(r"[*`]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_BREAK = re.compile(r"(?<! ) {2,}\n")
_LINE = re.compile(r"(?<![ \t])[ \t]*\n[ \t]*")
MAX_CHARS = 20_000


def html_of_markdown(text: str) -> tuple[Markup, str] | None:
    """The text as plain text if it has no markup, else as HTML; None if it holds more than is read here."""
    if len(text) > MAX_CHARS or _MORE.search(text):
        return None
    paragraphs = [_paragraph(part) for part in _PARAGRAPH.split(text.strip())]
    if _SIGN.search(_ELEMENT.sub("", "".join(paragraphs))):
        return None
    if len(paragraphs) > 1:
        return Markup.HTML, "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    if "<" in paragraphs[0]:
        return Markup.HTML, paragraphs[0]
    return Markup.TEXT, html.unescape(paragraphs[0])


def _paragraph(text: str) -> str:
    spans = _SPAN.sub(_span, html.escape(text, quote=False))
    return _LINE.sub(" ", _BREAK.sub("<br>", spans))


def _span(found: re.Match[str]) -> str:
    assert found.lastgroup is not None
    return f"<{_TAGS[found.lastgroup]}>{found[found.lastgroup]}</{_TAGS[found.lastgroup]}>"
