"""Registered photos judged by the vision workers, without a face template: that needs consent."""

import asyncio

import cv2
import numpy as np

from app.administrations.registered_photos import JudgedPhoto, PhotoJudge
from app.frames.workers import VisionPool, WorkerError
from proctor.errors import FrameRejected
from proctor.frames import Picture
from proctor.registration import decode_photo

KEPT_WIDTH = 720
KEPT_QUALITY = 90
THUMBNAIL_HEIGHT = 96
THUMBNAIL_QUALITY = 75


def photo_judge(pool: VisionPool) -> PhotoJudge:
    """A judge that asks the pool."""

    async def ask(picture: bytes) -> JudgedPhoto:
        try:
            judged = await pool.photo(picture, embed=False)
        except WorkerError as error:
            return JudgedPhoto(jpeg=None, reasons=(error.code,))
        reasons = tuple(reason.value for reason in judged.reasons)
        kept, thumbnail = await asyncio.to_thread(_encoded, picture)
        return JudgedPhoto(jpeg=kept if judged.usable else None, reasons=reasons, thumbnail=thumbnail)

    return PhotoJudge(ask)


def _encoded(picture: bytes) -> tuple[bytes | None, bytes | None]:
    """The picture as it is kept (at most 720 px wide) and its thumbnail: JPEGs without metadata."""
    try:
        decoded = decode_photo(picture)
    except FrameRejected:
        return None, None
    height, width = decoded.shape[:2]
    kept = _jpeg(decoded, min(1.0, KEPT_WIDTH / width), KEPT_QUALITY)
    return kept, _jpeg(decoded, min(1.0, THUMBNAIL_HEIGHT / height), THUMBNAIL_QUALITY)


def _jpeg(picture: Picture, scale: float, quality: int) -> bytes | None:
    height, width = picture.shape[:2]
    if scale < 1.0:
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    ok, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes() if ok else None
