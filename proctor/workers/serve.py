"""A worker's loop: read a request, analyse, answer. It never dies of a frame; the end of input ends it."""

import signal
import socket
import sys
from pathlib import Path

import cv2

from proctor.analysis import FrameAnalyser, load_analyser
from proctor.errors import ProctorError, WireBroken
from proctor.faces import FrameAnalysis
from proctor.frames import glance
from proctor.photos import ReferencePhoto
from proctor.registration import reference_from_photo
from proctor.workers import wire

_FAILED = "worker_failed"


def serve(connection: socket.socket, engine_name: str, data_dir: Path) -> int:
    """Exit status: 0 after the other end closed, 2 models could not be loaded, 3 after a broken wire.

    Ctrl-C at a terminal goes to the whole process group; the server ends its workers by closing sockets.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    try:
        analyser = None if engine_name == wire.GLANCES else load_analyser(engine_name, data_dir)
    except ProctorError as error:
        sys.stderr.write(f"vision worker: {error}\n")
        connection.sendall(wire.encode_response(0, error.code))
        return 2
    try:
        connection.sendall(wire.encode_ready(engine_name))
        while (body := _receive(connection)) is not None:
            connection.sendall(answer(analyser, body))
    except WireBroken as error:
        # After a broken length nothing that follows can be trusted: the owner starts a new worker.
        sys.stderr.write(f"vision worker: {error}\n")
        return 3
    except (BrokenPipeError, ConnectionResetError):
        return 0
    return 0


def answer(analyser: FrameAnalyser | None, body: bytes) -> bytes:
    """One whole response to one request body; raises WireBroken only for a body that is no request."""
    request = wire.decode_request(body)
    result: FrameAnalysis | ReferencePhoto | bytes | str
    try:
        if request.glance:
            result = glance(request.picture)
        elif analyser is None:
            result = _FAILED
        elif request.request is None:
            result = reference_from_photo(analyser, request.picture, embed=request.embed)
        else:
            result = analyser.analyse(request.picture, request.request)
    except ProctorError as error:
        result = error.code
    except Exception as error:
        sys.stderr.write(f"vision worker: {type(error).__name__} on a frame: {error}\n")
        result = _FAILED
    return wire.encode_response(request.id, result)


def _receive(connection: socket.socket) -> bytes | None:
    """The next body, None at the end of input; raises WireBroken for an impossible or cut-off message."""
    head = _exactly(connection, wire.LENGTH.size)
    if head is None:
        return None
    (length,) = wire.LENGTH.unpack(head)
    if length > wire.MAX_MESSAGE_BYTES:
        raise WireBroken("message of impossible length")
    body = _exactly(connection, length)
    if body is None:
        raise WireBroken("message cut off")
    return body


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    data = bytearray(count)
    view, have = memoryview(data), 0
    while have < count:
        got = connection.recv_into(view[have:])
        if got == 0:
            if have:
                raise WireBroken("message cut off")
            return None
        have += got
    return bytes(data)
