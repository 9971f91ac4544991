"""Counts of items: kept once an administration is over, again after a correction, put together by version."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.rules import Role
from app.banks.counts import (
    CountedAdministration,
    ItemCount,
    Use,
    asked_from_text,
    asked_text,
    marking_of,
    standing_of,
)
from app.banks.tables import ItemCountRow
from app.banks.versions import ANY_FLAG, Draft, Filter
from app.main import Service
from app.results.rules import RunDecision
from question_bank.statistics import ChoiceKeys, ItemFlag
from question_bank.tallies import ItemTally, Sums
from tests.app.results.test_rescoring import OFFICE, REGULATOR, closed_day, entries, item_at, other_key, sit
from tests.factories.clock import NINE, HandClock
from tests.factories.exam_day import ExamDay, make_exam_day, staff
from tests.question_bank.factories import make_item

ITEM = make_item("a")
AUTHOR, REVIEWER = staff(Role.BANK_AUTHOR, "a-1").actor, staff(Role.BANK_AUTHOR, "a-2").actor


async def bank_of(day: ExamDay) -> str:
    return (await day.service.banks.summaries())[0].id


async def counted_entries(service: Service) -> list[dict[str, Any]]:
    return [e["data"] for e in await entries(service, "office") if e["type"] == "statistics.counted"]


async def test_an_administration_is_counted_once_it_is_over(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=3)
    await sit(day, 0, right=10)
    await day.start(1)
    await day.command("end", 1, reason="E-02")
    await service.results.score(day.sittings[1])
    assert await service.counting.count_due() == 0
    clock.turn(minutes=600)
    assert await service.counting.count_due() == 1
    assert await service.counting.count_due() == 0
    bank_id, item_id = await bank_of(day), await item_at(day, 0, 1)
    assert [entry["sittings"] for entry in await counted_entries(service)] == [1]
    standing, [use] = await service.bank_statistics.of_item(bank_id, item_id)
    assert standing is not None
    assert (standing.version, use.count.version, use.count.voided) == (1, 1, False)
    # Both forms were shown, but a sitting that staff ended says nothing about the item.
    assert (use.administration.forms, use.administration.sittings) == (2, 1)
    assert use.count.shown in (1, 2)
    assert (standing.statistics.n, standing.statistics.flags) == (1, ())
    async with service.database.read() as connection:
        shown = (await connection.execute(select(func.sum(ItemCountRow.shown)))).scalar_one()
    assert shown == 2 * 10
    listed = await service.bank_statistics.of_items(bank_id, [item_id, "nope"])
    assert listed[item_id]["exposures"] == [[use.count.shown, 2]]
    assert list(listed) == [item_id]


async def test_a_correction_counts_anew(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock)
    await service.counting.count_due()
    bank_id, item_id = await bank_of(day), await item_at(day, 0, 1)
    before, _ = await service.bank_statistics.of_item(bank_id, item_id)
    await service.rescoring.propose(day.administration_id, [await other_key(day, item_id)], "x", OFFICE)
    assert await service.counting.count_due() == 0  # nothing holds before it is confirmed
    await service.rescoring.decide(day.administration_id, 2, RunDecision.CONFIRM, REGULATOR)
    assert await service.counting.count_due() == 1
    after, uses = await service.bank_statistics.of_item(bank_id, item_id)
    assert before is not None
    assert after is not None
    assert [use.administration.run for use in uses] == [2]
    assert before.statistics.facility is not None
    assert after.statistics.facility is not None
    assert after.statistics.facility.value < before.statistics.facility.value
    assert [entry["run"] for entry in await counted_entries(service)] == [1, 2]
    told = json.dumps(await counted_entries(service))
    assert item_id not in told


async def test_items_to_look_at_are_found_and_versions_kept_apart(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock, (0,))
    await service.counting.count_due()
    bank_id, item_id = await bank_of(day), await item_at(day, 0, 1)
    _, [use] = await service.bank_statistics.of_item(bank_id, item_id)
    assert (await service.authoring.page(bank_id, Filter(look=ANY_FLAG), 1)).total == 0
    # Other counts: few were right, and in the upper third everybody prefers a distractor.
    tally = ItemTally(thirds=[5, 5, 5])
    tally.sums[100, 900] = Sums(n=15, own=100, own_squared=10_000)
    tally.chosen[2]["B"] = 5
    asked = ChoiceKeys(option_ids=("A", "B"), keys=(frozenset("A"),))
    count = replace(use.count, tally=tally, asked=asked)
    async with service.units.begin() as unit:
        prepared = await service.bank_statistics.prepare(use.administration, [count])
        await service.bank_statistics.keep(unit, prepared)
    for look in (ANY_FLAG, ItemFlag.TOO_HARD.value, ItemFlag.DISTRACTOR_OVER_KEY.value):
        found = await service.authoring.page(bank_id, Filter(look=look), 1)
        assert [version.item_id for version in found.versions] == [item_id]
    easy = await service.authoring.page(bank_id, Filter(look=ItemFlag.TOO_EASY.value), 1)
    assert easy.total == 0
    assert (await service.bank_statistics.flag_counts(bank_id))["distractor_over_key"] == 1
    record = await service.authoring.record(bank_id, item_id)
    edited = replace(record.item, rationale="更正以后的解析")
    await service.authoring.write(bank_id, Draft(item=edited), 1, AUTHOR)
    found = await service.authoring.page(bank_id, Filter(look=ANY_FLAG, text=item_id), 1)
    assert [version.number for version in found.versions] == [2]


def use(day: int, n: int, version: int = 1, key: str = "A") -> Use:
    keyed = (make_item("a", key=key),)
    tally = ItemTally(thirds=[n, 0, 0])
    if n:
        tally.sums[100, 900] = Sums(n=n, own=100 * n, own_squared=10_000 * n)
    administration = CountedAdministration(
        id=f"adm{day}",
        bank_id="b",
        run=1,
        name="n",
        exam="e",
        held_at=NINE + timedelta(days=day),
        forms=n,
        sittings=n,
    )
    count = ItemCount(
        item_id="a",
        version=version,
        marking=marking_of(keyed),
        asked=ChoiceKeys.of(keyed),
        shown=n,
        voided=False,
        tally=tally,
    )
    return Use(administration=administration, count=count)


@pytest.mark.parametrize(
    ("uses", "version", "n", "days"),
    [
        ([use(1, 3), use(2, 4)], 1, 7, {1, 2}),
        ([use(1, 3), use(2, 4, version=2)], 2, 4, {2}),
        ([use(1, 3), use(2, 4, key="B")], 1, 4, {2}),
        ([use(1, 3), use(2, 4, version=2), use(3, 0, version=3)], 2, 4, {2}),
        ([use(1, 3, version=2), use(2, 5, version=1), use(3, 4, version=2)], 2, 7, {1, 3}),
    ],
)
def test_figures_are_of_what_was_last_asked(uses: list[Use], version: int, n: int, days: set[int]) -> None:
    standing = standing_of(uses)
    assert standing is not None
    assert (standing.version, standing.statistics.n) == (version, n)
    assert standing.comparable == {f"adm{day}" for day in days}


def test_an_item_nobody_was_dealt_has_no_figures() -> None:
    assert standing_of([]) is None
    assert standing_of([use(1, 0)]) is None


@given(st.sets(st.frozensets(st.sampled_from("ABCD"), min_size=1), min_size=1, max_size=4))
def test_options_and_keys_are_kept(keys: set[frozenset[str]]) -> None:
    asked = ChoiceKeys(option_ids=tuple("ABCD"), keys=tuple(keys))
    assert asked_from_text(asked_text(asked)) == asked
    assert asked_from_text(asked_text(None)) is None
