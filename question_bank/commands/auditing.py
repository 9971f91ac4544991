"""`audit`: what the forms of a blueprint will be like, or every reason why there are none."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from question_bank.canonical import JsonValue, canonical_bytes
from question_bank.commands.files import read_blueprint, read_pool_or_bank, write_whole
from question_bank.errors import BlueprintInfeasible, FormatRefused
from question_bank.messages import message_text

if TYPE_CHECKING:
    from question_bank.blueprint import Blueprint
    from question_bank.pool import Pool
    from question_bank.publishing.audit import AuditStep

# What needs numpy and the solver is imported when the command runs.
_LANGUAGES = ("zh-CN", "en")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("audit", help="publish a blueprint for a bank and look at 1,000 forms")
    parser.add_argument("--bank", type=Path, required=True, metavar="BANK.json", help="a bank or a pool")
    parser.add_argument("--blueprint", type=Path, required=True, metavar="FILE.toml|json")
    parser.add_argument("--cut", type=int, metavar="CENTIPOINTS", help="where to compare without a target")
    parser.add_argument("--json", type=Path, metavar="OUT.json")
    parser.add_argument("--html", type=Path, metavar="OUT.html")
    parser.add_argument("--language", choices=_LANGUAGES, default=_LANGUAGES[0], help="of the HTML report")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 when forms exist, 1 when they do not."""
    from question_bank.analysis.audit_report import audit_html

    blueprint, pool = read_blueprint(parsed.blueprint), read_pool_or_bank(parsed.bank)
    if parsed.cut is not None and not 1 <= parsed.cut < blueprint.total_points:
        raise FormatRefused("arguments.cut_invalid", "--cut lies between 0 and the greatest score.")
    try:
        document = _document(pool, blueprint, parsed.cut)
    except BlueprintInfeasible as error:
        for obstacle in error.obstacles:
            for language in ("zh", "en"):
                print(message_text(obstacle.code, language, **obstacle.params), file=sys.stderr)
        return 1
    if parsed.json:
        write_whole(parsed.json, canonical_bytes(document))
    if parsed.html:
        write_whole(parsed.html, audit_html(dict(document), blueprint.title, parsed.language))
    print(f"{document['tables']} tables, {document['forms']} forms drawn, plan {document['plan_digest']}")
    return 0


def _document(pool: Pool, blueprint: Blueprint, cut: int | None) -> dict[str, JsonValue]:
    from question_bank.publishing.audit import audit, audit_document

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("publish", total=None)

        def on_progress(step: AuditStep, done: int, total: int) -> None:
            progress.update(task, description=step.value, completed=done, total=total)

        return audit_document(audit(pool, blueprint, cut_points=cut, on_progress=on_progress))
