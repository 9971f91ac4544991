"""`blueprint`: check a blueprint file, and write it in the other format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from question_bank.blueprint import Blueprint
from question_bank.blueprint_files import (
    MAX_BLUEPRINT_BYTES,
    BlueprintFormat,
    read_blueprint,
    write_blueprint,
)
from question_bank.commands.files import read_limited, write_whole
from question_bank.errors import BlueprintInvalid, FormatRefused
from question_bank.messages import refusal_text


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("blueprint", help="check a blueprint, write it as TOML or JSON")
    parser.add_argument("blueprint", type=Path, metavar="FILE.toml|json")
    parser.add_argument("--to", type=Path, metavar="OUT.json|toml")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 for a sound blueprint."""
    blueprint = read_blueprint_file(parsed.blueprint)
    if parsed.to is not None:
        suffix = parsed.to.suffix.removeprefix(".")
        if suffix not in set(BlueprintFormat):
            raise FormatRefused("arguments.format_unknown", "--to ends in .toml or .json.")
        write_whole(parsed.to, write_blueprint(blueprint, BlueprintFormat(suffix)))
    print(f"{blueprint.slot_count} items, {blueprint.total_points / 100:g} points: {blueprint.digest}")
    return 0


def read_blueprint_file(path: Path) -> Blueprint:
    """The blueprint in a TOML or JSON file; says where it is wrong, in both languages, before it raises.

    Raises QuestionBankError, OSError.
    """
    try:
        return read_blueprint(read_limited(path, MAX_BLUEPRINT_BYTES))
    except BlueprintInvalid as error:
        print(f"{path.name}: {error.field}: {refusal_text(error, 'zh')}", file=sys.stderr)
        print(f"{path.name}: {error.field}: {refusal_text(error, 'en')}", file=sys.stderr)
        raise
