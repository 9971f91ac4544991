"""What one camera is used for, as the sitting moves on."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from app.frames.watching import CameraWatch, Known
from app.sittings.lifecycle import State
from app.sittings.records import Sitting
from proctor.calibration import load_calibration
from proctor.faces import FaceFound, FaceQuality, FrameAnalysis

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FACE = np.full(512, 512**-0.5, np.float32)
KNOWN = Known(has_photo=True, photo_at_check_in=False, reference=FACE, gallery=())
FRAMED = FrameAnalysis(
    width=640,
    height=480,
    faces=(FaceFound(box=(0.3, 0.2, 0.7, 0.7), score=0.99, eye_distance_px=80.0),),
    brightness=120.0,
    contrast=50.0,
    sharpness=300.0,
    fingerprint=1,
    digest=1,
    gist=bytes(192),
    quality=FaceQuality(usable=True, reasons=()),
    embedding=None,
    presentation=None,
    pose=None,
    thumbnail=None,
    milliseconds=1.0,
)


def checking_in() -> Sitting:
    """A candidate before the camera who agreed to face comparison."""
    empty = dict.fromkeys(Sitting.__dataclass_fields__, None)
    known = {
        "id": "a" * 32,
        "state": State.CHECKING_IN,
        "presentation_check": True,
        "recording_consent_at": NOW,
        "face_comparison": True,
        "identity_attempts": 0,
    }
    return Sitting(**(empty | known))  # type: ignore[arg-type]


def compares(watch: CameraWatch, at: float) -> bool:
    """Whether a well framed face is compared."""
    watch.observe(at, int(at), FRAMED)
    return watch.request(at + 0.5).embed


def test_trying_again_compares_again() -> None:
    sitting = checking_in()
    watch = CameraWatch(sitting, KNOWN, load_calibration("fr"), 1.0)
    assert compares(watch, 1.0)
    held = replace(sitting, identity_outcome="unusable", identity_attempts=1)
    watch.update(held, KNOWN)
    assert not compares(watch, 2.0)
    watch.update(replace(held, identity_outcome=None), KNOWN)
    assert compares(watch, 3.0)


def test_without_consent_to_comparison_no_template_is_asked_for() -> None:
    watch = CameraWatch(replace(checking_in(), face_comparison=False), KNOWN, load_calibration("fr"), 1.0)
    assert not compares(watch, 1.0)
    running = replace(checking_in(), face_comparison=False, state=State.IN_PROGRESS)
    watch.update(running, KNOWN)
    assert not compares(watch, 2.0)


def test_a_reference_that_comes_later_starts_the_comparison() -> None:
    waiting = replace(KNOWN, reference=None, has_photo=False, photo_at_check_in=True)
    watch = CameraWatch(checking_in(), waiting, load_calibration("fr"), 1.0)
    assert not compares(watch, 1.0)
    watch.update(checking_in(), KNOWN)
    assert compares(watch, 2.0)
