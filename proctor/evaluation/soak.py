"""A soak of the identity test: hours of sittings made of real pictures, with and without another person.

Each sitting is a chain of one person's live pictures in random order, sent at the rate the watch asks for; a
swap is a change to another person's pictures at a random time. What the pictures show was analysed once, so
an hour takes a second. The same few hundred pictures come again and again: this bounds the rule, not the
world.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from proctor.analysis import FrameAnalyser
from proctor.clips import as_sent
from proctor.errors import DatasetInvalid
from proctor.evaluation.dataset import read_pictures
from proctor.faces import Embedding, FrameAnalysis, FrameRequest
from proctor.flags import FlagKind, FlagOpened
from proctor.watch import SittingWatch, WatchPolicy

SETTINGS = (0.1, 0.01, 1e-3, 1e-4, 1e-5)
_HOUR_S = 3600.0
_DOOR_FRAMES = 5
# After the swap a sitting is followed for so long; what is not flagged by then counts as missed.
_FOLLOWED_S = 120.0
_LATEST_SWAP_S = 600.0

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """All that one live picture tells, with the whole embedding; quick: as a watch embeds most frames."""

    analysis: FrameAnalysis
    quick: Embedding | None


Album = Mapping[str, Sequence[Shot]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakPoint:
    """One setting of the false-alarm rate (per candidate-hour) and what came of it.

    flags: of another person in `hours` of the right one; rate and its exact 95 % Poisson interval, per hour.
    presentation_flags: of a presentation attack in the same hours. swaps: sittings taken over by another
    person, `found` of them flagged within two minutes; delays in seconds, None where none was found.
    """

    setting: float
    hours: float
    flags: int
    rate: float
    rate_low: float
    rate_high: float
    presentation_flags: int
    swaps: int
    found: int
    delay_median: float | None
    delay_p95: float | None
    delay_longest: float | None


def soak_folder(
    analyser: FrameAnalyser, folder: Path, hours: float, progress: Progress
) -> tuple[SoakPoint, ...]:
    """Every setting over the live pictures of a folder of labelled faces; raises DatasetInvalid.

    hours: of the right person, for each setting.
    """
    groups = {row.group for row in read_pictures(folder) if row.label == "live"}
    album: dict[str, Sequence[Shot]] = {}
    for group in sorted(groups):
        album |= {
            f"{group} {person}": shown
            for person, shown in live_album(analyser, folder, group, progress).items()
        }
    album = {person: shown for person, shown in album.items() if sum(map(_is_usable, shown)) > _DOOR_FRAMES}
    if len(album) < 2:
        raise DatasetInvalid("no two people with more than five usable live pictures each")
    policy, plan = WatchPolicy(calibration=analyser.engine.calibration), SoakPlan(hours=hours)
    return tuple(soak(album, policy, setting, plan, progress) for setting in SETTINGS)


def live_album(analyser: FrameAnalyser, folder: Path, group: str, progress: Progress) -> Album:
    """Everything about the live pictures of one set, by person; pictures that cannot be read are left out."""
    album: dict[str, list[Shot]] = {}
    wanted = FrameRequest(embed=True, presentation=True, pose=True)
    rows = [row for row in read_pictures(folder) if row.group == group and row.label == "live"]
    for number, row in enumerate(rows):
        pixels = cv2.imread(str(folder / row.path))
        if pixels is not None:
            jpeg = as_sent(np.asarray(pixels, np.uint8))
            quick = analyser.analyse(jpeg, FrameRequest(embed=True, quick=True)).embedding
            shot = Shot(analysis=analyser.analyse(jpeg, wanted), quick=quick)
            album.setdefault(row.person, []).append(shot)
        progress("pictures", (number + 1) / len(rows))
    return album


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakPlan:
    """What is simulated for each setting: hours of the right person, sittings with a swap, the seed."""

    hours: float = 50.0
    swaps: int = 300
    seed: int = 1


def soak(album: Album, policy: WatchPolicy, setting: float, plan: SoakPlan, progress: Progress) -> SoakPoint:
    """Measure one setting. Pre-condition: two people, each with more than five pictures that can be used."""
    policy = replace(policy, false_alarms_per_hour=setting)
    generator = random.Random(plan.seed)  # noqa: S311 - a simulation that can be run again
    hours = plan.hours
    people = sorted(album)
    honest = {FlagKind.ANOTHER_PERSON: 0, FlagKind.PRESENTATION_ATTACK: 0}
    for hour in range(math.ceil(hours)):
        sitting = _Sitting(policy, album[people[hour % len(people)]], generator)
        for kind, _ in sitting.run(min(_HOUR_S, (hours - hour) * _HOUR_S)):
            if kind in honest:
                honest[kind] += 1
        progress(f"setting {setting:g}", (hour + 1) / hours)
    delays = [_swap(policy, album, people, generator) for _ in range(plan.swaps)]
    found = sorted(delay for delay in delays if delay is not None)
    flags = honest[FlagKind.ANOTHER_PERSON]
    low, high = poisson_interval(flags)
    return SoakPoint(
        setting=setting,
        hours=hours,
        flags=flags,
        rate=flags / hours,
        rate_low=low / hours,
        rate_high=high / hours,
        presentation_flags=honest[FlagKind.PRESENTATION_ATTACK],
        swaps=plan.swaps,
        found=len(found),
        delay_median=_quantile(found, 0.5),
        delay_p95=_quantile(found, 0.95),
        delay_longest=found[-1] if found else None,
    )


def _swap(policy: WatchPolicy, album: Album, people: Sequence[str], generator: random.Random) -> float | None:
    """Seconds from the swap to the flag; None when it was not found."""
    person, other = generator.sample(people, 2)
    sitting = _Sitting(policy, album[person], generator)
    # Before the swap nothing may be flagged: such a sitting shows no delay, and is a false alarm elsewhere.
    swapped_at = generator.uniform(60.0, _LATEST_SWAP_S)
    for _ in sitting.run(swapped_at):
        pass
    sitting.pictures = album[other]
    for kind, at in sitting.run(swapped_at + _FOLLOWED_S):
        if kind is FlagKind.ANOTHER_PERSON:
            return at - swapped_at
    return None


def _is_usable(one: Shot) -> bool:
    quality = one.analysis.quality
    return one.analysis.embedding is not None and quality is not None and quality.usable


class _Sitting:
    """One sitting that has been admitted with five pictures of its person."""

    def __init__(self, policy: WatchPolicy, pictures: Sequence[Shot], generator: random.Random) -> None:
        self.pictures = pictures
        self._generator = generator
        usable = [one for one in pictures if _is_usable(one)]
        shots = generator.sample(usable, _DOOR_FRAMES)
        door = [one.analysis.embedding for one in shots if one.analysis.embedding is not None]
        self._watch = SittingWatch(policy, door, None, phase=generator.random())
        self._at = generator.random()
        self._sequence = 0

    def run(self, until: float) -> Iterator[tuple[FlagKind, float]]:
        """Flags that open until then, with the time of the frame that opened them."""
        while self._at < until:
            wanted = self._watch.request(self._at)
            seen = self._watch.observe(self._at, self._sequence, self._shown(wanted))
            for event in seen.events:
                if isinstance(event, FlagOpened):
                    yield event.flag.kind, self._at
            self._sequence += 1
            self._at += 1.0 / seen.wanted_fps

    def _shown(self, wanted: FrameRequest) -> FrameAnalysis:
        """A random picture as a new frame with pixels of its own; what was not asked for is not known."""
        shot = self.pictures[self._generator.randrange(len(self.pictures))]
        analysis = shot.analysis
        embedding = shot.quick if wanted.quick else analysis.embedding
        return replace(
            analysis,
            digest=self._sequence,
            embedding=embedding if wanted.embed else None,
            presentation=analysis.presentation if wanted.presentation else None,
            pose=analysis.pose if wanted.pose else None,
        )


def poisson_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact (Garwood 1936) two-sided interval of a Poisson mean after `count` events."""
    tail = (1.0 - confidence) / 2
    low = 0.0 if count == 0 else _solved(lambda mean: 1.0 - _at_most(count - 1, mean) - tail, 0.0, count)
    high = _solved(lambda mean: tail - _at_most(count, mean), count, count + 20.0 + 10 * math.sqrt(count + 1))
    return low, high


def _at_most(count: int, mean: float) -> float:
    """Probability of at most `count` events."""
    if mean <= 0.0:
        return 1.0
    return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def _solved(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero, by bisection."""
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
