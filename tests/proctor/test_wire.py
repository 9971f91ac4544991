"""The wire format: what goes in comes out; whatever else comes in is WireBroken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.errors import WireBroken
from proctor.faces import (
    Embedding,
    FaceFound,
    FaceQuality,
    FrameAnalysis,
    FrameRequest,
    HeadPose,
    QualityReason,
)
from proctor.frames import MAX_JPEG_BYTES
from proctor.objects import ObjectFound, ObjectKind
from proctor.photos import MAX_PHOTO_BYTES, PhotoReason, ReferencePhoto
from proctor.workers import wire

IDS = st.integers(0, 2**32 - 1)
SINGLES = st.floats(-1000, 1000, width=32)
BITS = st.integers(0, 2**64 - 1)
REQUESTS = st.builds(
    FrameRequest,
    embed=st.booleans(),
    presentation=st.booleans(),
    pose=st.booleans(),
    thumbnail=st.booleans(),
    objects=st.booleans(),
    second_look=st.booleans(),
    quick=st.booleans(),
)
OBJECTS = st.builds(
    ObjectFound,
    kind=st.sampled_from(ObjectKind),
    box=st.tuples(SINGLES, SINGLES, SINGLES, SINGLES),
    score=SINGLES,
)
FACES = st.builds(
    FaceFound, box=st.tuples(SINGLES, SINGLES, SINGLES, SINGLES), score=SINGLES, eye_distance_px=SINGLES
)


def subset(chosen: set[QualityReason]) -> tuple[QualityReason, ...]:
    return tuple(reason for reason in QualityReason if reason in chosen)


def vector(values: list[float]) -> Embedding:
    return np.array(values, np.float32)


EMBEDDINGS = st.none() | st.lists(SINGLES, min_size=1, max_size=20).map(vector)
ANALYSES = st.builds(
    FrameAnalysis,
    width=st.integers(1, 1920),
    height=st.integers(1, 1920),
    faces=st.lists(FACES, max_size=5).map(tuple),
    brightness=SINGLES,
    contrast=SINGLES,
    sharpness=SINGLES,
    fingerprint=BITS,
    digest=BITS,
    eye_openness=SINGLES,
    gist=st.binary(min_size=192, max_size=192),
    objects=st.none() | st.lists(OBJECTS, max_size=5).map(tuple),
    quality=st.none()
    | st.builds(
        FaceQuality, usable=st.booleans(), reasons=st.sets(st.sampled_from(QualityReason)).map(subset)
    ),
    embedding=EMBEDDINGS,
    presentation=st.none() | SINGLES,
    pose=st.none() | st.builds(HeadPose, yaw=SINGLES, pitch=SINGLES, roll=SINGLES),
    thumbnail=st.none() | st.binary(max_size=50),
    milliseconds=SINGLES,
)


def body(message: bytes) -> bytes:
    (length,) = wire.LENGTH.unpack(message[: wire.LENGTH.size])
    assert length == len(message) - wire.LENGTH.size
    return message[wire.LENGTH.size :]


def fields(analysis: FrameAnalysis) -> dict[str, object]:
    """All fields comparable: an embedding as a list."""
    embedding = analysis.embedding
    return {
        name: getattr(analysis, name) for name in FrameAnalysis.__dataclass_fields__ if name != "embedding"
    } | {"embedding": None if embedding is None else embedding.tolist()}


@given(IDS, REQUESTS, st.binary(max_size=200))
def test_requests_come_back_the_same(number: int, request: FrameRequest, picture: bytes) -> None:
    decoded = wire.decode_request(body(wire.encode_request(number, request, picture)))
    assert decoded == wire.Request(id=number, request=request, picture=picture)


@given(IDS, st.binary(max_size=200), st.booleans())
def test_photo_requests_come_back_the_same(number: int, picture: bytes, embed: bool) -> None:
    decoded = wire.decode_request(body(wire.encode_photo_request(number, picture, embed=embed)))
    assert decoded == wire.Request(id=number, request=None, picture=picture, embed=embed)


@given(IDS, ANALYSES)
def test_analyses_come_back_the_same(number: int, analysis: FrameAnalysis) -> None:
    decoded = wire.decode_response(body(wire.encode_response(number, analysis)))
    assert isinstance(decoded, wire.Response)
    assert decoded.id == number
    assert decoded.analysis is not None
    assert fields(decoded.analysis) == fields(analysis)


@given(EMBEDDINGS, st.sets(st.sampled_from(PhotoReason)))
def test_reference_photos_come_back_the_same(embedding: Embedding | None, chosen: set[PhotoReason]) -> None:
    reasons = tuple(reason for reason in PhotoReason if reason in chosen)
    decoded = wire.decode_response(
        body(wire.encode_response(5, ReferencePhoto(embedding=embedding, reasons=reasons)))
    )
    assert isinstance(decoded, wire.Response)
    assert decoded.photo is not None
    assert decoded.photo.reasons == reasons
    assert (decoded.photo.embedding is None) == (embedding is None)
    if embedding is not None and decoded.photo.embedding is not None:
        assert decoded.photo.embedding.tolist() == embedding.tolist()


def test_errors_and_readiness_come_back_the_same() -> None:
    error = wire.decode_response(body(wire.encode_response(9, "frame_not_jpeg")))
    assert error == wire.Response(id=9, error="frame_not_jpeg")
    assert wire.decode_response(body(wire.encode_ready("fr"))) == wire.Ready(engine="fr")


@given(st.binary(max_size=200))
def test_arbitrary_bodies_are_decoded_or_refused(data: bytes) -> None:
    for decode in (wire.decode_request, wire.decode_response):
        try:
            decode(data)
        except WireBroken:
            continue


@given(ANALYSES, st.data())
def test_a_cut_or_lengthened_analysis_is_refused(analysis: FrameAnalysis, data: st.DataObject) -> None:
    whole = body(wire.encode_response(1, analysis))
    cut = data.draw(st.integers(0, len(whole) - 1))
    for broken in (whole[:cut], whole + b"\0"):
        with pytest.raises(WireBroken):
            wire.decode_response(broken)


def test_numbers_that_are_not_finite_are_refused() -> None:
    good = wire.encode_response(1, ReferencePhoto(embedding=vector([1.0]), reasons=()))
    with pytest.raises(WireBroken):
        wire.decode_response(body(good)[:-4] + np.array([np.nan], "<f4").tobytes())


def test_pictures_beyond_their_limits_are_not_sent() -> None:
    with pytest.raises(WireBroken):
        wire.encode_request(1, FrameRequest(), bytes(MAX_JPEG_BYTES + 1))
    with pytest.raises(WireBroken):
        wire.encode_photo_request(1, bytes(MAX_PHOTO_BYTES + 1), embed=False)
    largest = wire.encode_photo_request(1, bytes(MAX_PHOTO_BYTES), embed=True)
    assert wire.decode_request(body(largest)).id == 1
