"""`export`: a bank in another format, and what that format could not hold."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from question_bank.bank import Bank
from question_bank.canonical import JsonValue, canonical_bytes
from question_bank.commands.files import media_folder, read_bank, read_media, write_whole
from question_bank.formats.aiken_items import bank_to_aiken
from question_bank.formats.export import bank_to_csv, bank_to_xlsx
from question_bank.formats.gift.writing import bank_to_gift
from question_bank.formats.moodle_xml.writing import bank_to_moodle_xml
from question_bank.formats.native_package import bank_to_package
from question_bank.formats.qti.vocabulary import QtiVersion
from question_bank.formats.qti.writer import bank_to_qti
from question_bank.formats.reports import Loss, Written

WRITERS: Mapping[str, Callable[[Bank], Written]] = {
    "xlsx": bank_to_xlsx,
    "csv": bank_to_csv,
    "gift": bank_to_gift,
    "aiken": bank_to_aiken,
}
# Formats that hold pictures.
PICTURE_WRITERS: Mapping[str, Callable[[Bank, Mapping[str, bytes]], Written]] = {
    "package": bank_to_package,
    "moodlexml": bank_to_moodle_xml,
    "qti3": lambda bank, pictures: bank_to_qti(bank, pictures, QtiVersion.V3_0),
    "qti22": lambda bank, pictures: bank_to_qti(bank, pictures, QtiVersion.V2_2),
}


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("export", help="write a bank in another format")
    parser.add_argument("bank", type=Path, metavar="BANK.json")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE")
    parser.add_argument("--format", choices=sorted({*WRITERS, *PICTURE_WRITERS}), required=True)
    parser.add_argument("--report", type=Path, metavar="REPORT.json", help="what could not be written")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 when everything was written, 1 when something was lost."""
    bank = read_bank(parsed.bank)
    if parsed.format in WRITERS:
        written = WRITERS[parsed.format](bank)
    else:
        written = PICTURE_WRITERS[parsed.format](bank, read_media(bank, media_folder(parsed.bank)))
    write_whole(parsed.to, written.data)
    if parsed.report:
        losses: list[JsonValue] = [_document(loss) for loss in written.losses]
        write_whole(parsed.report, canonical_bytes({"losses": losses}))
    for loss in written.losses:
        print(f"{loss.item_id} {loss.field}: {loss.code}: {loss.text('en')}", file=sys.stderr)
    left_out = {loss.item_id for loss in written.losses if loss.field == "item"}
    print(f"{len(bank.items) - len(left_out)} of {len(bank.items)} items written to {parsed.to.name}")
    return int(bool(written.losses))


def _document(loss: Loss) -> JsonValue:
    return {
        "item_id": loss.item_id,
        "field": loss.field,
        "code": loss.code,
        "value": loss.value,
        "message_zh": loss.text("zh"),
        "message_en": loss.text("en"),
    }
