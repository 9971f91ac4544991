"""The bell: everybody starts in the same second.

All candidates are admitted and their pages have open control sockets before the bell. At the bell
(`starts_at` of the administration) the server starts the sittings and tells the pages; each page then
fetches its form over a connection of its own. Measured: milliseconds from the bell to the last byte of
the form, by the clock of this machine, which both sides share.

The reference, `one_by_one`: the forms fetched one after the other, nobody else on the server.
"""

import asyncio
import json
import secrets
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.bench.figures import Outcome, Target, Value, rounded
from tests.bench.http import get
from tests.bench.seats import FullRoom, SeatedCandidate, fill_room, move_bell, open_service
from tests.bench.server import RunningService, link_models, running_service

GIVE_UP_S = 30.0
QUIET_S = 0.5  # before the bell: the figures of the server are read
SHARES = {"p50_ms": 0.50, "p99_ms": 0.99, "worst_ms": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class StartScale:
    """How many start, and how long before the bell the server is started (seconds)."""

    candidates: int = 300
    before_bell_s: float = 24.0
    one_by_one: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """Milliseconds from the bell to the message, and to the form.

    late: the page's socket was not open when the bell rang; then its time says nothing about the bell.
    """

    late: bool
    told_ms: float
    form_ms: float


async def run(models: Path, scale: StartScale | None = None) -> Outcome:
    """Measure."""
    scale = scale or StartScale()
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        folder = Path(name)
        link_models(folder, models)
        service = open_service(folder)
        try:
            room = await fill_room(service, scale.candidates, begun=False)
            bell = datetime.now(UTC) + timedelta(seconds=scale.before_bell_s)
            bell = bell.replace(microsecond=0)
            await move_bell(service, room.administration_id, bell)
        finally:
            await service.database.dispose()
        async with running_service(folder) as running:
            begun, processor_s = await _all_start(running, room, bell.timestamp())
            one_by_one = await _one_by_one(running, room, scale.one_by_one)
    good = [one for one in begun if one is not None]
    figures: dict[str, Value] = {"candidates": scale.candidates, "failures": len(begun) - len(good)}
    if good:
        figures |= _named("told", [one.told_ms for one in good])
        figures |= _named("form", [one.form_ms for one in good])
    figures["form_p99_ms"] = figures.get("form_p99_ms", 1000 * GIVE_UP_S)
    figures |= _named("one_by_one", one_by_one)
    figures["late_pages"] = sum(one.late for one in good)
    figures["server_cpu_ms_each"] = round(1000 * processor_s / scale.candidates, 2)
    targets = (
        Target(figure="failures", at_most=0),
        Target(figure="late_pages", at_most=0),
        Target(figure="form_p99_ms", at_most=2000),
    )
    return Outcome(bench="start", figures=figures, targets=targets)


def _named(name: str, values: list[float]) -> dict[str, Value]:
    return {f"{name}_{key}": value for key, value in rounded(values, SHARES).items()}


async def _all_start(
    running: RunningService, room: FullRoom, bell: float
) -> tuple[list[_Begun | None], float]:
    """None for a candidate who got no form; processor seconds of the server from just before the bell."""
    if time.time() >= bell:
        raise RuntimeError("the bell rang before the service was up: raise `before_bell_s`")
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_start(running, candidate, bell)) for candidate in room.seated]
        await asyncio.sleep(max(0.0, bell - time.time() - QUIET_S))
        before = await running.metrics(room.staff_cookie)
    after = await running.metrics(room.staff_cookie)
    return [task.result() for task in tasks], after.processor_s - before.processor_s


async def _start(running: RunningService, candidate: SeatedCandidate, bell: float) -> _Begun | None:
    try:
        async with asyncio.timeout(bell - time.time() + GIVE_UP_S):
            async with running.socket("/ws/candidate", candidate.cookie) as socket:
                hello = {"type": "hello", "version": 1, "tab": secrets.token_hex(8)}
                await socket.send(json.dumps(hello | {"writer": "bench-writer", "take_over": True}))
                welcome = await _told(socket, ("welcome",))
                late = time.time() >= bell
                if welcome["status"]["state"] != "in_progress":
                    await _told(socket, ("status",))
                told = time.time()
                status, body = await get(running.port, "/api/candidate/form", candidate.cookie)
                formed = time.time()
    except (TimeoutError, OSError, ConnectionClosed, asyncio.IncompleteReadError):
        return None
    if told < bell or status != 200 or not json.loads(body)["slots"]:
        return None
    return _Begun(late=late, told_ms=1000 * (told - bell), form_ms=1000 * (formed - bell))


async def _told(socket: ClientConnection, kinds: tuple[str, ...]) -> dict[str, Any]:
    """The first welcome, or the first status that says that the sitting is in progress."""
    while True:
        message: dict[str, Any] = json.loads(await socket.recv())
        begun = message["type"] == "welcome" or message.get("status", {}).get("state") == "in_progress"
        if message["type"] in kinds and begun:
            return message


async def _one_by_one(running: RunningService, room: FullRoom, count: int) -> list[float]:
    taken = []
    for candidate in room.seated[:count]:
        started = time.perf_counter()
        await get(running.port, "/api/candidate/form", candidate.cookie)
        taken.append(1000 * (time.perf_counter() - started))
    return taken
