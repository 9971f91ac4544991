"""The wall's socket: a snapshot, then what changes, then pictures as fast as the wall shows them."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from app.accounts.guard import Caller
from app.accounts.sockets import OpenSocket, OpenSockets
from app.clock import instant_text
from app.errors import NotFound
from app.kit.closing import Closing
from app.kit.provided import provided
from app.live.hub import Hub
from app.live.messages import MAX_MESSAGE_BYTES, Failed
from app.live.seats import RoomView, SeatBook
from app.live.wall_messages import Focus, SeatChanged, ToWall, Wall, WallLoad, from_wall
from app.live.watchers import WallLink

router = APIRouter()
COALESCE_S = 0.1
LOAD_EVERY_S = 5.0


class WallConnection:
    """One open wall."""

    def __init__(self, socket: WebSocket, hub: Hub, seatbook: SeatBook) -> None:
        self._socket = socket
        self._hub = hub
        self._seatbook = seatbook
        self._clock = seatbook.clock
        self._link = WallLink()

    async def serve(self, administration_id: str, room_scope: str | None, opened: OpenSocket) -> None:
        """Until the wall goes away or has to; at once for an administration out of scope."""
        try:
            room = await self._hub.join_wall(administration_id, self._link)
        except NotFound:
            opened.end(Closing.NOT_FOUND)
            return
        try:
            if room_scope is not None and room.administration.room_id != room_scope:
                opened.end(Closing.NOT_FOUND)
            else:
                await self._run(room, opened)
        finally:
            self._hub.leave_wall(administration_id, self._link)

    async def _run(self, room: RoomView, opened: OpenSocket) -> None:
        work = (self._read(), self._write(room), self._load_forever(), opened.wait_ended())
        loops = [asyncio.create_task(loop) for loop in work]
        try:
            await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in loops:
                task.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            try:
                text = await self._socket.receive_text()
            except (WebSocketDisconnect, KeyError):
                return
            try:
                message = from_wall.validate_json(text[: MAX_MESSAGE_BYTES + 1])
            except ValidationError:
                await self._send(Failed(code="message_invalid", message="Not a message of this protocol."))
                continue
            if isinstance(message, Focus):
                self._link.focus(message.sitting_id)
            else:
                self._link.shown(message.pictures)

    async def _write(self, room: RoomView) -> None:
        await self._send(self._snapshot(room))
        while not self._link.closed:
            await self._link.wake.wait()
            self._link.wake.clear()
            for sitting_id in self._link.take_touched():
                now = self._clock.now()
                seat = self._seatbook.view(room, room.by_sitting[sitting_id], now)
                await self._send(SeatChanged(now=instant_text(now), seat=seat))
            while (picture := self._link.take_picture(self._clock.now())) is not None:
                await self._socket.send_bytes(picture)
            await asyncio.sleep(COALESCE_S)

    async def _load_forever(self) -> None:
        while True:
            await asyncio.sleep(LOAD_EVERY_S)
            median, p95 = self._link.take_ages()
            await self._send(
                WallLoad(
                    now=instant_text(self._clock.now()),
                    picture_age_ms=median,
                    picture_age_p95_ms=p95,
                    analysed_share=self._hub.analysed_share(),
                )
            )

    def _snapshot(self, room: RoomView) -> Wall:
        now = self._clock.now()
        administration = room.administration
        return Wall(
            now=instant_text(now),
            administration_id=administration.id,
            administration=administration.name,
            exam=administration.exam,
            point=room.point,
            room=room.room,
            starts_at=instant_text(administration.starts_at),
            closes_at=instant_text(administration.closes_at),
            seats=[self._seatbook.view(room, seat, now) for seat in room.seats],
        )

    async def _send(self, message: ToWall) -> None:
        await self._socket.send_text(message.model_dump_json())


@router.websocket("/ws/wall/{administration_id}")
async def wall_socket(
    socket: WebSocket,
    administration_id: str,
    caller: Caller,
    hub: Annotated[Hub, provided(Hub)],
    seatbook: Annotated[SeatBook, provided(SeatBook)],
    sockets: Annotated[OpenSockets, provided(OpenSockets)],
) -> None:
    """Show one administration live."""
    await socket.accept()
    connection = WallConnection(socket, hub, seatbook)
    await sockets.serve(socket, caller, partial(connection.serve, administration_id, caller.room_id))
