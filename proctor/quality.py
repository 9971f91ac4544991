"""Is a face fit for a comparison? A bad frame is "not usable", never a mismatch."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from proctor.faces import FaceQuality, QualityReason
from proctor.frames import Picture
from proctor.geometry import Box, crop, eye_distance, nose_offset

SHARPNESS_SIDE = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLimits:
    """Bounds of a usable face.

    eye_distance_px: pixels between the eyes. dark, bright: mean luma of the face box, 0..255. contrast:
    standard deviation of its luma. sharpness: variance of the Laplacian at 96x96. nose_offset: see
    geometry.nose_offset. detector_score: 0..1. overhang: share of the box's width or height that may lie
    outside the frame.
    """

    eye_distance_px: float = 22.0
    dark: float = 35.0
    bright: float = 235.0
    contrast: float = 12.0
    sharpness: float = 12.0
    nose_offset: float = 0.45
    detector_score: float = 0.8
    overhang: float = 0.08


DEFAULT_LIMITS = QualityLimits()


def sharpness_of(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of a grey picture, larger = sharper."""
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return float(deviation[0, 0]) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLight:
    """Mean and standard deviation of a face box's luma, 0..255, and its sharpness."""

    brightness: float
    contrast: float
    sharpness: float


def measure_face(picture: Picture, box: Box) -> FaceLight:
    """Measure the face box of a BGR picture, as grey 96x96."""
    small = cv2.resize(crop(picture, box), (SHARPNESS_SIDE, SHARPNESS_SIDE), interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    mean, deviation = cv2.meanStdDev(grey)
    return FaceLight(
        brightness=float(mean[0, 0]), contrast=float(deviation[0, 0]), sharpness=sharpness_of(grey)
    )


def judge_face(
    frame_shape: tuple[int, ...],
    box: Box,
    five: NDArray[np.float32],
    light: FaceLight,
    limits: QualityLimits = DEFAULT_LIMITS,
) -> FaceQuality:
    """Judge the subject's face. frame_shape: rows, columns of the frame; five: five points."""
    found = (
        (QualityReason.TOO_SMALL, eye_distance(five) < limits.eye_distance_px),
        (QualityReason.TOO_DARK, light.brightness < limits.dark),
        (QualityReason.TOO_BRIGHT, light.brightness > limits.bright),
        (QualityReason.LOW_CONTRAST, light.contrast < limits.contrast),
        (QualityReason.BLURRED, light.sharpness < limits.sharpness),
        (QualityReason.TURNED, abs(nose_offset(five)) > limits.nose_offset),
        (QualityReason.CUT_OFF, _overhang(frame_shape, box) > limits.overhang),
        (QualityReason.UNCERTAIN, box.score < limits.detector_score),
    )
    reasons = tuple(reason for reason, holds in found if holds)
    return FaceQuality(usable=not reasons, reasons=reasons)


def _overhang(frame_shape: tuple[int, ...], box: Box) -> float:
    rows, columns = frame_shape[:2]
    sideways = max(-box.x0, box.x1 - columns, 0.0) / max(box.width, 1.0)
    upright = max(-box.y0, box.y1 - rows, 0.0) / max(box.height, 1.0)
    return max(sideways, upright)
