"""A text file that is one question with embedded answers (Moodle's import format "multianswer")."""

from __future__ import annotations

from question_bank.errors import FormatRefused
from question_bank.formats.encodings import decode_text, is_binary
from question_bank.formats.moodle.cloze import ClozeUnreadable, parse_cloze
from question_bank.formats.moodle.items import Importer
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from question_bank.formats.moodle.tree import ClozeBody, Entry, Fault, Question
from question_bank.formats.reports import ImportResult

MAX_FILE_BYTES = 1024 * 1024


def import_cloze_text(data: bytes) -> ImportResult:
    """The one item of such a file and the report. Raises FormatRefused."""
    if len(data) > MAX_FILE_BYTES:
        raise FormatRefused("file.too_large", "A text that is one question has at most 1 MB.")
    text, encoding = decode_text(data)
    if is_binary(text):
        raise FormatRefused("file.not_text", "The file is not text.")
    importer = Importer()
    importer.take(_entry(text.replace("\r\n", "\n").replace("\r", "\n").strip()))
    return importer.result(encoding)


def _entry(text: str) -> Entry:
    try:
        parts = parse_cloze(text)
    except ClozeUnreadable as error:
        return Fault(line=1, name="", code=error.code, value=error.value)
    empty = MoodleText(format=TextFormat.MOODLE, text="")
    return Question(
        line=1,
        name="",
        id_number="",
        stem=MoodleText(format=TextFormat.MOODLE, text=text),
        body=ClozeBody(parts=parts),
        general_feedback=empty,
        combined_feedback=(),
        hints=(),
        tags=(),
        hidden=False,
    )
