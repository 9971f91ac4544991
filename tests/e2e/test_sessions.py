"""Sockets live as long as their session, over real sockets: no longer, and with a word at the end."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.accounts.rules import Role
from app.accounts.tables import SessionRow
from app.frames.intake import CameraFrame, pack_frame
from app.ids import secret_digest
from tests.factories.exam_day import ExamDay, make_exam_day, make_room
from tests.factories.running import RunningServer
from tests.factories.sessions import candidate_session, cookie_header, staff_session

CANDIDATE = "/ws/candidate"
CAMERA = "/ws/camera"


@pytest.fixture
def day(server: RunningServer) -> ExamDay:
    """One running sitting."""

    async def made() -> ExamDay:
        day = await make_exam_day(server.service)
        await day.start()
        return day

    return server.call(made())


async def on_server(server: RunningServer, work: Callable[[], Awaitable[Any]]) -> Any:
    """Run something on the server's loop from another one."""

    async def run() -> Any:
        return await work()

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), server.loop))


@asynccontextmanager
async def opened(server: RunningServer, path: str, role: Role, token: str) -> AsyncIterator[ClientConnection]:
    """A socket of a session."""
    async with connect(
        server.origin.replace("http", "ws", 1) + path,
        origin=Origin(server.origin),
        additional_headers={"Cookie": cookie_header(role, token)},
        compression=None,
    ) as socket:
        yield socket


async def closing(socket: ClientConnection) -> tuple[int, str]:
    """How the server closes it, whatever it says before."""

    async def listen() -> None:
        while True:
            await socket.recv()

    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(listen(), 10)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def hello(socket: ClientConnection) -> str:
    message = {"type": "hello", "version": 1, "tab": "tab-aaaa", "writer": "writer-1", "take_over": True}
    await socket.send(json.dumps(message))
    # The camera is a socket of its own: what rate it should have may be told before the greeting is answered.
    async with asyncio.timeout(10):
        while True:
            answer: dict[str, Any] = json.loads(await socket.recv())
            if answer["type"] != "camera_rate":
                return str(answer["type"])


def frame(sequence: int) -> bytes:
    ok, encoded = cv2.imencode(".jpg", np.full((480, 640, 3), sequence % 256, np.uint8))
    assert ok
    return pack_frame(CameraFrame(sequence=sequence, captured_ms=sequence, jpeg=encoded.tobytes()))


async def record(camera: ClientConnection, sequence: int) -> int:
    """Send a frame; returns the number that it was recorded under."""
    await camera.send(frame(sequence))
    answer = json.loads(await asyncio.wait_for(camera.recv(), 10))
    assert answer["type"] == "recorded", answer
    return int(answer["number"])


async def signed_in(server: RunningServer, day: ExamDay) -> str:
    token: str = await on_server(server, day.sign_in)
    return token


async def test_a_sign_in_elsewhere_closes_the_old_computers_sockets(
    server: RunningServer, day: ExamDay
) -> None:
    old = await signed_in(server, day)
    async with (
        opened(server, CANDIDATE, Role.CANDIDATE, old) as control,
        opened(server, CAMERA, Role.CANDIDATE, old) as camera,
    ):
        assert await hello(control) == "welcome"
        assert await record(camera, 1) == 1
        new = await signed_in(server, day)
        assert await closing(control) == (4401, "not_signed_in")
        assert await closing(camera) == (4401, "not_signed_in")
    async with (
        opened(server, CANDIDATE, Role.CANDIDATE, new) as control,
        opened(server, CAMERA, Role.CANDIDATE, new) as camera,
    ):
        assert await hello(control) == "welcome"
        assert await record(camera, 1) == 2


@pytest.mark.parametrize(("path", "role"), [(CANDIDATE, Role.CANDIDATE), ("wall", Role.INVIGILATOR)])
async def test_a_sign_out_closes_the_sockets_of_that_session_only(
    server: RunningServer, day: ExamDay, path: str, role: Role
) -> None:
    if role is Role.CANDIDATE:
        tokens = [
            await on_server(server, lambda: candidate_session(server.service, day.sittings[0]))
            for _ in range(2)
        ]
        out = "/api/candidate/session"
    else:
        tokens = [await on_server(server, lambda: staff_session(server.service, role)) for _ in range(2)]
        path, out = f"/ws/wall/{day.administration_id}", "/api/staff/session"
    async with opened(server, path, role, tokens[0]) as gone, opened(server, path, role, tokens[1]) as stays:
        headers = {"Cookie": cookie_header(role, tokens[0]), "Origin": server.origin}
        async with httpx.AsyncClient(base_url=server.origin, headers=headers) as client:
            assert (await client.delete(out)).status_code == 204
        assert await closing(gone) == (4401, "not_signed_in")
        if role is Role.CANDIDATE:
            assert await hello(stays) == "welcome"
        else:
            assert json.loads(await stays.recv())["type"] == "wall"


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.REGULATOR])
async def test_an_expired_session_ends_its_sockets_at_the_next_look(
    server: RunningServer, day: ExamDay, role: Role
) -> None:
    service = server.service
    if role is Role.CANDIDATE:
        token, path = await signed_in(server, day), CAMERA
    else:
        token = await on_server(server, lambda: staff_session(service, role))
        path = f"/ws/wall/{day.administration_id}"

    async def expire() -> None:
        async with service.units.begin() as unit:
            change = update(SessionRow).where(SessionRow.token_digest == secret_digest(token))
            await unit.connection.execute(change.values(expires_at=unit.now - timedelta(seconds=1)))

    async with opened(server, path, role, token) as socket:
        if role is Role.CANDIDATE:
            await record(socket, 1)
        else:
            await socket.recv()
        await on_server(server, service.sockets.recheck)
        await asyncio.wait_for(await socket.ping(), 10)  # a live session is left alone
        await on_server(server, expire)
        await on_server(server, service.sockets.recheck)
        assert await closing(socket) == (4401, "not_signed_in")


async def test_the_newest_camera_of_a_sitting_is_its_only_one(server: RunningServer, day: ExamDay) -> None:
    token = await signed_in(server, day)
    async with opened(server, CAMERA, Role.CANDIDATE, token) as first:
        assert [await record(first, n) for n in (1, 2)] == [1, 2]
        async with opened(server, CAMERA, Role.CANDIDATE, token) as second:
            assert await record(second, 1) == 3
            assert await closing(first) == (4408, "superseded")
            with pytest.raises(ConnectionClosed):
                await first.send(frame(3))
            assert await record(second, 2) == 4
    recorded = await on_server(server, lambda: server.service.recorder.times(day.sittings[0]))
    assert [number for number, _ in recorded] == [1, 2, 3, 4]


async def test_the_end_of_the_sitting_ends_its_camera(server: RunningServer, day: ExamDay) -> None:
    token = await signed_in(server, day)
    async with opened(server, CAMERA, Role.CANDIDATE, token) as camera:
        await record(camera, 1)
        await on_server(server, lambda: day.command("end", reason="E-01"))
        assert await closing(camera) == (4409, "sitting_over")
    async with opened(server, CAMERA, Role.CANDIDATE, token) as camera:
        assert await closing(camera) == (4409, "sitting_over")


async def test_refusals_are_told_after_the_handshake(server: RunningServer, day: ExamDay) -> None:
    other_room = await on_server(server, lambda: make_room(server.service, "别的考场", 4))
    anywhere = await on_server(server, lambda: staff_session(server.service, Role.INVIGILATOR))
    office = await on_server(server, lambda: staff_session(server.service, Role.EXAM_OFFICE))
    scoped = await on_server(
        server, lambda: staff_session(server.service, Role.INVIGILATOR, room_id=other_room)
    )
    wall = f"/ws/wall/{day.administration_id}"
    refusals = [
        (CANDIDATE, Role.CANDIDATE, "nobody", (4401, "not_signed_in")),
        (CAMERA, Role.CANDIDATE, "nobody", (4401, "not_signed_in")),
        (wall, Role.INVIGILATOR, "nobody", (4401, "not_signed_in")),
        (wall, Role.EXAM_OFFICE, office, (4403, "forbidden")),
        (wall, Role.INVIGILATOR, scoped, (4404, "not_found")),
        ("/ws/wall/nowhere", Role.INVIGILATOR, anywhere, (4404, "not_found")),
    ]
    for path, role, token, expected in refusals:
        async with opened(server, path, role, token) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 10)  # not a word before the closing
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == expected, path
