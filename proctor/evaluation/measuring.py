"""What an engine says of every picture of a data set, and the comparisons that follow from it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from proctor.analysis import FrameAnalyser
from proctor.errors import DatasetInvalid, FrameRejected
from proctor.evaluation.dataset import LabelledPair, LabelledPicture
from proctor.evaluation.rates import Comparisons
from proctor.faces import Embedding, FrameRequest
from proctor.frames import Picture
from proctor.registration import decode_photo

# Told after so many pictures.
_STEP = 50
_BLOCK = 1024
_MOST_COMPARISONS = 4_000_000

Progress = Callable[[int, int], None]


class Grade(StrEnum):
    """How good the face of a comparison is; a comparison has the grade of its poorer face.

    good: usable, and the eyes at least 40 pixels apart; fair: usable; poor: not usable (see quality).
    """

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


_GRADES = tuple(Grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the engine said of one picture; person: its person's number.

    quick: as a watch embeds its frames, of live pictures only.
    """

    picture: LabelledPicture
    person: int
    embedding: Embedding
    quick: Embedding | None
    presentation: float | None
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """All pictures; failures: why a picture gave no template, by path (failure to acquire)."""

    measured: dict[str, Measured]
    failures: dict[str, str]

    @property
    def failures_by_code(self) -> dict[str, int]:
        """How often each code occurs."""
        return dict(Counter(self.failures.values()).most_common())


def measure(
    analyser: FrameAnalyser, folder: Path, pictures: Sequence[LabelledPicture], tell: Progress | None = None
) -> Measurement:
    """Analyse every picture once. tell: called with pictures done and all, now and then and at the end.

    A picture that cannot be decoded within limits or shows no face is a failure to acquire, counted by its
    code; nothing is left out. Raises DatasetInvalid where not one picture could be measured.
    """
    persons = {name: number for number, name in enumerate(sorted({one.person for one in pictures}))}
    measured: dict[str, Measured] = {}
    failures: dict[str, str] = {}
    for done, picture in enumerate(pictures, 1):
        found = _measure_one(analyser, folder, picture, persons[picture.person])
        if isinstance(found, str):
            failures[picture.path] = found
        else:
            measured[picture.path] = found
        if tell is not None and (done % _STEP == 0 or done == len(pictures)):
            tell(done, len(pictures))
    if not measured:
        raise DatasetInvalid(f"none of {len(pictures)} pictures shows a face")
    return Measurement(measured=measured, failures=failures)


def _measure_one(
    analyser: FrameAnalyser, folder: Path, picture: LabelledPicture, person: int
) -> Measured | str:
    try:
        pixels = decode_photo((folder / picture.path).read_bytes())
    except FrameRejected as error:
        return error.code
    except OSError:
        return "file_missing"
    presented = picture.label == "live" or picture.species is not None
    analysis = analyser.analyse_picture(pixels, FrameRequest(embed=True, presentation=presented))
    if analysis.embedding is None or analysis.quality is None:
        return "no_face"
    return Measured(
        picture=picture,
        person=person,
        embedding=analysis.embedding,
        quick=_quick(analyser, pixels) if picture.label == "live" else None,
        presentation=analysis.presentation,
        grade=grade_of(usable=analysis.quality.usable, eye_distance_px=analysis.faces[0].eye_distance_px),
    )


def _quick(analyser: FrameAnalyser, pixels: Picture) -> Embedding | None:
    """As a watch embeds its frames."""
    return analyser.analyse_picture(pixels, FrameRequest(embed=True, quick=True)).embedding


def grade_of(*, usable: bool, eye_distance_px: float) -> Grade:
    """The grade of one face."""
    if not usable:
        return Grade.POOR
    return Grade.GOOD if eye_distance_px >= 40 else Grade.FAIR


def poorer(one: Grade, other: Grade) -> Grade:
    """The grade of a comparison."""
    return max(one, other, key=_GRADES.index)


def comparisons_of(measured: dict[str, Measured], pairs: Sequence[LabelledPair]) -> Comparisons:
    """The pairs whose pictures were both acquired, scored."""
    both = [
        (measured[pair.one], measured[pair.other])
        for pair in pairs
        if pair.one in measured and pair.other in measured
    ]
    return Comparisons(
        scores=np.array([float(one.embedding @ other.embedding) for one, other in both], np.float64),
        one=np.array([one.person for one, _ in both], np.int64),
        other=np.array([other.person for _, other in both], np.int64),
    )


Conditions = frozenset[tuple[str, str]]


def across_persons(
    pictures: Sequence[Measured], *, like: frozenset[Conditions] | None = None, grade: Grade | None = None
) -> Comparisons:
    """Every comparison of two persons' pictures; of very many, evenly chosen ones, about four million.

    like: only between these conditions (see conditions_of); grade: only those of this grade.
    """
    blocks = list(_blocks(pictures, like, grade))
    if not blocks:
        empty = np.zeros(0, np.int64)
        return Comparisons(scores=np.zeros(0, np.float64), one=empty, other=empty)
    return Comparisons(
        scores=np.concatenate([block.scores for block in blocks]),
        one=np.concatenate([block.one for block in blocks]),
        other=np.concatenate([block.other for block in blocks]),
    )


def conditions_of(one: LabelledPicture, other: LabelledPicture) -> Conditions:
    """What a non-mated comparison should have in common with a mated one: both labels and populations."""
    return frozenset(((one.label, one.population), (other.label, other.population)))


def _blocks(
    pictures: Sequence[Measured], like: frozenset[Conditions] | None, grade: Grade | None
) -> Iterator[Comparisons]:
    """Row blocks of the upper triangle, so that memory stays small for any number of pictures."""
    if not pictures:
        return
    grades = np.array([_GRADES.index(one.grade) for one in pictures])
    matrix = np.stack([one.embedding for one in pictures])
    persons = np.array([one.person for one in pictures], np.int64)
    samples = list({(one.picture.label, one.picture.population): one.picture for one in pictures}.values())
    numbers = {(one.label, one.population): number for number, one in enumerate(samples)}
    conditions = np.array([numbers[one.picture.label, one.picture.population] for one in pictures])
    meets = np.array(
        [[like is None or conditions_of(one, other) in like for other in samples] for one in samples]
    )
    every = -(-len(pictures) * (len(pictures) - 1) // (2 * _MOST_COMPARISONS)) or 1
    for start in range(0, len(pictures), _BLOCK):
        end = min(start + _BLOCK, len(pictures))
        scores = matrix[start:end] @ matrix.T
        wanted = np.arange(len(pictures))[None, :] > np.arange(start, end)[:, None]
        wanted &= persons[start:end, None] != persons[None, :]
        wanted &= meets[conditions[start:end, None], conditions[None, :]]
        if grade is not None:
            wanted &= np.maximum(grades[start:end, None], grades[None, :]) == _GRADES.index(grade)
        rows, columns = (places[::every] for places in np.nonzero(wanted))
        yield Comparisons(
            scores=scores[rows, columns].astype(np.float64),
            one=persons[start + rows],
            other=persons[columns],
        )
