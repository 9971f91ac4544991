"""`rebuild-form`: deal a recorded form again and compare."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from question_bank.assembly import Eligibility, rebuild
from question_bank.blueprint import Blueprint
from question_bank.canonical import MAX_DOCUMENT_BYTES, ObjectReader, parse
from question_bank.commands.files import read_limited, read_pool_or_bank
from question_bank.errors import FormatRefused, FormMismatch
from question_bank.forms import FormRecord
from question_bank.plan_checks import check_plan
from question_bank.plans import AssemblyPlan


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("rebuild-form", help="deal a recorded form again and compare")
    parser.add_argument("record", type=Path, metavar="RECORD.json")
    parser.add_argument("--plan", type=Path, required=True, metavar="PLAN.json")
    parser.add_argument("--master-seed", required=True, help="64 hexadecimal digits")
    parser.add_argument(
        "--epochs", type=Path, metavar="REPORT.json", help="which items were closed, by epoch"
    )
    parser.add_argument("--bank", type=Path, metavar="BANK.json", help="check the plan against the bank too")
    parser.add_argument("--blueprint", type=Path, metavar="BLUEPRINT.json")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 for the same form, 1 for another."""
    record = FormRecord.from_json(read_limited(parsed.record, MAX_DOCUMENT_BYTES))
    plan = AssemblyPlan.from_json(read_limited(parsed.plan, MAX_DOCUMENT_BYTES))
    eligibility = _eligibility(parsed.epochs, record.epoch)
    master_seed = read_seed(parsed.master_seed)
    if (parsed.bank is None) != (parsed.blueprint is None):
        raise FormatRefused("arguments.incomplete", "--bank and --blueprint belong together.")
    try:
        if parsed.bank is not None:
            blueprint = Blueprint.from_json(read_limited(parsed.blueprint, MAX_DOCUMENT_BYTES))
            check_plan(plan, read_pool_or_bank(parsed.bank), blueprint)
        form = rebuild(record, plan, eligibility, master_seed)
    except FormMismatch as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    print(f"the same form: {form.digest}")
    return 0


def read_seed(text: str) -> bytes:
    """A master seed in hexadecimal. Raises FormatRefused."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise FormatRefused("arguments.seed_invalid", "A master seed is 64 hexadecimal digits.") from error


def _eligibility(path: Path | None, epoch: int) -> Eligibility:
    """The closed items of an epoch from the `epochs` of an assembly report; none without a report."""
    if path is None:
        return Eligibility(epoch=epoch)
    document = parse(read_limited(path, MAX_DOCUMENT_BYTES))
    epochs = document.get("epochs") if isinstance(document, dict) else None
    for row in epochs if isinstance(epochs, list) else ():
        reader = ObjectReader(row, "epoch")
        if reader.integer("epoch") == epoch:
            return Eligibility(epoch=epoch, closed=reader.texts("closed"))
    raise FormatRefused("arguments.epoch_missing", f"The report does not list epoch {epoch}.")
