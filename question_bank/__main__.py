"""`python -m question_bank`: import office tables, validate a bank, deal a recorded form again.

Exit status: 0 everything is in order, 1 something is not (rows rejected, a form that differs), 2 a file
cannot be read or used at all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from question_bank.assembly import rebuild
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, audit
from question_bank.canonical import MAX_DOCUMENT_BYTES, JsonValue, canonical_bytes
from question_bank.errors import FormatRefused, FormMismatch, QuestionBankError
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.formats.tables import MAX_FILE_BYTES
from question_bank.formats.tabular import import_tables
from question_bank.forms import FormRecord
from question_bank.items import Item


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (QuestionBankError, OSError) as error:
        code = error.code if isinstance(error, QuestionBankError) else "file.unreadable"
        print(f"{code}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m question_bank", description=__doc__)
    commands = parser.add_subparsers(required=True)
    importing = commands.add_parser("import", help="read CSV and XLSX tables into a bank")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--to", type=Path, metavar="BANK.json")
    importing.add_argument("--report", type=Path, metavar="REPORT.json")
    importing.add_argument("--name", default="", help="the bank's name; the first file's name if absent")
    importing.add_argument("--industry", default="")
    importing.add_argument("--dry-run", action="store_true", help="write no bank")
    importing.set_defaults(run=_import)
    validating = commands.add_parser("validate", help="check a bank, and whether it fills a blueprint")
    validating.add_argument("bank", type=Path, metavar="BANK.json")
    validating.add_argument("--blueprint", type=Path, metavar="BLUEPRINT.json")
    validating.set_defaults(run=_validate)
    rebuilding = commands.add_parser("rebuild-form", help="deal a recorded form again and compare")
    rebuilding.add_argument("record", type=Path, metavar="RECORD.json")
    rebuilding.add_argument("--bank", type=Path, required=True)
    rebuilding.add_argument("--blueprint", type=Path, required=True)
    rebuilding.add_argument("--master-seed", required=True, help="64 hexadecimal digits")
    rebuilding.set_defaults(run=_rebuild_form)
    return parser


def _read(path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise FormatRefused("file.too_large", f"{path.name} is larger than {limit} bytes.")
    return path.read_bytes()


def _import(parsed: argparse.Namespace) -> int:
    if parsed.to is None and not parsed.dry_run:
        raise FormatRefused("arguments.no_target", "Say where to write the bank (--to), or --dry-run.")
    results: list[tuple[Path, ImportResult]] = []
    refused: list[tuple[Path, FormatRefused]] = []
    for path in parsed.files:
        try:
            results.append((path, import_tables(_read(path, MAX_FILE_BYTES))))
        except FormatRefused as error:
            refused.append((path, error))
    items, clashes = _merge(results)
    report: dict[str, JsonValue] = {
        "files": [{"file": path.name, **result.document()} for path, result in results],
        "refused": [
            {"file": path.name, "code": refusal.code, "message_en": str(refusal)} for path, refusal in refused
        ],
        "clashing_ids": list(clashes),
    }
    if parsed.report:
        parsed.report.write_bytes(canonical_bytes(report))
    for path, result in results:
        counts = " ".join(f"{status.value}={result.count(status)}" for status in RowStatus)
        print(f"{path.name}: {counts}")
    for path, refusal in refused:
        print(f"{path.name}: {refusal.code}: {refusal}", file=sys.stderr)
    if parsed.to and not parsed.dry_run and items:
        bank = Bank(name=parsed.name or parsed.files[0].stem, industry=parsed.industry, items=items)
        parsed.to.write_bytes(bank.to_json())
        print(f"{len(bank.items)} items, {bank.digest}")
    if refused:
        return 2
    return int(bool(clashes) or any(result.count(RowStatus.REJECTED) for _, result in results))


def _merge(results: Sequence[tuple[Path, ImportResult]]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of all files, the first file winning an id, and the ids that came again."""
    merged: dict[str, Item] = {}
    clashes: list[str] = []
    for _, result in results:
        for item in result.items:
            if item.id in merged:
                clashes.append(item.id)
            merged.setdefault(item.id, item)
    return tuple(merged.values()), tuple(clashes)


def _validate(parsed: argparse.Namespace) -> int:
    bank = Bank.from_json(_read(parsed.bank, MAX_DOCUMENT_BYTES))
    print(f"{bank.name}: {len(bank.items)} items, {bank.digest}")
    repeats = bank.repeated_stems()
    for repeat in repeats:
        print(f"same stem: {', '.join(repeat.item_ids)}")
    if parsed.blueprint is None:
        return int(bool(repeats))
    blueprint = Blueprint.from_json(_read(parsed.blueprint, MAX_DOCUMENT_BYTES))
    found = audit(bank, blueprint)
    for short in found.shortfalls:
        print(
            f"{short.code}: section {short.section} {short.topic} needs {short.needed}, has {short.available}"
        )
    return int(bool(repeats) or not found.feasible)


def _rebuild_form(parsed: argparse.Namespace) -> int:
    record = FormRecord.from_json(_read(parsed.record, MAX_DOCUMENT_BYTES))
    bank = Bank.from_json(_read(parsed.bank, MAX_DOCUMENT_BYTES))
    blueprint = Blueprint.from_json(_read(parsed.blueprint, MAX_DOCUMENT_BYTES))
    try:
        master_seed = bytes.fromhex(parsed.master_seed)
    except ValueError as error:
        raise FormatRefused("arguments.seed_invalid", "A master seed is 64 hexadecimal digits.") from error
    try:
        form = rebuild(record, bank, blueprint, master_seed)
    except FormMismatch as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    print(f"the same form: {form.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
