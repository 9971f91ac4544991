"""Use-cases of a sitting: sign-in, transitions, delivery. Each is one transaction with its log entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.rules import Role
from app.accounts.service import SignedIn, close_sessions, open_session
from app.administrations.service import Administration, AdministrationsService
from app.clock import milliseconds
from app.errors import KaochangError, NotAllowedNow, SignInRefused
from app.ids import normal_entry_code, secret_digest
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.settings import SittingSettings
from app.sittings import repository, timing
from app.sittings.events import SittingChanged, SittingEnded
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import (
    ADMINISTRATION_CLOSED,
    CHECKED_IN,
    ENDED,
    STARTED,
    Cause,
    Event,
    State,
    advance,
)
from app.sittings.records import Sitting, stream_of
from question_bank.responses import Response

# An answer counts by when it was received. One received in the last moment may still wait for its commit
# when the deadline comes; ending the sitting a second later lets it in. Later ones are refused by their time.
EXPIRY_MARGIN = timedelta(seconds=1)
RESTART_GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The form as delivered (see `papers`), with what was already answered, in shown letters by position."""

    rendered: bytes
    responses: Mapping[int, Response]
    marks: tuple[int, ...]
    position: int


class SittingsService:
    """Life of a sitting. `move` is the one place where a state changes outside the ledger."""

    def __init__(
        self,
        units: UnitOfWork,
        administrations: AdministrationsService,
        formbook: Formbook,
        settings: SittingSettings,
    ) -> None:
        self._units = units
        self._administrations = administrations
        self._formbook = formbook
        self._settings = settings

    async def get(self, sitting_id: str) -> tuple[Sitting, Administration]:
        """A sitting with its administration. Raises NotFound."""
        async with self._units.database.read() as connection:
            return await self.load(connection, sitting_id)

    async def load(self, connection: AsyncConnection, sitting_id: str) -> tuple[Sitting, Administration]:
        """The same over an open connection."""
        sitting = await repository.by_id(connection, sitting_id)
        return sitting, await self._administrations.get(connection, sitting.administration_id)

    async def get_many(self, sitting_ids: Iterable[str]) -> list[tuple[Sitting, Administration]]:
        """Several sittings, in one transaction."""
        async with self._units.database.read() as connection:
            sittings = await repository.by_ids(connection, sitting_ids)
            return [
                (sitting, await self._administrations.get(connection, sitting.administration_id))
                for sitting in sittings.values()
            ]

    async def of_administration(self, administration_id: str) -> list[Sitting]:
        """All sittings of an administration."""
        async with self._units.database.read() as connection:
            return await repository.of_administration(connection, administration_id)

    async def admission_queue(self, administration_id: str) -> list[tuple[str, datetime]]:
        """(sitting, since) of those who wait for admission, in the order in which they are seen to."""
        async with self._units.database.read() as connection:
            return await repository.waiting(connection, administration_id)

    async def sign_in(self, ticket: str, code: str) -> tuple[SignedIn, str]:
        """Open a candidate's session; earlier sessions of the sitting end.

        Raises SignInRefused, or NotAllowedNow (`administration_closed`) when it is too late to start.
        The entry code has 80 random bits, so its plain SHA-256 is looked up: no slow hash at the bell.
        """
        seconds = self._settings.candidate_session_hours * 3600
        refusal: KaochangError | None = None
        async with self._units.begin() as unit:
            found = await repository.by_ticket(unit.connection, ticket.strip())
            fits = found is not None and found[1] == secret_digest(normal_entry_code(code))
            if found is None or not fits:
                stream = "office" if found is None else stream_of(found[0].id)
                unit.record(stream, "candidate.sign_in_refused", "unknown")
                refusal = SignInRefused("The ticket number or the entry code is not right.")
            elif (refusal := await self._too_late(unit, sitting := found[0])) is not None:
                actor = f"candidate:{sitting.id}"
                unit.record(stream_of(sitting.id), "candidate.sign_in_refused", actor, {"code": refusal.code})
            else:
                await close_sessions(unit, sitting.id)
                token = await open_session(unit, Role.CANDIDATE, sitting.id, seconds)
                unit.record(stream_of(sitting.id), "candidate.signed_in", f"candidate:{sitting.id}")
                if sitting.state is State.SCHEDULED:
                    await self.move(unit, sitting, Event.SIGN_IN, Cause.CANDIDATE)
        if refusal is not None:
            raise refusal
        return SignedIn(token=token, seconds=seconds, role=Role.CANDIDATE), sitting.id

    async def check_open(self, unit: Unit, sitting: Sitting) -> None:
        """Raise NotAllowedNow (`administration_closed`) when it is too late for this sitting to start."""
        if (refusal := await self._too_late(unit, sitting)) is not None:
            raise refusal

    async def _too_late(self, unit: Unit, sitting: Sitting) -> NotAllowedNow | None:
        """Why a sitting that has not started never will; None for any other."""
        waiting = sitting.state in CHECKED_IN or sitting.state is State.SCHEDULED
        administration = await self._administrations.get(unit.connection, sitting.administration_id)
        left_behind = sitting.ended_reason == ADMINISTRATION_CLOSED
        if left_behind or (waiting and timing.has_closed(administration.closes_at, unit.now)):
            text = "The time to start this administration is over."
            return NotAllowedNow(text, code=ADMINISTRATION_CLOSED)
        return None

    async def move(
        self, unit: Unit, sitting: Sitting, event: Event, cause: Cause, **columns: object
    ) -> State:
        """Advance the life-cycle in the caller's unit, set further columns, announce it after commit."""
        state = advance(sitting.state, event, cause)
        if state in ENDED and sitting.state not in ENDED:
            columns |= {"ended_at": unit.now, "deadline_at": None}
            unit.announce(SittingEnded(sitting_id=sitting.id))
        await repository.change(unit.connection, sitting.id, state=state.value, **columns)
        unit.announce(SittingChanged(sitting_id=sitting.id))
        return state

    async def admit(
        self, unit: Unit, sitting: Sitting, cause: Cause, *, by: str, frame: int | None = None
    ) -> State:
        """Admit, and start at once when the bell has already rung (the clock counts from the admission).

        Raises NotAllowedNow.
        """
        await self.check_open(unit, sitting)
        state = await self.move(
            unit,
            sitting,
            Event.ADMIT,
            cause,
            admitted_at=unit.now,
            admitted_by=by,
            admission_frame=frame,
            waiting_since=None,
            waiting_reason=None,
        )
        administration = await self._administrations.get(unit.connection, sitting.administration_id)
        if timing.may_start(administration.starts_at, administration.closes_at, unit.now):
            await self._start(unit, [await repository.by_id(unit.connection, sitting.id)])
            return State.IN_PROGRESS
        return state

    async def _start(self, unit: Unit, sittings: Iterable[Sitting]) -> int:
        """Start these sittings, all with one statement. Returns how many."""
        rows = []
        for sitting in sittings:
            minutes = (await self._administrations.get(unit.connection, sitting.administration_id)).minutes
            begun = timing.Timing(minutes=minutes, started_at=unit.now, extra_ms=sitting.extra_ms)
            rows.append(
                {
                    "sitting": sitting.id,
                    "state": advance(sitting.state, Event.START, Cause.SERVER).value,
                    "started_at": unit.now,
                    "deadline_at": timing.deadline(begun),
                }
            )
            unit.announce(SittingChanged(sitting_id=sitting.id))
            unit.record(stream_of(sitting.id), "sitting.started", "server", {"minutes": minutes})
        if rows:
            await repository.start(unit.connection, rows)
        return len(rows)

    async def ring_bell(self) -> int:
        """Start every admitted sitting whose administration has begun, all at once. Returns how many."""
        async with self._units.database.read() as connection:
            waiting = await repository.ids_in_states(connection, [State.READY])
            due = [
                sitting_id
                for sitting_id, administration_id in waiting
                if self._may_start(await self._administrations.get(connection, administration_id))
            ]
        if not due:
            return 0
        async with self._units.begin() as unit:
            sittings = await repository.by_ids(unit.connection, due, lock=True)
            return await self._start(
                unit, [sitting for sitting in sittings.values() if sitting.state is State.READY]
            )

    def _may_start(self, administration: Administration) -> bool:
        return timing.may_start(administration.starts_at, administration.closes_at, self._units.clock.now())

    async def expire_due(self) -> list[str]:
        """End every sitting whose deadline has passed by `EXPIRY_MARGIN`. Returns the ended ones."""
        cutoff = self._units.clock.now() - EXPIRY_MARGIN
        async with self._units.database.read() as connection:
            found = await repository.ids_in_states(connection, [State.IN_PROGRESS], due=cutoff)
            due = [sitting_id for sitting_id, _ in found]
        ended = []
        for sitting_id in due:
            async with self._units.begin() as unit:
                sitting = await repository.by_id(unit.connection, sitting_id, lock=True)
                still = sitting.deadline_at is not None and sitting.deadline_at <= cutoff
                if sitting.state is State.IN_PROGRESS and still:
                    await self.move(unit, sitting, Event.EXPIRE, Cause.SERVER, ended_reason="time_is_up")
                    data: dict[str, Json] = {"answered": sitting.answered}
                    unit.record(stream_of(sitting_id), "sitting.expired", "server", data)
                    ended.append(sitting_id)
        return ended

    async def close_unstarted(self) -> list[str]:
        """End every sitting that checked in and did not start before its administration closed."""
        now = self._units.clock.now()
        async with self._units.database.read() as connection:
            due = [
                sitting_id
                for sitting_id, administration_id in await repository.ids_in_states(connection, CHECKED_IN)
                if timing.has_closed(
                    (await self._administrations.get(connection, administration_id)).closes_at, now
                )
            ]
        ended = []
        for sitting_id in due:
            async with self._units.begin() as unit:
                sitting = await repository.by_id(unit.connection, sitting_id, lock=True)
                if sitting.state in CHECKED_IN:
                    await self.move(
                        unit, sitting, Event.CLOSE, Cause.SERVER, ended_reason=ADMINISTRATION_CLOSED
                    )
                    unit.record(
                        stream_of(sitting_id), "sitting.closed", "server", {"state": sitting.state.value}
                    )
                    ended.append(sitting_id)
        return ended

    async def paper(self, sitting_id: str) -> Paper:
        """The form of a started sitting. Raises NotAllowedNow (`not_started`)."""
        async with self._units.database.read() as connection:
            sitting, administration = await self.load(connection, sitting_id)
            if sitting.state is not State.IN_PROGRESS:
                raise NotAllowedNow("The items are not shown now.", code="not_started")
            rendered = await self._formbook.paper(connection, sitting, administration)
            given = (await repository.responses(connection, [sitting_id]))[sitting_id]
        return Paper(
            rendered=rendered,
            responses={position: response for position, (response, _) in given.items() if response},
            marks=tuple(sorted(position for position, (_, marked) in given.items() if marked)),
            position=sitting.position or 1,
        )

    async def prepare_paper(self, sitting_id: str) -> None:
        """Render the form before it is asked for, once the candidate is admitted and waits for the bell."""
        async with self._units.database.read() as connection:
            sitting, administration = await self.load(connection, sitting_id)
            if sitting.state is State.READY:
                await self._formbook.paper(connection, sitting, administration)

    async def hold_after_outage(self) -> list[str]:
        """After a start of the server: nobody's time runs out before their page could come back.

        Whose deadline passed meanwhile, or comes within `RESTART_GRACE`, gets that long from now.
        """
        async with self._units.begin() as unit:
            deadline = unit.now + RESTART_GRACE
            found = await repository.ids_in_states(unit.connection, [State.IN_PROGRESS], due=deadline)
            for sitting_id, _ in found:
                sitting = await repository.by_id(unit.connection, sitting_id, lock=True)
                assert sitting.deadline_at is not None
                added = milliseconds(deadline, sitting.deadline_at)
                extra_ms = sitting.extra_ms + added
                await repository.change(unit.connection, sitting_id, extra_ms=extra_ms, deadline_at=deadline)
                data: dict[str, Json] = {"extra_ms": added, "cause": "server_restarted"}
                unit.record(stream_of(sitting_id), "sitting.held_open", "server", data)
        return [sitting_id for sitting_id, _ in found]

    async def record_gaps(self) -> list[str]:
        """After a start of the server: say in every open chain that nothing was recorded for a while."""
        async with self._units.begin() as unit:
            running = await repository.ids_in_states(unit.connection, CHECKED_IN | STARTED)
            for sitting_id, _ in running:
                unit.record(stream_of(sitting_id), "gap", "server", {"cause": "server_restarted"})
        return [sitting_id for sitting_id, _ in running]

    def remaining_ms(self, sitting: Sitting, administration: Administration, now: datetime) -> int | None:
        """Time left, None before the start."""
        return timing.remaining_ms(sitting.timing(administration.minutes), now)
