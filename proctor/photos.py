"""Registered photos: limits, and what a clerk is told. The part with pixels is `registration`."""

from dataclasses import dataclass
from enum import StrEnum

from proctor.faces import Embedding

MAX_PHOTO_BYTES = 8 * 1024 * 1024
MAX_PHOTO_PIXELS = 24_000_000


class PhotoReason(StrEnum):
    """What an office clerk should know about a photo, in the order of telling.

    TURNED: to the side. TILTED: the head leans, or looks up or down. UNCERTAIN: something covers the face, or
    it is none.
    """

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    CUT_OFF = "cut_off"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LOW_CONTRAST = "low_contrast"
    TURNED = "turned"
    TILTED = "tilted"
    UNCERTAIN = "uncertain"


FACELESS = frozenset({PhotoReason.NO_FACE, PhotoReason.SEVERAL_FACES})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePhoto:
    """A registered photo. embedding: float32 of L2 norm 1, None where it was not asked for or no face
    could be chosen.

    reasons: what is poor about it, empty for a good one. A poor photo may be usable; the clerk is told to
    ask for a better one.
    """

    embedding: Embedding | None
    reasons: tuple[PhotoReason, ...]

    @property
    def usable(self) -> bool:
        """There is one face to compare with."""
        return not FACELESS & set(self.reasons)
