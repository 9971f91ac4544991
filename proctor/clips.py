"""A whole watch over a video file: what the service does live, for evaluation and the command line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from proctor.analysis import FrameAnalyser
from proctor.errors import FrameRejected, RejectionCode
from proctor.faces import Embedding
from proctor.flags import FlagEvent
from proctor.frames import Picture
from proctor.watch import SittingWatch, WatchPolicy

# As the candidate page sends them: 640x480, JPEG quality 80.
_FRAME_SIZE = (640, 480)
_JPEG_QUALITY = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEvent:
    """An event and the time in the clip (seconds) at which it was told."""

    at: float
    event: FlagEvent


def read_frames(path: Path) -> Iterator[tuple[float, Picture]]:
    """All frames with their time in seconds, BGR uint8; raises FrameRejected for a file that is no video."""
    capture = cv2.VideoCapture(str(path))
    try:
        rate = capture.get(cv2.CAP_PROP_FPS)
        if not capture.isOpened() or rate <= 0:
            raise FrameRejected(RejectionCode.UNDECODABLE, f"{path.name} is no video that can be read")
        number = 0
        while True:
            more, picture = capture.read()
            if not more:
                return
            yield number / rate, np.asarray(picture, np.uint8)
            number += 1
    finally:
        capture.release()


def as_sent(picture: Picture) -> bytes:
    """The JPEG a candidate page would send: fitted into 640x480, in the clip's own proportions."""
    rows, columns = picture.shape[:2]
    scale = min(_FRAME_SIZE[0] / columns, _FRAME_SIZE[1] / rows)
    fitted = cv2.resize(picture, (round(columns * scale), round(rows * scale)))
    _, encoded = cv2.imencode(".jpg", fitted, (cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY))
    return encoded.tobytes()


def watch_frames(
    analyser: FrameAnalyser,
    frames: Iterator[tuple[float, Picture]],
    policy: WatchPolicy,
    reference: Embedding | None,
) -> Iterator[ClipEvent]:
    """Send frames at the rate the watch asks for; at the end, close what is open."""
    watch = SittingWatch(policy, (), reference)
    due, last, sequence = 0.0, 0.0, 0
    for at, picture in frames:
        if at + 1e-6 < due:
            continue
        analysis = analyser.analyse(as_sent(picture), watch.request(at))
        observation = watch.observe(at, sequence, analysis)
        sequence += 1
        due, last = at + 1.0 / observation.wanted_fps, at
        for event in observation.events:
            yield ClipEvent(at=at, event=event)
    for event in watch.finish().events:
        yield ClipEvent(at=last, event=event)
