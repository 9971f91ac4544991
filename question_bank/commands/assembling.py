"""`assemble`: publish a blueprint and draw a form for every candidate, with a report."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from question_bank.assembly import Eligibility, seed_commitment
from question_bank.canonical import JsonValue, canonical_bytes
from question_bank.commands.files import read_blueprint, read_pool_or_bank, write_whole
from question_bank.commands.forms import EPOCHS_FORMAT, read_seed
from question_bank.errors import BlueprintInfeasible, FormatRefused
from question_bank.form_checks import FormCheck
from question_bank.messages import message_text
from question_bank.roster_figures import RosterFigures
from question_bank.rosters import ExposureLedger, draw_roster

if TYPE_CHECKING:
    from question_bank.publishing.publish import Published

# The other commands run without a solver, so what needs one is imported when this one runs.
MAX_CANDIDATES = 200_000


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("assemble", help="draw a different, equally hard form for every candidate")
    parser.add_argument("--bank", type=Path, required=True, metavar="BANK.json", help="or a pool")
    parser.add_argument("--blueprint", type=Path, required=True, metavar="BLUEPRINT")
    parser.add_argument("--seed", required=True, help="the master seed, 64 hexadecimal digits")
    parser.add_argument("--candidates", type=int, required=True, metavar="N", help="named 1 to N")
    parser.add_argument("--out", type=Path, required=True, metavar="FORMS.jsonl")
    parser.add_argument("--report", type=Path, required=True, metavar="REPORT.json")
    parser.set_defaults(run=run)


@dataclass(slots=True)
class _Drawn:
    """What a run leaves: records as lines, epochs in order, figures, rules broken (there should be none)."""

    lines: list[bytes] = field(default_factory=list)
    epochs: dict[int, Eligibility] = field(default_factory=dict)
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def run(parsed: argparse.Namespace) -> int:
    """0 when every form is drawn and obeys its blueprint, 1 when there are none (the report says why).

    Writes FORMS.jsonl, and beside it FORMS.plan.json and FORMS.epochs.json, from which `rebuild-form` deals
    the forms again.
    """
    from question_bank.publishing.publish import publish

    if not 1 <= parsed.candidates <= MAX_CANDIDATES:
        raise FormatRefused("arguments.candidates_invalid", f"--candidates is 1 to {MAX_CANDIDATES}.")
    seed = read_seed(parsed.seed)
    pool, blueprint = read_pool_or_bank(parsed.bank), read_blueprint(parsed.blueprint)
    try:
        with _progress("publishing") as advance:
            published = publish(pool, blueprint, progress=advance)
    except BlueprintInfeasible as error:
        _refuse(error, parsed.report)
        return 1
    candidates = [str(number) for number in range(1, parsed.candidates + 1)]
    ledger = ExposureLedger(published.plan)
    drawn, figures = _draw(published, ledger, seed, (candidates, blueprint.exposure_cap))
    _write(parsed.out, published, drawn)
    document = _report(published, drawn, figures, seed)
    write_whole(parsed.report, json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n")
    print(
        f"{len(drawn.lines)} forms, {document['forms_per_second']} a second, expected score at the cut "
        f"{figures.at_cut_text}, largest exposure {figures.largest_exposure:.4f}, "
        f"{len(drawn.broken)} break a rule"
    )
    return int(bool(drawn.broken))


def _draw(
    published: Published, ledger: ExposureLedger, seed: bytes, roster: tuple[Sequence[str], int | None]
) -> tuple[_Drawn, RosterFigures]:
    candidates, cap = roster
    drawn, figures = _Drawn(), RosterFigures(published.plan)
    check = FormCheck(published.supply)
    with _progress("drawing") as advance:
        begun = time.perf_counter()
        for form in draw_roster(ledger, seed, candidates, cap=cap):
            drawn.seconds.append(time.perf_counter() - begun)
            ids = [slot.item_id for slot in form.record.slots]
            broken = check.broken(ids)
            if broken:
                drawn.broken[form.record.candidate_id] = broken
            figures.enter(ids)
            drawn.lines.append(form.record.to_json())
            drawn.epochs.setdefault(form.eligibility.epoch, form.eligibility)
            if len(drawn.lines) % 100 == 0:
                advance(len(drawn.lines), len(candidates))
            begun = time.perf_counter()
    return drawn, figures


def _write(out: Path, published: Published, drawn: _Drawn) -> None:
    epochs: list[JsonValue] = [
        {"epoch": epoch.epoch, "closed": list(epoch.closed)} for epoch in drawn.epochs.values()
    ]
    write_whole(out.with_suffix(".plan.json"), published.plan.to_json())
    write_whole(out.with_suffix(".epochs.json"), canonical_bytes({"format": EPOCHS_FORMAT, "epochs": epochs}))
    write_whole(out, b"".join(line + b"\n" for line in drawn.lines))


def _report(published: Published, drawn: _Drawn, figures: RosterFigures, seed: bytes) -> dict[str, object]:
    plan, supply, structure = published.plan, published.supply, published.structure
    times = sorted(drawn.seconds)
    return {
        "format": "kaochang.assembly-report/1",
        "bank_digest": plan.bank_digest,
        "blueprint_digest": plan.blueprint_digest,
        "plan_digest": plan.digest,
        "seed_commitment": seed_commitment(seed),
        "feasible": True,
        "forms": len(drawn.lines),
        "forms_per_second": round(len(times) / sum(times), 1),
        "milliseconds_p50": round(times[len(times) // 2] * 1_000, 3),
        "milliseconds_p99": round(times[len(times) * 99 // 100] * 1_000, 3),
        "violations": drawn.broken,
        "difficulty_basis": plan.basis,
        "cells": len(plan.cells),
        "tables": len(plan.tables),
        "epochs": len(drawn.epochs),
        "theta": None if plan.theta is None else plan.theta / 1e6,
        **figures.document(),
        "structural_minimum": round(structure.minimum, 6),
        "in_every_form": [supply.items[place].id for place in structure.forced],
        "bottleneck": [
            [supply.items[place].id for place in supply.cells[cell].members] for cell in structure.bottleneck
        ],
    }


def _refuse(error: BlueprintInfeasible, report: Path) -> None:
    obstacles = [
        {
            "code": obstacle.code,
            **{
                language: message_text(obstacle.code, language, **obstacle.params)
                for language in ("zh", "en")
            },
            **obstacle.params,
        }
        for obstacle in error.obstacles
    ]
    document = {"format": "kaochang.assembly-report/1", "feasible": False, "obstacles": obstacles}
    write_whole(report, json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n")
    print(f"{error.code}: {error}", file=sys.stderr)
    for found in obstacles:
        print(f"{found['code']}: {found['en']}", file=sys.stderr)


class _Bar:
    """A progress bar as a callable of (done, wanted)."""

    def __init__(self, progress: Progress, label: str) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=None)

    def __call__(self, done: int, wanted: int) -> None:
        self._progress.update(self._task, completed=done, total=wanted)


@contextmanager
def _progress(label: str) -> Iterator[_Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress, label)
