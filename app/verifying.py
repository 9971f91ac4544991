"""`kaochang verify`: what is stored against the log, for a sitting or for the forms of an administration."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress

from app.clock import SystemClock
from app.errors import NotFound
from app.main import Service
from app.results.disclosure import FormsReport
from app.settings import Settings

_T = TypeVar("_T")


def verify(
    sitting: Annotated[
        str | None, typer.Option(help="Id of a sitting: its entries and its recording.")
    ] = None,
    administration: Annotated[
        str | None, typer.Option(help="Id of an administration: its seed, plan and all forms.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check what is stored against the log. Exit 0: whole; 1: something does not fit; 2: nothing named."""
    if (sitting is None) == (administration is None):
        typer.echo("Name a --sitting or an --administration.", err=True)
        raise typer.Exit(2)
    if sitting is not None:
        report = asyncio.run(_of_service(lambda service: service.replay.verification(sitting)))
        text = _words(report)
        whole = bool(report["ok"])
    else:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("forms", total=None)
            forms = asyncio.run(
                _of_service(
                    lambda service: service.disclosure.verification(
                        str(administration),
                        lambda done, wanted: bar.update(task, completed=done, total=wanted),
                    )
                )
            )
        report, text, whole = asdict(forms), _form_words(forms), not forms.problems
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else text)
    raise typer.Exit(0 if whole else 1)


async def _of_service(ask: Callable[[Service], Awaitable[_T]]) -> _T:
    """Ask a service that is not running; a refusal of what is not there ends the command."""
    service = Service(Settings(), SystemClock())
    try:
        return await ask(service)
    except NotFound as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    finally:
        await service.database.dispose()


def _form_words(report: FormsReport) -> str:
    head = "DO NOT FIT" if report.problems else "all the same"
    lines = [f"{report.forms} forms dealt again: {head}"]
    lines += [f"{found.code} {found.sitting}: {found.text}" for found in report.problems]
    return "\n".join(lines)


def _words(report: dict[str, object]) -> str:
    frames = report["frames"]
    assert isinstance(frames, dict)
    head = "whole" if report["ok"] else "DOES NOT FIT"
    lines = [f"{head}: {report['entries']} entries fit"]
    problem = report["first_problem"]
    if isinstance(problem, dict):
        lines.append(f"first problem, entry {problem['seq']}: {problem['code']} - {problem['text']}")
    counted = f"{frames['recorded']} recorded, {frames['missing']} missing, {frames['altered']} altered"
    return "\n".join([*lines, f"pictures: {counted}"])
