"""A simulated candidate that speaks the real protocol: HTTP for check-in, two WebSockets for the rest."""

import asyncio
import contextlib
import itertools
import json
import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.frames.intake import CameraFrame, pack_frame

Message = dict[str, Any]
PING_EVERY_S = 5.0


@dataclass(slots=True, kw_only=True)
class SimulatedCandidate:
    """One candidate. `origin` is the service's own, e.g. http://localhost:8000.

    The outbox keeps every numbered message until it is acknowledged, and sends it again after a
    reconnect, as the page does.
    """

    origin: str
    ticket: str
    code: str
    picture: Callable[[], bytes] | None = None
    think_s: tuple[float, float] = (3.0, 9.0)
    seed: int = 0
    writer: str = field(default_factory=lambda: secrets.token_hex(8))
    outbox: dict[int, Message] = field(default_factory=dict)
    acknowledged: int = 0
    next_seq: int = 1
    given: dict[int, tuple[str, ...]] = field(default_factory=dict)
    status: Message = field(default_factory=dict)
    received: list[Message] = field(default_factory=list)
    fps: float = 2.0
    _cookie: str = ""
    _socket: ClientConnection | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """What a browser would send along."""
        return {"Origin": self.origin, "Cookie": self._cookie}

    def client(self) -> httpx.AsyncClient:
        """An HTTP client with the session."""
        return httpx.AsyncClient(base_url=self.origin, headers=self.headers, timeout=30)

    async def sign_in(self) -> None:
        """Open a session with ticket and code."""
        async with self.client() as client:
            answer = await client.post(
                "/api/candidate/session", json={"ticket": self.ticket, "code": self.code}
            )
            answer.raise_for_status()
            self._cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One HTTP call with the session; raises for refusals."""
        async with self.client() as client:
            answer = await client.request(method, path, **more)
            answer.raise_for_status()
            return answer

    async def consent(self, *, face_comparison: bool = True) -> None:
        """Give consent, unless it was given before."""
        overview = (await self.call("GET", "/api/candidate/sitting")).json()
        if overview["consent"] is None:
            body = {"recording": True, "face_comparison": face_comparison}
            await self.call("POST", "/api/candidate/consent", json=body)

    async def connected(self, body: Callable[[], Any]) -> Any:
        """Run `body` with the control socket open; messages are read meanwhile."""
        address = self.origin.replace("http", "ws", 1) + "/ws/candidate"
        async with connect(
            address, origin=Origin(self.origin), additional_headers={"Cookie": self._cookie}, compression=None
        ) as socket:
            self._socket = socket
            hello = {"type": "hello", "version": 1, "tab": secrets.token_hex(8), "writer": self.writer}
            await socket.send(json.dumps(hello | {"take_over": True}))
            reader = asyncio.create_task(self._read(socket))
            pinger = asyncio.create_task(self._ping(socket))
            try:
                await self.wait_for(lambda: bool(self.status))
                return await body()
            finally:
                self._socket = None
                reader.cancel()
                pinger.cancel()
                await asyncio.gather(reader, pinger, return_exceptions=True)

    async def _ping(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for token in itertools.count():
                await asyncio.sleep(PING_EVERY_S)
                await socket.send(json.dumps({"type": "ping", "token": token}))

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                await self._take(json.loads(text))
        self._changed.set()

    async def _take(self, message: Message) -> None:
        self.received.append(message)
        del self.received[:-200]
        match message["type"]:
            case "welcome":
                self.status = message["status"]
                self.fps = message["camera_fps"]
                self._drop(message["last_seq"])
                await self._resend(message["last_seq"] + 1)
            case "status":
                self.status = message["status"]
                if self.status["state"] not in ("checking_in", "scheduled"):
                    self.fps = 1.0
            case "acknowledged":
                self._drop(message["seq"])
            case "refused":
                self.outbox.pop(message["seq"], None)
            case "resend":
                await self._resend(message["from_seq"])
            case "camera_rate":
                self.fps = message["fps"]
            case "notice":
                await self.post({"type": "notice_shown", "notice_id": message["notice_id"]})
            case _:
                pass
        self._changed.set()

    def _drop(self, seq: int) -> None:
        self.acknowledged = max(self.acknowledged, seq)
        self.outbox = {number: kept for number, kept in self.outbox.items() if number > seq}

    async def _resend(self, from_seq: int) -> None:
        for number in sorted(self.outbox):
            if number >= from_seq and self._socket is not None:
                await self._socket.send(json.dumps(self.outbox[number]))

    async def post(self, message: Message) -> int:
        """Put a numbered message into the outbox and send it if the socket is open."""
        seq, self.next_seq = self.next_seq, self.next_seq + 1
        self.outbox[seq] = message | {"seq": seq}
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(json.dumps(self.outbox[seq]))
        return seq

    async def wait_for(self, reached: Callable[[], bool], timeout_s: float = 120.0) -> None:
        """Until `reached()`; looked at after every message. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    async def answer(self, position: int, response: Sequence[str]) -> int:
        """Answer one slot; `"AC"` is short for `["A", "C"]`."""
        self.given[position] = tuple(response)
        message = {"type": "answer", "position": position, "response": list(response)}
        return await self.post(message)

    async def stream(self) -> None:
        """Send pictures at the wanted rate until the sitting is over."""
        if self.picture is None:
            return
        address = self.origin.replace("http", "ws", 1) + "/ws/camera"
        cookie = {"Cookie": self._cookie}
        with contextlib.suppress(ConnectionClosed):
            async with connect(
                address, origin=Origin(self.origin), additional_headers=cookie, compression=None
            ) as camera:
                drain = asyncio.create_task(_drain(camera))
                try:
                    await self._stream_over(camera, self.picture)
                finally:
                    drain.cancel()

    async def _stream_over(self, camera: ClientConnection, picture: Callable[[], bytes]) -> None:
        due = time.monotonic()
        while True:
            jpeg = await asyncio.to_thread(picture)
            self._sequence += 1
            frame = CameraFrame(sequence=self._sequence, captured_ms=time.time_ns() // 1_000_000, jpeg=jpeg)
            await camera.send(pack_frame(frame))
            due = max(due + 1.0 / self.fps, time.monotonic())
            await asyncio.sleep(due - time.monotonic())

    async def sit(self) -> None:
        """The whole day: sign in, consent, camera, wait for the bell, answer at a human pace."""
        await self.sign_in()
        await self.consent()
        while True:
            try:
                await self.connected(self._day)
                return
            except (ConnectionClosed, OSError):
                await asyncio.sleep(1.0)

    async def _day(self) -> None:
        camera = asyncio.create_task(self.stream())
        try:
            await self.wait_for(lambda: self.status["state"] == "in_progress", timeout_s=86_400)
            form = (await self.call("GET", "/api/candidate/form")).json()
            await self._answer_all(form)
            await self.wait_for(self._is_over, timeout_s=86_400)
        finally:
            camera.cancel()
            await asyncio.gather(camera, return_exceptions=True)

    def _is_over(self) -> bool:
        return self.status["state"] in ("submitted", "expired", "terminated", "voided")

    async def _answer_all(self, form: Message) -> None:
        choose = random.Random(self.seed)
        for slot in form["slots"]:
            if str(slot["position"]) in form["responses"]:
                continue
            await asyncio.sleep(choose.uniform(*self.think_s))
            await self.wait_for(lambda: self.status["state"] != "paused", timeout_s=86_400)
            if self._is_over():
                return
            await self.post({"type": "visit", "position": slot["position"]})
            await self.answer(slot["position"], choose_response(slot, choose))


def choose_response(slot: Message, choose: random.Random) -> list[str]:
    """A plausible response to an item of any type."""
    options = [option["id"] for option in slot["options"]]
    match slot["type"]:
        case "multiple_choice":
            return sorted(choose.sample(options, min(choose.randint(2, 3), len(options))))
        case "ordering":
            return choose.sample(options, len(options))
        case "matching":
            return [f"{source['id']}={choose.choice(options)}" for source in slot["sources"]]
        case "cloze":
            return [f"{gap['id']}={_gap_value(gap, choose)}" for gap in slot["gaps"]]
        case "numeric" | "text_entry":
            return [str(choose.randint(0, 500))]
        case _:
            return [choose.choice(options)]


def _gap_value(gap: Message, choose: random.Random) -> str:
    options = [option["id"] for option in gap["options"]]
    return str(choose.choice(options)) if options else str(choose.randint(0, 500))


async def _drain(camera: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in camera:
            pass
