"""One face under two names: only who agreed, each pair once, leads looked at once, templates gone in time."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, update

from app.accounts.rules import Role
from app.audit.service import read_stream, verify_stream
from app.checkin.rules import CONSENT_TEXT, TEMPLATE_KEPT
from app.checkin.tables import DuplicateSearchConsentRow, FaceTemplateRow
from app.enrolment.searching import DELETED_ENTRY, RETRY_AFTER, SEARCHED_ENTRY, compare
from app.enrolment.service import LOOKED_ENTRY
from app.errors import Invalid, NotAllowedNow, NotFound
from app.main import Service
from app.sittings.records import stream_of
from proctor.calibration import load_calibration
from proctor.faces import Embedding
from tests.app.results.test_statistics import Staff, over_http
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day, staff
from tests.factories.sessions import candidate_session, staff_session

REGULATOR = staff(Role.REGULATOR, "regulator-1")
ENGINE = "fr"
SIZE = load_calibration(ENGINE).embedding_size


def face(number: int) -> Embedding:
    """Anybody's template."""
    values = np.random.default_rng(number).standard_normal(SIZE)
    return np.asarray(values / np.linalg.norm(values), np.float32)


def again(vector: Embedding) -> Embedding:
    """Another photo of the same face: a score of 0.9."""
    values = 0.9 * vector + np.sqrt(0.19) * face(1_000)
    return np.asarray(values / np.linalg.norm(values), np.float32)


async def agree(day: ExamDay, faces: dict[int, Embedding], *, search: bool = True) -> None:
    """These people check in, agree, and their templates are made."""
    checkin = day.service.checkin
    for number, vector in faces.items():
        sitting_id = day.sittings[number]
        await day.sign_in(number)
        await checkin.consent(sitting_id, face_comparison=True, duplicate_search=search)
        await checkin.store_reference(sitting_id, ENGINE, vector, day.service.clock.now())
        await checkin.store_gallery(sitting_id, ENGINE, [vector])


async def close(service: Service, clock: HandClock) -> None:
    """Everything so far is over."""
    clock.turn(minutes=600)
    await service.sittings.close_unstarted()


async def templates(service: Service) -> set[tuple[str, str]]:
    async with service.database.read() as connection:
        rows = await connection.execute(select(FaceTemplateRow.sitting_id, FaceTemplateRow.kind))
        return {(sitting_id, kind) for sitting_id, kind in rows}


async def entries(service: Service, stream: str, kind: str) -> list[dict[str, Any]]:
    async with service.database.read() as connection:
        found = await read_stream(connection, stream)
        assert (await verify_stream(connection, stream)).problem is None
    return [json.loads(entry.text)["data"] for entry in found if entry.type == kind]


async def test_only_who_agreed_is_compared_and_the_rest_is_deleted(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service, candidates=5)
    await agree(day, {0: face(1), 1: again(face(1)), 2: face(2)})
    await agree(day, {3: face(2)}, search=False)
    assert await service.duplicate_searches.search_due() == 0  # people sit
    await close(service, clock)
    assert await service.duplicate_searches.search_due() == 1
    assert await service.duplicate_searches.search_due() == 0
    found = await service.enrolment.leads()
    [search] = found.searches
    assert (search.registered, search.searched, search.against, search.comparisons) == (5, 3, 0, 3)
    assert search.expected_false == pytest.approx(3e-5)
    [lead] = found.leads
    assert {lead.pair.first[1], lead.pair.second[1]} == set(day.sittings[:2])
    assert lead.pair.score_milli == pytest.approx(900, abs=60)
    assert await templates(service) == {(one, "reference") for one in day.sittings[:3]}
    [said] = await entries(service, f"administration:{day.administration_id}", SEARCHED_ENTRY)
    assert (said["searched"], said["leads"]) == (3, 1)
    assert await entries(service, f"administration:{day.administration_id}", DELETED_ENTRY) == [
        {"deleted": 5}
    ]
    assert not {one.candidate.name for one in found.people.values()} & set(map(str, said.values()))


async def test_each_pair_of_people_is_compared_once_and_nobody_with_oneself(
    service: Service, clock: HandClock
) -> None:
    first = await make_exam_day(service, candidates=2)
    await agree(first, {0: face(1), 1: face(2)})
    await close(service, clock)
    second = await make_exam_day(service, candidates=4)
    # 0 sits again under the same ID number; 2 has the face of 1, who sat last time.
    await agree(second, {0: again(face(1)), 2: again(face(2)), 3: face(3)})
    await service.duplicate_searches.search_due()
    assert (await service.enrolment.leads()).leads == ()
    await close(service, clock)
    assert await service.duplicate_searches.search_due() == 1
    found = await service.enrolment.leads()
    [lead] = found.leads
    assert {lead.pair.first[1], lead.pair.second[1]} == {first.sittings[1], second.sittings[2]}
    assert (found.searches[0].searched, found.searches[0].against) == (3, 1)
    third = await make_exam_day(service, candidates=3)
    await agree(third, {1: face(2), 2: face(2)})
    await close(service, clock)
    await service.duplicate_searches.search_due()
    assert [one.id for one in (await service.enrolment.leads()).leads] == [lead.id]


async def test_a_template_goes_when_the_promised_time_is_over(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=1)
    await agree(day, {0: face(1)})
    await close(service, clock)
    await service.duplicate_searches.search_due()
    clock.turn(minutes=TEMPLATE_KEPT / timedelta(minutes=1) - 601)
    await service.duplicate_searches.search_due()
    assert await templates(service) == {(day.sittings[0], "reference")}
    clock.turn(minutes=2)
    await service.duplicate_searches.search_due()
    assert await templates(service) == set()
    assert await entries(service, "office", "templates.expired") == [{"deleted": 1}]


async def test_a_look_is_noted_once_in_both_logs(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    await agree(day, {0: face(1), 1: face(1)})
    await close(service, clock)
    await service.duplicate_searches.search_due()
    [lead] = (await service.enrolment.leads()).leads
    for reason in ("L-01", ""):
        with pytest.raises(Invalid) as wrong:
            await service.enrolment.look(lead.id, REGULATOR, reason, "")
        assert wrong.value.code == "reason_invalid"
    with pytest.raises(NotFound):
        await service.enrolment.look("nope", REGULATOR, "F-01", "")
    looked = await service.enrolment.look(lead.id, REGULATOR, "F-02", " 双胞胎 ")
    assert looked.look is not None
    assert (looked.look.reason, looked.look.note) == ("F-02", "双胞胎")
    with pytest.raises(NotAllowedNow) as twice:
        await service.enrolment.look(lead.id, REGULATOR, "F-01", "")
    assert twice.value.code == "already_looked_at"
    for sitting_id in day.sittings:
        [said] = await entries(service, stream_of(sitting_id), LOOKED_ENTRY)
        assert (said["reason"], said["note"]) == ("F-02", "双胞胎")
    found = await service.enrolment.leads()
    assert (found.total, found.looked_at) == (1, 1)


async def test_consent_is_recorded_with_the_version_of_its_words(service: Service) -> None:
    day = await make_exam_day(service, candidates=1)
    sitting_id = day.sittings[0]
    await day.sign_in()
    with pytest.raises(Invalid) as odd:
        await service.checkin.consent(sitting_id, face_comparison=False, duplicate_search=True)
    assert odd.value.code == "consent_inconsistent"
    for agreed in (True, False, True):
        await service.checkin.consent(sitting_id, face_comparison=True, duplicate_search=agreed)
        async with service.database.read() as connection:
            count = select(func.count()).select_from(DuplicateSearchConsentRow)
            assert (await connection.execute(count)).scalar_one() == int(agreed)
    said = await entries(service, stream_of(sitting_id), "consent.given")
    assert [one["duplicate_search"] for one in said] == [True, False, True]
    assert {one["text"] for one in said} == {CONSENT_TEXT}


async def test_a_search_that_fails_tells_nothing_and_is_tried_again(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service, candidates=2)
    await agree(day, {0: face(1), 1: face(1)})
    await close(service, clock)
    async with service.units.begin() as unit:
        where = FaceTemplateRow.sitting_id == day.sittings[0]
        whole = select(FaceTemplateRow.sealed).where(where, FaceTemplateRow.kind == "reference")
        sealed = (await unit.connection.execute(whole)).scalar_one()
        await unit.connection.execute(update(FaceTemplateRow).where(where).values(sealed=b"0" * 64))
    assert await service.duplicate_searches.search_due() == 0
    found = await service.enrolment.leads()
    assert (found.failed, found.searches, found.leads) == ((day.administration_id,), (), ())
    # What nobody agreed to keep is gone all the same.
    assert await templates(service) == {(one, "reference") for one in day.sittings}
    async with service.units.begin() as unit:
        await unit.connection.execute(update(FaceTemplateRow).where(where).values(sealed=sealed))
    assert await service.duplicate_searches.search_due() == 0  # not at once
    clock.turn(minutes=RETRY_AFTER / timedelta(minutes=1))
    assert await service.duplicate_searches.search_due() == 1
    assert (await service.enrolment.leads()).failed == ()


def test_the_work_aside_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    found = compare(told.append, np.stack([face(1), face(2), face(1)]), 0.9, 1)
    assert [(one.first, one.second) for one in found.pairs] == [(0, 2)]
    assert told == [(3, 3)]


async def test_over_http(tmp_path: Path, clock: HandClock) -> None:
    async with over_http(tmp_path, clock) as (service, client):
        day = await make_exam_day(service, candidates=2)
        await agree(day, {0: face(1), 1: face(1)})
        token = await candidate_session(service, day.sittings[0])
        await close(service, clock)
        await service.duplicate_searches.search_due()
        roles = (Role.REGULATOR, Role.EXAM_OFFICE, Role.INVIGILATOR, Role.BANK_AUTHOR)
        people = {role: Staff(client, role, await staff_session(service, role)) for role in roles}
        people[Role.CANDIDATE] = Staff(client, Role.CANDIDATE, token)
        status, found = await people[Role.REGULATOR].call("GET", "/api/face-leads")
        assert (status, found["state"], found["total"], found["progress"]) == (200, "done", 1, None)
        [lead] = found["leads"]
        assert lead["score_milli"] == 1000
        assert all("*" in one["id_number_masked"] for one in lead["people"])
        path = f"/api/face-leads/{lead['id']}/look"
        for role in (*roles[1:], Role.CANDIDATE):
            assert (await people[role].call("GET", "/api/face-leads"))[0] in (401, 403)
            assert (await people[role].call("POST", path, {"reason": "F-01"}))[0] in (401, 403)
        for wrong in (
            {},
            {"reason": ""},
            {"reason": "F-01", "more": 1},
            {"reason": "F-01", "note": "x" * 2001},
        ):
            assert (await people[Role.REGULATOR].call("POST", path, wrong))[0] == 422
        status, refused = await people[Role.REGULATOR].call("POST", path, {"reason": "D-01"})
        assert (status, refused["code"]) == (422, "reason_invalid")
        status, done = await people[Role.REGULATOR].call("POST", path, {"reason": "F-03"})
        assert (status, done["look"]["reason"]) == (201, "F-03")
        status, refused = await people[Role.REGULATOR].call("POST", path, {"reason": "F-01"})
        assert (status, refused["code"]) == (409, "already_looked_at")
