"""The regulator's view: finding sittings, one sitting in full, its timeline, its proof."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from app.administrations.service import ID_NUMBER, AdministrationsService
from app.audit.entries import Entry
from app.audit.service import read_stream, verify_stream
from app.clock import instant_text, milliseconds
from app.frames.recorder import Recorder
from app.incidents.service import Flag, Incident, IncidentsService
from app.kit.unit_of_work import UnitOfWork
from app.kit.vault import Vault
from app.live.seats import checks_off, flag_view, instant_or_none
from app.organisations import service as organisations
from app.replay.repository import PAGE_SIZE, Search, search
from app.replay.timeline import lanes
from app.results.repository import Result
from app.results.service import ResultsService
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import STARTED, State
from app.sittings.points import points_text
from app.sittings.records import Sitting, stream_of
from app.sittings.service import SittingsService

Json = dict[str, Any]


class Evidence:
    """Where evidence lies: pictures, forms, and the keyed look-up of ID numbers."""

    def __init__(self, recorder: Recorder, formbook: Formbook, vault: Vault) -> None:
        self.recorder = recorder
        self.formbook = formbook
        self.vault = vault


class ReplayService:
    """Reads only; what is looked at is an entry of its own (see `note_viewing`)."""

    def __init__(
        self,
        units: UnitOfWork,
        sittings: SittingsService,
        administrations: AdministrationsService,
        incidents: IncidentsService,
        results: ResultsService,
        evidence: Evidence,
    ) -> None:
        self._units = units
        self._sittings = sittings
        self._administrations = administrations
        self._incidents = incidents
        self._results = results
        self._recorder = evidence.recorder
        self._formbook = evidence.formbook
        self._vault = evidence.vault

    async def note_viewing(self, sitting_id: str, actor: str, name: str) -> None:
        """Somebody opened the replay: that is an act too."""
        async with self._units.begin() as unit:
            unit.record(stream_of(sitting_id), "staff.viewed", actor, {"by": name})

    async def find(self, wanted: Search) -> Json:
        """One page of sittings with their flags, incidents and points."""
        if wanted.text:
            lookup = self._vault.lookup(ID_NUMBER, wanted.text.upper())
            wanted = Search(**(asdict(wanted) | {"id_lookup": lookup}))
        async with self._units.database.read() as connection:
            total, rows = await search(connection, wanted)
            ids = [row.sitting_id for row in rows]
            flags = await self._incidents.flags(connection, ids)
            incidents = await self._incidents.incidents(connection, ids)
            results = await self._results.results_of(connection, ids)
        listed = [
            asdict(row)
            | {
                "started_at": instant_or_none(row.started_at),
                "ended_at": instant_or_none(row.ended_at),
                "flags": _count_flags(flags[row.sitting_id]),
                "incidents": _count_incidents(incidents[row.sitting_id]),
                **_score(results.get(row.sitting_id)),
            }
            for row in rows
        ]
        return {"total": total, "page": wanted.page, "page_size": PAGE_SIZE, "sittings": listed}

    async def detail(self, sitting_id: str) -> Json:
        """One sitting for staff."""
        async with self._units.database.read() as connection:
            sitting, administration = await self._sittings.load(connection, sitting_id)
            candidate = await self._administrations.candidate(connection, sitting.candidate_id)
            room = await organisations.room(connection, administration.room_id)
            flags = (await self._incidents.flags(connection, [sitting_id]))[sitting_id]
            incidents = (await self._incidents.incidents(connection, [sitting_id]))[sitting_id]
            entries = await read_stream(connection, stream_of(sitting_id))
            results = await self._results.results_of(connection, [sitting_id])
        starts_at = entries[0].at if entries else self._units.clock.now()
        acts = [
            {
                "at": instant_text(starts_at + timedelta(milliseconds=act["at_ms"])),
                "type": act["type"],
                "by": act["by"],
                "codes": act["codes"],
                "detail": act["text"],
            }
            for act in lanes(entries, starts_at).acts
        ]
        seat = next(seat.label for seat in room.seats if seat.id == sitting.seat_id)
        return {
            "sitting_id": sitting.id,
            "administration_id": administration.id,
            "administration": administration.name,
            "exam": administration.exam,
            "point": room.point,
            "room": room.name,
            "seat": seat,
            "name": candidate.name,
            "id_number_masked": candidate.id_number_masked,
            "enterprise": candidate.enterprise,
            "category": candidate.category,
            "ticket": sitting.ticket,
            "state": sitting.state.value,
            "started_at": instant_or_none(sitting.started_at),
            "ended_at": instant_or_none(sitting.ended_at),
            "ended_reason": sitting.ended_reason,
            "registered_photo": candidate.photo_key is not None,
            "registered_photo_at": instant_or_none(candidate.photo_at),
            "admission_picture": sitting.admission_frame,
            "admitted_at": instant_or_none(sitting.admitted_at),
            "admitted_by": sitting.admitted_by,
            "identity": _identity(sitting, entries),
            "checks_off": checks_off(sitting),
            **_score(results.get(sitting_id)),
            "total_points": points_text(administration.total_points),
            "acts": acts[::-1],
            "flags": [flag_view(flag).model_dump() for flag in flags],
            "incidents": [_incident(incident) for incident in incidents],
        }

    async def photo(self, sitting_id: str) -> bytes:
        """The registered photo. Raises NotFound."""
        sitting, _ = await self._sittings.get(sitting_id)
        return await self._administrations.photo(
            await self._administrations.find_candidate(sitting.candidate_id)
        )

    async def timeline(self, sitting_id: str) -> Json:
        """Everything on one time axis, in milliseconds since the first frame or entry of the sitting day."""
        async with self._units.database.read() as connection:
            sitting, administration = await self._sittings.load(connection, sitting_id)
            entries = await read_stream(connection, stream_of(sitting_id))
            flags = (await self._incidents.flags(connection, [sitting_id]))[sitting_id]
            form, bank = await self._formbook.form(connection, sitting, administration)
        frames = await self._recorder.times(sitting_id)
        begins = [entry.at for entry in entries if entry.type == "candidate.signed_in"][:1]
        starts_at = min([*begins, *[at for _, at in frames[:1]]], default=self._units.clock.now())
        ends_at = sitting.ended_at or max(
            [entry.at for entry in entries[-1:]] + [at for _, at in frames[-1:]], default=starts_at
        )
        made = lanes([entry for entry in entries if entry.at >= starts_at], starts_at)
        stems = {slot.position: bank.by_id[slot.item_id].stem for slot in form.slots}
        for answer in made.answers:
            answer["item_stem"] = stems.get(answer["position"], "")
        return {
            "starts_at": instant_text(starts_at),
            "ends_at": instant_text(ends_at),
            "running": sitting.state in STARTED or sitting.state is State.READY,
            "started_ms": _since(sitting.started_at, starts_at),
            "admitted_ms": _since(sitting.admitted_at, starts_at),
            "frames": [[number, milliseconds(at, starts_at)] for number, at in frames],
            "visits": made.visits,
            "answers": made.answers,
            "stems": {str(position): stem for position, stem in stems.items()},
            "page_events": made.page_events,
            "connection": made.connection,
            "flags": [_flag_span(flag, starts_at) for flag in flags],
            "acts": made.acts,
            "pauses": made.pauses,
            "entries": len(entries),
        }

    async def verification(self, sitting_id: str) -> Json:
        """Check the chain and the recording as they lie on disk now."""
        async with self._units.database.read() as connection:
            await self._sittings.load(connection, sitting_id)
            report = await verify_stream(connection, stream_of(sitting_id))
        frames = await self._recorder.verify(sitting_id)
        problem = None if report.problem is None else asdict(report.problem)
        return {
            "ok": problem is None and not frames.missing and not frames.altered,
            "entries": report.entries,
            "first_problem": problem,
            "frames": asdict(frames),
        }


def _score(result: Result | None) -> Json:
    """The current score, and that of the first scoring."""
    return {
        "points": points_text(result.points) if result else None,
        "points_first": points_text(result.first_points) if result else None,
        "corrected": result is not None and result.corrected,
    }


def _since(at: datetime | None, starts_at: datetime) -> int | None:
    return None if at is None else milliseconds(at, starts_at)


def _count_flags(flags: list[Flag]) -> dict[str, int]:
    return {level: sum(flag.severity == level for flag in flags) for level in ("high", "medium", "low")}


def _count_incidents(incidents: list[Incident]) -> dict[str, int]:
    closed = sum(incident.disposition is not None for incident in incidents)
    return {"open": len(incidents) - closed, "closed": closed}


def _identity(sitting: Sitting, entries: Sequence[Entry]) -> Json | None:
    """The standing outcome, with the challenge of the check that it came from."""
    if sitting.identity_outcome is None:
        return None
    checks = [entry for entry in entries if entry.type == "identity.checked"]
    checked: Json = json.loads(checks[-1].text)["data"] if checks else {}
    return {
        "outcome": sitting.identity_outcome,
        "reason": sitting.identity_reason,
        "score_milli": sitting.identity_score_milli,
        "threshold_milli": sitting.identity_threshold_milli,
        "frame": checked.get("frame"),
        "challenge": checked.get("challenge"),
    }


def _incident(incident: Incident) -> Json:
    decided = incident.disposition
    return {
        "id": incident.id,
        "opened_at": instant_text(incident.opened_at),
        "moment": instant_text(incident.moment),
        "by": incident.opened_by_name,
        "opened_by": incident.opened_by,
        "reason": incident.reason,
        "note": incident.note,
        "flag_ids": list(incident.flag_ids),
        "disposition": None if decided is None else asdict(decided) | {"at": instant_text(decided.at)},
    }


def _flag_span(flag: Flag, starts_at: datetime) -> Json:
    return {
        "id": flag.id,
        "kind": flag.kind,
        "severity": flag.severity,
        "from_ms": milliseconds(flag.started_at, starts_at),
        "to_ms": _since(flag.ended_at, starts_at),
        "peak_ms": milliseconds(flag.peak_at, starts_at),
        "peak_frame": flag.peak_frame,
        "evidence": list(flag.evidence),
        "seen_by": flag.seen_by,
    }
