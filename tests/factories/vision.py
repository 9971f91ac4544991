"""Vision that sees what a test says: stands where the worker processes stand, behind the same protocol."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np

from app.settings import VisionSettings
from proctor.calibration import load_calibration
from proctor.faces import (
    Embedding,
    FaceFound,
    FaceQuality,
    FrameAnalysis,
    FrameRequest,
    HeadPose,
    QualityReason,
)
from proctor.photos import ReferencePhoto

# What the default engine's templates have; others count as made by an earlier version.
SIZE = load_calibration("fr").embedding_size


def template(photo: bytes) -> Embedding:
    """A unit vector that depends on every byte of a photo."""
    seed = int.from_bytes(photo, "big") % 2**63
    vector = np.random.default_rng(seed).standard_normal(SIZE).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def seen(*, face: bool) -> FrameAnalysis:
    """What a well lit frame shows, with one face in the middle or with none."""
    found = FaceFound(box=(0.3, 0.2, 0.7, 0.7), score=0.99, eye_distance_px=80.0)
    return FrameAnalysis(
        width=640,
        height=480,
        faces=(found,) if face else (),
        brightness=120.0,
        contrast=50.0,
        sharpness=300.0,
        fingerprint=1,
        digest=1,
        gist=bytes(192),
        quality=FaceQuality(usable=True, reasons=()) if face else None,
        embedding=None,
        presentation=None,
        pose=None,
        thumbnail=b"thumbnail",
        milliseconds=1.0,
    )


def person_seen(face: Embedding) -> FrameAnalysis:
    """Somebody who looks into the camera, with everything that may be asked for."""
    straight = HeadPose(yaw=0.0, pitch=0.0, roll=0.0)
    return replace(seen(face=True), embedding=face, presentation=0.99, pose=straight, eye_openness=0.3)


_TURNED = FaceQuality(usable=False, reasons=(QualityReason.TURNED,))
_NEAR = FaceFound(box=(0.2, 0.05, 0.8, 0.8), score=0.99, eye_distance_px=120.0)
# What of a frame is different while somebody does a step of the challenge.
DOING: dict[str, dict[str, Any]] = {
    "turn_left": {"quality": _TURNED, "pose": HeadPose(yaw=30.0, pitch=0.0, roll=0.0)},
    "turn_right": {"quality": _TURNED, "pose": HeadPose(yaw=-30.0, pitch=0.0, roll=0.0)},
    "close_eyes": {"eye_openness": 0.1},
    "come_closer": {"faces": (_NEAR,)},
}


class ToldVision:
    """A pool that answers every frame with `frame`, and every photo, once `may_judge` is set, with its
    template if that was asked for. `judged` keeps the photos and whether a template was made."""

    capacity = 1

    def __init__(self) -> None:
        self.settings = VisionSettings(workers=1)
        self.ready = asyncio.Event()
        self.frame = seen(face=True)
        self.may_judge = asyncio.Event()
        self.may_judge.set()
        self.asked = asyncio.Event()
        self.judged: list[tuple[bytes, bool]] = []

    async def analyse(self, jpeg: bytes, request: FrameRequest) -> FrameAnalysis:
        return self.frame

    async def glance(self, jpeg: bytes) -> bytes:
        return b"thumbnail"

    async def photo(self, picture: bytes, *, embed: bool) -> ReferencePhoto:
        self.asked.set()
        await self.may_judge.wait()
        self.judged.append((picture, embed))
        return ReferencePhoto(embedding=template(picture) if embed else None, reasons=())

    async def run(self) -> None:
        await asyncio.Event().wait()
