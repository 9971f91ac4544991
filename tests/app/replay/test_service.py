"""The regulator's view of a sitting that happened."""

from datetime import timedelta

import pytest

from app.accounts.rules import Role
from app.errors import NotFound
from app.frames.intake import CameraFrame
from app.incidents.service import NewIncident
from app.live.messages import Answer, HandIn, PageEvent, Visit
from app.main import Service
from app.replay.repository import Search
from app.sittings.ledger import Delivery
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, id_number, make_exam_day, staff


async def sat(service: Service, clock: HandClock) -> ExamDay:
    """A sitting with pictures, answers, an incident and a pause, one thing a second."""
    day = await make_exam_day(service, candidates=2)
    await day.start()
    sitting_id = day.sittings[0]
    for number in range(1, 4):
        clock.turn(seconds=1)
        frame = CameraFrame(sequence=number, captured_ms=0, jpeg=b"jpeg %d" % number)
        await service.recorder.append(sitting_id, frame)
    messages = (
        Answer(type="answer", seq=1, position=1, response=["A"]),
        Visit(type="visit", seq=2, position=2),
        PageEvent(type="page_event", seq=3, kind="focus_lost"),
    )
    for message in messages:
        clock.turn(seconds=1)
        await day.post(_delivery(day, message))
    await day.command("pause", reason="P-01")
    clock.turn(seconds=10)
    await day.command("resume")
    await service.incidents.open_incident(
        sitting_id, staff(Role.INVIGILATOR), NewIncident(reason="I-02", note="看过")
    )
    clock.turn(seconds=1)
    await day.post(_delivery(day, HandIn(type="hand_in", seq=4)))
    await service.results.score(sitting_id)
    await service.recorder.close_sitting(sitting_id)
    return day


def _delivery(day: ExamDay, message: Answer | Visit | PageEvent | HandIn) -> Delivery:
    now = day.service.clock.now()
    return Delivery(sitting_id=day.sittings[0], writer="w", messages=(message,), received_at=now)


async def test_the_timeline_tells_what_happened_when(service: Service, clock: HandClock) -> None:
    day = await sat(service, clock)
    made = await service.replay.timeline(day.sittings[0])
    assert (made["started_ms"], made["admitted_ms"], made["running"]) == (0, 0, False)
    assert made["frames"] == [[1, 1000], [2, 2000], [3, 3000]]
    assert [(visit["position"], visit["from_ms"], visit["to_ms"]) for visit in made["visits"]] == [
        (1, 0, 5000),
        (2, 5000, 17_000),
    ]
    (given,) = made["answers"]
    assert (given["at_ms"], given["position"], given["response"]) == (4000, 1, ["A"])
    assert given["item_stem"] == made["stems"]["1"] != ""
    assert [(span["kind"], span["from_ms"], span["to_ms"]) for span in made["page_events"]] == [
        ("focus_lost", 6000, None)
    ]
    assert made["pauses"] == [{"from_ms": 6000, "to_ms": 16_000}]
    types = [act["type"] for act in made["acts"]]
    assert types == sorted(types, key=types.index)
    assert {"staff.pause", "incident.opened", "sitting.submitted"} <= set(types)
    assert made["entries"] > len(types)


async def test_the_timeline_of_a_sitting_that_never_began(service: Service) -> None:
    day = await make_exam_day(service)
    made = await service.replay.timeline(day.sittings[0])
    assert (made["frames"], made["answers"], made["started_ms"]) == ([], [], None)


async def test_looking_is_an_act_too(service: Service, clock: HandClock) -> None:
    day = await sat(service, clock)
    regulator = staff(Role.REGULATOR)
    await service.replay.note_viewing(day.sittings[0], regulator.actor, regulator.name)
    detail = await service.replay.detail(day.sittings[0])
    assert (detail["acts"][0]["type"], detail["acts"][0]["by"]) == ("staff.viewed", regulator.name)


async def test_the_detail_names_people_and_hides_the_number(service: Service, clock: HandClock) -> None:
    day = await sat(service, clock)
    detail = await service.replay.detail(day.sittings[0])
    assert (detail["name"], detail["state"], detail["total_points"]) == ("考生000", "submitted", "100")
    assert id_number(0) not in str(detail)
    assert detail["checks_off"] == ["another_person"]
    assert [incident["reason"] for incident in detail["incidents"]] == ["I-02"]
    assert detail["points"] is not None


async def test_verification_sees_chain_and_recording(service: Service, clock: HandClock) -> None:
    day = await sat(service, clock)
    report = await service.replay.verification(day.sittings[0])
    assert (report["ok"], report["first_problem"]) == (True, None)
    assert report["frames"] == {"recorded": 3, "missing": 0, "altered": 0}
    (segment,) = (service.settings.data / "segments" / day.sittings[0]).iterdir()
    segment.write_bytes(segment.read_bytes().replace(b"jpeg 2", b"jpeg X"))
    report = await service.replay.verification(day.sittings[0])
    assert (report["ok"], report["frames"]["altered"]) == (False, 2)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Search(), 2),
        (Search(text="考生001"), 1),
        (Search(text="诚信"), 2),
        (Search(text="%"), 0),
        (Search(text="_"), 0),
        (Search(text="\\"), 0),
        (Search(text="' OR 1=1 --"), 0),
        (Search(text=id_number(1)), 1),
        (Search(text=id_number(1)[:-1]), 0),
        (Search(state="submitted"), 1),
        (Search(state="voided"), 0),
        (Search(flag="another_person"), 0),
        (Search(administration_id="nowhere"), 0),
        (Search(text="考生", state="submitted"), 1),
    ],
    ids=str,
)
async def test_search(service: Service, clock: HandClock, wanted: Search, found: int) -> None:
    await sat(service, clock)
    listed = await service.replay.find(wanted)
    assert (listed["total"], len(listed["sittings"])) == (found, found)


async def test_pages_of_the_search_do_not_overlap(service: Service) -> None:
    day = await make_exam_day(service, candidates=60, seats=60)
    pages = [(await service.replay.find(Search(page=page)))["sittings"] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 10, 0]
    assert {row["sitting_id"] for page in pages for row in page} == set(day.sittings)


async def test_what_is_not_there(service: Service, clock: HandClock) -> None:
    day = await sat(service, clock)
    for call in (service.replay.detail, service.replay.timeline, service.replay.verification):
        with pytest.raises(NotFound):
            await call("0" * 32)
    with pytest.raises(NotFound):
        await service.replay.photo(day.sittings[0])
    assert clock.now() - day.starts_at == timedelta(seconds=17)
