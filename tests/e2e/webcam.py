"""Clips as a fake webcam for Chromium."""

from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 480
# Chromium plays a file of bare JPEGs at 30 frames a second, whatever it was made from.
CHROMIUM_FPS = 30.0


def mjpeg_of(clip: Path, folder: Path) -> Path:
    """The clip as bare JPEGs at 30 fps, letterboxed to 640x480; made once per folder."""
    target = folder / f"{clip.stem}.mjpeg"
    if target.exists():
        return target
    video = cv2.VideoCapture(str(clip))
    fps = video.get(cv2.CAP_PROP_FPS) or 15.0
    frames: list[bytes] = []
    while True:
        ok, frame = video.read()
        if not ok:
            break
        done, data = cv2.imencode(".jpg", letterboxed(frame), [cv2.IMWRITE_JPEG_QUALITY, 90])
        assert done
        frames.append(data.tobytes())
    video.release()
    assert frames, clip
    count = int(len(frames) / fps * CHROMIUM_FPS)
    unfinished = target.with_suffix(".part")
    with unfinished.open("wb") as file:
        for n in range(count):
            file.write(frames[min(len(frames) - 1, int(n / CHROMIUM_FPS * fps))])
    return unfinished.rename(target)


def letterboxed(frame: np.ndarray) -> np.ndarray:
    """The BGR frame scaled to fit 640x480, black around."""
    height, width = frame.shape[:2]
    scale = min(WIDTH / width, HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    scaled = cv2.resize(frame, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    top, left = (HEIGHT - size[1]) // 2, (WIDTH - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = scaled
    return canvas


def chromium_arguments(webcam: Path | None) -> list[str]:
    """How Chromium is started: no network of its own, the clip as its camera (looped)."""
    arguments = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--use-fake-ui-for-media-stream",
    ]
    if webcam is not None:
        arguments += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={webcam}"]
    return arguments
