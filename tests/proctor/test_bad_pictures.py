"""Mutilated pictures and pictures of other kinds: refused with a code or decoded, within limits."""

import random
import resource
import struct
import time
import zlib
from collections import Counter
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from proctor.analysis import FrameAnalyser
from proctor.errors import FrameRejected, RejectionCode
from proctor.faces import FrameRequest
from proctor.frames import MAX_HEIGHT, MAX_WIDTH, decode_jpeg, glance
from proctor.registration import decode_photo

MUTATIONS = 10_000
# A frame of the largest size decoded takes 6 MB; a decoder's own buffers come on top.
MEMORY_CAP_KB = 64 * 1024


def photo(width: int, height: int) -> Image.Image:
    rows, columns = np.mgrid[0:height, 0:width]
    waves = 127 + 60 * np.sin(columns / 7) + 60 * np.cos(rows / 5)
    return Image.fromarray(np.stack([waves, waves[:, ::-1], 255 - waves], -1).astype(np.uint8))


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


SMALL = photo(96, 80)
SEEDS = (
    saved(SMALL, quality=60),
    saved(SMALL, quality=60, progressive=True),
    saved(SMALL.convert("L"), quality=60),
    saved(SMALL, quality=60, restart_marker_blocks=2),
)


def mutilated(source: random.Random) -> bytes:
    """One of the seeds with bytes flipped, cut out, doubled, cut off, or its stated size changed."""
    data = bytearray(source.choice(SEEDS))
    for _ in range(source.randint(1, 4)):
        place, kind = source.randrange(len(data)), source.randrange(6)
        if kind == 0:
            data[place] = source.randrange(256)
        elif kind == 1:
            data[place] ^= 1 << source.randrange(8)
        elif kind == 2:
            del data[place : place + source.randint(1, 40)]
        elif kind == 3:
            data[place:place] = data[place : place + source.randint(1, 40)]
        elif kind == 4:
            data = data[: max(1, place)]
        else:
            header = data.find(b"\xff\xc0")
            if 0 < header < len(data) - 9:
                struct.pack_into(">HH", data, header + 5, source.randrange(65536), source.randrange(65536))
        if not data:
            data = bytearray(b"\xff")
    return bytes(data)


def memory_kb() -> int:
    """The most memory this process has had, in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_ten_thousand_mutilated_pictures() -> None:
    source = random.Random(20261124)
    decode_jpeg(SEEDS[0])
    decode_jpeg(saved(photo(MAX_WIDTH, MAX_HEIGHT), quality=20))
    before, started = memory_kb(), time.perf_counter()
    outcomes: Counter[str] = Counter()
    for _ in range(MUTATIONS):
        data = mutilated(source)
        try:
            picture = decode_jpeg(data)
        except FrameRejected as error:
            outcomes[error.code] += 1
        else:
            assert picture.dtype == np.uint8
            assert picture.shape[2] == 3
            assert max(picture.shape) <= MAX_WIDTH
            outcomes["decoded"] += 1
    assert outcomes.total() == MUTATIONS
    assert set(outcomes) <= {"decoded", *RejectionCode}
    # Every refusal a JPEG can meet has been met, and many damaged ones are still pictures.
    refusals = {RejectionCode.NOT_JPEG, RejectionCode.TRUNCATED, RejectionCode.UNSUPPORTED}
    assert refusals | {RejectionCode.TOO_MANY_PIXELS, RejectionCode.TOO_SMALL} < set(outcomes)
    assert outcomes["decoded"] > 1000
    assert memory_kb() - before < MEMORY_CAP_KB
    assert time.perf_counter() - started < 20


def test_a_worker_goes_on_after_mutilated_pictures(analyser: FrameAnalyser) -> None:
    source = random.Random(7)
    for _ in range(60):
        data = mutilated(source)
        for read in (
            lambda data: analyser.analyse(data, FrameRequest(embed=True, presentation=True)),
            glance,
        ):
            try:
                read(data)
            except FrameRejected as error:
                assert error.code in {*RejectionCode}  # noqa: PT017 - both ends are allowed


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RejectionCode.NOT_JPEG),
        (b"%PDF-1.7 not a picture", RejectionCode.NOT_JPEG),
        (saved(SMALL, "GIF"), RejectionCode.NOT_JPEG),
        (saved(SMALL, "WEBP"), RejectionCode.NOT_JPEG),
        (saved(SMALL, "PNG"), RejectionCode.NOT_JPEG),
        (saved(SMALL.convert("CMYK")), RejectionCode.UNSUPPORTED),
        (saved(photo(1921, 1081), quality=10), RejectionCode.TOO_MANY_PIXELS),
        (saved(photo(60, 60)), RejectionCode.TOO_SMALL),
        (saved(SMALL, quality=60)[:400], RejectionCode.TRUNCATED),
    ],
)
def test_frames_of_other_kinds_are_refused(data: bytes, code: RejectionCode) -> None:
    with pytest.raises(FrameRejected) as caught:
        decode_jpeg(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RejectionCode.NOT_PICTURE),
        (saved(SMALL, "TIFF"), RejectionCode.NOT_PICTURE),
        (saved(SMALL.convert("CMYK")), RejectionCode.UNSUPPORTED),
        (png_header(30_000, 30_000), RejectionCode.TOO_MANY_PIXELS),
        (png_header(4_000, 5_000), RejectionCode.UNDECODABLE),
        (saved(SMALL, "PNG")[:20], RejectionCode.TRUNCATED),
    ],
)
def test_photos_of_other_kinds_are_refused(data: bytes, code: RejectionCode) -> None:
    with pytest.raises(FrameRejected) as caught:
        decode_photo(data)
    assert caught.value.code == code


def test_a_picture_bomb_is_refused_before_memory_is_taken() -> None:
    bomb = saved(Image.new("L", (9_000, 9_000)), "PNG", optimize=True)
    assert len(bomb) < 200_000
    before = memory_kb()
    with pytest.raises(FrameRejected) as caught:
        decode_photo(bomb)
    assert caught.value.code == RejectionCode.TOO_MANY_PIXELS
    assert memory_kb() - before < 1024


def test_sixteen_bits_become_eight() -> None:
    deep = np.full((64, 64), 0x8080, np.uint16)
    _, data = cv2.imencode(".png", deep)
    picture = decode_photo(data.tobytes())
    assert picture.dtype == np.uint8
    assert picture.shape == (64, 64, 3)
    assert abs(int(picture[0, 0, 0]) - 0x80) <= 1


@pytest.mark.parametrize("progressive", [False, True])
def test_orientation_is_kept_for_frames_and_applied_to_photos(progressive: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(SMALL, quality=90, exif=exif, progressive=progressive)
    assert decode_jpeg(data).shape == (80, 96, 3)
    assert decode_photo(data).shape == (96, 80, 3)
