"""Aiken, the simplest text format: a stem, lettered options, `ANSWER: B`. What a file says, line by line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from question_bank.errors import FormatRefused
from question_bank.formats.encodings import decode_text, is_binary
from question_bank.interactions import OPTION_IDS

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_QUESTIONS = 50_000
MAX_LINE_CHARS = 20_000
MAX_STEM_LINES = 200
MAX_KEY_CHARS = 20

# "A. text", "A) text"; the full-width marks are what Chinese keyboards give.
_OPTION = re.compile(r"([A-Z])[.)．）、]\s*(.*)")
_KEY_END = re.compile(r"[\s.)．）]+$")
_ANSWER = re.compile(r"ANSWER\s*[:：]\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AikenQuestion:
    """One question; `line` counts from 1. `options` follow A, B, C...; `key` is one of those letters."""

    line: int
    stem: str
    options: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AikenFault:
    """A question that cannot be read: the line of the trouble (from 1), why, and what stands there."""

    line: int
    code: str
    value: str


AikenEntry: TypeAlias = "AikenQuestion | AikenFault"


@dataclass(slots=True)
class _Gatherer:
    """The lines of one question until its answer. The first trouble counts."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    fault: AikenFault | None = None

    def note(self, line: int, code: str, value: str) -> None:
        """Remember the first trouble."""
        self.fault = self.fault or AikenFault(line=line, code=code, value=value[:200])

    def take(self, line: int, text: str) -> None:
        """One line that is not blank and no answer."""
        self.line = self.line or line
        if len(text) > MAX_LINE_CHARS or len(self.stem) >= MAX_STEM_LINES:
            self.note(line, "aiken.question_too_long", text)
        elif (option := _OPTION.fullmatch(text)) and self._is_next(option[1]):
            if not option[2]:
                self.note(line, "item.option_missing", text)
            self.options.append(option[2])
        elif option and self.options:
            self.note(line, "aiken.letter_out_of_order", text)
        elif self.options:
            self.note(line, "aiken.text_behind_options", text)
        else:
            self.stem.append(text)

    def _is_next(self, letter: str) -> bool:
        """A single "A." opens the options only behind a stem: a stem may begin "A) ..." itself."""
        place = len(self.options)
        return bool(self.stem) and place < len(OPTION_IDS) and letter == OPTION_IDS[place]

    def end(self, line: int, key: str) -> AikenEntry:
        """The question, whose answer stands on this line."""
        key = _KEY_END.sub("", key).upper() if len(key) < MAX_KEY_CHARS else key
        if not self.stem:
            self.note(line, "item.stem_missing", key)
        elif len(self.options) < 2:
            self.note(line, "item.options_number", " ".join(self.stem))
        elif len(key) != 1 or key not in OPTION_IDS[: len(self.options)]:
            self.note(line, "aiken.key_unreadable", key)
        if self.fault:
            return self.fault
        return AikenQuestion(line=self.line, stem="\n".join(self.stem), options=tuple(self.options), key=key)

    def unfinished(self) -> AikenFault:
        """What is wrong with a question that no answer follows."""
        return self.fault or AikenFault(
            line=self.line, code="aiken.key_missing", value=" ".join(self.stem)[:200]
        )


def parse_aiken(data: bytes) -> tuple[tuple[AikenEntry, ...], str]:
    """The questions in the order of the file, and the name of its encoding.

    Blank lines mean nothing. Raises FormatRefused: more than 20 MB, not text, more than 50,000 questions.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FormatRefused("file.too_large", "The file is larger than 20 MB.")
    text, encoding = decode_text(data)
    if is_binary(text):
        raise FormatRefused("file.not_text", "The file is not text.")
    entries: list[AikenEntry] = []
    for entry in _entries(text.replace("\r\n", "\n").replace("\r", "\n")):
        entries.append(entry)
        if len(entries) > MAX_QUESTIONS:
            raise FormatRefused("file.too_many_items", "The file holds more than 50,000 questions.")
    return tuple(entries), encoding


def _entries(text: str) -> Iterator[AikenEntry]:
    gathered = _Gatherer()
    after_blank = False
    for number, raw in enumerate(io.StringIO(text), start=1):
        line = raw.strip("\ufeff \t\n\u3000\xa0")
        if not line:
            after_blank = True
            continue
        answer = _ANSWER.fullmatch(line)
        if answer and (gathered.options or answer[1].isupper()):
            yield gathered.end(number, answer[1])
            gathered = _Gatherer()
        else:
            if after_blank and gathered.options and not _OPTION.fullmatch(line):
                yield gathered.unfinished()
                gathered = _Gatherer()
            gathered.take(number, line)
        after_blank = False
    if gathered.line:
        yield gathered.unfinished()
