"""The camera's socket: binary frames in, one short acknowledgement each after recording."""

import json
from typing import Annotated

from fastapi import APIRouter, Response, WebSocket, WebSocketDisconnect

from app.accounts.guard import Caller
from app.accounts.sockets import OpenSocket, OpenSockets
from app.errors import Invalid
from app.frames.analysis import Analyst
from app.frames.intake import parse_frame
from app.frames.recorder import Recorder
from app.kit.closing import Closing
from app.kit.provided import provided
from app.sittings.commands import CommandsService
from app.sittings.lifecycle import WATCHED
from app.sittings.service import SittingsService

router = APIRouter()


@router.websocket("/ws/camera")
async def camera_socket(
    socket: WebSocket,
    caller: Caller,
    sittings: Annotated[SittingsService, provided(SittingsService)],
    recorder: Annotated[Recorder, provided(Recorder)],
    analyst: Annotated[Analyst, provided(Analyst)],
    sockets: Annotated[OpenSockets, provided(OpenSockets)],
) -> None:
    """Record and analyse the frames of one sitting. Its newest camera is its only one."""
    sitting_id = caller.subject

    async def record(opened: OpenSocket) -> None:
        if not await _is_watched(sittings, sitting_id):
            opened.end(Closing.SITTING_OVER)
            return
        await analyst.camera_on(sitting_id)
        while (data := await _next_message(socket, opened)) is not None:
            try:
                frame = parse_frame(data)
            except Invalid as error:
                await socket.send_text(json.dumps({"type": "error", "code": error.code}))
                continue
            number, received_at = await recorder.append(sitting_id, frame)
            analyst.offer(sitting_id, number, received_at, frame.jpeg)
            if opened.ending is None:
                await socket.send_text(f'{{"type":"recorded","sequence":{frame.sequence},"number":{number}}}')

    await socket.accept()
    await sockets.serve(socket, caller, record, place=camera_of(sitting_id))


def camera_of(sitting_id: str) -> str:
    """The place in `OpenSockets` that only one camera of a sitting may hold."""
    return f"camera:{sitting_id}"


async def _next_message(socket: WebSocket, opened: OpenSocket) -> bytes | None:
    """The next binary message; None when the page is gone or has to go, and for a text message."""
    try:
        data = await socket.receive_bytes()
    except (WebSocketDisconnect, KeyError):
        return None
    return data if opened.ending is None else None


async def _is_watched(sittings: SittingsService, sitting_id: str) -> bool:
    sitting, _ = await sittings.get(sitting_id)
    return sitting.state in WATCHED and sitting.recording_consent_at is not None


@router.get("/api/sittings/{sitting_id}/frames/{number}.jpg")
async def frame_picture(
    sitting_id: str,
    number: int,
    caller: Caller,
    commands: Annotated[CommandsService, provided(CommandsService)],
    recorder: Annotated[Recorder, provided(Recorder)],
) -> Response:
    """The exact picture of a frame."""
    await commands.in_scope(sitting_id, caller)
    data = await recorder.read(sitting_id, number)
    # A frame never changes, so the player may keep it while it plays.
    headers = {"cache-control": "private, max-age=3600, immutable"}
    return Response(data, media_type="image/jpeg", headers=headers)
