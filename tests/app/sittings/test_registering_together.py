"""Registering while others register, answer, or end the administration."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.administrations.service import Person
from app.audit.service import read_stream
from app.errors import NotAllowedNow
from app.live.messages import Answer
from app.main import Service
from app.sittings import repository
from app.sittings.drawing import DrawnEpoch, Order
from app.sittings.ledger import Delivery
from question_bank.forms import FormRecord
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, id_number, make_exam_day, person


@pytest_asyncio.fixture
async def other(service: Service, clock: HandClock) -> AsyncIterator[Service]:
    """A second service on the same database: it shares no lock with the first, as another process."""
    made = Service(service.settings, clock)
    yield made
    await made.database.dispose()


def drawing_first(service: Service, then: Callable[[], Awaitable[object]]) -> None:
    """After its first draw, before anything is written, a service waits for something else."""
    draw, waited = service.formbook.draw, False

    async def drawn(order: Order) -> list[DrawnEpoch]:
        nonlocal waited
        found = await draw(order)
        if not waited:
            waited = True
            await then()
        return found

    service.formbook.draw = drawn  # type: ignore[method-assign]


async def with_forms(day: ExamDay, wanted: int) -> None:
    """Everybody has one form; epochs have no gap and count all of them; nothing disagrees with the log."""
    service = day.service
    sittings = await service.sittings.of_administration(day.administration_id)
    assert len({sitting.candidate_id for sitting in sittings}) == len(sittings) == wanted
    async with service.database.read() as connection:
        records = await repository.form_records(connection, [sitting.id for sitting in sittings])
        last = await repository.last_epoch(connection, day.administration_id)
        epochs = await repository.eligibilities(connection, day.administration_id)
    assert last is not None
    forms = {key: FormRecord.from_json(record) for key, record in records.items()}
    assert {sitting.id: sitting.candidate_id for sitting in sittings} == {
        key: form.candidate_id for key, form in forms.items()
    }
    assert sorted(epochs) == list(range(last.number + 1))
    assert {form.epoch for form in forms.values()} == set(epochs)
    assert last.forms == wanted
    assert last.used == Counter(slot.item_id for form in forms.values() for slot in form.slots)
    assert (await service.disclosure.verification(day.administration_id)).problems == ()


async def imported(day: ExamDay) -> list[dict[str, Any]]:
    """What the log says of imports."""
    async with day.service.database.read() as connection:
        entries = await read_stream(connection, f"administration:{day.administration_id}")
    return [json.loads(entry.text)["data"] for entry in entries if entry.type == "roster.imported"]


def people(numbers: Sequence[int]) -> list[Person]:
    return [person(number) for number in numbers]


async def test_two_processes_that_register_at_once_end_with_a_form_for_everybody(
    service: Service, other: Service
) -> None:
    day = await make_exam_day(service, candidates=0, seats=40)
    both = asyncio.Barrier(2)
    for one in (service, other):
        drawing_first(one, both.wait)
    # Twelve people are on both rosters.
    found = await asyncio.gather(
        service.registration.register(day.administration_id, people(range(26)), "first"),
        other.registration.register(day.administration_id, people(range(39, 13, -1)), "second"),
    )
    await with_forms(day, 40)
    assert found[0][14:] == found[1][:13:-1]
    assert sum(said["new"] for said in await imported(day)) == 40


async def test_two_requests_of_one_process_take_turns(service: Service) -> None:
    day = await make_exam_day(service, candidates=0, seats=24)
    rosters = [people(range(12)), people(range(12, 24))]
    await asyncio.gather(
        *(service.registration.register(day.administration_id, roster, "system") for roster in rosters)
    )
    await with_forms(day, 24)


async def test_somebody_who_becomes_known_meanwhile_is_one_person(service: Service, other: Service) -> None:
    first, second = await make_exam_day(service, candidates=0), await make_exam_day(service, candidates=0)
    photo = person(0, photo=b"of the second roster")
    drawing_first(
        service, lambda: other.registration.register(second.administration_id, people([0]), "second")
    )
    await service.registration.register(first.administration_id, [photo], "first")
    await with_forms(first, 1)
    sittings = [
        (await service.sittings.of_administration(day.administration_id))[0] for day in (first, second)
    ]
    assert sittings[0].candidate_id == sittings[1].candidate_id
    candidate = await service.administrations.find_candidate(sittings[0].candidate_id)
    assert await service.administrations.photo(candidate) == b"of the second roster"
    kept = [path for path in (service.settings.data / "blobs").rglob("*") if path.is_file()]
    assert len(kept) == 1, "the photo under the id that came to nothing is gone"


async def test_answers_are_saved_while_forms_are_drawn(service: Service, clock: HandClock) -> None:
    running, coming = await make_exam_day(service), await make_exam_day(service, candidates=0)
    await running.start(0)

    async def answer() -> None:
        message = Answer(type="answer", seq=1, position=1, response=["A"])
        delivery = Delivery(
            sitting_id=running.sittings[0], writer="w-1", messages=(message,), received_at=clock.now()
        )
        async with asyncio.timeout(5):
            assert (await running.post(delivery)).last_seq == 1

    drawing_first(service, answer)
    await service.registration.register(coming.administration_id, people([1, 2]), "system")
    assert len(await running.responses(0)) == 1


async def test_nobody_is_registered_once_the_seed_is_revealed(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=1)
    clock.turn(hours=5)
    assert await service.disclosure.reveal_due() == [day.administration_id]
    before = await service.sittings.of_administration(day.administration_id)
    with pytest.raises(NotAllowedNow) as refusal:
        await service.registration.register(day.administration_id, [person(1, b"a photo")], "system")
    assert refusal.value.code == "seed_revealed"
    assert await service.sittings.of_administration(day.administration_id) == before
    assert list((service.settings.data / "blobs").rglob("*")) == []
    # Who has a sitting is still brought up to date.
    again = Person(name="改名", id_number=id_number(0), enterprise="单位", category="电工")
    assert await service.registration.register(day.administration_id, [again], "system") == day.sittings


async def test_the_seed_may_be_revealed_while_forms_are_drawn(
    service: Service, other: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service, candidates=1)
    clock.turn(hours=5)
    drawing_first(service, other.disclosure.reveal_due)
    with pytest.raises(NotAllowedNow) as refusal:
        await service.registration.register(day.administration_id, people([1]), "system")
    assert refusal.value.code == "seed_revealed"
    await with_forms(day, 1)


async def test_a_large_roster_that_was_cut_off_is_registered_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await make_exam_day(service, candidates=0, seats=110)
    insert, called = repository.insert_forms, 0

    async def cut_off(*arguments: Any) -> None:
        nonlocal called
        called += 1
        if called == 2:
            raise ConnectionError("the database is gone")
        await insert(*arguments)

    monkeypatch.setattr(repository, "insert_forms", cut_off)
    with pytest.raises(ConnectionError):
        await service.registration.register(day.administration_id, people(range(105)), "system")
    assert 0 < len(await service.sittings.of_administration(day.administration_id)) < 105
    found = await service.registration.register(day.administration_id, people(range(105)), "system")
    assert called > 3, "written in parts"
    await with_forms(day, 105)
    tickets = await service.registration.issue_tickets(day.administration_id, "system")
    assert [ticket.sitting_id for ticket in tickets] == found
    async with service.database.read() as connection:
        stored = await connection.scalar(
            text("SELECT count(*) FROM sitting WHERE entry_code_digest IS NOT NULL")
        )
    assert stored == 105
