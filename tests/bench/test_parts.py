"""The parts of the service that the benchmarks led to: pacing, lag, the one-visit driver, glances."""

import asyncio
import sqlite3
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.frames.pacing import LONGEST_STRETCH, Pacing, Turns
from app.jobs.lag import LoopLag
from app.kit.database import Database
from proctor.errors import FrameRejected
from proctor.frames import decode_jpeg, glance
from proctor.schedule import AnalysisSchedule, Pace
from proctor.workers.serve import answer
from proctor.workers.wire import Response, decode_response, encode_glance_request


def test_the_stretch_grows_while_frames_wait_and_shrinks_back_to_one() -> None:
    pacing = Pacing()
    for _ in range(100):
        pacing.note(0.5)
        pacing.adjust()
    assert pacing.stretch == LONGEST_STRETCH
    for _ in range(200):
        pacing.note(0.001)
        pacing.adjust()
    assert pacing.stretch == 1.0


def test_a_few_late_frames_do_not_stretch() -> None:
    pacing = Pacing()
    for _ in range(50):
        for number in range(100):
            pacing.note(2.0 if number < 9 else 0.1)
        pacing.adjust()
    assert pacing.stretch == 1.0


@pytest.mark.parametrize(("interval_s", "expected"), [(1.0, 600), (1.7, 353), (2.5, 240), (8.0, 75)])
def test_turns_keep_their_average(interval_s: float, expected: int) -> None:
    turns = Turns()
    taken = sum(turns.is_due(1000.0 + second, interval_s) for second in range(600))
    assert abs(taken - expected) <= 2


def test_turns_do_not_catch_up_after_a_silence() -> None:
    turns = Turns()
    assert turns.is_due(1000.0, 5.0)
    assert turns.is_due(1100.0, 5.0)
    assert not turns.is_due(1101.0, 5.0)


def test_a_halt_of_the_loop_counts_for_as_long_as_it_lasted() -> None:
    lag = LoopLag()
    for _ in range(900):
        lag.note(0.0)
    lag.note(1.0)
    summary = lag.take()
    assert summary.samples == pytest.approx(1001, abs=1)
    assert summary.p99_ms > 850
    assert summary.worst_ms == 1000
    assert lag.take().samples == 0


def test_sittings_that_start_together_compare_at_different_times() -> None:
    first = {}
    for step in range(10):
        schedule = AnalysisSchedule(Pace(), step / 10)
        due = (at / 10 for at in range(100) if schedule.embed_due(at / 10, gallery_complete=True))
        first[step] = next(due)
    assert first[0] == 0.0
    assert sorted(first.values()) == list(first.values())
    # Nine tenths of the interval, less the grace of a tenth of a second.
    assert first[9] == pytest.approx(0.9 * Pace().embed_seconds - 0.1, abs=0.11)


def test_a_glance_is_the_thumbnail_of_the_analysis(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rough = rng.integers(0, 255, (6, 8, 3), np.uint8)
    picture = cv2.resize(rough, (640, 480), interpolation=cv2.INTER_CUBIC)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    seen = decode_jpeg(glance(jpeg))
    assert seen.shape == (120, 160, 3)
    expected = cv2.resize(picture, (160, 120), interpolation=cv2.INTER_AREA)
    assert np.abs(seen.astype(int) - expected.astype(int)).mean() < 6
    with pytest.raises(FrameRejected):
        glance(b"\xff\xd8 no picture")


def test_a_worker_without_models_only_glances() -> None:
    jpeg = cv2.imencode(".jpg", np.full((480, 640, 3), 90, np.uint8))[1].tobytes()
    response = decode_response(answer(None, encode_glance_request(7, jpeg)[4:])[4:])
    assert isinstance(response, Response)
    assert (response.id, response.error) == (7, None)
    assert response.thumbnail is not None
    assert decode_jpeg(response.thumbnail).shape == (120, 160, 3)
    refused = decode_response(answer(None, encode_glance_request(8, b"\xff\xd8")[4:])[4:])
    assert isinstance(refused, Response)
    assert (refused.thumbnail, refused.error) == (None, "frame_truncated")


async def test_the_driver_commits_rolls_back_and_reports(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}")
    try:
        async with database.begin() as connection:
            await connection.execute(text("create table thing (id integer primary key, name text)"))
            result = await connection.execute(
                text("insert into thing values (:id, :name)"), [{"id": n, "name": f"n{n}"} for n in range(3)]
            )
            assert result.rowcount == 3
        with pytest.raises(IntegrityError) as refused:
            await _change_and_insert_twice(database)
        assert isinstance(refused.value.orig, sqlite3.IntegrityError)
        async with database.read() as connection:
            rows = (await connection.execute(text("select id, name from thing order by id"))).all()
            assert [tuple(row) for row in rows] == [(0, "n0"), (1, "n1"), (2, "n2")]
            assert (await connection.execute(text("pragma synchronous"))).scalar() == 2
            assert (await connection.execute(text("pragma journal_mode"))).scalar() == "wal"
    finally:
        await database.dispose()


async def _change_and_insert_twice(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("update thing set name = 'changed'"))
        await connection.execute(text("insert into thing values (0, 'twice')"))


async def test_readers_see_what_was_committed_when_they_began(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}")
    try:
        async with database.begin() as connection:
            await connection.execute(text("create table thing (id integer primary key)"))
        async with database.read() as reader:
            assert (await reader.execute(text("select count(*) from thing"))).scalar() == 0
            async with asyncio.timeout(5), database.begin() as writer:
                await writer.execute(text("insert into thing values (1)"))
            assert (await reader.execute(text("select count(*) from thing"))).scalar() == 0
        async with database.read() as reader:
            assert (await reader.execute(text("select count(*) from thing"))).scalar() == 1
    finally:
        await database.dispose()
