"""Command line: `python -m proctor models install | models register | calibrate | evaluate | watch`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from proctor.errors import ProctorError
from proctor.models.packs import install
from proctor.models.registry import default_data_dir, operator_dir, packs

_EVENT_NAMES = {"FlagOpened": "opened", "FlagUpdated": "updated", "FlagClosed": "closed"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, or 1 with one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except ProctorError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m proctor", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _model_commands(commands.add_parser("models", help="model packs"))

    calibrate = commands.add_parser("calibrate", help="measure an engine's thresholds on labelled faces")
    calibrate.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and pairs.csv")
    calibrate.add_argument("--engine", default="fr")
    calibrate.add_argument("--models", type=Path, default=default_data_dir(), help="data folder with models")
    calibrate.add_argument("--out", type=Path, help="write here instead of printing")
    calibrate.set_defaults(run=_calibrate)

    report = commands.add_parser("evaluate", help="measure an engine's error rates on labelled faces")
    report.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and pairs.csv")
    report.add_argument("--engine", default="fr")
    report.add_argument("--models", type=Path, default=default_data_dir(), help="data folder with models")
    report.add_argument("--out", type=Path, required=True, help="the report as JSON")
    report.add_argument("--html", type=Path, help="the report as one page, without any picture of a face")
    report.add_argument("--language", choices=("zh-CN", "en"), default="zh-CN", help="of the page")
    report.add_argument(
        "--soak", type=float, default=0.0, help="candidate-hours for each false-alarm rate, too"
    )
    report.set_defaults(run=_evaluate)

    watch = commands.add_parser("watch", help="run the whole decision over a clip")
    watch.add_argument("video", type=Path)
    watch.add_argument("--reference", type=Path, help="registered photo, JPEG or PNG")
    watch.add_argument("--out", type=Path, required=True, help="flags, one JSON object a line")
    watch.add_argument("--fps", type=float, default=1.0, help="frames a second while nothing is in doubt")
    watch.add_argument("--engine", default="fr")
    watch.add_argument("--models", type=Path, default=default_data_dir())
    watch.add_argument("--no-presentation", action="store_true")
    watch.set_defaults(run=_watch)
    return parser


def _model_commands(parser: argparse.ArgumentParser) -> None:
    models = parser.add_subparsers(required=True, metavar="ACTION")
    fetch = models.add_parser("install", help="bring the packs' files into the data folder")
    fetch.add_argument("--pack", help="only this one")
    fetch.add_argument("--from", dest="source", type=Path, help="folder with the packages or their files")
    fetch.add_argument("--data", type=Path, default=default_data_dir())
    fetch.set_defaults(run=_install)
    register = models.add_parser("register", help="take up an engine of your own: ONNX files, engine.toml")
    register.add_argument("folder", type=Path)
    register.add_argument("--data", type=Path, default=default_data_dir())
    register.set_defaults(run=_register)


def _install(options: argparse.Namespace) -> int:
    names = packs() if options.pack is None else (options.pack,)
    new = [path for name in names for path in install(name, options.data, options.source)]
    sys.stdout.write("".join(f"{path}\n" for path in new) or "all model files are there\n")
    return 0


def _register(options: argparse.Namespace) -> int:
    from proctor.engines.operators import register

    name = register(options.folder, options.data)
    sys.stdout.write(
        f"{name} is registered. Calibrate it: python -m proctor calibrate --engine {name} "
        f"--data FACES --out {operator_dir(name, options.data) / 'calibration.toml'}\n"
    )
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from proctor.analysis import FrameAnalyser
    from proctor.engines import load_engine
    from proctor.evaluation.calibrate import calibration_text

    analyser = FrameAnalyser(load_engine(options.engine, options.models, calibrated=False))
    text = calibration_text(analyser, options.data, _today(), _tell)
    if options.out is None:
        sys.stdout.write(text)
    else:
        options.out.write_text(text, encoding="utf-8")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from proctor.analysis import FrameAnalyser
    from proctor.engines import load_engine
    from proctor.evaluation.page import page_of
    from proctor.evaluation.report import evaluate
    from proctor.evaluation.soak import soak_folder

    analyser = FrameAnalyser(load_engine(options.engine, options.models))
    report = evaluate(analyser, options.data, _today(), _tell)
    if options.soak > 0:
        report = replace(report, soak=soak_folder(analyser, options.data, options.soak, _tell_part))
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n"
    options.out.write_text(text, encoding="utf-8")
    if options.html is not None:
        options.html.write_text(page_of(report, options.language), encoding="utf-8")
    return 0


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _tell(done: int, total: int) -> None:
    """Progress of long work, in one line on standard error."""
    sys.stderr.write(f"\r{done} of {total} pictures" + ("\n" if done == total else ""))
    sys.stderr.flush()


def _tell_part(part: str, share: float) -> None:
    """The same for work that is told in shares of its parts."""
    sys.stderr.write(f"\r{part}: {100 * share:.0f} %   " + ("\n" if share >= 1 else ""))
    sys.stderr.flush()


def _watch(options: argparse.Namespace) -> int:
    from proctor.analysis import load_analyser
    from proctor.clips import read_frames, watch_frames
    from proctor.registration import reference_from_photo
    from proctor.watch import WatchPolicy

    analyser = load_analyser(options.engine, options.models)
    policy = WatchPolicy(
        calibration=analyser.engine.calibration, check_presentation=not options.no_presentation
    )
    policy = replace(policy, pace=replace(policy.pace, normal_fps=options.fps))
    reference = None
    if options.reference is not None:
        reference = reference_from_photo(analyser, options.reference.read_bytes()).embedding
    with options.out.open("w", encoding="utf-8") as out:
        for told in watch_frames(analyser, read_frames(options.video), policy, reference):
            line = {"at": round(told.at, 3), "event": _EVENT_NAMES[type(told.event).__name__]}
            out.write(json.dumps(line | asdict(told.event.flag), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
