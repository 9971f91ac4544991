"""Item statistics of a closed administration, and the endpoints of runs and statistics over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts.rules import Role
from app.errors import NotAllowedNow
from app.main import Service, create_app
from app.results.rules import RunDecision
from question_bank.statistics import ItemFlag
from tests.app.results.test_rescoring import OFFICE, REGULATOR, closed_day, item_at, other_key, sit, void
from tests.conftest import settings_for
from tests.factories.clock import HandClock
from tests.factories.exam_day import make_exam_day
from tests.factories.sessions import cookie_header, staff_session


async def test_every_dealt_item_is_counted_as_it_was_answered(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock, (10, 5, 0, 10))
    found = await service.statistics.of_administration(day.administration_id)
    assert found.sittings == 4
    assert sum(item.n for item in found.items) == 4 * 10
    assert sum(item.omitted for item in found.items) == 5 + 10
    for item in found.items:
        assert item.facility is not None
        assert 0 <= item.facility.low <= item.facility.high <= 1
        assert sum(item.thirds) == item.n
        assert item.exposure * 4 == item.n
    item_id = await item_at(day, 0, 1)
    before = next(item for item in found.items if item.item_id == item_id)
    assert before.facility is not None
    assert any(option.in_key and sum(option.thirds) for option in before.options)
    # With another key nobody who answered was right: no one chose the new one.
    await service.rescoring.propose(day.administration_id, [await other_key(day, item_id)], "x", OFFICE)
    await service.rescoring.decide(day.administration_id, 2, RunDecision.CONFIRM, REGULATOR)
    found = await service.statistics.of_administration(day.administration_id)
    after = next(item for item in found.items if item.item_id == item_id)
    assert after.facility is not None
    assert after.facility.value == 0 < before.facility.value
    assert item_id in found.corrections.corrected


async def test_a_void_does_not_hide_how_the_item_did(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock, (0, 0))
    item_id = await item_at(day, 0, 1)
    await service.rescoring.propose(day.administration_id, [void(item_id)], "x", OFFICE)
    await service.rescoring.decide(day.administration_id, 2, RunDecision.CONFIRM, REGULATOR)
    found = await service.statistics.of_administration(day.administration_id)
    item = next(item for item in found.items if item.item_id == item_id)
    assert item.facility is not None
    assert item.facility.value == 0
    assert item_id in found.corrections.voided


async def test_sittings_that_staff_ended_are_left_out(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    await sit(day, 0, right=10)
    await day.start(1)
    await day.command("end", 1, reason="E-02")
    await service.results.score(day.sittings[1])
    with pytest.raises(NotAllowedNow) as early:
        await service.statistics.of_administration(day.administration_id)
    assert early.value.code == "administration_open"
    clock.turn(minutes=600)
    found = await service.statistics.of_administration(day.administration_id)
    assert (found.sittings, sum(item.n for item in found.items)) == (1, 10)
    assert all(flag in ItemFlag for item in found.items for flag in item.flags)


async def test_an_administration_nobody_came_to_has_empty_statistics(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service)
    clock.turn(minutes=600)
    found = await service.statistics.of_administration(day.administration_id)
    assert (found.sittings, found.items, found.flag_counts) == (0, (), {})


class Staff:
    """A member of staff over HTTP."""

    def __init__(self, client: httpx.AsyncClient, role: Role, token: str) -> None:
        self._client = client
        self._headers = {"Cookie": cookie_header(role, token), "Origin": str(client.base_url)}

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        answer = await self._client.request(method, path, headers=self._headers, json=body)
        return answer.status_code, answer.json()


@asynccontextmanager
async def over_http(folder: Path, clock: HandClock) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
    """The whole application under a clock that is turned by hand, its loops running."""
    application = create_app(settings_for(folder, None), clock)
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield application.state.service, client


@pytest.mark.parametrize("result_shown", [True, False])
async def test_over_http(tmp_path: Path, clock: HandClock, result_shown: bool) -> None:
    async with over_http(tmp_path, clock) as (service, client):
        day = await make_exam_day(service, candidates=1, result_shown=result_shown)
        await sit(day, 0, right=10)
        clock.turn(minutes=300)
        adm, item_id = day.administration_id, await item_at(day, 0, 1)
        staff = {
            role: Staff(client, role, await staff_session(service, role))
            for role in (Role.EXAM_OFFICE, Role.REGULATOR, Role.BANK_AUTHOR)
        }
        await check_statistics(staff, adm, result_shown)
        await check_runs(staff, adm, item_id)
        status, detail = await staff[Role.REGULATOR].call("GET", f"/api/sittings/{day.sittings[0]}")
        assert (status, detail["points"], detail["corrected"]) == (200, "100", False)


async def check_statistics(staff: dict[Role, Staff], adm: str, result_shown: bool) -> None:
    """Keys are for those who work on items, and for others once results are released."""
    path = f"/api/administrations/{adm}/statistics"
    status, found = await staff[Role.BANK_AUTHOR].call("GET", path)
    assert (status, found["keys_shown"], found["sittings"]) == (200, True, 1)
    assert any(option["key"] for item in found["items"] for option in item["options"])
    status, found = await staff[Role.REGULATOR].call("GET", path)
    assert (status, found["keys_shown"]) == (200, result_shown)
    keys = {option["key"] for item in found["items"] for option in item["options"]}
    assert keys == ({True, False} if result_shown else {None})


async def check_runs(staff: dict[Role, Staff], adm: str, item_id: str) -> None:
    """Dry run, refusals, proposal, confirmation by somebody else."""
    path, office = f"/api/administrations/{adm}/scoring-runs", staff[Role.EXAM_OFFICE]
    asked = {"corrections": [{"item_id": item_id, "key": None}], "note": "题目有误"}
    assert (await staff[Role.BANK_AUTHOR].call("POST", path, asked))[0] == 403
    status, dry = await office.call("POST", path, asked)
    assert (status, dry["run"], dry["counts"]["sittings"]) == (200, None, 1)
    assert dry["corrections"][0]["after"]["voided"] is True
    for wrong in (
        asked | {"more": 1},
        asked | {"note": "  ", "dry_run": False},
        asked | {"corrections": [{"item_id": item_id, "key": None, "also": [{"key": ["A"]}]}]},
        asked | {"corrections": []},
        asked | {"corrections": [{"item_id": item_id}]},
    ):
        assert (await office.call("POST", path, wrong))[0] == 422
    await check_several_keys(office, adm, item_id)
    unfit = asked | {"corrections": [{"item_id": item_id, "key": {"key": [1.5]}}]}
    assert (await office.call("POST", path, unfit))[1]["code"] == "correction.key_invalid"
    status, proposed = await office.call("POST", path, asked | {"dry_run": False})
    assert (status, proposed["run"]["number"], proposed["run"]["state"]) == (200, 2, "proposed")
    status, refused = await office.call("POST", f"{path}/2/decision", {"decision": "confirmed"})
    assert (status, refused["code"]) == (409, "own_proposal")
    assert (await office.call("GET", f"{path}/2"))[1]["run"]["own"] is True
    regulator = staff[Role.REGULATOR]
    assert (await regulator.call("GET", f"{path}/2"))[1]["run"]["own"] is False
    assert (await regulator.call("GET", f"{path}/2"))[1]["corrections"] == dry["corrections"]
    assert (await regulator.call("POST", f"{path}/2/decision", {"decision": "confirmed"}))[0] == 200
    runs = (await office.call("GET", path))[1]["runs"]
    assert [(run["number"], run["state"], run["items"]) for run in runs] == [
        (1, "confirmed", []),
        (2, "confirmed", [item_id]),
    ]


async def check_several_keys(office: Staff, adm: str, item_id: str) -> None:
    """The item as it was asked, and a dry run in which every option is right; a dry run needs no reason."""
    status, item = await office.call("GET", f"/api/administrations/{adm}/items/{item_id}")
    assert (status, item["now"]) == (200, {"voided": False, "keys": [item["in_the_bank"]]})
    first, *others = [{"key": [option["id"]]} for option in item["options"]]
    path = f"/api/administrations/{adm}/scoring-runs"
    several = [{"item_id": item_id, "key": first, "also": others}]
    status, dry = await office.call("POST", path, {"corrections": several})
    assert (status, dry["counts"]["lowered"]) == (200, 0)
    assert sorted(dry["corrections"][0]["after"]["keys"], key=str) == sorted([first, *others], key=str)
    status, refused = await office.call("POST", path, {"corrections": [{"item_id": item_id, "key": {}}]})
    assert (status, refused["code"]) == (422, "correction.key_invalid")
    twice = [{"item_id": item_id, "key": first, "also": [first]}]
    status, refused = await office.call("POST", path, {"corrections": twice})
    assert (status, refused["code"]) == (422, "correction.key_repeated")
    status, refused = await office.call("GET", f"/api/administrations/{adm}/items/nope")
    assert (status, refused["code"]) == (422, "correction.item_unknown")
