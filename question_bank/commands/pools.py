"""`pool`: item parameters, attributes and constraints of TestDesign become a pool and a blueprint."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path

from question_bank.commands.files import read_limited, write_whole
from question_bank.constraints import CurveTarget
from question_bank.errors import FormatRefused
from question_bank.formats.testdesign import read_blueprint, read_pool
from question_bank.pool import pool_json

MAX_CSV_BYTES = 32 * 1024 * 1024


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("pool", help="read a pool and constraints of TestDesign (CSV)")
    parser.add_argument("parameters", type=Path, metavar="ITEMPOOL.csv")
    parser.add_argument("--attributes", type=Path, metavar="ITEMATTRIB.csv")
    parser.add_argument("--to", type=Path, required=True, metavar="POOL.json")
    parser.add_argument("--constraints", type=Path, metavar="CONSTRAINTS.csv")
    parser.add_argument("--to-blueprint", type=Path, metavar="BLUEPRINT.toml|json")
    parser.add_argument("--cut", metavar="POINTS", help="match the forms at this cut score, a point an item")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 when all was read; nothing is written otherwise."""
    if (parsed.constraints is None) != (parsed.to_blueprint is None):
        raise FormatRefused("arguments.incomplete", "--constraints and --to-blueprint belong together.")
    attributes = read_limited(parsed.attributes, MAX_CSV_BYTES) if parsed.attributes else b""
    pool = read_pool(read_limited(parsed.parameters, MAX_CSV_BYTES), attributes)
    if parsed.constraints is not None:
        data = read_limited(parsed.constraints, MAX_CSV_BYTES)
        blueprint = read_blueprint(data, pool, parsed.constraints.stem, _target(parsed.cut))
        write_whole(parsed.to_blueprint, blueprint.to_json())
        print(f"{len(blueprint.constraints)} constraints, {blueprint.slot_count} items a form")
    write_whole(parsed.to, pool_json(pool.items))
    print(f"{len(pool.items)} items, {pool.digest}")
    return 0


def _target(text: str | None) -> CurveTarget | None:
    if text is None:
        return None
    try:
        points = Decimal(text) * 100
    except InvalidOperation as error:
        raise FormatRefused("arguments.cut_invalid", "--cut is a number of points.") from error
    if not points.is_finite() or points != int(points):
        raise FormatRefused("arguments.cut_invalid", "--cut is a number of points, hundredths at most.")
    return CurveTarget(cut_points=int(points))
