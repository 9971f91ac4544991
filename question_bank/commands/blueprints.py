"""`blueprint`: check a blueprint file, and write it in the other format."""

from __future__ import annotations

import argparse
from pathlib import Path

from question_bank.blueprint_files import BlueprintFormat, write_blueprint
from question_bank.commands.files import read_blueprint, write_whole
from question_bank.errors import FormatRefused


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("blueprint", help="check a blueprint, write it as TOML or JSON")
    parser.add_argument("blueprint", type=Path, metavar="FILE.toml|json")
    parser.add_argument("--to", type=Path, metavar="OUT.json|toml")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 for a sound blueprint."""
    blueprint = read_blueprint(parsed.blueprint)
    if parsed.to is not None:
        suffix = parsed.to.suffix.removeprefix(".")
        if suffix not in set(BlueprintFormat):
            raise FormatRefused("arguments.format_unknown", "--to ends in .toml or .json.")
        write_whole(parsed.to, write_blueprint(blueprint, BlueprintFormat(suffix)))
    print(f"{blueprint.slot_count} items, {blueprint.total_points / 100:g} points: {blueprint.digest}")
    return 0
