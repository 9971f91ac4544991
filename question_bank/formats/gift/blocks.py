"""A GIFT file cut at its blank lines, with the comments taken out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_QUESTION_CHARS = 100_000
CATEGORY_SIGN = "$CATEGORY:"
_COMMENT = "//"
# What Moodle writes into comments since 3.8; a "]" inside is written "\]".
_LABEL = re.compile(r"\[(id|tag):")
_LABEL_END = re.compile(r"\\\]|\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of one question. `lines` are their numbers in the file (from 1), `id` and `tags` what the

    comments before and in it say. `too_long` if more than 100,000 characters were written; they are gone.
    """

    text: str
    lines: tuple[int, ...]
    id: str | None
    tags: tuple[str, ...]
    too_long: bool = False

    def line_at(self, offset: int) -> int:
        """The number of the line on which the character at `offset` stands."""
        return self.lines[min(self.text.count("\n", 0, offset), len(self.lines) - 1)]


@dataclass(slots=True)
class _Gatherer:
    """Collects lines until a block is complete."""

    texts: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    size: int = 0
    id: str | None = None
    tags: list[str] = field(default_factory=list)

    def comment(self, text: str) -> None:
        """Note what a comment says of the question. The last id counts."""
        for kind, label in _labels(text):
            if kind == "id":
                self.id = label
            else:
                self.tags.append(label)

    def line(self, number: int, text: str) -> None:
        """Take a line in, unless the question is too long already."""
        self.size += len(text) + 1
        if self.size <= MAX_QUESTION_CHARS or not self.texts:
            self.texts.append(text[:MAX_QUESTION_CHARS])
            self.numbers.append(number)

    def block(self) -> Block:
        """All that was gathered."""
        return Block(
            text="\n".join(self.texts),
            lines=tuple(self.numbers),
            id=self.id,
            tags=tuple(self.tags),
            too_long=self.size > MAX_QUESTION_CHARS,
        )


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a file with "\\n" at its line ends. A category is a block of its own."""
    gathered = _Gatherer()
    for number, line in enumerate(io.StringIO(text), start=1):
        content = line.strip()
        starts_category = False
        if content.startswith(_COMMENT):
            gathered.comment(content)
        elif content:
            starts_category = not gathered.texts and content.startswith(CATEGORY_SIGN)
            gathered.line(number, line.rstrip("\n"))
        if gathered.texts and (starts_category or not content):
            yield gathered.block()
            gathered = _Gatherer()
    if gathered.texts:
        yield gathered.block()


def _labels(comment: str) -> Iterator[tuple[str, str]]:
    """("id" or "tag", text) of all of them; in linear time, because one without an end is the last."""
    place = 0
    while (start := _LABEL.search(comment, place)) is not None:
        ends = (end.start() for end in _LABEL_END.finditer(comment, start.end()) if end[0] == "]")
        if (end := next(ends, None)) is None:
            return
        label = comment[start.end() : end].replace("\\]", "]").strip()
        if label:
            yield start[1], label
        place = end + 1
