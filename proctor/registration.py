"""Registered photos, the part with pixels: limits, decoding, one face, its embedding."""

import struct

import cv2
import numpy as np

from proctor.analysis import FrameAnalyser
from proctor.errors import FrameRejected, RejectionCode
from proctor.faces import FaceFound, FrameAnalysis, FrameRequest, HeadPose, QualityReason
from proctor.frames import Picture, decode_picture, read_jpeg_size
from proctor.photos import MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, PhotoReason, ReferencePhoto

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = struct.Struct(">I4sII")
_MIN_SIDE = 48
# Larger photos are halved until they fit: a face needs some 200 pixels, not 3000.
_WORKING_SIDE = 1600
_BYSTANDER_SHARE = 0.25
_LEAST_EYE_DISTANCE_PX = 30.0
# Degrees. The pose model is off by some: of frontal webcam pictures (NUAA) 98 % lie within yaw -7..7, pitch
# -21..0 and roll -12..5, so the bounds are that and a margin; a warning costs a clerk a look.
_YAW = (-25.0, 25.0)
_PITCH = (-35.0, 20.0)
_ROLL = (-20.0, 15.0)

_REASONS = {
    QualityReason.TOO_SMALL: PhotoReason.TOO_SMALL,
    QualityReason.TOO_DARK: PhotoReason.TOO_DARK,
    QualityReason.TOO_BRIGHT: PhotoReason.TOO_BRIGHT,
    QualityReason.LOW_CONTRAST: PhotoReason.LOW_CONTRAST,
    QualityReason.BLURRED: PhotoReason.BLURRED,
    QualityReason.TURNED: PhotoReason.TURNED,
    QualityReason.CUT_OFF: PhotoReason.CUT_OFF,
    QualityReason.UNCERTAIN: PhotoReason.UNCERTAIN,
}


def reference_from_photo(analyser: FrameAnalyser, photo: bytes, *, embed: bool = True) -> ReferencePhoto:
    """Say what is poor about a registered photo (JPEG or PNG), and embed it.

    `embed` False judges it without making a face template: nobody has agreed to one when a roster is
    imported. At most MAX_PHOTO_BYTES and MAX_PHOTO_PIXELS, both checked before decoding (a PNG of 17 KB
    can take 411 MB). Raises FrameRejected.
    """
    picture = decode_photo(photo)
    wanted = FrameRequest(embed=embed, pose=True)
    analysis = analyser.analyse_picture(picture, wanted)
    if not analysis.faces:
        # A passport crop fills the frame, and the detector wants surroundings: look again with a margin.
        rows, columns = picture.shape[:2]
        wide = cv2.copyMakeBorder(
            picture,
            rows // 2,
            rows // 2,
            columns // 2,
            columns // 2,
            cv2.BORDER_CONSTANT,
            value=(127, 127, 127),
        )
        analysis = analyser.analyse_picture(np.asarray(wide, np.uint8), wanted)
    return judge_photo(analysis)


def judge_photo(analysis: FrameAnalysis) -> ReferencePhoto:
    """What an office clerk is told about a photo, from its analysis."""
    if not analysis.faces or analysis.quality is None:
        return ReferencePhoto(embedding=None, reasons=(PhotoReason.NO_FACE,))
    if _others(analysis.faces):
        return ReferencePhoto(embedding=None, reasons=(PhotoReason.SEVERAL_FACES,))
    reasons = {_REASONS[reason] for reason in analysis.quality.reasons} | _posture(analysis.pose)
    if analysis.faces[0].eye_distance_px < _LEAST_EYE_DISTANCE_PX:
        reasons.add(PhotoReason.TOO_SMALL)
    return ReferencePhoto(
        embedding=analysis.embedding, reasons=tuple(reason for reason in PhotoReason if reason in reasons)
    )


def _posture(pose: HeadPose | None) -> set[PhotoReason]:
    """An engine without a pose model says nothing about it."""
    if pose is None:
        return set()
    found = set()
    if not _YAW[0] <= pose.yaw <= _YAW[1]:
        found.add(PhotoReason.TURNED)
    if not (_PITCH[0] <= pose.pitch <= _PITCH[1] and _ROLL[0] <= pose.roll <= _ROLL[1]):
        found.add(PhotoReason.TILTED)
    return found


def _others(faces: tuple[FaceFound, ...]) -> bool:
    return any(face.area >= _BYSTANDER_SHARE * faces[0].area for face in faces[1:])


def decode_photo(photo: bytes) -> Picture:
    """BGR uint8, at most 1600 pixels a side; raises FrameRejected, before decoding if it can."""
    if len(photo) > MAX_PHOTO_BYTES:
        raise FrameRejected(RejectionCode.TOO_LARGE, f"more than {MAX_PHOTO_BYTES} bytes")
    width, height = _stated_size(photo)
    if width * height > MAX_PHOTO_PIXELS:
        raise FrameRejected(RejectionCode.TOO_MANY_PIXELS, f"{width}x{height} pixels")
    if min(width, height) < _MIN_SIDE:
        raise FrameRejected(RejectionCode.TOO_SMALL, f"{width}x{height} pixels")
    picture = decode_picture(photo, width=width, height=height, upright=True)
    while max(picture.shape[:2]) > _WORKING_SIDE:
        halved = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        picture = np.asarray(halved, np.uint8)
    return picture


def _stated_size(photo: bytes) -> tuple[int, int]:
    if photo[:2] == b"\xff\xd8":
        size = read_jpeg_size(photo)
        return size.width, size.height
    if photo[:8] != _PNG_SIGNATURE:
        raise FrameRejected(RejectionCode.NOT_PICTURE, "neither JPEG nor PNG")
    if len(photo) < 8 + _PNG_HEADER.size:
        raise FrameRejected(RejectionCode.TRUNCATED, "PNG header cut off")
    length, kind, width, height = _PNG_HEADER.unpack_from(photo, 8)
    if length != 13 or kind != b"IHDR" or not width or not height:
        raise FrameRejected(RejectionCode.UNSUPPORTED, "PNG without a header")
    return width, height
