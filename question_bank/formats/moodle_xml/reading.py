"""Items out of a Moodle XML file, with a report of every question."""

from __future__ import annotations

from question_bank.formats.moodle.items import Importer
from question_bank.formats.moodle_xml.parser import parse_moodle_xml
from question_bank.formats.reports import ImportResult


def import_moodle_xml(data: bytes) -> ImportResult:
    """The items and pictures of a Moodle XML file and the report. Raises FormatRefused."""
    importer = Importer()
    for entry in parse_moodle_xml(data):
        importer.take(entry)
    return importer.result()
