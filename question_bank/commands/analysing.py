"""`analyse`: what the responses of an administration say about its items and its sittings."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from question_bank.canonical import canonical_bytes
from question_bank.commands.files import read_bank, read_limited, write_whole
from question_bank.errors import FormatRefused, ResponsesInvalid
from question_bank.messages import message_text

if TYPE_CHECKING:
    from question_bank.analysis.administration import Analysis, Step
    from question_bank.bank import Bank
    from question_bank.psychometrics.linking import Linking
    from question_bank.psychometrics.parameters import Sourced

# The other commands run without numpy, so what needs it is imported when this one runs.
_MODELS = ("2pl", "rasch")
_LANGUAGES = ("zh-CN", "en")
MAX_FILE_BYTES = 256 * 1024 * 1024


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("analyse", help="calibrate items and look at the responses of a sitting")
    parser.add_argument("responses", type=Path, metavar="RESPONSES.csv")
    parser.add_argument("--key", type=Path, metavar="KEY.csv", help="item,key; without it responses are 0/1")
    parser.add_argument("--times", type=Path, metavar="TIMES.csv", help="seconds, one column an item")
    parser.add_argument("--out", type=Path, required=True, metavar="REPORT.json")
    parser.add_argument("--html", type=Path, metavar="REPORT.html")
    parser.add_argument("--language", choices=_LANGUAGES, default=_LANGUAGES[0], help="of the HTML report")
    parser.add_argument("--model", choices=_MODELS, default=_MODELS[0])
    parser.add_argument("--cut", type=int, metavar="PERCENT", help="the cut score, 1 to 99 %% of the points")
    parser.add_argument("--not-shown", default="-", metavar="MARK", help="what stands for an item not dealt")
    parser.add_argument("--bank", type=Path, metavar="BANK.json", help="report parameters for its items")
    parser.add_argument("--write-parameters", type=Path, metavar="OUT.json", help="the bank, calibrated")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """0 when there is nothing to look at, 1 when there is or the calibration did not converge."""
    if parsed.write_parameters and not parsed.bank:
        raise FormatRefused("arguments.bank_needed", "--write-parameters needs --bank.")
    if parsed.cut is not None and not 1 <= parsed.cut <= 99:
        raise FormatRefused("arguments.cut_invalid", "--cut is 1 to 99 percent of the points.")
    try:
        analysis = _analysis(parsed)
    except ResponsesInvalid as error:
        print(message_text(error.code, "zh", **error.params), file=sys.stderr)
        raise
    _write(analysis, parsed)
    calibration = analysis.calibration
    print(
        f"{len(analysis.observations.candidates)} candidates, {int(calibration.estimated.sum())} of "
        f"{len(analysis.items)} items calibrated, {sum(bool(item.flags) for item in analysis.items)} items "
        f"and {len(analysis.findings)} findings to look at"
    )
    if not calibration.converged:
        print(f"not converged after {calibration.cycles} cycles", file=sys.stderr)
    return int(not analysis.in_order)


def _analysis(parsed: argparse.Namespace) -> Analysis:
    from question_bank.analysis.administration import analyse
    from question_bank.psychometrics.reading import read_key, read_observations
    from question_bank.psychometrics.settings import Model, Settings

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(parsed.responses.name, total=None)

        def on_progress(step: Step, done: int, total: int) -> None:
            progress.update(task, description=step.value, completed=done, total=total)

        key = read_key(read_limited(parsed.key, MAX_FILE_BYTES)) if parsed.key else None
        times = read_limited(parsed.times, MAX_FILE_BYTES) if parsed.times else None
        data = read_limited(parsed.responses, MAX_FILE_BYTES)
        return analyse(
            read_observations(data, key, times, parsed.not_shown),
            Settings(model=Model(parsed.model)),
            cut_share=None if parsed.cut is None else parsed.cut / 100,
            on_progress=on_progress,
        )


def _write(analysis: Analysis, parsed: argparse.Namespace) -> None:
    """All files, once everything has been worked out."""
    from question_bank.analysis.documents import analysis_document, parameters_document
    from question_bank.analysis.report import report_html
    from question_bank.psychometrics.linking import UNLINKED, linking_to
    from question_bank.psychometrics.parameters import bank_parameters, with_parameters

    document, calibrated = analysis_document(analysis), b""
    if parsed.bank:
        bank = read_bank(parsed.bank)
        linking = linking_to(bank, analysis.calibration)
        found = bank_parameters(bank, analysis.calibration, analysis.tallies, linking or UNLINKED)
        document |= parameters_document(found, linking)
        calibrated = with_parameters(bank, found).to_json()
        _tell_sources(bank, found, linking)
    html = report_html(analysis, parsed.responses.name, parsed.language) if parsed.html else b""
    write_whole(parsed.out, canonical_bytes(document))
    if parsed.html:
        write_whole(parsed.html, html)
    if parsed.write_parameters:
        write_whole(parsed.write_parameters, calibrated)


def _tell_sources(bank: Bank, found: Mapping[str, Sourced], linking: Linking | None) -> None:
    sources = Counter(sourced.provenance.value for sourced in found.values())
    print(f"{bank.name}: " + " ".join(f"{source}={count}" for source, count in sorted(sources.items())))
    if linking is not None:
        print(
            f"linked to the bank's scale by {len(linking.anchors)} items: "
            f"{linking.slope:.3f} * theta {linking.shift:+.3f}, gap {linking.gap:.3f}"
        )
    elif sources["item"]:
        print("not linked: the bank's own parameters may be on another scale", file=sys.stderr)
