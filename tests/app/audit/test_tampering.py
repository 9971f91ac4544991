"""Whatever is changed in the tables of the log by SQL, the verification of the sitting says so."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.service import verify_stream
from app.audit.tables import ChainHeadRow, EntryRow
from app.kit.unit_of_work import UnitOfWork
from app.main import Service
from app.sittings.records import stream_of
from tests.factories.exam_day import ExamDay, make_exam_day

Tamper = Callable[[AsyncConnection, str], object]


async def played(service: Service) -> ExamDay:
    """Two sittings with some entries each."""
    day = await make_exam_day(service, candidates=2)
    for number in range(2):
        await day.start(number)
        await day.command("pause", number, reason="P-01")
        await day.command("resume", number)
    return day


async def run(connection: AsyncConnection, statement: str, stream: str) -> None:
    await connection.execute(text(statement), {"stream": stream})


STATEMENTS = {
    "text": "UPDATE entry SET text = replace(text, 'P-01', 'P-02') WHERE stream = :stream",
    "type": "UPDATE entry SET type = 'staff.resume' WHERE stream = :stream AND type = 'staff.pause'",
    "leaf": "UPDATE entry SET leaf = upper(leaf) WHERE stream = :stream AND seq = 3",
    "stream": "UPDATE entry SET stream = 'office2' WHERE stream = :stream AND seq = 3",
    "seq": "UPDATE entry SET seq = seq + 100 WHERE stream = :stream AND seq = 3",
    "deleted in the middle": "DELETE FROM entry WHERE stream = :stream AND seq = 3",
    "deleted at the start": "DELETE FROM entry WHERE stream = :stream AND seq = 1",
    "deleted at the end": "DELETE FROM entry WHERE stream = :stream"
    " AND seq = (SELECT max(seq) FROM entry WHERE stream = :stream)",
    "deleted altogether": "DELETE FROM entry WHERE stream = :stream",
    "head moved": "UPDATE chain_head SET seq = seq - 1 WHERE stream = :stream",
    "head of another": "UPDATE chain_head SET leaf = "
    "(SELECT leaf FROM entry WHERE stream = :stream AND seq = 2) WHERE stream = :stream",
    "head deleted": "DELETE FROM chain_head WHERE stream = :stream",
}


async def problem_of(day: ExamDay) -> tuple[str | None, bool]:
    """The code of the first problem, and what the regulator's verification says."""
    async with day.service.database.read() as connection:
        report = await verify_stream(connection, stream_of(day.sittings[0]))
    shown = await day.service.replay.verification(day.sittings[0])
    return (None if report.problem is None else report.problem.code), bool(shown["ok"])


@pytest.mark.parametrize("name", STATEMENTS)
async def test_every_statement_leaves_a_trace(service: Service, name: str) -> None:
    day = await played(service)
    assert await problem_of(day) == (None, True)
    async with service.database.begin() as connection:
        await run(connection, STATEMENTS[name], stream_of(day.sittings[0]))
    code, ok = await problem_of(day)
    assert code is not None
    assert not ok
    async with service.database.read() as connection:
        assert (await verify_stream(connection, stream_of(day.sittings[1]))).problem is None


async def test_removing_a_whole_chain_leaves_a_trace(service: Service) -> None:
    day = await played(service)
    async with service.database.begin() as connection:
        stream = stream_of(day.sittings[0])
        await connection.execute(delete(EntryRow).where(EntryRow.stream == stream))
        await connection.execute(delete(ChainHeadRow).where(ChainHeadRow.stream == stream))
    assert await problem_of(day) == ("chain_missing", False)


async def test_swapped_rows_leave_a_trace(service: Service) -> None:
    day = await played(service)
    stream = stream_of(day.sittings[0])
    async with service.database.begin() as connection:
        query = select(EntryRow.seq, EntryRow.text, EntryRow.leaf, EntryRow.type, EntryRow.at)
        rows = {row.seq: row for row in await connection.execute(query.where(EntryRow.stream == stream))}
        for seq, other in ((2, 3), (3, 2)):
            taken = rows[other]
            change = update(EntryRow).where(EntryRow.stream == stream, EntryRow.seq == seq)
            values = {"text": taken.text, "leaf": taken.leaf, "type": taken.type, "at": taken.at}
            await connection.execute(change.values(**values))
    assert (await problem_of(day))[0] == "entry_out_of_order"


async def test_an_added_row_leaves_a_trace(service: Service) -> None:
    day = await played(service)
    stream = stream_of(day.sittings[0])
    async with service.database.begin() as connection:
        query = select(EntryRow.__table__).where(EntryRow.stream == stream).order_by(EntryRow.seq.desc())
        last = (await connection.execute(query)).first()
        assert last is not None
        values = {name: value for name, value in last._mapping.items() if name != "position"}
        await connection.execute(insert(EntryRow).values(**values | {"seq": last.seq + 1}))
    assert (await problem_of(day))[0] is not None


async def test_every_stream_of_an_exam_day_is_whole(service: Service) -> None:
    await played(service)
    async with service.database.read() as connection:
        streams = (await connection.execute(select(ChainHeadRow.stream))).scalars().all()
        assert len(streams) == 4  # the office, the administration, two sittings
        for stream in streams:
            assert (await verify_stream(connection, stream)).problem is None


async def test_acts_at_once_form_one_chain(service: Service) -> None:
    """Many transactions append to one stream in the same moment."""
    units: UnitOfWork = service.units

    async def act(number: int) -> None:
        async with units.begin() as unit:
            unit.record("office", "test.act", "system", {"number": number})

    await act(0)
    await asyncio.gather(*(act(number) for number in range(1, 30)))
    async with service.database.read() as connection:
        report = await verify_stream(connection, "office")
    assert (report.problem, report.entries) == (None, 30)


async def test_a_new_stream_may_be_begun_by_many_at_once(service: Service) -> None:

    async def act(number: int) -> None:
        async with service.units.begin() as unit:
            unit.record("brand-new", "test.act", "system", {"number": number})

    await asyncio.gather(*(act(number) for number in range(8)))
    async with service.database.read() as connection:
        report = await verify_stream(connection, "brand-new")
    assert (report.problem, report.entries) == (None, 8)


async def test_an_act_that_fails_leaves_neither_entry_nor_event(service: Service) -> None:
    heard: list[object] = []
    service.bus.subscribe(str, heard.append)

    async def failing_act() -> None:
        async with service.units.begin() as unit:
            unit.record("office", "test.act", "system")
            unit.announce("an event")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await failing_act()
    async with service.database.read() as connection:
        assert (await connection.execute(select(EntryRow.seq))).all() == []
    assert heard == []
