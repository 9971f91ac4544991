"""The server is killed again and again in the middle of an exam: nothing acknowledged is ever lost."""

import asyncio
import json
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
from websockets.exceptions import WebSocketException

from app.audit.entries import Entry
from app.audit.service import read_stream, verify_stream
from app.clock import SystemClock
from app.demo.simulator import SimulatedCandidate
from app.main import Service
from app.sittings import repository
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from tests.conftest import settings_for
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.process import ServedProcess

KILLS = 20
CANDIDATES = 3
SLOTS = 10
GONE = (OSError, WebSocketException, httpx.HTTPError, TimeoutError)


class HurriedCandidate:
    """Answers without a moment's thought, reconnects whenever the server is gone."""

    def __init__(self, origin: str, day: ExamDay, number: int) -> None:
        ticket = day.ticket(number)
        self.simulated = SimulatedCandidate(origin=origin, ticket=ticket.ticket, code=ticket.code)
        self.chance = random.Random(number)
        # Every answer ever given, by number: (position, letters).
        self.given: dict[int, tuple[int, str]] = {}
        self.stop = asyncio.Event()

    async def run(self) -> None:
        """Until `stop` is set and the outbox is empty."""
        await self.simulated.sign_in()
        while not (self.stop.is_set() and not self.simulated.outbox):
            with suppress(*GONE):
                await self.simulated.connected(self._answer)
            # Lets the others run; the next attempt is refused at once while nobody listens.
            await asyncio.sleep(0.02)

    async def _answer(self) -> None:
        candidate = self.simulated
        socket = candidate._socket
        assert socket is not None
        while not self.stop.is_set():
            if socket.close_code is not None:
                return
            position = self.chance.randint(1, SLOTS)
            letters = self.chance.choice(["A", "B"]) if position <= 8 else self.chance.choice(["AB", "B", ""])
            seq = await candidate.answer(position, letters)
            self.given[seq] = (position, letters)
            # At most 20 are under way, as fast as the server takes them.
            await self._until(lambda: len(candidate.outbox) < 20 or socket.close_code is not None)
        await self._until(lambda: not candidate.outbox or socket.close_code is not None)

    async def _until(self, reached: object) -> None:
        assert callable(reached)
        async with asyncio.timeout(30):
            while not reached():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Service]:
    """The service over the data folder, without a single loop running."""
    service = Service(settings_for(folder, None), SystemClock())
    try:
        yield service
    finally:
        await service.database.dispose()


async def prepared(folder: Path) -> ExamDay:
    """Three candidates in the middle of their exam."""
    async with opened(folder) as service:
        day = await make_exam_day(service, candidates=CANDIDATES, minutes=120)
        for number in range(CANDIDATES):
            await day.start(number)
        return day


async def examined(server: ServedProcess, day: ExamDay) -> list[HurriedCandidate]:
    """Kill and restart the server under the candidates' hands."""
    chance = random.Random(20)
    candidates = [HurriedCandidate(server.origin, day, number) for number in range(CANDIDATES)]
    async with asyncio.TaskGroup() as group:
        for candidate in candidates:
            group.create_task(candidate.run())
        for _ in range(KILLS):
            before = sum(candidate.simulated.acknowledged for candidate in candidates)
            wanted = before + chance.randint(1, 60)
            async with asyncio.timeout(30):
                while sum(candidate.simulated.acknowledged for candidate in candidates) < wanted:
                    await asyncio.sleep(0.001)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        for candidate in candidates:
            candidate.stop.set()
    return candidates


def check_chain(entries: list[Entry], candidate: HurriedCandidate) -> dict[int, str]:
    """Each number once and in order, with the letters that were sent. Returns the letters by position."""
    numbers, letters = [], {}
    for entry in entries:
        data = json.loads(entry.text)["data"]
        if entry.type == "response.saved":
            numbers.append(data["number"])
            assert candidate.given[data["number"]] == (data["position"], "".join(data["response"]))
            letters[data["position"]] = "".join(data["response"])
    assert numbers == sorted(candidate.given) == list(range(1, len(numbers) + 1))
    return letters


async def check(service: Service, day: ExamDay, number: int, candidate: HurriedCandidate) -> None:
    """What one candidate finds afterwards."""
    sitting_id = day.sittings[number]
    stream = stream_of(sitting_id)
    async with service.database.read() as connection:
        report = await verify_stream(connection, stream)
        entries = await read_stream(connection, stream)
        stored = (await repository.responses(connection, [sitting_id]))[sitting_id]
        sitting = await repository.by_id(connection, sitting_id)
        written = await repository.writer_numbers(connection, [(sitting_id, candidate.simulated.writer)])
    assert report.problem is None
    letters = check_chain(entries, candidate)
    assert {position: "".join(found) for position, (found, _) in stored.items()} == letters
    assert written[sitting_id, candidate.simulated.writer] == candidate.simulated.next_seq - 1
    assert candidate.simulated.acknowledged == candidate.simulated.next_seq - 1
    assert sitting.state is State.IN_PROGRESS
    assert sitting.answered == sum(bool(found) for found in letters.values())
    assert sum(entry.type == "gap" for entry in entries) == KILLS + 1


def test_twenty_kills_lose_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "kaochang.sqlite3")
    day = asyncio.run(prepared(tmp_path))
    server = ServedProcess(tmp_path)
    server.start()
    try:
        candidates = asyncio.run(examined(server, day))
    finally:
        server.close()
    assert server.starts == KILLS + 1

    async def after() -> None:
        async with opened(tmp_path) as service:
            for number, candidate in enumerate(candidates):
                await check(service, day, number, candidate)

    asyncio.run(after())
    # Nothing that the processes wrote says who they were about.
    log = server.log.read_text("utf-8")
    for ticket in day.tickets.values():
        assert ticket.code not in log
    assert "考生" not in log
    assert "Traceback" not in log
