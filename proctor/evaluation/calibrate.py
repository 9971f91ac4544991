"""Thresholds of an engine from labelled pictures, as the text of its calibration file.

Scores are compared as ISO/IEC 19795-1 has it: FMR over non-mated, FNMR over mated comparisons.
"""

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proctor.analysis import FrameAnalyser
from proctor.errors import DatasetInvalid
from proctor.evaluation.dataset import LabelledPair, read_pairs, read_pictures
from proctor.evaluation.likelihood import fit_line
from proctor.evaluation.measuring import (
    Grade,
    Measured,
    Progress,
    across_persons,
    comparisons_of,
    measure,
    poorer,
)
from proctor.evaluation.rates import Comparisons, Scores, threshold_at_fmr
from proctor.faces import Embedding
from proctor.identity import best_similarity

# A set decides about thresholds when FMR 1e-3 is at least five of its comparisons.
_LEAST_NON_MATED = 5_000
_STATED_FMRS = (1e-1, 1e-2, 1e-3)
_GALLERY_SIZE = 6
_BPCER = 0.05
# Non-mated comparisons a grade and set that a line is fitted to, evenly spread over all.
_LINE_SAMPLE = 20_000
_LEAST_OF_GRADE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSet:
    """Mated comparisons of one kind, and all non-mated ones of the set."""

    name: str
    group: str
    mated: Comparisons
    non_mated: Comparisons


def score_pairs(measured: dict[str, Measured], pairs: Sequence[LabelledPair]) -> list[PairSet]:
    """Mated scores by kind of pair; non-mated ones are all comparisons across persons of the same set."""
    kinds: dict[tuple[str, str], list[LabelledPair]] = defaultdict(list)
    for pair in pairs:
        if pair.mated:
            kinds[pair.group, pair.kind].append(pair)
    non_mated = {
        group: across_persons([one for one in measured.values() if one.picture.group == group])
        for group in {group for group, _ in kinds}
    }
    return [
        PairSet(
            name=f"{group} {kind}",
            group=group,
            mated=comparisons_of(measured, listed),
            non_mated=non_mated[group],
        )
        for (group, kind), listed in kinds.items()
        if non_mated[group].scores.size >= _LEAST_NON_MATED
    ]


def score_galleries(measured: dict[str, Measured]) -> tuple[Scores, Scores]:
    """Best of a six-frame gallery, mated (same session) and non-mated, over the live webcam sessions.

    As in a sitting: quick probes against a gallery of whole embeddings.
    """
    sessions: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for one in measured.values():
        if one.picture.label == "live" and one.grade is not Grade.POOR:
            sessions[one.picture.person, one.picture.session].append(one)
    mated: list[float] = []
    non_mated: list[float] = []
    for (person, _), frames in sessions.items():
        if len(frames) <= _GALLERY_SIZE:
            continue
        gallery = [one.embedding for one in frames[:_GALLERY_SIZE]]
        mated += _best(frames[_GALLERY_SIZE:], gallery)
        for (other, _), probes in sessions.items():
            if other != person:
                non_mated += _best(probes, gallery)
    if not mated or not non_mated:
        raise DatasetInvalid("no two persons with sessions of more than six usable live frames")
    return np.array(mated), np.array(non_mated)


def _best(probes: Sequence[Measured], gallery: Sequence[Embedding]) -> list[float]:
    return [best_similarity(one.quick, gallery) for one in probes if one.quick is not None]


def presentation_scores(measured: dict[str, Measured]) -> tuple[Scores, Scores]:
    """Presentation scores of live persons and of attacks on usable frames."""
    live, attacks = [], []
    for one in measured.values():
        if one.presentation is None:
            continue
        if one.picture.label == "live":
            live.append(one.presentation)
        elif one.picture.species == "print":
            attacks.append(one.presentation)
    return np.array(live), np.array(attacks)


def calibration_text(
    analyser: FrameAnalyser, folder: Path, measured_on: str, tell: Progress | None = None
) -> str:
    """The content of an engine's calibration file; measured_on: date as YYYY-MM-DD. Raises DatasetInvalid."""
    pairs = read_pairs(folder)
    compared = {pair.group for pair in pairs if pair.mated}
    pictures = [one for one in read_pictures(folder) if one.group in compared]
    measured = measure(analyser, folder, pictures, tell).measured
    sets = score_pairs(measured, pairs)
    if not sets:
        raise DatasetInvalid(f"no set has {_LEAST_NON_MATED} non-mated comparisons")
    thresholds = {
        fmr: max(threshold_at_fmr(one.non_mated.scores, fmr) for one in sets) for fmr in _STATED_FMRS
    }
    door, lenient = thresholds[1e-3], thresholds[1e-2]
    non_mated = {one.group: one.non_mated.scores.size for one in sets}
    lines = [
        "# Written by `python -m proctor calibrate`; do not edit. Scores are cosines.",
        "# The strictest set decides: no set has more than FMR 1e-3 (1e-2, lenient) at the door.",
        f'engine = "{analyser.engine.name}"',
        f'measured_on = "{measured_on}"',
        f"data = {_quoted(f'{folder.name}: ' + ', '.join(sorted(non_mated)))}",
        f"embedding_size = {next(iter(measured.values())).embedding.size}",
        f"mated_pairs = {sum(one.mated.scores.size for one in sets)}",
        f"non_mated_pairs = {sum(non_mated.values())}",
        f"door_threshold = {door:.4f}",
        f"door_threshold_lenient = {lenient:.4f}",
        *_gallery_lines(*score_galleries(measured)),
        *_presentation_lines(*presentation_scores(measured)),
    ]
    for fmr, score in thresholds.items():
        lines += ["", "[[threshold]]", f"fmr = {fmr}", f"score = {score:.4f}"]
    lines += _likelihood_lines(measured, pairs, {one.group for one in sets})
    for one in sets:
        lines += _set_lines(one, door, lenient)
    return "\n".join(lines) + "\n"


def _likelihood_lines(
    measured: dict[str, Measured], pairs: Sequence[LabelledPair], groups: set[str]
) -> list[str]:
    """A line for each grade of usable faces, over all sets; a face that is not usable says nothing."""
    lines: list[str] = []
    for grade in (Grade.GOOD, Grade.FAIR):
        mated, non_mated = _scores_of_grade(measured, pairs, groups, grade)
        if min(mated.size, non_mated.size) < _LEAST_OF_GRADE:
            continue
        line = fit_line(mated, non_mated)
        lines += [
            "",
            "[[likelihood]]",
            f'grade = "{grade}"',
            f"slope = {line.slope:.4f}",
            f"offset = {line.offset:.4f}",
            # Rule of three: of n comparisons without an error a rate below 3 / n is not known.
            f"limit = {math.log(mated.size / 3):.4f}",
            f"mated = {mated.size}",
            f"non_mated = {non_mated.size}",
        ]
    return lines


def _scores_of_grade(
    measured: dict[str, Measured], pairs: Sequence[LabelledPair], groups: set[str], grade: Grade
) -> tuple[Scores, Scores]:
    listed = [
        pair
        for pair in pairs
        if pair.mated
        and pair.group in groups
        and pair.one in measured
        and pair.other in measured
        and poorer(measured[pair.one].grade, measured[pair.other].grade) is grade
    ]
    non_mated = []
    for group in sorted(groups):
        pictures = [one for one in measured.values() if one.picture.group == group]
        scores = across_persons(pictures, grade=grade).scores
        non_mated.append(scores[:: max(1, scores.size // _LINE_SAMPLE)])
    return comparisons_of(measured, listed).scores, np.concatenate(non_mated)


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
    if not live.size or not printed.size:
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


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _log_odds(score: float) -> float:
    inside = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))


def _set_lines(one: PairSet, door: float, lenient: float) -> list[str]:
    return [
        "",
        "[[set]]",
        f"name = {_quoted(one.name)}",
        f"mated = {one.mated.scores.size}",
        f"non_mated = {one.non_mated.scores.size}",
        f"fmr_at_door = {one.non_mated.at_least(door).value:.5f}",
        f"fnmr_at_door = {one.mated.below(door).value:.4f}",
        f"fmr_at_lenient = {one.non_mated.at_least(lenient).value:.5f}",
        f"fnmr_at_lenient = {one.mated.below(lenient).value:.4f}",
    ]
