"""Registered photos judged by the vision workers, without a face template: that needs consent."""

import asyncio

import cv2
import numpy as np

from app.administrations.registered_photos import JudgedPhoto, PhotoJudge
from app.frames.workers import VisionPool, WorkerError
from proctor.errors import FrameRejected
from proctor.registration import decode_photo

KEPT_WIDTH = 720
KEPT_QUALITY = 90


def photo_judge(pool: VisionPool) -> PhotoJudge:
    """A judge that asks the pool."""

    async def ask(picture: bytes) -> JudgedPhoto:
        try:
            judged = await pool.photo(picture, embed=False)
        except WorkerError as error:
            return JudgedPhoto(jpeg=None, reason=error.code)
        reason = judged.reasons[0].value if judged.reasons else None
        if not judged.usable:
            return JudgedPhoto(jpeg=None, reason=reason)
        return JudgedPhoto(jpeg=await asyncio.to_thread(_kept, picture), reason=reason)

    return PhotoJudge(ask)


def _kept(picture: bytes) -> bytes | None:
    """The picture as it is kept: at most 720 px wide, JPEG, without metadata."""
    try:
        decoded = decode_photo(picture)
    except FrameRejected:
        return None
    height, width = decoded.shape[:2]
    if width > KEPT_WIDTH:
        size = (KEPT_WIDTH, max(1, height * KEPT_WIDTH // width))
        decoded = np.asarray(cv2.resize(decoded, size, interpolation=cv2.INTER_AREA), np.uint8)
    ok, encoded = cv2.imencode(".jpg", decoded, [cv2.IMWRITE_JPEG_QUALITY, KEPT_QUALITY])
    return encoded.tobytes() if ok else None
