"""What those who sit an exam notice while a roster of 5,000 is registered, and while a blueprint is audited.

All in one process, as in the service: candidates of a running administration save an answer each second
(`Posting.post`, what the socket calls), the loop's lag is probed, and beside it

- `quiet`: nothing happens, the reference;
- `roster`: 5,000 people are registered for another administration, forms matched at the cut score;
- `audit`: a publish audit draws its 1,000 forms.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.administrations.audits import AuditState
from app.kit.heap import settle_heap
from app.live.messages import Answer
from app.main import Service
from app.sittings.ledger import Delivery
from question_bank.blueprint import Blueprint
from question_bank.constraints import CurveTarget
from tests.bench.figures import Outcome, Target, Value, rounded
from tests.bench.seats import (
    FullRoom,
    demonstration_blueprint,
    fill_room,
    new_administration,
    new_person,
    open_service,
)
from tests.bench.server import link_models

SHARES = {"p50_ms": 0.50, "p99_ms": 0.99, "worst_ms": 1.0}
TRUE_FALSE_SLOTS = 40
EVERY_S = 1.0
_ACTOR = "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterScale:
    """Who saves answers, who is registered, how long the reference is measured; `matched`: with a target."""

    candidates: int = 200
    people: int = 5_000
    quiet_s: float = 5.0
    matched: bool = True

    @property
    def blueprint(self) -> Blueprint:
        """What is registered for and audited."""
        target = CurveTarget(cut_points=80_00) if self.matched else None
        return replace(demonstration_blueprint(), target=target)


async def run(models: Path, scale: RosterScale | None = None) -> Outcome:
    """Measure."""
    scale = scale or RosterScale()
    figures: dict[str, Value] = {"candidates": scale.candidates, "people": scale.people}
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        folder = Path(name)
        link_models(folder, models)
        service = open_service(folder)
        try:
            room = await fill_room(service, scale.candidates, begun=True)
            now = service.clock.now()
            coming = await new_administration(service, scale.people, now, scale.blueprint)
            async with _answering(service):
                figures |= await _measured(service, room, "quiet", asyncio.sleep(scale.quiet_s))
                figures |= await _measured(service, room, "roster", _register(service, coming, scale.people))
                figures |= await _measured(service, room, "audit", _audit(service, room, scale.blueprint))
        finally:
            await service.database.dispose()
    targets = (
        Target(figure="roster_save_p99_ms", at_most=100),
        Target(figure="roster_lag_p99_ms", at_most=50),
        Target(figure="audit_lag_p99_ms", at_most=50),
    )
    return Outcome(bench="roster", figures=figures, targets=targets)


@asynccontextmanager
async def _answering(service: Service) -> AsyncIterator[None]:
    """The loops of the service that this needs."""
    settle_heap()
    loops = [asyncio.create_task(loop.run()) for loop in (service.posting, service.lag, service.audits)]
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def _measured(
    service: Service, room: FullRoom, name: str, beside: Awaitable[object]
) -> dict[str, Value]:
    """Times of answers and the loop's lag while something is done, and how long that took."""
    taken: list[float] = []
    ended = asyncio.Event()
    service.lag.take()
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for place, seated in enumerate(room.seated):
            saver = _Saver(service=service, sitting_id=seated.sitting_id, writer=f"{name}-writer")
            group.create_task(saver.save(place / len(room.seated) * EVERY_S, ended, taken))
        await beside
        seconds = time.perf_counter() - begun
        lag = service.lag.take()
        ended.set()
    figures: dict[str, Value] = {f"{name}_s": round(seconds, 2), f"{name}_saves": len(taken)}
    figures |= {f"{name}_save_{key}": value for key, value in rounded(taken, SHARES).items()}
    figures |= {f"{name}_lag_p99_ms": lag.p99_ms, f"{name}_lag_worst_ms": lag.worst_ms}
    return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saver:
    """One candidate's page."""

    service: Service
    sitting_id: str
    writer: str

    async def save(self, after_s: float, ended: asyncio.Event, taken: list[float]) -> None:
        """An answer each second until the end; `taken` gets the milliseconds since each was due.

        A save that is held up makes the next ones late, too, and they are counted: nobody stops answering.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + after_s
        number = 0
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            if ended.is_set() and due + EVERY_S > loop.time():
                return
            number += 1
            await self._post(number)
            taken.append(1000 * (loop.time() - due))
            due += EVERY_S

    async def _post(self, number: int) -> None:
        position = number % TRUE_FALSE_SLOTS + 1
        answer = Answer(type="answer", seq=number, position=position, response=["AB"[number % 2]])
        receipt = await self.service.posting.post(
            Delivery(
                sitting_id=self.sitting_id,
                writer=self.writer,
                messages=(answer,),
                received_at=self.service.clock.now(),
            )
        )
        if receipt.last_seq != number or receipt.refusals:
            raise RuntimeError(f"answer {number} was not taken: {receipt}")


async def _register(service: Service, administration_id: str, count: int) -> Sequence[str]:
    """A roster of people who are not known yet."""
    people = [new_person(100_000 + number) for number in range(count)]
    return await service.registration.register(administration_id, people, _ACTOR)


async def _audit(service: Service, room: FullRoom, blueprint: Blueprint) -> None:
    """One publish audit, to its end."""
    async with service.database.read() as connection:
        administration = await service.administrations.get(connection, room.administration_id)
    asked = await service.audits.start(administration.snapshot_id, blueprint, None, _ACTOR)
    while asked.ended_at is None:
        await asyncio.sleep(0.2)
    if asked.state is not AuditState.DONE:
        raise RuntimeError(f"the audit ended as {asked.state}")
