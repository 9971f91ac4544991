"""Findings: what one frame says about one question, before time is taken into account. Pure."""

from dataclasses import dataclass

from proctor.faces import FaceFound, FrameAnalysis
from proctor.flags import FlagKind
from proctor.objects import ObjectKind, shared_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One frame, one kind. strength: 0..1; sequence: the frame's number; at: seconds, server's clock."""

    kind: FlagKind
    at: float
    sequence: int
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneLimits:
    """What counts as seen.

    bystander_share and bystander_height: a second face counts when its area is at least that share of the
    largest one's and its height that share of the frame's, so that a neighbour two rows behind does not.
    person_score and person_share: somebody is there when the detector is so sure of a person who covers that
    share of the frame; whoever walks by far behind is smaller.
    covered_contrast, covered_brightness: standard deviation and mean of luma (0..255) below which a frame
    without a face is taken for a covered camera.
    """

    bystander_share: float = 0.2
    bystander_height: float = 0.12
    person_score: float = 0.5
    person_share: float = 0.1
    covered_contrast: float = 8.0
    covered_brightness: float = 12.0


def is_blocked(analysis: FrameAnalysis, limits: SceneLimits) -> bool:
    """The picture is flat or black: covered, blurred flat or unlit."""
    if analysis.faces:
        return False
    return analysis.contrast < limits.covered_contrast or analysis.brightness < limits.covered_brightness


def is_somebody_there(analysis: FrameAnalysis, limits: SceneLimits) -> bool:
    """A person sits before the camera, whether or not a face is seen."""
    return any(
        one.kind is ObjectKind.PERSON and one.score >= limits.person_score and one.area >= limits.person_share
        for one in analysis.objects or ()
    )


def people(analysis: FrameAnalysis, limits: SceneLimits) -> tuple[FaceFound, ...]:
    """The faces that count, largest first; those far behind are left out, the largest never."""
    if not analysis.faces:
        return ()
    least = limits.bystander_share * analysis.faces[0].area
    behind = (
        face
        for face in analysis.faces[1:]
        if face.area >= least and face.box[3] - face.box[1] >= limits.bystander_height
    )
    return (analysis.faces[0], *behind)


def overlap(one: FaceFound, other: FaceFound) -> float:
    """Intersection over union of two boxes, 0..1."""
    return shared_part(one.box, other.box)
