"""GIFT text as a tree. Every question is read on its own: one that is ill-formed never stops the others."""

from __future__ import annotations

from collections.abc import Iterator

from question_bank.errors import FormatRefused
from question_bank.formats.encodings import decode_text, is_binary
from question_bank.formats.gift.answers import read_body
from question_bank.formats.gift.blocks import CATEGORY_SIGN, Block, blocks_of
from question_bank.formats.gift.errors import GiftUnreadable
from question_bank.formats.gift.texts import (
    Span,
    first_brace,
    formatted_text,
    span_of,
    title_end,
    unescaped,
)
from question_bank.formats.gift.tree import (
    Body,
    Category,
    ChoiceBody,
    Document,
    Entry,
    Fault,
    MatchingBody,
    NumericalBody,
    Question,
)
from question_bank.formats.moodle.texts import MoodleText, TextFormat

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ENTRIES = 50_000
MAX_ANSWERS = 500_000
MAX_VALUE_CHARS = 200
_TITLE_SIGN = "::"


def parse_gift(data: bytes) -> tuple[Document, str]:
    """The tree of a file and the name of its encoding.

    Raises FormatRefused: more than 20 MB, not text, more than 50,000 questions or 500,000 answers.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FormatRefused("file.too_large", "The file is larger than 20 MB.")
    text, encoding = decode_text(data)
    if is_binary(text):
        raise FormatRefused("file.not_text", "The file is not text.")
    return parse_gift_text(text), encoding


def parse_gift_text(text: str) -> Document:
    """The tree of a text. Raises FormatRefused for more than 50,000 questions or 500,000 answers."""
    blocks: list[Block] = []
    for block in blocks_of(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")):
        blocks.append(block)
        if len(blocks) > MAX_ENTRIES:
            raise FormatRefused("file.too_many_items", "The file holds more than 50,000 questions.")
    entries: list[Entry] = []
    answers = 0
    for entry in _entries(blocks):
        entries.append(entry)
        answers += _answer_count(entry)
        if answers > MAX_ANSWERS:
            raise FormatRefused("file.too_many_items", "The file holds more than 500,000 answers.")
    return Document(entries=tuple(entries))


def _entries(blocks: list[Block]) -> Iterator[Entry]:
    place = 0
    while place < len(blocks):
        block = blocks[place]
        place += 1
        try:
            yield _read_block(block)
        except GiftUnreadable as error:
            line, value = block.line_at(error.offset), error.value.strip()[:MAX_VALUE_CHARS]
            yield Fault(line=line, code=error.code, value=value)
            if error.code == "gift.brace_unclosed":
                place = _after_the_torn_question(blocks, place)


def _answer_count(entry: Entry) -> int:
    match entry:
        case Question(body=ChoiceBody(answers=choices)):
            return len(choices)
        case Question(body=NumericalBody(answers=numbers)):
            return len(numbers)
        case Question(body=MatchingBody(pairs=pairs)):
            return len(pairs)
        case _:
            return 0


def _after_the_torn_question(blocks: list[Block], place: int) -> int:
    """Where to go on behind a question that a blank line has cut inside its braces.

    The blocks up to its closing brace belong to it, and are no faults of their own.
    """
    for ahead in range(place, len(blocks)):
        brace = first_brace(blocks[ahead].text)
        if brace == "}":
            return ahead + 1
        if brace == "{":
            break
    return place


def _read_block(block: Block) -> Category | Question:
    if block.too_long:
        raise GiftUnreadable("gift.question_too_long", 0, block.text)
    source = block.text
    if source.lstrip().startswith(CATEGORY_SIGN):
        path = source.lstrip().removeprefix(CATEGORY_SIGN).lstrip()
        if not path:
            raise GiftUnreadable("gift.category_empty", 0)
        return Category(line=block.lines[0], path=path)
    title, start = _title(source)
    stem, braces, after = _parts(span_of(source, start))
    stem_text = formatted_text(stem.raw, TextFormat.MOODLE)
    stem_after = formatted_text(after.raw, stem_text.format)
    body: Body | None = None
    general_feedback: MoodleText | None = None
    if braces is not None:
        body, general_feedback = read_body(braces, stem_text.format)
    elif not stem_text.text:
        raise GiftUnreadable("gift.stem_missing", 0, title or "")
    return Question(
        line=block.lines[0],
        title=title,
        stem=stem_text,
        stem_after=stem_after if stem_after.text else None,
        body=body,
        general_feedback=general_feedback,
        id=block.id,
        tags=block.tags,
    )


def _title(source: str) -> tuple[str | None, int]:
    """The title and where the stem starts."""
    start = len(source) - len(source.lstrip())
    if not source.startswith(_TITLE_SIGN, start):
        return None, start
    start += len(_TITLE_SIGN)
    end = title_end(source, start)
    if end is None:
        raise GiftUnreadable("gift.title_unclosed", start, source[start:])
    return unescaped(source[start:end]) or None, end + len(_TITLE_SIGN)


def _parts(span: Span) -> tuple[Span, Span | None, Span]:
    """The stem, what stands between the braces (None without), what follows them."""
    stem, opening, rest = span.partition("{", "}")
    if opening is None:
        return stem, None, rest
    if opening.text == "}":
        raise GiftUnreadable("gift.brace_unopened", opening.start, span.source[opening.start :])
    braces, closing, after = rest.partition("{", "}")
    after = after.without_comment()
    if closing is None:
        raise GiftUnreadable("gift.brace_unclosed", opening.start, span.source[opening.start :])
    if closing.text == "{":
        raise GiftUnreadable("gift.brace_inside", closing.start, span.source[closing.start :])
    if (second := after.find("{", "}")) is not None:
        raise GiftUnreadable("gift.second_braces", second.start, span.source[second.start :])
    return stem, braces, after
