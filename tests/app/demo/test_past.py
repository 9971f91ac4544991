"""The demonstration begins with an administration that is over and items that wait for review."""

from pathlib import Path

import pytest

from app.audit.service import verify_stream
from app.banks.reviews import Wanted
from app.clock import SystemClock
from app.demo import past
from app.demo.past import (
    ABSENT,
    AT_ONCE,
    BEGUN,
    MISREAD,
    OUT_OF_TIME,
    PEOPLE,
    PREFERRED,
    SAME_AS_SOURCE,
    SOURCE,
    first_site,
    response_of,
)
from app.demo.seed import known_site
from app.forensics.rules import LeadKind
from app.main import Service
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from question_bank.responses import check_response
from question_bank.statistics import MIN_FLAGGED, ItemFlag
from tests.conftest import built_service, settings_for
from tests.factories.databases import migrated, sqlite_url
from tests.factories.exam_day import demo_bank


async def test_the_first_start_has_results_and_work_to_show(tmp_path: Path) -> None:
    assert known_site(tmp_path) is None
    made = await first_site(settings_for(tmp_path, None))
    assert known_site(tmp_path) == made
    service = built_service(tmp_path, sqlite_url(tmp_path / "kaochang.sqlite3"), SystemClock())
    [held] = await service.administrations.all_in_scope(None)
    sittings = await service.sittings.of_administration(held.id)
    expected = [State.SUBMITTED] * len(PEOPLE)
    expected[ABSENT], expected[OUT_OF_TIME] = State.SCHEDULED, State.EXPIRED
    assert [sitting.state for sitting in sittings] == expected
    async with service.database.read() as connection:
        assert (await verify_stream(connection, stream_of(sittings[0].id))).problem is None
        results = await service.results.results_of(connection, [sitting.id for sitting in sittings])
    assert len({result.passed for result in results.values()}) == 2
    # Nothing is left to count or to score when the service starts.
    assert await service.counting.count_due() == await service.results.score_missing() == 0
    [bank] = await service.banks.summaries()
    standing, _ = await service.bank_statistics.of_item(bank.id, MISREAD)
    assert standing is not None
    # Which forms hold the item is drawn: now and then too few for a flag.
    found = standing.statistics
    assert ItemFlag.DISTRACTOR_OVER_KEY in found.flags or found.n < MIN_FLAGGED
    async with service.database.read() as connection:
        assert (await service.administrations.plan(connection, held)).basis == "tag"
    assert await service.screening.screen_due() == 0
    leads = [one.lead for one in (await service.forensics.leads(held.id)).leads]
    pairs = [set(lead.sittings) for lead in leads if lead.kind is LeadKind.SAME_ANSWERS]
    assert {sittings[SOURCE].id, sittings[SAME_AS_SOURCE].id} in pairs
    at_once = (sittings[AT_ONCE].id,)
    assert any(lead.sittings == at_once and lead.kind is LeadKind.FAST_AND_RIGHT for lead in leads)
    queue = await service.reviews.queue(Wanted(), 1)
    assert [waiting.version.number for waiting in queue.waiting] == [2, 1]
    await service.database.dispose()


async def test_a_first_start_that_was_cut_off_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path, None)
    (tmp_path / "models").mkdir()
    held: list[str] = []

    async def killed(service: Service, *_: object) -> str:
        held.append(str(service.settings.data))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(past, "hold", killed)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                await first_site(settings)
            assert known_site(tmp_path) is None
    assert len(held) == 2
    # The rest is as on any first start, which the test above looks at.
    monkeypatch.setattr(past, "hold", held_at_once)
    assert await first_site(settings) == known_site(tmp_path)
    assert not (tmp_path / BEGUN).exists()
    assert (tmp_path / "models").is_dir()


async def held_at_once(*_: object) -> None:
    """No administration at all."""


async def test_a_database_of_somebody_else_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrated(sqlite_url(tmp_path / "kaochang.sqlite3"))

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(past, "make_site", killed)
    with pytest.raises(KeyboardInterrupt):
        await first_site(settings_for(tmp_path, None))
    assert not (tmp_path / BEGUN).exists()


def test_candidates_say_what_they_know_again_and_again() -> None:
    items = demo_bank().items
    said = {(number, item.id): response_of(number, item) for number in range(len(PEOPLE)) for item in items}
    for item in items:
        own = [said[number, item.id] for number in range(len(PEOPLE))]
        assert own == [check_response(item, response) for response in own]
        assert own == [response_of(number, item) for number in range(len(PEOPLE))]
    assert {(PREFERRED,), tuple(demo_bank().by_id[MISREAD].choice.key)} == {
        said[number, MISREAD] for number in range(len(PEOPLE))
    }
