"""From a roster to seats, forms and tickets."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.administrations.tables import CandidateRow
from app.audit.service import read_stream
from app.audit.tables import EntryRow
from app.errors import NotAllowedNow, NotFound
from app.main import Service
from app.sittings import repository
from app.sittings.records import stream_of
from app.sittings.registration import Ticket
from app.sittings.tables import SittingRow
from question_bank.forms import FormRecord
from tests.factories.exam_day import ExamDay, id_number, make_exam_day, person


async def count(service: Service, table: type) -> int:
    async with service.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def register(day: ExamDay, *numbers: int, photo: bytes | None = None) -> list[str]:
    people = [person(number, photo) for number in numbers]
    return await day.service.registration.register(day.administration_id, people, "system")


async def test_everybody_gets_a_seat_a_ticket_and_a_form_of_their_own(service: Service) -> None:
    day = await make_exam_day(service, candidates=8)
    sittings = await service.sittings.of_administration(day.administration_id)
    assert [sitting.id for sitting in sittings] == day.sittings
    assert len({sitting.seat_id for sitting in sittings}) == 8
    tickets = [sitting.ticket for sitting in sittings]
    assert tickets == sorted(set(tickets))
    async with service.database.read() as connection:
        records = await repository.form_records(connection, day.sittings)
    assert len(records) == 8
    assert len({str(FormRecord.from_json(record).slots) for record in records.values()}) == 8


async def test_a_room_that_is_too_small_changes_nothing_at_all(service: Service) -> None:
    day = await make_exam_day(service, candidates=3, seats=4)
    tables = (CandidateRow, SittingRow, EntryRow)
    before = [await count(service, table) for table in tables]
    with pytest.raises(NotAllowedNow) as refusal:
        await register(day, 10, 11, photo=b"a photo")
    assert refusal.value.code == "room_full"
    assert [await count(service, table) for table in tables] == before
    assert list((service.settings.data / "blobs").rglob("*")) == []


async def test_the_same_people_again_keep_sitting_seat_and_ticket(service: Service) -> None:
    day = await make_exam_day(service, candidates=3, seats=4)
    before = await service.sittings.of_administration(day.administration_id)
    assert await register(day, 1, 0, 1, 2) == [day.sittings[n] for n in (1, 0, 1, 2)]
    assert await service.sittings.of_administration(day.administration_id) == before
    (fourth,) = await register(day, 3)
    assert fourth not in day.sittings
    assert await count(service, SittingRow) == 4


async def test_a_full_room_still_takes_the_people_it_has(service: Service) -> None:
    day = await make_exam_day(service, candidates=4, seats=4)
    assert await register(day, 0, 1, 2, 3) == day.sittings


async def test_personal_data_are_brought_up_to_date_and_photos_are_sealed(service: Service) -> None:
    day = await make_exam_day(service, candidates=1)
    await register(day, 0, photo=b"a registered photo")
    sitting = await day.sitting()
    candidate = await service.administrations.find_candidate(sitting.candidate_id)
    assert await service.administrations.photo(candidate) == b"a registered photo"
    assert candidate.photo_key is not None
    stored = (service.settings.data / "blobs" / candidate.photo_key).read_bytes()
    assert b"a registered photo" not in stored


async def updates(day: ExamDay) -> list[dict[str, object]]:
    """The data of the entries that say that a candidate's data changed."""
    async with day.service.database.read() as connection:
        entries = await read_stream(connection, stream_of(day.sittings[0]))
    return [json.loads(entry.text)["data"] for entry in entries if entry.type == "candidate.updated"]


async def test_the_log_says_which_fields_changed_and_tells_photos_apart(service: Service) -> None:
    day = await make_exam_day(service, candidates=1)
    first, second = (hashlib.sha256(photo).hexdigest() for photo in (b"first", b"second"))
    moved = replace(person(0), name="考生改名", enterprise="新的单位", photo=b"second")
    for again in (person(0), person(0, b"first"), person(0, b"first"), person(0), moved):
        await service.registration.register(day.administration_id, [again], "system")
    assert await updates(day) == [
        {"changed": ["photo"], "photo_before": None, "photo_after": first},
        {
            "changed": ["name", "enterprise", "photo"],
            "photo_before": first,
            "photo_after": second,
        },
    ]
    texts = json.dumps(await updates(day), ensure_ascii=False)
    assert not any(value in texts for value in (id_number(0), "考生改名", "新的单位"))
    candidate = await service.administrations.find_candidate((await day.sitting()).candidate_id)
    assert (candidate.name, candidate.enterprise) == ("考生改名", "新的单位")
    assert await service.administrations.photo(candidate) == b"second"


async def test_somebody_known_from_another_day_is_brought_up_to_date_on_the_record(service: Service) -> None:
    await make_exam_day(service, candidates=1)
    day = await make_exam_day(service, candidates=0)
    day.sittings = await register(day, 0, photo=b"a photo")
    assert [data["changed"] for data in await updates(day)] == [["photo"]]


async def test_a_lost_photo_can_be_replaced(service: Service) -> None:
    day = await make_exam_day(service, candidates=1)
    await register(day, 0, photo=b"first")
    for path in (service.settings.data / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    await register(day, 0, photo=b"second")
    assert (await updates(day))[-1]["photo_before"] is None


async def test_id_numbers_are_nowhere_in_clear(service: Service) -> None:
    await make_exam_day(service, candidates=1)
    async with service.database.read() as connection:
        row = (await connection.execute(select(CandidateRow.__table__))).one()
        texts = (await connection.execute(select(EntryRow.text))).scalars().all()
    secret = id_number(0)
    for value in (*row, *texts):
        shown = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        assert secret not in shown
    assert row.id_number_masked != secret


async def test_new_codes_replace_old_ones(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    first = day.ticket(0)
    again: list[Ticket] = await service.registration.issue_tickets(
        day.administration_id, "system", only=frozenset({day.sittings[0]})
    )
    assert [ticket.sitting_id for ticket in again] == [day.sittings[0]]
    assert (again[0].ticket, again[0].code != first.code) == (first.ticket, True)
    day.tickets[day.sittings[0]] = again[0]
    await day.sign_in(0)
    await day.sign_in(1)


async def test_whoever_has_finished_gets_no_new_code(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    await day.start(0)
    await day.command("end", 0, reason="E-01")
    issued = await service.registration.issue_tickets(day.administration_id, "system")
    assert [ticket.sitting_id for ticket in issued] == [day.sittings[1]]


async def test_two_administrations_of_a_day_have_different_tickets(service: Service) -> None:
    first = await make_exam_day(service, candidates=2)
    second = await make_exam_day(service, candidates=2, starts_in=timedelta(hours=1))
    numbers = {ticket.ticket for day in (first, second) for ticket in day.tickets.values()}
    assert len(numbers) == 4
    assert not set(first.sittings) & set(second.sittings)


async def test_an_unknown_administration_is_not_found(service: Service) -> None:
    with pytest.raises(NotFound):
        await service.registration.register("nowhere", [person(0)], "system")
    with pytest.raises(NotFound):
        await service.registration.issue_tickets("nowhere", "system")
