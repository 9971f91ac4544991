"""Rules of check-in (pure): what follows from an outcome at the door."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# The version of the consent page's words, raised with them. 2: the search for one face under two names is a
# choice of its own.
CONSENT_TEXT = 2
# What the consent page promises: how long a template that may be searched with is kept.
TEMPLATE_KEPT = timedelta(days=365)


class Door(StrEnum):
    """Outcome of the identity check."""

    MATCH = "match"
    LOOK = "look"
    UNUSABLE = "unusable"


class Step(StrEnum):
    """What the service does next."""

    ADMIT = "admit"
    WAIT = "wait"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeResult:
    """What the candidate was asked to do, in order, and the frames that showed the steps done, one each."""

    asked: tuple[str, ...]
    frames: tuple[int, ...]

    @property
    def done(self) -> tuple[str, ...]:
        """The steps done: the first ones."""
        return self.asked[: len(self.frames)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorResult:
    """An outcome and its evidence. Scores: thousandths of the engine scale; `frame`: a frame number.

    `reason`: why it is a look, or what most of the frames needed where they were unusable. `challenge`: None
    where it did not come to one.
    """

    outcome: Door
    reason: str | None
    score_milli: int | None
    threshold_milli: int
    frame: int | None
    challenge: ChallengeResult | None = None


def next_step(result: DoorResult, attempts: int, retries: int) -> Step:
    """A match admits, a look waits for a person, unusable pictures may be tried again `retries` times.

    `attempts` counts this one. Nobody is ever turned away here: the worst outcome is that a person looks.
    """
    if result.outcome is Door.MATCH:
        return Step.ADMIT
    if result.outcome is Door.UNUSABLE and attempts <= retries:
        return Step.TRY_AGAIN
    return Step.WAIT


def waiting_reason(result: DoorResult) -> str:
    """Why a person looks: what made it a look, or that the pictures allowed no decision."""
    if result.outcome is Door.UNUSABLE:
        return Door.UNUSABLE.value
    return result.reason or Door.LOOK.value


def retries_left(attempts: int, retries: int) -> int:
    """How many more times the candidate may try the camera."""
    return max(0, retries + 1 - attempts)


def checks_identity(*, consent: bool, face_comparison: bool | None, has_reference: bool) -> bool:
    """Whether the camera compares faces now: only with consent to it, and with a registered photo."""
    return consent and face_comparison is True and has_reference


class SelfRequest(StrEnum):
    """Why a candidate asks for a person instead of the camera."""

    NO_CAMERA = "no_camera"
    HELP = "help"
    FACE_DECLINED = "face_declined"
