"""Publish audits in the background: one after the other, one a person, forgotten after a while."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from app.administrations.blueprints import BlueprintsService
from app.administrations.publishing import obstacle_texts
from app.clock import Clock
from app.errors import NotFound, Unavailable
from app.ids import new_id
from app.kit.processes import run_aside
from question_bank.blueprint import Blueprint
from question_bank.canonical import JsonValue
from question_bank.errors import BlueprintInfeasible, Obstacle
from question_bank.pool import Pool, PoolItem
from question_bank.publishing.audit import AuditStep, audit, audit_document

_log = logging.getLogger(__name__)
MOST_WAITING = 20
KEPT_FOR = timedelta(minutes=30)
# The step, how much of it is done, and of how much.
Progress: TypeAlias = tuple[AuditStep, int, int]


class AuditState(StrEnum):
    """How far an audit is. Values are shown to clients."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    INFEASIBLE = "infeasible"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, kw_only=True)
class PublishAudit:
    """One audit: what was asked, how far it is, and its outcome.

    `cut_points` in centipoints. `document` is there when it is done, `problems` (in both languages) when the
    bank cannot fill the blueprint.
    """

    id: str
    snapshot_id: str
    blueprint: Blueprint
    cut_points: int | None
    state: AuditState = AuditState.WAITING
    step: AuditStep = AuditStep.PUBLISH
    done: int = 0
    total: int = 0
    document: dict[str, JsonValue] | None = None
    problems: list[dict[str, str]] = field(default_factory=list)
    ended_at: datetime | None = None
    work: "asyncio.Task[None] | None" = None


def carry_out(
    send: Callable[[Progress], None],
    items: tuple[PoolItem, ...],
    digest: str,
    blueprint: bytes,
    cut_points: int | None,
) -> dict[str, JsonValue] | tuple[Obstacle, ...]:
    """Audit a blueprint (canonical JSON) over a pool's items: its document, or why there are no forms."""
    pool = Pool(items=items, digest=digest)
    try:
        found = audit(
            pool,
            Blueprint.from_json(blueprint),
            cut_points=cut_points,
            on_progress=lambda step, done, total: send((step, done, total)),
        )
    except BlueprintInfeasible as error:
        return error.obstacles
    return audit_document(found)


class AuditsService:
    """At most one audit works at a time: it keeps a core busy for seconds to minutes (`run_aside`)."""

    def __init__(self, blueprints: BlueprintsService, clock: Clock) -> None:
        self._blueprints = blueprints
        self._clock = clock
        self._by_actor: dict[str, PublishAudit] = {}
        self._waiting: asyncio.Queue[PublishAudit] = asyncio.Queue(MOST_WAITING)

    async def start(
        self, snapshot_id: str, blueprint: Blueprint, cut_points: int | None, actor: str
    ) -> PublishAudit:
        """Queue an audit; an earlier one of the same person is given up.

        Raises NotFound, Invalid (rules that contradict themselves) or Unavailable (too many wait).
        """
        await self._blueprints.check(snapshot_id, blueprint)
        self._forget()
        new = PublishAudit(id=new_id(), snapshot_id=snapshot_id, blueprint=blueprint, cut_points=cut_points)
        try:
            self._waiting.put_nowait(new)
        except asyncio.QueueFull as error:
            raise Unavailable("Too many audits are waiting.") from error
        if actor in self._by_actor:
            self._give_up(self._by_actor[actor])
        self._by_actor[actor] = new
        return new

    def get(self, audit_id: str, actor: str) -> PublishAudit:
        """One's own audit. Raises NotFound, also for one that is forgotten."""
        self._forget()
        found = self._by_actor.get(actor)
        if found is None or found.id != audit_id:
            raise NotFound("There is no such audit.")
        return found

    def cancel(self, audit_id: str, actor: str) -> None:
        """Give one's own audit up; one that has ended stays as it is. Raises NotFound."""
        self._give_up(self.get(audit_id, actor))

    async def run(self) -> None:
        """Work audits off until cancelled."""
        while True:
            asked = await self._waiting.get()
            if asked.state is AuditState.CANCELLED:
                continue
            asked.state = AuditState.RUNNING
            asked.work = asyncio.create_task(self._carry_out(asked))
            try:
                # Unlike awaiting the task itself, this tells one that is given up from our own end.
                await asyncio.wait([asked.work])
            finally:
                asked.work.cancel()
                # Its process has ended, too, before the service does.
                await asyncio.gather(asked.work, return_exceptions=True)

    async def _carry_out(self, asked: PublishAudit) -> None:
        def heard(progress: Progress) -> None:
            asked.step, asked.done, asked.total = progress

        try:
            pool = await self._blueprints.pool(asked.snapshot_id)
            blueprint = asked.blueprint.to_json()
            found = await run_aside(carry_out, heard, pool.items, pool.digest, blueprint, asked.cut_points)
            if isinstance(found, tuple):
                asked.problems = [obstacle_texts(obstacle) for obstacle in found]
                self._end(asked, AuditState.INFEASIBLE)
            else:
                asked.document = found
                self._end(asked, AuditState.DONE)
        except Exception:
            # Whatever went wrong with one blueprint must not end the loop that serves everybody.
            _log.exception("an audit failed")
            self._end(asked, AuditState.FAILED)

    def _give_up(self, asked: PublishAudit) -> None:
        if asked.state in (AuditState.WAITING, AuditState.RUNNING):
            self._end(asked, AuditState.CANCELLED)
        if asked.work is not None:
            asked.work.cancel()

    def _end(self, asked: PublishAudit, state: AuditState) -> None:
        asked.state, asked.ended_at = state, self._clock.now()

    def _forget(self) -> None:
        oldest = self._clock.now() - KEPT_FOR
        for actor, asked in list(self._by_actor.items()):
            if asked.ended_at is not None and asked.ended_at < oldest:
                del self._by_actor[actor]
