"""`rebuild-form`: deal recorded forms again and compare."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from question_bank.assembly import Eligibility, rebuild
from question_bank.canonical import MAX_DOCUMENT_BYTES, ObjectReader, parse
from question_bank.commands.files import read_blueprint, read_limited, read_pool_or_bank
from question_bank.errors import FormatRefused, FormMismatch
from question_bank.forms import FormRecord
from question_bank.plan_checks import check_plan
from question_bank.plans import AssemblyPlan

EPOCHS_FORMAT = "kaochang.epochs/1"
MAX_RECORDS_BYTES = 4 * 1024 * 1024 * 1024


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("rebuild-form", help="deal recorded forms again and compare")
    parser.add_argument("record", type=Path, metavar="RECORD.json", help="or FORMS.jsonl, a record a line")
    parser.add_argument("--plan", type=Path, required=True, metavar="PLAN.json")
    parser.add_argument("--master-seed", required=True, help="64 hexadecimal digits")
    parser.add_argument("--epochs", type=Path, metavar="EPOCHS.json", help="which items were closed")
    parser.add_argument("--bank", type=Path, metavar="BANK.json", help="check the plan against the bank too")
    parser.add_argument("--blueprint", type=Path, metavar="BLUEPRINT")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 when all are the same forms, 1 when one is another."""
    plan = AssemblyPlan.from_json(read_limited(parsed.plan, MAX_DOCUMENT_BYTES))
    epochs = _epochs(parsed.epochs)
    master_seed = read_seed(parsed.master_seed)
    if (parsed.bank is None) != (parsed.blueprint is None):
        raise FormatRefused("arguments.incomplete", "--bank and --blueprint belong together.")
    count = 0
    try:
        if parsed.bank is not None:
            check_plan(plan, read_pool_or_bank(parsed.bank), read_blueprint(parsed.blueprint))
        for line in read_limited(parsed.record, MAX_RECORDS_BYTES).splitlines():
            if line.strip():
                record = FormRecord.from_json(line)
                form = rebuild(record, plan, _eligibility(epochs, record.epoch), master_seed)
                count += 1
    except FormMismatch as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    if not count:
        raise FormatRefused("file.empty", "There is no record in the file.")
    print(f"the same form: {form.digest}" if count == 1 else f"{count} forms, all the same")
    return 0


def read_seed(text: str) -> bytes:
    """A master seed in hexadecimal. Raises FormatRefused."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise FormatRefused("arguments.seed_invalid", "A master seed is 64 hexadecimal digits.") from error


def _epochs(path: Path | None) -> dict[int, Eligibility] | None:
    """The closed items of every epoch; None when no file says."""
    if path is None:
        return None
    reader = ObjectReader(parse(read_limited(path, MAX_DOCUMENT_BYTES)), "epochs")
    reader.expect("format", EPOCHS_FORMAT)
    found = {}
    for document in reader.items("epochs"):
        epoch = ObjectReader(document, "epoch")
        number = epoch.integer("epoch")
        found[number] = Eligibility(epoch=number, closed=epoch.texts("closed"))
        epoch.end()
    reader.end()
    return found


def _eligibility(epochs: dict[int, Eligibility] | None, epoch: int) -> Eligibility:
    """What was closed in an epoch; nothing where no file says."""
    if epochs is None:
        return Eligibility(epoch=epoch)
    if epoch not in epochs:
        raise FormMismatch("form.other_epoch", f"Epoch {epoch} is not among those given.")
    return epochs[epoch]
