"""The invigilator's wall over a real socket, and what a room-bound invigilator may see."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.accounts.rules import Role
from app.frames.analysis import PictureReady
from app.live.watchers import HEADER, PICTURE_WINDOW, THUMBNAIL
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.running import RunningServer
from tests.factories.sessions import cookie_header, staff_session

Message = dict[str, Any]


@pytest.fixture
def day(server: RunningServer) -> ExamDay:
    """Two candidates: one running, one not there yet."""

    async def made() -> ExamDay:
        day = await make_exam_day(server.service, candidates=2)
        await day.start(0)
        return day

    return server.call(made())


def invigilator(server: RunningServer, room_id: str | None = None) -> dict[str, str]:
    """Headers of an invigilator, bound to a room or not."""
    token = server.call(staff_session(server.service, Role.INVIGILATOR, room_id))
    return {"Cookie": cookie_header(Role.INVIGILATOR, token)}


@asynccontextmanager
async def wall(
    server: RunningServer, day: ExamDay, headers: dict[str, str]
) -> AsyncIterator[ClientConnection]:
    address = f"{server.origin.replace('http', 'ws', 1)}/ws/wall/{day.administration_id}"
    origin = Origin(server.origin)
    async with connect(address, origin=origin, additional_headers=headers, compression=None) as socket:
        yield socket


async def hear(socket: ClientConnection, kind: str) -> Message:
    """The next JSON message of a kind."""
    async with asyncio.timeout(10):
        while True:
            said = await socket.recv()
            if isinstance(said, str):
                message: Message = json.loads(said)
                if message["type"] == kind:
                    return message


async def seat_in_state(socket: ClientConnection, state: str) -> Message:
    """The next view of a seat in this state."""
    while True:
        seat: Message = (await hear(socket, "seat"))["seat"]
        if seat["state"] == state:
            return seat


async def test_a_wall_shows_every_seat_and_then_what_changes(server: RunningServer, day: ExamDay) -> None:
    async with wall(server, day, invigilator(server)) as socket:
        shown = await hear(socket, "wall")
        assert len(shown["seats"]) == 8
        states = [seat["state"] for seat in shown["seats"]]
        assert states == ["in_progress", "scheduled", *[None] * 6]
        assert shown["seats"][0]["checks_off"] == ["another_person"]
        await asyncio.to_thread(server.call, day.command("pause", reason="P-01"))
        seat = await seat_in_state(socket, "paused")
        assert (seat["sitting_id"], seat["index"]) == (day.sittings[0], 0)
        await asyncio.to_thread(server.call, day.wait_for_admission(1))
        waiting = await seat_in_state(socket, "awaiting_admission")
        assert waiting["waiting_reason"] == "face_declined"


async def test_walls_opened_in_the_same_moment_all_stay_true(server: RunningServer, day: ExamDay) -> None:
    headers = invigilator(server)
    async with AsyncExitStack() as stack:
        opening = [stack.enter_async_context(wall(server, day, headers)) for _ in range(6)]
        walls = await asyncio.gather(*opening)
        for socket in walls:
            await hear(socket, "wall")
        await asyncio.to_thread(server.call, day.command("pause", reason="P-01"))
        for socket in walls:
            assert (await seat_in_state(socket, "paused"))["sitting_id"] == day.sittings[0]


async def test_pictures_come_as_fast_as_they_are_shown(server: RunningServer, day: ExamDay) -> None:
    bus, clock = server.service.bus, server.service.clock

    async def publish(number: int) -> None:
        bus.publish(
            PictureReady(
                sitting_id=day.sittings[0],
                number=number,
                received_at=clock.now(),
                thumbnail=b"thumbnail",
                jpeg=b"full",
            )
        )

    async def next_picture(socket: ClientConnection) -> tuple[int, int]:
        async with asyncio.timeout(10):
            while True:
                said = await socket.recv()
                if isinstance(said, bytes):
                    _, _, kind, _, number, _ = HEADER.unpack_from(said)
                    return kind, number

    async with wall(server, day, invigilator(server)) as socket:
        await hear(socket, "wall")
        for number in range(1, PICTURE_WINDOW + 1):
            await asyncio.to_thread(server.call, publish(number))
            if number % 16 == 0:
                assert (await next_picture(socket))[0] == THUMBNAIL
                await socket.send(json.dumps({"type": "shown", "pictures": 1}))
        await socket.send("{}")
        assert (await hear(socket, "error"))["code"] == "message_invalid"


async def test_another_room_is_not_there(server: RunningServer, day: ExamDay) -> None:
    other = await asyncio.to_thread(server.call, make_exam_day(server.service))
    bound = await asyncio.to_thread(invigilator, server, other.room_id)
    async with wall(server, day, bound) as socket:
        with pytest.raises(ConnectionClosed) as refusal:
            await asyncio.wait_for(socket.recv(), 10)
    assert refusal.value.rcvd is not None
    assert refusal.value.rcvd.code == 4404
    async with wall(server, other, bound) as socket:
        assert (await hear(socket, "wall"))["administration_id"] == other.administration_id
    sitting_id = day.sittings[0]
    calls = [
        ("GET", f"/api/sittings/{sitting_id}", None),
        ("GET", f"/api/sittings/{sitting_id}/photo", None),
        ("GET", f"/api/sittings/{sitting_id}/frames/1.jpg", None),
        ("POST", f"/api/sittings/{sitting_id}/commands", {"command": "pause", "reason": "P-01"}),
        ("POST", f"/api/sittings/{sitting_id}/commands", {"command": "seen", "flag_id": "x"}),
        ("POST", f"/api/sittings/{sitting_id}/incidents", {"reason": "I-05", "note": "x"}),
    ]
    headers = bound | {"Origin": server.origin}
    async with httpx.AsyncClient(base_url=server.origin, headers=headers, timeout=20) as client:
        for method, path, body in calls:
            answer = await client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        listed = (await client.get("/api/administrations")).json()["administrations"]
        assert [row["id"] for row in listed] == [other.administration_id]
        own = await client.get(f"/api/sittings/{other.sittings[0]}")
        assert own.status_code == 200
