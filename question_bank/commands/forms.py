"""`rebuild-form`: deal a recorded form again and compare."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from question_bank.assembly import rebuild
from question_bank.blueprint import Blueprint
from question_bank.canonical import MAX_DOCUMENT_BYTES
from question_bank.commands.files import read_bank, read_limited
from question_bank.errors import FormatRefused, FormMismatch
from question_bank.forms import FormRecord


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("rebuild-form", help="deal a recorded form again and compare")
    parser.add_argument("record", type=Path, metavar="RECORD.json")
    parser.add_argument("--bank", type=Path, required=True)
    parser.add_argument("--blueprint", type=Path, required=True)
    parser.add_argument("--master-seed", required=True, help="64 hexadecimal digits")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 for the same form, 1 for another."""
    record = FormRecord.from_json(read_limited(parsed.record, MAX_DOCUMENT_BYTES))
    bank = read_bank(parsed.bank)
    blueprint = Blueprint.from_json(read_limited(parsed.blueprint, MAX_DOCUMENT_BYTES))
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
