"""Building HTML and SVG as trees: whatever a file held is text or an attribute value, never markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from question_bank.analysis.words import LANGUAGES, WORDS

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 0 auto;
  max-width: 1180px; padding: 24px; color: #1c2530; background: #fff; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 19px; margin: 32px 0 8px; }
h3 { font-size: 15px; margin: 16px 0 4px; }
p { margin: 4px 0 10px; max-width: 80ch; } .about { border-left: 4px solid #31628f; padding-left: 12px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #d5dbe2; padding: 4px 12px 4px 0; text-align: left; vertical-align: top;
  white-space: nowrap; }
tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 7ch; }
td:last-child { white-space: normal; min-width: 10ch; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid #31628f; }
thead th { color: #465362; font-weight: 600; } tbody th { font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 10px 24px; margin: 0; }
dt { color: #465362; } dd { margin: 0; font-size: 17px; font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 12px 32px; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 4px 32px; }
svg { width: 100%; height: auto; }
svg text { font-size: 12px; fill: #1c2530; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.axis { stroke: #66727f; } .zero { stroke: #66727f; stroke-dasharray: 2 4; }
.item { fill: #31628f; fill-opacity: .55; } .flagged { fill: #b3470b; stroke: #fff; }
.share, .information { fill: none; stroke: #31628f; stroke-width: 2; }
.information { stroke: #b3470b; stroke-dasharray: 7 4; } .cut { stroke: #1c2530; stroke-width: 1.5; }
.band { fill: #31628f; fill-opacity: .6; }
.band-random { fill: #d5dbe2; stroke: #66727f; stroke-dasharray: 7 4; }
.cap { stroke: #b3470b; stroke-width: 2; stroke-dasharray: 7 4; }
.distractor { fill: #9fb3c6; } .key { fill: #31628f; stroke: #1c2530; stroke-width: 1.5; }
@media print { body { padding: 0; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } }
"""


class Page:
    """Elements with words in one language. `language` is zh-CN or en."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def words(self, key: str, **params: str) -> str:
        """The words of `key`. Raises KeyError for a key without words."""
        return WORDS[key][self._column].format_map(params)

    def add(self, parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
        """A new element; `_` in attribute names stands for `-`, one at the end for nothing."""
        named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        child = SubElement(parent, tag, named)
        child.text = text or None
        return child

    def heading(self, parent: Element, key: str) -> None:
        """A heading of a section."""
        self.add(parent, "h2", self.words(key))

    def table(self, parent: Element, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        """A table; `columns` are keys of words, the first column names the row.

        Where it is wider than the window it scrolls by itself, with the keyboard too.
        """
        around = self.add(parent, "div", class_="scroll", tabindex="0")
        table = self.add(around, "table")
        head = self.add(self.add(table, "thead"), "tr")
        for key in columns:
            self.add(head, "th", self.words(key), scope="col")
        body = self.add(table, "tbody")
        for row in rows:
            line = self.add(body, "tr")
            self.add(line, "th", row[0], scope="row")
            for cell in row[1:]:
                self.add(line, "td", cell)


def new_document(page: Page, title: str) -> tuple[Element, Element]:
    """(the document, its main part): one page that needs nothing else and runs nothing."""
    root = Element("html", {"lang": page.language})
    head = page.add(root, "head")
    page.add(head, "meta", charset="utf-8")
    page.add(head, "meta", http_equiv="Content-Security-Policy", content=_POLICY)
    page.add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    page.add(head, "title", title)
    page.add(head, "style", _STYLE)
    return root, page.add(page.add(root, "body"), "main")


def html_bytes(root: Element) -> bytes:
    """The document as UTF-8 with its declaration."""
    return b"<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html").encode("utf-8")
