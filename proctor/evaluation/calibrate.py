"""Thresholds of an engine from labelled pictures, as the text of its calibration file.

Scores are compared as ISO/IEC 19795-1 has it: FMR over non-mated, FNMR over mated comparisons.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from proctor.analysis import FrameAnalyser
from proctor.evaluation.dataset import LabelledPair, LabelledPicture, read_pairs, read_pictures
from proctor.faces import Embedding, FrameRequest

_CALIBRATED_GROUPS = ("lfw", "asian_celeb", "nuaa")
_GALLERY_SIZE = 6
_BPCER = 0.05
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the engine said of one picture."""

    picture: LabelledPicture
    embedding: Embedding
    presentation: float | None
    usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSet:
    """Scores of one set of pairs."""

    name: str
    mated: Scores
    non_mated: Scores


def measure(analyser: FrameAnalyser, folder: Path) -> dict[str, Measured]:
    """Embeddings by path of every picture in which a face was found."""
    request = FrameRequest(embed=True, presentation=True)
    measured = {}
    for picture in read_pictures(folder):
        if picture.group not in _CALIBRATED_GROUPS:
            continue
        pixels = cv2.imread(str(folder / picture.path))
        if pixels is None:
            continue
        analysis = analyser.analyse_picture(np.asarray(pixels, np.uint8), request)
        if analysis.embedding is not None and analysis.quality is not None:
            measured[picture.path] = Measured(
                picture=picture,
                embedding=analysis.embedding,
                presentation=analysis.presentation,
                usable=analysis.quality.usable,
            )
    return measured


def score_pairs(measured: dict[str, Measured], pairs: Sequence[LabelledPair]) -> list[PairSet]:
    """Mated scores by kind of pair; non-mated ones are all comparisons across persons of the same set."""
    non_mated = {group: _across_persons(measured, group) for group in _CALIBRATED_GROUPS}
    mated: dict[tuple[str, str], list[float]] = defaultdict(list)
    for pair in pairs:
        if pair.mated and pair.one in measured and pair.other in measured:
            score = measured[pair.one].embedding @ measured[pair.other].embedding
            mated[pair.group, pair.kind].append(float(score))
    return [
        PairSet(name=f"{group} {kind}", mated=np.array(scores), non_mated=non_mated[group])
        for (group, kind), scores in mated.items()
    ]


def _across_persons(measured: dict[str, Measured], group: str) -> Scores:
    chosen = [one for one in measured.values() if one.picture.group == group]
    matrix = np.stack([one.embedding for one in chosen]).astype(np.float64)
    persons = np.array([one.picture.person for one in chosen])
    scores = matrix @ matrix.T
    rows, columns = np.triu_indices(len(chosen), 1)
    different = persons[rows] != persons[columns]
    return np.asarray(scores[rows[different], columns[different]], np.float64)


def score_galleries(measured: dict[str, Measured]) -> tuple[Scores, Scores]:
    """Best of a six-frame gallery, mated (same session) and non-mated, over the live webcam sessions."""
    sessions: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for one in measured.values():
        if one.picture.label == "live" and one.usable:
            sessions[one.picture.person, one.picture.session].append(one)
    mated: list[float] = []
    non_mated: list[float] = []
    for (person, _), frames in sessions.items():
        if len(frames) <= _GALLERY_SIZE:
            continue
        gallery = np.stack([one.embedding for one in frames[:_GALLERY_SIZE]])
        mated += [float((gallery @ one.embedding).max()) for one in frames[_GALLERY_SIZE:]]
        non_mated += [
            float((gallery @ one.embedding).max())
            for (other, _), probes in sessions.items()
            if other != person
            for one in probes
        ]
    return np.array(mated), np.array(non_mated)


def presentation_scores(measured: dict[str, Measured]) -> tuple[Scores, Scores]:
    """Bona fide and printed presentations; empty where the engine has no such model."""
    found = [one for one in measured.values() if one.presentation is not None and one.picture.group == "nuaa"]
    live = [one.presentation for one in found if one.picture.label == "live"]
    printed = [one.presentation for one in found if one.picture.label == "spoof_print"]
    return np.array(live, np.float64), np.array(printed, np.float64)


def threshold_at_fmr(non_mated: Scores, fmr: float) -> float:
    """The lowest score that at most a share `fmr` of non-mated comparisons reaches."""
    ordered = np.sort(non_mated)[::-1]
    allowed = int(fmr * ordered.size)
    return float(np.nextafter(ordered[allowed], np.inf))


def calibration_text(analyser: FrameAnalyser, folder: Path, measured_on: str) -> str:
    """The content of an engine's calibration file; measured_on: date as YYYY-MM-DD."""
    measured = measure(analyser, folder)
    sets = score_pairs(measured, read_pairs(folder))
    door = max(threshold_at_fmr(one.non_mated, 1e-3) for one in sets)
    lenient = max(threshold_at_fmr(one.non_mated, 1e-2) for one in sets)
    non_mated = {one.name.split()[0]: one.non_mated.size for one in sets}
    lines = [
        "# Written by `python -m proctor calibrate`; do not edit. Scores are cosines.",
        "# The strictest set decides: no set has more than FMR 1e-3 (1e-2, lenient) at the door.",
        f'engine = "{analyser.engine.name}"',
        f'measured_on = "{measured_on}"',
        'data = "LFW, Asian celebrities, NUAA webcam (development half)"',
        f"embedding_size = {next(iter(measured.values())).embedding.size}",
        f"mated_pairs = {sum(one.mated.size for one in sets)}",
        f"non_mated_pairs = {sum(non_mated.values())}",
        f"door_threshold = {door:.4f}",
        f"door_threshold_lenient = {lenient:.4f}",
        *_gallery_lines(*score_galleries(measured)),
        *_presentation_lines(*presentation_scores(measured)),
    ]
    for one in sets:
        lines += _set_lines(one, door, lenient)
    return "\n".join(lines) + "\n"


def _gallery_lines(mated: Scores, non_mated: Scores) -> list[str]:
    squares = mated.var() * mated.size + non_mated.var() * non_mated.size
    return [
        f"gallery_threshold = {threshold_at_fmr(non_mated, 1e-2):.4f}",
        f"gallery_mated = {mated.mean():.4f}",
        f"gallery_non_mated = {non_mated.mean():.4f}",
        f"gallery_spread = {float(np.sqrt(squares / (mated.size + non_mated.size))):.4f}",
        f"gallery_mated_probes = {mated.size}",
        f"gallery_non_mated_probes = {non_mated.size}",
        f"gallery_lowest_mated = {mated.min():.4f}",
        f"gallery_highest_non_mated = {non_mated.max():.4f}",
    ]


def _presentation_lines(live: Scores, printed: Scores) -> list[str]:
    if not live.size:
        return ["presentation_threshold = 0.0", "presentation_sustained = 0.0"]
    threshold = float(np.quantile(live, _BPCER))
    # Sustained over several frames: half-way, in log-odds, between live frames (5 % lowest) and prints (1 %
    # highest), because single-frame scores of other cameras and covered mouths lie between the two.
    middle = (_log_odds(threshold) + _log_odds(float(np.quantile(printed, 0.99)))) / 2
    sustained = 1 / (1 + math.exp(-middle))
    return [
        f"presentation_threshold = {threshold:.4f}",
        f"presentation_sustained = {sustained:.4f}",
        f"presentation_bona_fide = {live.size}",
        f"presentation_printed = {printed.size}",
        f"bpcer = {float((live < threshold).mean()):.4f}",
        f"apcer_print = {float((printed >= threshold).mean()):.4f}",
        f"bpcer_sustained = {float((live < sustained).mean()):.4f}",
        f"apcer_print_sustained = {float((printed >= sustained).mean()):.4f}",
    ]


def _log_odds(score: float) -> float:
    inside = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))


def _set_lines(one: PairSet, door: float, lenient: float) -> list[str]:
    return [
        "",
        "[[set]]",
        f'name = "{one.name}"',
        f"mated = {one.mated.size}",
        f"non_mated = {one.non_mated.size}",
        f"fmr_at_door = {float((one.non_mated >= door).mean()):.5f}",
        f"fnmr_at_door = {float((one.mated < door).mean()):.4f}",
        f"fmr_at_lenient = {float((one.non_mated >= lenient).mean()):.5f}",
        f"fnmr_at_lenient = {float((one.mated < lenient).mean()):.4f}",
    ]
