"""Durable answers a second: SQLite (WAL, synchronous FULL), group commit, each with its audit entry.

Every one of the concurrent candidates has one answer under way: it waits for the acknowledgement,
which comes after the commit, and sends the next. Three ways, one after the other, on the same data:

- `naive`: the reference, one transaction an answer with the same statements and the same entry;
- `boundary`: `Posting.post`, what the socket calls; this is what the targets are for;
- `socket`: real WebSockets to the real service; the load generator has its share of the same cores.

Afterwards every acknowledged answer is counted in the chains, and some chains are verified.
"""

import asyncio
import itertools
import json
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from websockets.asyncio.client import ClientConnection

from app.audit.service import verify_stream
from app.audit.tables import EntryRow
from app.kit.heap import settle_heap
from app.kit.unit_of_work import Json
from app.live.messages import Answer
from app.main import Service
from app.sittings import repository
from app.sittings.ledger import Delivery
from app.sittings.records import stream_of
from app.sittings.responses import response_text
from tests.bench.figures import Outcome, Target, Value, rounded
from tests.bench.seats import FullRoom, SeatedCandidate, fill_room, open_service
from tests.bench.server import RunningService, link_models, running_service

SHARES = {"p50_ms": 0.50, "p99_ms": 0.99}
CHAINS_VERIFIED = 5
TRUE_FALSE_SLOTS = 40  # the first section of the demonstration form: two options each
SaveOne = Callable[[SeatedCandidate, int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersScale:
    """How much load, for how many seconds each way."""

    candidates: int = 200
    naive_s: float = 3.0
    boundary_s: float = 8.0
    socket_s: float = 8.0


async def run(models: Path, scale: AnswersScale | None = None) -> Outcome:
    """Measure."""
    scale = scale or AnswersScale()
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        folder = Path(name)
        link_models(folder, models)
        service = open_service(folder)
        try:
            room = await fill_room(service, scale.candidates, begun=True)
            naive = await _measure(room, scale.naive_s, _naive(service))
            boundary = await _boundary(service, room, scale.boundary_s)
        finally:
            await service.database.dispose()
        async with running_service(folder) as running:
            over_sockets = await _over_sockets(running, room, scale.socket_s)
        figures = _figures(scale, naive, boundary, over_sockets)
        figures |= await _checked(
            folder, room, sum(len(way.taken_ms) for way in (naive, boundary, over_sockets))
        )
    targets = (
        Target(figure="boundary_per_s", at_least=5000),
        Target(figure="boundary_p99_ms", at_most=50),
        Target(figure="lost_answers", at_most=0),
        Target(figure="broken_chains", at_most=0),
    )
    return Outcome(bench="answers", figures=figures, targets=targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Milliseconds of every acknowledged answer, and the seconds from the first to the last of them."""

    taken_ms: Sequence[float]
    seconds: float

    @property
    def per_s(self) -> float:
        return len(self.taken_ms) / self.seconds


async def _measure(room: FullRoom, seconds: float, save: SaveOne) -> _Way:
    """All candidates at once, each one answer after the other."""
    taken: list[float] = []
    begun = time.perf_counter()
    until = begun + seconds

    async def sit(candidate: SeatedCandidate) -> None:
        for number in itertools.count(1):
            started = time.perf_counter()
            if started >= until:
                return
            await save(candidate, number)
            taken.append(1000 * (time.perf_counter() - started))

    async with asyncio.TaskGroup() as group:
        for candidate in room.seated:
            group.create_task(sit(candidate))
    return _Way(taken_ms=taken, seconds=time.perf_counter() - begun)


def _answer(number: int) -> dict[str, object]:
    position = number % TRUE_FALSE_SLOTS + 1
    return {"type": "answer", "seq": number, "position": position, "response": ["AB"[number // 40 % 2]]}


def _naive(service: Service) -> SaveOne:
    async def save(candidate: SeatedCandidate, number: int) -> None:
        answer = Answer.model_validate(_answer(number))
        sitting_id = candidate.sitting_id
        async with service.units.begin() as unit:
            sitting = await repository.by_id(unit.connection, sitting_id, lock=True)
            await repository.writer_numbers(unit.connection, [(sitting_id, "naive-writer")])
            row = (sitting_id, answer.position, response_text(tuple(answer.response)), False, unit.now)
            await repository.put_responses(unit.connection, [row], "response")
            await repository.put_writers(unit.connection, [(sitting_id, "naive-writer", number)])
            progress = (sitting_id, 1, answer.position, unit.now, sitting.called_at)
            await repository.change_progress(unit.connection, [progress])
            data: dict[str, Json] = {"writer": "naive-writer", "number": number}
            data |= {"position": answer.position, "response": answer.response}
            unit.record(stream_of(sitting_id), "response.saved", f"candidate:{sitting_id}", data)

    return save


async def _boundary(service: Service, room: FullRoom, seconds: float) -> _Way:
    settle_heap()  # as the service does

    async def save(candidate: SeatedCandidate, number: int) -> None:
        delivery = Delivery(
            sitting_id=candidate.sitting_id,
            writer="boundary-writer",
            messages=(Answer.model_validate(_answer(number)),),
            received_at=service.clock.now(),
        )
        receipt = await service.posting.post(delivery)
        if receipt.last_seq != number or receipt.refusals:
            raise RuntimeError(f"answer {number} was not taken: {receipt}")

    serving = asyncio.create_task(service.posting.run())
    try:
        return await _measure(room, seconds, save)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def _over_sockets(running: RunningService, room: FullRoom, seconds: float) -> _Way:
    """All pages connect first; the time runs from when the last is welcome."""
    taken: list[float] = []
    begun = ended = 0.0
    everybody = asyncio.Barrier(len(room.seated))

    async def sit(candidate: SeatedCandidate) -> None:
        nonlocal begun, ended
        async with running.socket("/ws/candidate", candidate.cookie) as socket:
            hello = {"type": "hello", "version": 1, "tab": secrets.token_hex(8), "writer": "socket-writer"}
            await socket.send(json.dumps(hello | {"take_over": True}))
            while json.loads(await socket.recv())["type"] != "welcome":
                pass
            await everybody.wait()
            begun = begun or time.perf_counter()
            until = begun + seconds
            for number in itertools.count(1):
                started = time.perf_counter()
                if started >= until:
                    break
                await socket.send(json.dumps(_answer(number)))
                await _acknowledgement(socket, number)
                ended = time.perf_counter()
                taken.append(1000 * (ended - started))
            await everybody.wait()

    async with asyncio.TaskGroup() as group:
        for candidate in room.seated:
            group.create_task(sit(candidate))
    return _Way(taken_ms=taken, seconds=ended - begun)


async def _acknowledgement(socket: ClientConnection, number: int) -> None:
    while True:
        message = json.loads(await socket.recv())
        if message["type"] == "acknowledged" and message["seq"] >= number:
            return
        if message["type"] in ("refused", "error"):
            raise RuntimeError(f"answer {number} was not taken: {message}")


def _figures(scale: AnswersScale, naive: _Way, boundary: _Way, over_sockets: _Way) -> dict[str, Value]:
    figures: dict[str, Value] = {"candidates": scale.candidates}
    for name, way in (("naive", naive), ("boundary", boundary), ("socket", over_sockets)):
        figures[f"{name}_per_s"] = round(way.per_s)
        figures |= {f"{name}_{key}": value for key, value in rounded(way.taken_ms, SHARES).items()}
    figures["boundary_to_naive"] = round(boundary.per_s / naive.per_s, 1)
    return figures


async def _checked(folder: Path, room: FullRoom, acknowledged: int) -> dict[str, Value]:
    """Acknowledged answers that no chain holds, and chains that do not fit."""
    service = open_service(folder)
    try:
        async with service.database.read() as connection:
            query = select(func.count()).select_from(EntryRow).where(EntryRow.type == "response.saved")
            stored = (await connection.execute(query)).scalar_one()
            reports = [
                await verify_stream(connection, stream_of(candidate.sitting_id))
                for candidate in room.seated[:CHAINS_VERIFIED]
            ]
    finally:
        await service.database.dispose()
    return {
        "lost_answers": acknowledged - stored,
        "broken_chains": sum(report.problem is not None for report in reports),
    }
