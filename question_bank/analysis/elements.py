"""Building HTML and SVG as trees: whatever a file held is text or an attribute value, never markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from question_bank.analysis.words import LANGUAGES, WORDS


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


def html_bytes(root: Element) -> bytes:
    """The document as UTF-8 with its declaration."""
    return b"<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html").encode("utf-8")
