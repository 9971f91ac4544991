"""Things in a frame besides faces. Data only; finding them is an engine's work."""

from dataclasses import dataclass
from enum import StrEnum


class ObjectKind(StrEnum):
    """What the watch makes use of; everything else a detector knows is dropped."""

    PERSON = "person"
    PHONE = "phone"
    SCREEN = "screen"
    LAPTOP = "laptop"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFound:
    """One thing. `box` is (x0, y0, x1, y1) in 0..1 of width and height; `score` is the detector's, 0..1."""

    kind: ObjectKind
    box: tuple[float, float, float, float]
    score: float

    @property
    def area(self) -> float:
        """Share of the frame the box covers, 0..1."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


def shared_part(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1), 0..1."""
    shared = _shared_area(one, other)
    return shared / (_area(one) + _area(other) - shared) if shared else 0.0


def covered_part(one: tuple[float, ...], by: tuple[float, ...]) -> float:
    """Share of the first box that lies inside the second, 0..1."""
    area = _area(one)
    return _shared_area(one, by) / area if area > 0 else 0.0


def _shared_area(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _area(box: tuple[float, ...]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
