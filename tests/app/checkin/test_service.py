"""Check-in: consent, the outcome at the door, asking for a person, the photo."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from app.audit.service import read_stream
from app.checkin.rules import ChallengeResult, Door, DoorResult, SelfRequest, Step
from app.checkin.tables import FaceTemplateRow
from app.errors import NotAllowedNow
from app.main import Service
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day, person

ENGINE = "fr"


def outcome(door: Door, reason: str | None = None) -> DoorResult:
    return DoorResult(outcome=door, reason=reason, score_milli=512, threshold_milli=363, frame=3)


async def at_the_door(service: Service, candidates: int = 1) -> ExamDay:
    day = await make_exam_day(service, candidates=candidates)
    for number in range(candidates):
        await day.sign_in(number)
        await service.checkin.consent(day.sittings[number], face_comparison=True)
    return day


async def test_a_match_admits_and_starts_when_the_bell_has_rung(service: Service) -> None:
    day = await at_the_door(service)
    assert await service.checkin.decide(day.sittings[0], outcome(Door.MATCH), ENGINE) is Step.ADMIT
    sitting = await day.sitting()
    assert (sitting.state, sitting.admitted_by, sitting.admission_frame) == (State.IN_PROGRESS, "machine", 3)
    assert (sitting.identity_score_milli, sitting.identity_threshold_milli) == (512, 363)
    assert await service.checkin.decide(day.sittings[0], outcome(Door.LOOK), ENGINE) is None


async def entries(service: Service, sitting_id: str) -> list[dict[str, Any]]:
    """Data of the identity checks in the log."""
    async with service.database.read() as connection:
        found = await read_stream(connection, stream_of(sitting_id))
    return [json.loads(entry.text)["data"] for entry in found if entry.type == "identity.checked"]


async def test_the_log_holds_what_was_asked_and_what_was_done(service: Service) -> None:
    day = await at_the_door(service, candidates=2)
    asked = ChallengeResult(asked=("close_eyes", "turn_left"), frames=(9,))
    look = replace(outcome(Door.LOOK, "challenge"), challenge=asked)
    assert await service.checkin.decide(day.sittings[0], look, ENGINE) is Step.WAIT
    assert (await day.sitting()).waiting_reason == "challenge"
    await service.checkin.decide(day.sittings[1], outcome(Door.LOOK, "mismatch"), ENGINE)
    (one,), (other,) = [await entries(service, sitting_id) for sitting_id in day.sittings]
    assert one["challenge"] == {"asked": ["close_eyes", "turn_left"], "done": ["close_eyes"], "frames": [9]}
    assert other["challenge"] is None
    assert set(one) == {
        *("outcome", "reason", "score_milli", "threshold_milli", "frame", "engine", "attempt", "challenge")
    }
    detail = await service.replay.detail(day.sittings[0])
    assert detail["identity"]["challenge"] == one["challenge"]


@pytest.mark.parametrize(
    ("setting", "own", "asked"), [(True, None, True), (False, None, False), (True, False, False)]
)
async def test_sittings_take_the_challenge_from_their_administration(
    service: Service, setting: bool, own: bool | None, asked: bool
) -> None:
    day = await make_exam_day(service, candidates=0, liveness_challenge=setting)
    (sitting_id,) = await service.registration.register(
        day.administration_id, [person(0)], "system", liveness_challenge=own
    )
    sitting, administration = await service.sittings.get(sitting_id)
    assert (sitting.liveness_challenge, administration.liveness_challenge) == (asked, setting)


async def test_a_look_waits_for_a_person(service: Service, clock: HandClock) -> None:
    day = await at_the_door(service, candidates=3)
    for number, reason in ((1, "mismatch"), (0, "no_reference")):
        await service.checkin.decide(day.sittings[number], outcome(Door.LOOK, reason), ENGINE)
        clock.turn(seconds=5)
    second, first = await day.sitting(0), await day.sitting(1)
    assert (first.state, first.waiting_reason) == (State.AWAITING_ADMISSION, "mismatch")
    assert [await service.checkin.queue_place(sitting) for sitting in (first, second)] == [1, 2]
    assert await service.checkin.queue_place(await day.sitting(2)) is None
    await day.admit(1)
    assert (await day.sitting(1)).waiting_since is None
    assert await service.checkin.queue_place(await day.sitting(0)) == 1


async def test_unusable_pictures_may_be_tried_again_then_a_person_looks(service: Service) -> None:
    day = await at_the_door(service)
    sitting_id = day.sittings[0]
    for _ in range(service.settings.sitting.identity_retries):
        assert await service.checkin.decide(sitting_id, outcome(Door.UNUSABLE, "too_dark"), ENGINE) is (
            Step.TRY_AGAIN
        )
        await service.checkin.retry(sitting_id)
        assert (await day.sitting()).identity_outcome is None
    assert await service.checkin.decide(sitting_id, outcome(Door.UNUSABLE, "too_dark"), ENGINE) is Step.WAIT
    sitting = await day.sitting()
    assert (sitting.state, sitting.waiting_reason) == (State.AWAITING_ADMISSION, "unusable")
    with pytest.raises(NotAllowedNow) as refusal:
        await service.checkin.retry(sitting_id)
    assert refusal.value.code == "no_retries_left"


async def test_a_waiting_candidate_may_go_back_to_the_camera(service: Service) -> None:
    day = await at_the_door(service)
    await service.checkin.request_admission(day.sittings[0], SelfRequest.HELP)
    assert (await day.sitting()).waiting_reason == "help"
    await service.checkin.retry(day.sittings[0])
    sitting = await day.sitting()
    assert (sitting.state, sitting.waiting_reason) == (State.CHECKING_IN, None)


async def test_whoever_declines_face_comparison_is_seen_by_a_person(service: Service) -> None:
    day = await make_exam_day(service)
    await day.wait_for_admission()
    sitting = await day.sitting()
    assert (sitting.face_comparison, sitting.waiting_reason) == (False, "face_declined")
    assert sitting.recording_consent_at == service.clock.now()


async def test_consent_comes_first_and_only_during_check_in(service: Service) -> None:
    day = await make_exam_day(service)
    with pytest.raises(NotAllowedNow) as early:
        await service.checkin.consent(day.sittings[0], face_comparison=True)
    assert early.value.code == "not_checking_in"
    await day.sign_in()
    with pytest.raises(NotAllowedNow) as missing:
        await service.checkin.request_admission(day.sittings[0], SelfRequest.NO_CAMERA)
    assert missing.value.code == "consent_missing"
    await day.admit()
    for late in (
        service.checkin.consent(day.sittings[0], face_comparison=False),
        service.checkin.request_admission(day.sittings[0], SelfRequest.HELP),
        service.checkin.retry(day.sittings[0]),
        service.checkin.take_photo(day.sittings[0], b"x"),
    ):
        with pytest.raises(NotAllowedNow):
            await late


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_photo_is_taken_once_and_only_where_that_is_allowed(service: Service, allowed: bool) -> None:
    day = await make_exam_day(service, photo_at_check_in=allowed)
    await day.sign_in()
    if allowed:
        await service.checkin.take_photo(day.sittings[0], b"a face")
        candidate = await service.administrations.find_candidate((await day.sitting()).candidate_id)
        assert await service.administrations.photo(candidate) == b"a face"
    with pytest.raises(NotAllowedNow) as refusal:
        await service.checkin.take_photo(day.sittings[0], b"another face")
    assert refusal.value.code == "photo_not_taken_here"


async def test_templates_are_sealed_and_bound_to_their_sitting(service: Service) -> None:
    day = await at_the_door(service, candidates=2)
    one, other = day.sittings
    gallery = [np.full(8, value, np.float32) for value in (0.25, 0.5)]
    await service.checkin.store_gallery(one, ENGINE, gallery)
    await service.checkin.store_reference(one, ENGINE, gallery[0], service.clock.now())
    await service.checkin.store_gallery(other, ENGINE, gallery[:1])
    found = await service.checkin.templates(one, ENGINE)
    assert found.reference is not None
    assert [list(vector) for vector in found.gallery] == [list(vector) for vector in gallery]
    assert (await service.checkin.templates(one, "another engine")).gallery == ()
    async with service.database.begin() as connection:
        query = select(FaceTemplateRow.sealed).where(FaceTemplateRow.sitting_id == one)
        for sealed in (await connection.execute(query)).scalars():
            assert gallery[0].tobytes() not in sealed
        taken = (await connection.execute(query.where(FaceTemplateRow.kind == "gallery"))).scalar_one()
        change = update(FaceTemplateRow).where(FaceTemplateRow.sitting_id == other)
        await connection.execute(change.values(sealed=taken))
    with pytest.raises(InvalidTag):
        await service.checkin.templates(other, ENGINE)


async def test_no_photo_is_judged_without_consent_to_face_comparison(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    await day.sign_in(0)
    with pytest.raises(NotAllowedNow) as caught:
        await service.checkin.require_face_consent(day.sittings[0])
    assert caught.value.code == "consent_missing"
    await service.checkin.consent(day.sittings[0], face_comparison=True)
    await service.checkin.require_face_consent(day.sittings[0])
    await day.wait_for_admission(1)  # declined
    with pytest.raises(NotAllowedNow):
        await service.checkin.require_face_consent(day.sittings[1])
