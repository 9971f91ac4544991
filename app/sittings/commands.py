"""What staff do to a sitting: each a coded reason, one transaction, one entry."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.rules import Principal
from app.administrations.service import AdministrationsService
from app.errors import Invalid, NotAllowedNow, NotFound
from app.ids import new_id
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.sittings import reasons, repository, timing
from app.sittings.events import NoticeSent, SittingChanged
from app.sittings.lifecycle import ENDED, STARTED, Cause, Event, State
from app.sittings.records import Sitting, stream_of
from app.sittings.service import SittingsService


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A staff command. `reason` is a code of `reasons.REASONS`; `note` is free text for the log."""

    name: str
    reason: str | None = None
    note: str = ""
    text: str = ""
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDone:
    """When it took effect, and the state after it."""

    at: datetime
    effect: str


class CommandsService:
    """Runs staff commands on sittings in the caller's scope."""

    def __init__(
        self, units: UnitOfWork, sittings: SittingsService, administrations: AdministrationsService
    ) -> None:
        self._units = units
        self._sittings = sittings
        self._administrations = administrations
        self._handlers = {
            "admit": self._admit,
            "refuse": self._refuse,
            "message": self._notice,
            "warn": self._notice,
            "pause": self._pause,
            "resume": self._resume,
            "extend": self._extend,
            "end": self._end,
            "answer_call": self._answer_call,
        }

    async def in_scope(self, sitting_id: str, principal: Principal) -> Sitting:
        """The sitting, if the caller's room is its room. Raises NotFound either way otherwise."""
        sitting, administration = await self._sittings.get(sitting_id)
        if principal.room_id is not None and administration.room_id != principal.room_id:
            raise NotFound("There is no such sitting.")
        return sitting

    async def run(self, sitting_id: str, command: Command, principal: Principal) -> CommandDone:
        """Run one command. Raises Invalid, NotAllowedNow or NotFound; then nothing has changed."""
        handler = self._handlers.get(command.name)
        if handler is None:
            raise Invalid("There is no such command.", code="command_unknown")
        coded = command.name in reasons.REASONS
        if coded and not (command.reason and reasons.known(command.name, command.reason)):
            raise Invalid("This command needs one of its coded reasons.", code="reason_invalid")
        await self.in_scope(sitting_id, principal)
        async with self._units.begin() as unit:
            sitting = await repository.by_id(unit.connection, sitting_id, lock=True)
            data = await handler(unit, sitting, command, principal)
            said: dict[str, Json] = {"reason": command.reason, "note": command.note or None}
            data |= {key: value for key, value in said.items() if value is not None}
            data["by"] = principal.name
            unit.record(stream_of(sitting_id), f"staff.{command.name}", principal.actor, data)
            unit.announce(SittingChanged(sitting_id=sitting_id))
            after = await repository.by_id(unit.connection, sitting_id)
        return CommandDone(at=unit.now, effect=after.state.value)

    async def _admit(
        self, unit: Unit, sitting: Sitting, _c: Command, principal: Principal
    ) -> dict[str, Json]:
        await self._sittings.admit(unit, sitting, Cause.STAFF, by=principal.name)
        return {}

    async def _refuse(
        self, unit: Unit, sitting: Sitting, command: Command, principal: Principal
    ) -> dict[str, Json]:
        # The outcome holds the camera back until the candidate has put things right and tries again.
        held = sitting.face_comparison is True
        await self._sittings.move(
            unit,
            sitting,
            Event.REFUSE,
            Cause.STAFF,
            waiting_since=None,
            waiting_reason=None,
            identity_outcome="unusable" if held else None,
            identity_reason="refused" if held else None,
        )
        notice_id = await _tell(unit, sitting.id, "message", _refusal_text(command), principal)
        return {"notice": notice_id}

    async def _notice(
        self, unit: Unit, sitting: Sitting, command: Command, principal: Principal
    ) -> dict[str, Json]:
        text = command.text.strip()
        if not 1 <= len(text) <= 500:
            raise Invalid("A message has 1 to 500 characters.", code="text_invalid")
        if sitting.state in ENDED or sitting.state is State.SCHEDULED:
            raise NotAllowedNow("Nobody is sitting there now.")
        kind = "warning" if command.name == "warn" else "message"
        notice_id = await _tell(unit, sitting.id, kind, text, principal)
        return {"notice": notice_id, "text": text}

    async def _pause(self, unit: Unit, sitting: Sitting, _c: Command, _p: Principal) -> dict[str, Json]:
        await self._sittings.move(
            unit, sitting, Event.PAUSE, Cause.STAFF, paused_at=unit.now, deadline_at=None
        )
        return {}

    async def _resume(self, unit: Unit, sitting: Sitting, _c: Command, _p: Principal) -> dict[str, Json]:
        administration = await self._administrations.get(unit.connection, sitting.administration_id)
        before = sitting.timing(administration.minutes)
        if before.paused_at is None:
            raise NotAllowedNow("The sitting is not paused.")
        paused_ms = timing.pause_ms(before, unit.now)
        after = timing.Timing(
            minutes=administration.minutes,
            started_at=sitting.started_at,
            extra_ms=sitting.extra_ms,
            paused_ms=paused_ms,
        )
        await self._sittings.move(
            unit,
            sitting,
            Event.RESUME,
            Cause.STAFF,
            paused_at=None,
            paused_ms=paused_ms,
            deadline_at=timing.deadline(after),
        )
        return {"paused_ms": paused_ms - before.paused_ms}

    async def _extend(self, unit: Unit, sitting: Sitting, command: Command, _p: Principal) -> dict[str, Json]:
        if not 1 <= command.minutes <= 60:
            raise Invalid("Extra time is 1 to 60 minutes.", code="minutes_invalid")
        if sitting.state not in STARTED:
            raise NotAllowedNow("Only a started sitting can be extended.")
        administration = await self._administrations.get(unit.connection, sitting.administration_id)
        extra_ms = sitting.extra_ms + command.minutes * 60_000
        after = timing.Timing(
            minutes=administration.minutes,
            started_at=sitting.started_at,
            extra_ms=extra_ms,
            paused_ms=sitting.paused_ms,
            paused_at=sitting.paused_at,
        )
        await repository.change(
            unit.connection, sitting.id, extra_ms=extra_ms, deadline_at=timing.deadline(after)
        )
        return {"minutes": command.minutes}

    async def _end(self, unit: Unit, sitting: Sitting, command: Command, _p: Principal) -> dict[str, Json]:
        administration = await self._administrations.get(unit.connection, sitting.administration_id)
        before = sitting.timing(administration.minutes)
        # A pause that is cut off by the end counts like any other: what was left then is what is left.
        paused_ms = sitting.paused_ms if before.paused_at is None else timing.pause_ms(before, unit.now)
        ended = {"ended_reason": command.reason, "paused_at": None, "paused_ms": paused_ms}
        await self._sittings.move(unit, sitting, Event.TERMINATE, Cause.STAFF, **ended)
        return {"answered": sitting.answered}

    async def _answer_call(self, unit: Unit, sitting: Sitting, _c: Command, _p: Principal) -> dict[str, Json]:
        if sitting.called_at is None:
            raise NotAllowedNow("Nobody is calling from this seat.")
        await repository.change(unit.connection, sitting.id, called_at=None)
        return {}


async def _tell(unit: Unit, sitting_id: str, kind: str, text: str, principal: Principal) -> str:
    """Put words on the candidate's page until they are confirmed there; returns the notice's id."""
    notice_id = new_id()
    words = {"kind": kind, "text": text, "staff_name": principal.name}
    await repository.insert_notice(
        unit.connection, id=notice_id, sitting_id=sitting_id, sent_at=unit.now, **words
    )
    unit.announce(NoticeSent(sitting_id=sitting_id, notice_id=notice_id, at=unit.now, **words))
    return notice_id


def _refusal_text(command: Command) -> str:
    """Why the candidate was not admitted, in both languages: the server does not know the page's."""
    reason = reasons.find("refuse", command.reason)
    words = (reason.zh, reason.en) if reason else ("", "")
    lines = [f"暂时不能入场：{words[0]}。", command.note.strip(), f"Not admitted yet: {words[1]}."]
    return "\n".join(line for line in lines if line)
