"""Messages of the wall's socket, `/ws/wall/{administration_id}`; what they have in common with the
candidate's is said in `messages`.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.live.messages import Failed, Instant, Message, SittingStateName


class FlagView(Message):
    """A flag as staff see it. `kind` and `severity` are those of `proctor`."""

    id: str
    kind: str
    severity: Literal["low", "medium", "high"]
    started_at: Instant
    ended_at: Instant | None
    peak_at: Instant
    evidence: list[int]  # frame numbers, at most 6, in order
    peak_frame: int | None
    seen_by: str | None


class SeatView(Message):
    """One seat of the wall. `index` is stable for the socket's life and names the seat in pictures."""

    index: int
    label: str
    row: int
    column: int
    sitting_id: str | None
    name: str | None
    state: SittingStateName | None
    presence: Literal["online", "stale", "lost", "never"]
    presence_since: Instant | None
    remaining_ms: int | None
    answered: int
    total: int
    position: int | None
    saved_at: Instant | None
    waiting_since: Instant | None
    waiting_reason: str | None  # mismatch, presentation_attack, no_reference, face_declined, unusable ...
    called_at: Instant | None  # the candidate called the invigilator and nobody answered yet
    picture_at: Instant | None
    camera: Literal["on", "off"]
    checks_off: list[str]  # checks that policy switched off for this seat, e.g. presentation_attack
    flags: list[FlagView]  # open ones, and closed ones not yet seen
    ended_reason: str | None


class Wall(Message):
    """First message on a wall socket, and after a long interruption."""

    type: Literal["wall"] = "wall"
    now: Instant
    administration_id: str
    administration: str
    exam: str
    point: str
    room: str
    starts_at: Instant
    closes_at: Instant
    seats: list[SeatView]


class SeatChanged(Message):
    """The new view of one seat (replaces the old one whole)."""

    type: Literal["seat"] = "seat"
    now: Instant
    seat: SeatView


class WallLoad(Message):
    """Every 5 s: median and 95th percentile picture age, share of frames analysed."""

    type: Literal["load"] = "load"
    now: Instant
    picture_age_ms: int
    picture_age_p95_ms: int
    analysed_share: float


ToWall = Wall | SeatChanged | WallLoad | Failed


class Shown(Message):
    """Credit: the wall has drawn this many more pictures. At most `PICTURE_WINDOW` are under way."""

    type: Literal["shown"]
    pictures: Annotated[int, Field(ge=1, le=1000)]


class Focus(Message):
    """Send this sitting's pictures in full (null: none)."""

    type: Literal["focus"]
    sitting_id: str | None


FromWall = Annotated[Shown | Focus, Field(discriminator="type")]

from_wall: TypeAdapter[FromWall] = TypeAdapter(FromWall)
