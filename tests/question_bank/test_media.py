"""Pictures are told by their content, decoded once, and refused with a reason."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image, ImageFile

from question_bank.errors import MediaRefused
from question_bank.media import MAX_PICTURE_BYTES, Picture, check_listed, picture_of


def encoded(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "ending"),
    [
        ("PNG", "image/png", ".png"),
        ("JPEG", "image/jpeg", ".jpg"),
        ("GIF", "image/gif", ".gif"),
        ("WEBP", "image/webp", ".webp"),
    ],
)
def test_four_kinds_come_in(kind: str, media_type: str, ending: str) -> None:
    data = encoded(kind)
    picture = picture_of(data)
    check_listed(picture)
    digest = hashlib.sha256(data).hexdigest()
    assert picture == Picture(digest=digest, media_type=media_type, size=len(data))
    assert (picture.reference, picture.file_name) == (f"media:{digest}", digest + ending)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "media.not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "media.not_a_picture"),
        (encoded("PNG")[:-30], "media.not_a_picture"),
        (encoded("BMP"), "media.not_a_picture"),
        (encoded("PNG") + bytes(MAX_PICTURE_BYTES), "media.too_large"),
        (encoded("PNG", (8_001, 1)), "media.too_large"),
        (encoded("PNG", (6_000, 5_000)), "media.too_large"),
    ],
    ids=["empty", "svg", "cut", "bmp", "bytes", "side", "pixels"],
)
def test_others_do_not(data: bytes, code: str) -> None:
    with pytest.raises(MediaRefused) as caught:
        picture_of(data)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_cut_picture_is_told_although_the_decoder_is_lenient(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = encoded(kind, (300, 200))
    assert picture_of(data).size == len(data)
    with pytest.raises(MediaRefused) as caught:
        picture_of(data[:-20])
    assert caught.value.code == "media.not_a_picture"


@pytest.mark.parametrize(("digest", "kind", "size"), [("x", "image/png", 1), ("0" * 64, "image/svg+xml", 1)])
def test_a_listing_that_cannot_be_is_refused(digest: str, kind: str, size: int) -> None:
    with pytest.raises(MediaRefused):
        check_listed(Picture(digest=digest, media_type=kind, size=size))
