"""A real worker process over a real socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from proctor.analysis import FrameAnalyser
from proctor.faces import FrameRequest
from proctor.workers import Worker, spawn_worker, wire

Message = wire.Response | wire.Ready


def exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        assert chunk, "the worker hung up"
        data += chunk
    return data


def receive(connection: socket.socket) -> Message:
    (length,) = wire.LENGTH.unpack(exactly(connection, wire.LENGTH.size))
    return wire.decode_response(exactly(connection, length))


def stop(worker: Worker) -> int:
    worker.socket.close()
    return worker.process.wait(10)


@pytest.fixture(scope="module")
def worker(analyser: FrameAnalyser, data_dir: Path) -> Iterator[Worker]:
    """A ready worker; skips with the engine."""
    running = spawn_worker(analyser.engine.name, data_dir)
    running.socket.settimeout(20)
    assert receive(running.socket) == wire.Ready(engine="fr")
    yield running
    assert stop(running) == 0


def test_a_frame_is_analysed_as_in_process(worker: Worker, analyser: FrameAnalyser, jpeg: bytes) -> None:
    request = FrameRequest(embed=True, thumbnail=True)
    worker.socket.sendall(wire.encode_request(7, request, jpeg))
    response = receive(worker.socket)
    assert isinstance(response, wire.Response)
    assert response.id == 7
    assert response.analysis is not None
    here = analyser.analyse(jpeg, request)
    assert response.analysis.digest == here.digest
    assert response.analysis.thumbnail == here.thumbnail
    assert response.analysis.faces == ()


def test_broken_frames_are_answered_and_the_worker_lives(worker: Worker, jpeg: bytes) -> None:
    for number, picture in enumerate((b"", b"x", jpeg[:50], jpeg[:-200], jpeg)):
        worker.socket.sendall(wire.encode_request(number, FrameRequest(), picture))
    answers = [receive(worker.socket) for _ in range(5)]
    assert [answer.id for answer in answers if isinstance(answer, wire.Response)] == [0, 1, 2, 3, 4]
    errors = [answer.error for answer in answers if isinstance(answer, wire.Response)]
    assert errors[:3] == ["frame_not_jpeg", "frame_not_jpeg", "frame_truncated"]
    assert errors[4] is None


def test_photos_are_answered_too(worker: Worker, jpeg: bytes) -> None:
    good = wire.encode_photo_request(3, jpeg, embed=False)
    worker.socket.sendall(good + wire.encode_photo_request(4, b"GIF89a", embed=True))
    first, second = receive(worker.socket), receive(worker.socket)
    assert isinstance(first, wire.Response)
    assert first.photo is not None
    assert first.photo.reasons == ("no_face",)
    assert second == wire.Response(id=4, error="picture_not_supported")


def test_a_worker_without_models_says_so_and_ends(tmp_path: Path) -> None:
    running = spawn_worker("fr", tmp_path)
    running.socket.settimeout(20)
    assert receive(running.socket) == wire.Response(id=0, error="model_pack_missing")
    assert running.process.wait(10) == 2
    running.socket.close()


@pytest.mark.parametrize("rubbish", [b"\xff\xff\xff\xff", wire.LENGTH.pack(5) + b"\x09aaaa"])
def test_a_broken_wire_ends_the_worker(analyser: FrameAnalyser, data_dir: Path, rubbish: bytes) -> None:
    running = spawn_worker(analyser.engine.name, data_dir)
    running.socket.settimeout(20)
    receive(running.socket)
    running.socket.sendall(rubbish)
    assert running.process.wait(10) == 3
    running.socket.close()
