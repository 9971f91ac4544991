"""Flags as they open, grow and close; incidents; dispositions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.rules import Principal
from app.audit import service as audit
from app.clock import instant_text
from app.errors import Invalid, NotAllowedNow, NotFound
from app.ids import new_id
from app.incidents.rules import MIN_NOTE, Decision, may_decide, moment_fits
from app.incidents.tables import DispositionRow, FlagRow, IncidentRow
from app.kit.unit_of_work import Json, UnitOfWork
from app.sittings import reasons
from app.sittings.records import stream_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A flag of a sitting. `evidence` are frame numbers in order, at most 6."""

    id: str
    sitting_id: str
    kind: str
    severity: str
    started_at: datetime
    ended_at: datetime | None
    peak_at: datetime
    peak_frame: int | None
    evidence: tuple[int, ...]
    seen_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsChanged:
    """Flags of a sitting changed (published after commit)."""

    sitting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """A decision about an incident."""

    decision: str
    reason: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """What somebody saw. `moment` is the instant it is about, None for now."""

    reason: str
    note: str = ""
    flag_ids: tuple[str, ...] = ()
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A case, with its disposition once there is one. `moment` is the instant it is about."""

    id: str
    sitting_id: str
    opened_at: datetime
    moment: datetime
    opened_by: str
    opened_by_name: str
    reason: str
    note: str
    flag_ids: tuple[str, ...]
    disposition: Disposition | None


class IncidentsService:
    """Flags come from the watch, incidents and dispositions from people."""

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units

    async def put_flag(self, flag: Flag) -> None:
        """Store the present state of a flag; opening and closing are entries, once each.

        Putting the same state again changes nothing. A closed flag stays as it is.
        """
        values = {
            "kind": flag.kind,
            "severity": flag.severity,
            "started_at": flag.started_at,
            "ended_at": flag.ended_at,
            "peak_at": flag.peak_at,
            "peak_frame": flag.peak_frame,
            "evidence": list(flag.evidence),
        }
        async with self._units.begin() as unit:
            insert_into: Any = sqlite.insert if self._units.database.is_sqlite else postgresql.insert
            add = insert_into(FlagRow).values(id=flag.id, sitting_id=flag.sitting_id, **values)
            add = add.on_conflict_do_nothing(index_elements=["id"]).returning(FlagRow.id)
            opened = (await unit.connection.execute(add)).first() is not None
            if not opened:
                still_open = update(FlagRow).where(FlagRow.id == flag.id, FlagRow.ended_at.is_(None))
                change = still_open.values(**values).returning(FlagRow.id)
                if (await unit.connection.execute(change)).first() is None:
                    return
            data: dict[str, Json] = {
                "flag": flag.id,
                "kind": flag.kind,
                "severity": flag.severity,
                "evidence": list(flag.evidence),
            }
            if opened:
                unit.record(stream_of(flag.sitting_id), "flag.opened", "server", data)
            if flag.ended_at is not None:
                unit.record(stream_of(flag.sitting_id), "flag.closed", "server", data)
            unit.announce(FlagsChanged(sitting_id=flag.sitting_id))

    async def close_left_open(self) -> None:
        """After a restart: what was being watched is not any more, so open flags end now."""
        async with self._units.begin() as unit:
            query = select(FlagRow.id, FlagRow.sitting_id).where(FlagRow.ended_at.is_(None))
            for flag_id, sitting_id in (await unit.connection.execute(query)).all():
                change = update(FlagRow).where(FlagRow.id == flag_id).values(ended_at=unit.now)
                await unit.connection.execute(change)
                data = {"flag": flag_id, "cause": "server_restarted"}
                unit.record(stream_of(sitting_id), "flag.closed", "server", data)

    async def flags(self, connection: AsyncConnection, sitting_ids: Sequence[str]) -> dict[str, list[Flag]]:
        """Flags by sitting, oldest first."""
        found: dict[str, list[Flag]] = {sitting_id: [] for sitting_id in sitting_ids}
        query = select(FlagRow).where(FlagRow.sitting_id.in_(sorted(found))).order_by(FlagRow.started_at)
        for row in await connection.execute(query):
            found[row.sitting_id].append(
                Flag(
                    id=row.id,
                    sitting_id=row.sitting_id,
                    kind=row.kind,
                    severity=row.severity,
                    started_at=row.started_at,
                    ended_at=row.ended_at,
                    peak_at=row.peak_at,
                    peak_frame=row.peak_frame,
                    evidence=tuple(row.evidence),
                    seen_by=row.seen_by,
                )
            )
        return found

    async def mark_seen(self, sitting_id: str, flag_id: str, principal: Principal) -> datetime:
        """A member of staff has looked at a flag. Raises NotFound."""
        async with self._units.begin() as unit:
            where = (FlagRow.id == flag_id, FlagRow.sitting_id == sitting_id)
            if (await unit.connection.execute(select(FlagRow.id).where(*where))).first() is None:
                raise NotFound("There is no such flag.")
            change = update(FlagRow).where(*where).values(seen_by=principal.name, seen_at=unit.now)
            await unit.connection.execute(change)
            data = {"flag": flag_id, "by": principal.name}
            unit.record(stream_of(sitting_id), "staff.seen", principal.actor, data)
            unit.announce(FlagsChanged(sitting_id=sitting_id))
        return unit.now

    async def open_incident(self, sitting_id: str, principal: Principal, new: NewIncident) -> str:
        """Open a case. Raises Invalid for an unknown reason, a flag of another sitting or a moment outside
        the sitting's records."""
        if not reasons.known("incident", new.reason):
            raise Invalid("An incident needs one of its coded reasons.", code="reason_invalid")
        async with self._units.begin() as unit:
            own = await self.flags(unit.connection, [sitting_id])
            if not set(new.flag_ids) <= {flag.id for flag in own[sitting_id]}:
                raise Invalid("A flag belongs to another sitting.", code="flag_unknown")
            stream = stream_of(sitting_id)
            moment = new.moment or unit.now
            began_at = await audit.began_at(unit.connection, stream)
            if not moment_fits(moment, began_at=began_at, now=unit.now):
                raise Invalid("The moment lies outside the sitting.", code="moment_outside")
            incident_id = new_id()
            await unit.connection.execute(
                insert(IncidentRow).values(
                    id=incident_id,
                    sitting_id=sitting_id,
                    opened_at=unit.now,
                    moment=moment,
                    opened_by=principal.subject,
                    opened_by_name=principal.name,
                    reason=new.reason,
                    note=new.note,
                    flag_ids=list(new.flag_ids),
                )
            )
            unit.record(
                stream, "incident.opened", principal.actor, _entry(incident_id, new, moment, principal)
            )
            unit.announce(FlagsChanged(sitting_id=sitting_id))
        return incident_id

    async def dispose(
        self, incident_id: str, principal: Principal, decision: Decision, reason: str, note: str
    ) -> datetime:
        """Decide an incident, once. Raises NotFound, Invalid or NotAllowedNow."""
        if not reasons.known("disposition", reason):
            raise Invalid("A disposition needs one of its coded reasons.", code="reason_invalid")
        if len(note.strip()) < MIN_NOTE:
            raise Invalid(f"Say in at least {MIN_NOTE} characters what you saw.", code="note_too_short")
        async with self._units.begin() as unit:
            query = select(IncidentRow.sitting_id, IncidentRow.opened_by).where(IncidentRow.id == incident_id)
            if unit.connection.dialect.name != "sqlite":
                query = query.with_for_update()
            incident = (await unit.connection.execute(query)).first()
            if incident is None:
                raise NotFound("There is no such incident.")
            done = select(DispositionRow.incident_id).where(DispositionRow.incident_id == incident_id)
            refusal = may_decide(
                opened_by=incident.opened_by,
                decider=principal.subject,
                already_decided=(await unit.connection.execute(done)).first() is not None,
            )
            if refusal is not None:
                raise NotAllowedNow("This incident is not yours to decide now.", code=refusal)
            await unit.connection.execute(
                insert(DispositionRow).values(
                    incident_id=incident_id,
                    decision=decision.value,
                    reason=reason,
                    note=note.strip(),
                    decided_by=principal.subject,
                    decided_by_name=principal.name,
                    decided_at=unit.now,
                )
            )
            data = {"incident": incident_id, "decision": decision.value, "reason": reason}
            more = {"note": note.strip(), "by": principal.name}
            unit.record(stream_of(incident.sitting_id), "incident.disposed", principal.actor, data | more)
        return unit.now

    async def incidents(
        self, connection: AsyncConnection, sitting_ids: Sequence[str]
    ) -> dict[str, list[Incident]]:
        """Incidents by sitting, oldest first."""
        found: dict[str, list[Incident]] = {sitting_id: [] for sitting_id in sitting_ids}
        query = (
            select(IncidentRow, *_DISPOSITION)
            .join(DispositionRow, DispositionRow.incident_id == IncidentRow.id, isouter=True)
            .where(IncidentRow.sitting_id.in_(sorted(found)))
            .order_by(IncidentRow.opened_at)
        )
        for row in await connection.execute(query):
            decided = None
            if row.decision is not None:
                decided = Disposition(
                    decision=row.decision,
                    reason=row.decided_reason,
                    note=row.decided_note,
                    by=row.decided_by_name,
                    at=row.decided_at,
                )
            found[row.sitting_id].append(
                Incident(
                    id=row.id,
                    sitting_id=row.sitting_id,
                    opened_at=row.opened_at,
                    moment=row.moment,
                    opened_by=row.opened_by,
                    opened_by_name=row.opened_by_name,
                    reason=row.reason,
                    note=row.note,
                    flag_ids=tuple(row.flag_ids),
                    disposition=decided,
                )
            )
        return found


def _entry(incident_id: str, new: NewIncident, moment: datetime, principal: Principal) -> dict[str, Json]:
    """What the log keeps of an opened incident."""
    return {
        "incident": incident_id,
        "moment": instant_text(moment),
        "reason": new.reason,
        "note": new.note,
        "flags": list(new.flag_ids),
        "by": principal.name,
    }


_DISPOSITION = (
    DispositionRow.decision,
    DispositionRow.reason.label("decided_reason"),
    DispositionRow.note.label("decided_note"),
    DispositionRow.decided_by_name,
    DispositionRow.decided_at,
)
