"""The candidate's control socket: moves messages between the page, the protocol and the services."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.accounts.guard import Caller
from app.accounts.sockets import OpenSocket, OpenSockets
from app.clock import instant_text
from app.errors import Unavailable
from app.frames.watching import Rates
from app.kit.provided import provided
from app.kit.unit_of_work import UnitOfWork
from app.live.hub import CandidateLink, Hub
from app.live.messages import (
    Acknowledged,
    Failed,
    Notice,
    Numbered,
    Pong,
    Refused,
    Resend,
    ToCandidate,
    Welcome,
)
from app.live.protocol import Action, AnswerPing, CandidateProtocol, Claim, Deliver, Phase, Send
from app.settings import Settings
from app.sittings import repository as sittings_repository
from app.sittings.ledger import Delivery
from app.sittings.lifecycle import State
from app.sittings.posting import Posting
from app.sittings.records import stream_of
from app.sittings.service import SittingsService

_log = logging.getLogger(__name__)
router = APIRouter()
HELLO_TIMEOUT_S = 15.0
MAX_UNAPPLIED = 2_000
RETRY_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateServices:
    """What a candidate's socket needs."""

    units: UnitOfWork
    hub: Hub
    sittings: SittingsService
    posting: Posting
    settings: Settings


class CandidateConnection:
    """One open socket of one candidate."""

    def __init__(self, services: CandidateServices, sitting_id: str, socket: WebSocket) -> None:
        self._services = services
        self._sitting_id = sitting_id
        self._socket = socket
        self._protocol = CandidateProtocol()
        self._link = CandidateLink(sitting_id, "")
        self._unapplied: list[Numbered] = []
        self._arrived = asyncio.Event()

    async def serve(self, opened: OpenSocket) -> None:
        """Until the page goes away or has to; whichever of the loops ends first ends the others."""
        work = (self._read(), self._apply_forever(), self._write(opened), opened.wait_ended())
        loops = [asyncio.create_task(loop) for loop in work]
        try:
            await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in loops:
                task.cancel()
            _report(await asyncio.gather(*loops, return_exceptions=True))
            was_live = self._services.hub.is_live(self._link)
            self._services.hub.leave(self._link)
            if was_live:
                await self._log("connection.closed")

    async def _read(self) -> None:
        async with asyncio.timeout(HELLO_TIMEOUT_S) as patience:
            while True:
                try:
                    text = await self._socket.receive_text()
                except (WebSocketDisconnect, KeyError):
                    return  # gone, or a binary message, which this socket does not know
                patience.reschedule(None)
                if self._link.superseded:
                    self._protocol.superseded()
                if self._protocol.phase is Phase.LIVE:
                    self._services.hub.heard(self._link)
                for action in self._protocol.receive(text):
                    await self._act(action)
                if len(self._unapplied) > MAX_UNAPPLIED:
                    return

    async def _act(self, action: Action) -> None:
        match action:
            case Send(message=message):
                self._link.send(message)
            case Claim():
                await self._claim(action)
            case AnswerPing(token=token):
                await self._pong(token)
            case Deliver(message=message):
                self._unapplied.append(message)
                self._arrived.set()

    async def _claim(self, claim: Claim) -> None:
        hub = self._services.hub
        self._link.tab = claim.tab
        if not hub.claim(self._link, take_over=claim.take_over):
            for action in self._protocol.denied():
                await self._act(action)
            return
        self._protocol.granted(claim.tab, claim.writer)
        hub.heard(self._link)
        await self._log("connection.opened")
        sitting, administration = await self._services.sittings.get(self._sitting_id)
        now = self._services.units.clock.now()
        remaining = self._services.sittings.remaining_ms(sitting, administration, now)
        async with self._services.units.database.read() as connection:
            key = (self._sitting_id, claim.writer)
            numbers = await sittings_repository.writer_numbers(connection, [key])
            notices = await sittings_repository.open_notices(connection, self._sitting_id)
        welcome = Welcome(
            now=instant_text(now),
            last_seq=numbers.get(key, 0),
            status=hub.status(sitting, administration.starts_at, remaining),
            camera_fps=Rates.of(self._services.settings.vision).resting(sitting.state),
        )
        self._link.send(welcome)
        for row in notices:
            notice = {"notice_id": row.id, "kind": row.kind, "text": row.text, "staff_name": row.staff_name}
            self._link.send(Notice.model_validate(notice | {"at": instant_text(row.sent_at)}))
        if sitting.state is State.AWAITING_ADMISSION:
            hub.tell_again(self._sitting_id)
        # The page is up and the bell has not rung: now is the time for work that the bell would wait for.
        await self._services.sittings.prepare_paper(self._sitting_id)

    async def _pong(self, token: int) -> None:
        sitting, administration = await self._services.sittings.get(self._sitting_id)
        now = self._services.units.clock.now()
        remaining = self._services.sittings.remaining_ms(sitting, administration, now)
        self._link.send(Pong(token=token, now=instant_text(now), remaining_ms=remaining))

    async def _apply_forever(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            messages, self._unapplied = tuple(self._unapplied), []
            if messages:
                await self._apply(messages)

    async def _apply(self, messages: tuple[Numbered, ...]) -> None:
        delivery = Delivery(
            sitting_id=self._sitting_id,
            writer=self._protocol.writer,
            messages=messages,
            received_at=self._services.units.clock.now(),
        )
        try:
            receipt = await self._services.posting.post(delivery)
        except Unavailable as error:
            # Not acknowledged: the page keeps the messages and sends them again.
            self._link.send(Failed(code=error.code, message=error.detail))
            await asyncio.sleep(RETRY_PAUSE_S)
            self._link.send(Resend(from_seq=messages[0].seq))
            return
        for refusal in receipt.refusals:
            self._link.send(Refused(seq=refusal.seq, code=refusal.code, message=refusal.text))
        if receipt.last_seq:
            self._link.send(Acknowledged(seq=receipt.last_seq, at=instant_text(receipt.at)))
        if receipt.resend_from is not None:
            self._link.send(Resend(from_seq=receipt.resend_from))

    async def _write(self, opened: OpenSocket) -> None:
        while True:
            message: ToCandidate | None = await self._link.queue.get()
            if message is None or opened.ending is not None:
                return
            await self._socket.send_text(message.model_dump_json())

    async def _log(self, kind: str) -> None:
        async with self._services.units.begin() as unit:
            stream = stream_of(self._sitting_id)
            unit.record(stream, kind, f"candidate:{self._sitting_id}", {"tab": self._link.tab})


def _report(outcomes: Sequence[object]) -> None:
    """A loop that failed ends the connection (the page comes back); the reason belongs in the log."""
    for outcome in outcomes:
        expected = (asyncio.CancelledError, TimeoutError, WebSocketDisconnect)
        if isinstance(outcome, BaseException) and not isinstance(outcome, expected):
            _log.error("a candidate's connection failed", exc_info=outcome)


@router.websocket("/ws/candidate")
async def candidate_socket(
    socket: WebSocket,
    caller: Caller,
    services: Annotated[CandidateServices, provided(CandidateServices)],
    sockets: Annotated[OpenSockets, provided(OpenSockets)],
) -> None:
    """Speak the live protocol with one page."""
    await socket.accept()
    await sockets.serve(socket, caller, CandidateConnection(services, caller.subject, socket).serve)
