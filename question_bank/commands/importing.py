"""`import`: files in any known format become one bank, with a report of every item."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from question_bank.bank import Bank
from question_bank.canonical import JsonValue, canonical_bytes
from question_bank.commands.files import media_folder, read_limited, read_media, write_media, write_whole
from question_bank.errors import FormatRefused, QuestionBankError
from question_bank.formats.numbered_lines import LineMeaning
from question_bank.formats.readers import MAX_FILE_BYTES, BankFormat, detect, read_items
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.items import Item, ItemSet
from question_bank.media import Picture, picture_of

AUTO = "auto"
# A file's items, or the code and sentence of its refusal.
_Outcome: TypeAlias = "ImportResult | Mapping[str, str]"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("import", help="read files of items into a bank, with a report")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--to", type=Path, metavar="BANK.json")
    parser.add_argument("--report", type=Path, metavar="REPORT.json")
    parser.add_argument("--name", default="", help="the bank's name; the first file's name if absent")
    parser.add_argument("--industry", default="")
    parser.add_argument("--dry-run", action="store_true", help="write no bank")
    formats = [AUTO, *(bank_format.value for bank_format in BankFormat)]
    parser.add_argument("--format", choices=formats, default=AUTO, help="by content if absent")
    told = parser.add_argument_group("numbered lines (12#stem$0, 12#stem#option$option)")
    told.add_argument("--zero-is", choices=("true", "false"), help="what 0 behind a stem means")
    told.add_argument("--first-is-key", action="store_true", help="the first option is the right one")
    parser.set_defaults(run=run)


@dataclass(slots=True)
class _Merged:
    """What all files gave; the first file wins an id."""

    items: dict[str, Item] = field(default_factory=dict)
    sets: dict[str, ItemSet] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)

    def add(self, result: ImportResult) -> None:
        """Take the items of one more file."""
        self.clashes += [item.id for item in result.items if item.id in self.items]
        for item in result.items:
            self.items.setdefault(item.id, item)
        for item_set in result.sets:
            if self.sets.setdefault(item_set.id, item_set) != item_set:
                self.clashes.append(item_set.id)
        self.pictures |= result.media

    def bank(self, name: str, industry: str) -> Bank:
        """One bank of everything. Raises QuestionBankError."""
        listed: list[Picture] = [picture_of(data) for data in self.pictures.values()]
        return Bank(
            name=name,
            industry=industry,
            items=tuple(self.items.values()),
            sets=tuple(self.sets.values()),
            media=tuple(listed),
        )


def run(parsed: argparse.Namespace) -> int:
    """0 when everything came in, 1 when something did not, 2 when a file could not be read at all."""
    if parsed.to is None and not parsed.dry_run:
        raise FormatRefused("arguments.no_target", "Say where to write the bank (--to), or --dry-run.")
    merged = _Merged()
    documents: list[JsonValue] = []
    refused: list[JsonValue] = []
    incomplete = False
    for path, outcome in _read_all(parsed.files, parsed.format, _line_meaning(parsed)):
        if isinstance(outcome, ImportResult):
            merged.add(outcome)
            documents.append({"file": path.name, **outcome.document()})
            counts = {status: outcome.count(status) for status in RowStatus}
            print(f"{path.name}: " + " ".join(f"{status.value}={n}" for status, n in counts.items()))
            incomplete |= bool(counts[RowStatus.REJECTED] or counts[RowStatus.UNSUPPORTED])
        else:
            refused.append({"file": path.name, **outcome})
            print(f"{path.name}: {outcome['code']}: {outcome['message_en']}", file=sys.stderr)
    report: dict[str, JsonValue] = {
        "files": documents,
        "refused": refused,
        "clashing_ids": list(merged.clashes),
    }
    if parsed.report:
        write_whole(parsed.report, canonical_bytes(report))
    if parsed.to and not parsed.dry_run and merged.items:
        _write_bank(merged, parsed)
    return 2 if refused else int(incomplete or bool(merged.clashes))


def _write_bank(merged: _Merged, parsed: argparse.Namespace) -> None:
    bank = merged.bank(parsed.name or parsed.files[0].stem, parsed.industry)
    # Pictures first: a bank that is there has everything it shows.
    write_media(bank, merged.pictures, media_folder(parsed.to))
    write_whole(parsed.to, bank.to_json())
    print(f"{len(bank.items)} items, {bank.digest}")


def _line_meaning(parsed: argparse.Namespace) -> LineMeaning:
    zero_is_true = None if parsed.zero_is is None else parsed.zero_is == "true"
    return LineMeaning(zero_is_true=zero_is_true, first_is_key=parsed.first_is_key)


def _read_all(
    paths: list[Path], format_name: str, meaning: LineMeaning
) -> list[tuple[Path, ImportResult | Mapping[str, str]]]:
    """Every file's result, or the code and sentence of its refusal; a bar on a terminal."""
    outcomes: list[tuple[Path, _Outcome]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(paths))
        for path in paths:
            progress.update(task, description=path.name)
            outcomes.append((path, _read_one(path, format_name, meaning)))
            progress.advance(task)
    return outcomes


def _read_one(path: Path, format_name: str, meaning: LineMeaning) -> _Outcome:
    try:
        data = read_limited(path, MAX_FILE_BYTES)
        bank_format = detect(data) if format_name == AUTO else BankFormat(format_name)
        result = read_items(data, bank_format, meaning)
        if bank_format is BankFormat.JSON:
            return _with_media(result, data, path)
    except QuestionBankError as error:
        return {"code": error.code, "message_en": str(error)}
    except OSError as error:
        return {"code": "file.unreadable", "message_en": str(error)}
    return result


def _with_media(result: ImportResult, data: bytes, path: Path) -> ImportResult:
    """A native bank's pictures lie beside it."""
    if not any(item.media for item in result.items):
        return result
    pictures = read_media(Bank.from_json(data), media_folder(path))
    return ImportResult(items=result.items, rows=result.rows, sets=result.sets, media=pictures)
