"""Leads and the ledger over HTTP: who is told what, and what is refused."""

from pathlib import Path
from typing import Any

from app.accounts.rules import Role
from app.forensics import repository
from app.forensics.repository import Screening
from app.forensics.rules import ENGINE, MIN_SITTINGS, Counts, Lead, LeadKind
from app.main import Service
from tests.app.forensics.test_screening import sat_day
from tests.app.results.test_statistics import Staff, over_http
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay
from tests.factories.sessions import candidate_session, staff_session

ROLES = (Role.REGULATOR, Role.EXAM_OFFICE, Role.INVIGILATOR, Role.BANK_AUTHOR, Role.ADMINISTRATOR)


async def test_over_http(tmp_path: Path, clock: HandClock) -> None:
    async with over_http(tmp_path, clock) as (service, client):
        day = await sat_day(service, clock, candidates=2)
        await keep_lead(service, day)
        people = {role: Staff(client, role, await staff_session(service, role)) for role in ROLES}
        token = await candidate_session(service, day.sittings[0])
        people[Role.CANDIDATE] = Staff(client, Role.CANDIDATE, token)
        base = f"/api/administrations/{day.administration_id}"
        status, found = await people[Role.REGULATOR].call("GET", f"{base}/leads")
        assert (status, found["state"]) == (200, "done")
        [lead] = [one for one in found["leads"] if one["kind"] == "fast_and_right"]
        assert "items" not in lead["evidence"]
        [kind] = [one for one in found["kinds"] if one["kind"] == "fast_and_right"]
        assert (kind["leads"], kind["looked_at"], kind["expected_false"]) == (1, 0, 0.05)
        path = f"{base}/leads/{lead['id']}"
        await check_others(people, base, path)
        await check_looks(people[Role.REGULATOR], base, path)
        status, again = await people[Role.ADMINISTRATOR].call("GET", f"{base}/leads")
        [kind] = [one for one in again["kinds"] if one["kind"] == "fast_and_right"]
        assert (status, kind["looked_at"]) == (200, 1)


async def keep_lead(service: Service, day: ExamDay) -> None:
    """A stored screening with one lead about the first sitting."""
    counts = Counts(sittings=MIN_SITTINGS, timed=2, answer_pairs=1, form_pairs=1, items=24)
    lead = Lead(
        kind=LeadKind.FAST_AND_RIGHT,
        sittings=(day.sittings[0],),
        item_id=None,
        rate=0.01,
        evidence={"observed": 20, "expected": 1.0, "p": 0.001, "items": [["DX001", 1.0, 40.0, 20.0, 1, 1]]},
    )
    async with service.units.begin() as unit:
        screening = Screening(
            administration_id=day.administration_id,
            engine=ENGINE,
            run=1,
            screened_at=unit.now,
            counts=counts,
            exposure={"seen": 2},
            most_alike=[(day.sittings[0], day.sittings[1], 17)],
        )
        await repository.add(unit.connection, screening, [lead])


async def check_others(people: dict[Role, Staff], base: str, path: str) -> None:
    """A lead is never shown to who is not a regulator; the exam office has the ledger, which names nobody."""
    for role in (Role.EXAM_OFFICE, Role.INVIGILATOR, Role.BANK_AUTHOR, Role.CANDIDATE):
        for method, address in (("GET", f"{base}/leads"), ("GET", path), ("POST", f"{path}/look")):
            status, refused = await people[role].call(method, address, {} if method == "POST" else None)
            # The staff's addresses know no session of a candidate.
            expected = (401, "not_signed_in") if role is Role.CANDIDATE else (403, "forbidden")
            assert (status, refused["code"]) == expected, (role, address)
    status, ledger = await people[Role.EXAM_OFFICE].call("GET", f"{base}/exposure")
    assert (status, set(ledger) & {"leads", "most_alike"}) == (200, set())
    for role in (Role.INVIGILATOR, Role.BANK_AUTHOR, Role.CANDIDATE):
        assert (await people[role].call("GET", f"{base}/exposure"))[0] in (401, 403)


async def check_looks(regulator: Staff, base: str, path: str) -> None:
    """Bad input changes nothing; a look is taken once."""
    whole: dict[str, Any]
    status, whole = await regulator.call("GET", path)
    assert (status, whole["look"], whole["evidence"]["keys_shown"]) == (200, None, True)
    for wrong in ({}, {"reason": ""}, {"reason": "L-01", "more": 1}, {"reason": "L-01", "note": "x" * 2001}):
        assert (await regulator.call("POST", f"{path}/look", wrong))[0] == 422
    status, refused = await regulator.call("POST", f"{path}/look", {"reason": "D-01"})
    assert (status, refused["code"]) == (422, "reason_invalid")
    for address in (
        f"{base}/leads/nope",
        "/api/administrations/nope/leads",
        "/api/administrations/nope/exposure",
    ):
        status, refused = await regulator.call("GET", address)
        assert (status, refused["code"]) == (404, "not_found")
    assert (await regulator.call("GET", path))[1]["look"] is None
    status, done = await regulator.call("POST", f"{path}/look", {"reason": "L-03", "note": "见事件"})
    assert (status, done["look"]["reason"], done["look"]["note"]) == (201, "L-03", "见事件")
    status, refused = await regulator.call("POST", f"{path}/look", {"reason": "L-01"})
    assert (status, refused["code"]) == (409, "already_looked_at")
