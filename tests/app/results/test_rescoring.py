"""A closed administration is scored again: seen first, confirmed by another person, nothing lost."""

import asyncio
import json
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select

from app.accounts.rules import Role
from app.audit.service import read_stream, verify_stream
from app.errors import Invalid, NotAllowedNow, NotFound
from app.kit.migrations import ALEMBIC_INI, migrate
from app.live.messages import Answer, HandIn, Numbered
from app.main import Service
from app.results.rescoring import WantedCorrection
from app.results.rules import RunDecision, RunState
from app.results.tables import ResultRow, ScoringRunRow
from app.sittings.ledger import Delivery
from app.sittings.records import stream_of
from question_bank.responses import key_response, shown_response
from question_bank.scoring import MarkReason
from tests.factories.clock import HandClock
from tests.factories.exam_day import MINUTES, ExamDay, make_exam_day, staff

OFFICE = staff(Role.EXAM_OFFICE, "office-1")
REGULATOR = staff(Role.REGULATOR, "regulator-1")


async def sit(day: ExamDay, number: int, *, right: int) -> None:
    """Answer the first `right` positions by the key, and hand in."""
    await day.start(number)
    async with day.service.database.read() as connection:
        sitting, administration = await day.service.sittings.load(connection, day.sittings[number])
        form, bank = await day.service.formbook.form(connection, sitting, administration)
    messages: list[Numbered] = [
        Answer(
            type="answer",
            seq=slot.position,
            position=slot.position,
            response=list(shown_response(item, slot.option_order, key_response(item))),
        )
        for slot in form.slots[:right]
        for item in [bank.by_id[slot.item_id]]
    ]
    messages.append(HandIn(type="hand_in", seq=len(messages) + 1))
    now = day.service.clock.now()
    sent = Delivery(
        sitting_id=day.sittings[number], writer=f"w{number}", messages=tuple(messages), received_at=now
    )
    assert (await day.post(sent)).refusals == ()
    await day.service.results.score(day.sittings[number])


async def closed_day(service: Service, clock: HandClock, rights: tuple[int, ...] = (10, 7, 0)) -> ExamDay:
    """Three people: everything, the first seven, nothing right; then the administration is over."""
    day = await make_exam_day(service, candidates=len(rights) + 1)
    for number, right in enumerate(rights):
        await sit(day, number, right=right)
    clock.turn(minutes=MINUTES * 5)
    return day


async def item_at(day: ExamDay, number: int, position: int) -> str:
    async with day.service.database.read() as connection:
        sitting, administration = await day.service.sittings.load(connection, day.sittings[number])
        form, _ = await day.service.formbook.form(connection, sitting, administration)
    return form.slots[position - 1].item_id


async def other_key(day: ExamDay, item_id: str) -> WantedCorrection:
    """Another option of a single-key item."""
    async with day.service.database.read() as connection:
        _, administration = await day.service.sittings.load(connection, day.sittings[0])
        bank = await day.service.banks.load(connection, administration.snapshot_id)
    choice = bank.by_id[item_id].choice
    other = next(option for option in choice.option_ids if option not in choice.key)
    return WantedCorrection(item_id=item_id, keys=({"key": [other]},))


def void(item_id: str) -> WantedCorrection:
    return WantedCorrection(item_id=item_id, keys=())


async def stored(service: Service, run: int) -> dict[str, Any]:
    async with service.database.read() as connection:
        rows = (await connection.execute(select(ResultRow).where(ResultRow.run == run))).all()
    return {row.sitting_id: tuple(row) for row in rows}


async def entries(service: Service, stream: str) -> list[dict[str, Any]]:
    async with service.database.read() as connection:
        assert (await verify_stream(connection, stream)).problem is None
        return [json.loads(entry.text) for entry in await read_stream(connection, stream)]


async def test_from_the_dry_run_to_the_new_result(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock)
    adm, first = day.administration_id, await stored(service, 1)
    wanted = [await other_key(day, await item_at(day, 0, 1))]
    seen = await service.rescoring.dry_run(adm, wanted)
    assert (seen.run, seen.base, seen.counts.forms) == (None, 1, 3)
    change = next(form for form in seen.changes if form.id == day.sittings[0])
    assert (change.before.total, change.after.total) == (10_000, 9_200)
    assert change.changed[0].after.reason is MarkReason.NOTHING_RIGHT
    assert seen.names[day.sittings[0]] == "考生000"
    assert await stored(service, 2) == {}

    proposed = await service.rescoring.propose(adm, wanted, "依据更正", OFFICE)
    assert proposed.run is not None
    assert (await service.results.result(day.sittings[0])).points == 10_000
    with pytest.raises(NotAllowedNow) as own:
        await service.rescoring.decide(adm, 2, RunDecision.CONFIRM, OFFICE)
    assert own.value.code == "own_proposal"
    # What the second person is shown is what was proposed.
    again = await service.rescoring.comparison(adm, 2)
    assert (again.changes, again.counts) == (seen.changes, seen.counts)

    await service.rescoring.decide(adm, 2, RunDecision.CONFIRM, REGULATOR)
    result = await service.results.result(day.sittings[0])
    assert (result.points, result.run, result.first_points, result.corrected) == (9_200, 2, 10_000, True)
    assert (await service.replay.detail(day.sittings[0]))["corrected"] is True
    assert (await service.replay.detail(day.sittings[0]))["points_first"] == "100"
    assert (await service.results.result(day.sittings[2])).corrected is False
    # The first results lie there as they were.
    assert await stored(service, 1) == first
    assert len(await stored(service, 2)) == 3


async def test_the_log_tells_every_step_and_no_key(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock)
    item_id = await item_at(day, 0, 1)
    await service.rescoring.propose(day.administration_id, [void(item_id)], "备注里写着答案", OFFICE)
    await service.rescoring.decide(day.administration_id, 2, RunDecision.WITHDRAW, OFFICE)
    wanted = await other_key(day, item_id)
    await service.rescoring.propose(day.administration_id, [wanted], "备注里写着答案", OFFICE)
    await service.rescoring.decide(day.administration_id, 3, RunDecision.CONFIRM, REGULATOR)
    office = [entry for entry in await entries(service, "office") if entry["type"].startswith("result.")]
    assert [entry["type"] for entry in office] == [
        "result.rescoring_proposed",
        "result.rescoring_withdrawn",
        "result.rescoring_proposed",
        "result.rescored",
    ]
    assert office[0]["data"]["items"] == [{"item": item_id, "correction": "voided"}]
    assert office[2]["data"]["items"][0]["correction"].startswith("sha256:")
    own = [e for e in await entries(service, stream_of(day.sittings[0])) if e["type"].startswith("result.")]
    assert [entry["type"] for entry in own] == [
        "result.scored",
        "result.rescoring_proposed",
        "result.rescored",
    ]
    assert own[-1]["data"] | {"corrections": ""} == {
        "run": 3,
        "corrections": "",
        "points_before": 10_000,
        "passed_before": True,
        "points": 9_200,
        "passed": True,
        "by": REGULATOR.name,
    }
    told = json.dumps([entry["data"] for entry in (*office, *own)], ensure_ascii=False)
    assert "备注" not in told
    assert '"key"' not in told
    everybody = await entries(service, stream_of(day.sittings[2]))
    assert everybody[-1]["type"] == "result.rescored"
    acts = {act["type"] for act in (await service.replay.detail(day.sittings[0]))["acts"]}
    assert {"result.rescoring_proposed", "result.rescored"} <= acts


async def test_voiding_an_item_can_make_somebody_pass(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock, (7, 8))
    adm = day.administration_id
    assert (await service.results.result(day.sittings[0])).points == 5_600
    found = await service.rescoring.propose(adm, [void(await item_at(day, 0, 8))], "题目有误", OFFICE)
    assert found.counts.now_passing == 1
    await service.rescoring.decide(adm, 2, RunDecision.CONFIRM, REGULATOR)
    result = await service.results.result(day.sittings[0])
    assert (result.points, result.passed, result.first_passed) == (6_400, True, False)
    # A further correction starts from what holds now, and the first item may get its key back.
    item_id = await item_at(day, 0, 8)
    with pytest.raises(Invalid) as nothing:
        await service.rescoring.dry_run(adm, [void(item_id)])
    assert nothing.value.code == "correction.changes_nothing"
    further = await service.rescoring.propose(adm, [void(await item_at(day, 0, 9))], "题目有误", OFFICE)
    assert len(further.after.items) == 2
    mine = next(form for form in further.changes if form.id == day.sittings[0])
    assert (mine.before.total, mine.after.total) == (6_400, 8_200)


async def test_a_terminated_sitting_does_not_pass_by_a_correction(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=1)
    await day.start()
    await day.command("end", reason="E-01")
    await service.results.score(day.sittings[0])
    clock.turn(minutes=MINUTES * 5)
    ids = [await item_at(day, 0, position) for position in range(1, 11)]
    adm = day.administration_id
    found = await service.rescoring.propose(adm, [void(item_id) for item_id in ids], "x", OFFICE)
    [form] = found.rescored
    assert (form.after.total, form.passed_after) == (10_000, False)


async def test_what_is_refused_changes_nothing(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    adm = day.administration_id
    await sit(day, 0, right=10)
    wanted = [void(await item_at(day, 0, 1))]
    with pytest.raises(NotAllowedNow) as running:
        await service.rescoring.propose(adm, wanted, "x", OFFICE)
    assert running.value.code == "administration_open"
    await day.start(1)
    clock.turn(minutes=MINUTES * 5)
    with pytest.raises(NotAllowedNow) as under_way:
        await service.rescoring.dry_run(adm, wanted)
    assert under_way.value.code == "administration_open"
    await service.sittings.expire_due()
    with pytest.raises(NotAllowedNow) as unscored:
        await service.rescoring.dry_run(adm, wanted)
    assert unscored.value.code == "scoring_incomplete"
    await service.results.score_missing()
    item_id = wanted[0].item_id
    for one, code in (
        (void("nope"), "correction.item_unknown"),
        (WantedCorrection(item_id=item_id, keys=({"stem": "x"},)), "correction.key_invalid"),
        (WantedCorrection(item_id=item_id, keys=({"key": [["T"]]},)), "correction.key_invalid"),
    ):
        with pytest.raises(Invalid) as refused:
            await service.rescoring.propose(adm, [one], "x", OFFICE)
        assert refused.value.code == code
    with pytest.raises(Invalid) as twice:
        await service.rescoring.propose(adm, wanted * 2, "x", OFFICE)
    assert twice.value.code == "correction.item_repeated"
    with pytest.raises(NotFound):
        await service.rescoring.dry_run("0" * 32, wanted)
    with pytest.raises(NotFound):
        await service.rescoring.decide(adm, 2, RunDecision.CONFIRM, REGULATOR)
    with pytest.raises(NotAllowedNow) as first:
        await service.rescoring.decide(adm, 1, RunDecision.WITHDRAW, REGULATOR)
    assert first.value.code == "already_decided"
    assert [run.number for run in await service.rescoring.runs(adm)] == [1]


async def test_an_administration_without_results_has_nothing_to_correct(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service)
    clock.turn(minutes=MINUTES * 5)
    with pytest.raises(NotAllowedNow) as refused:
        await service.rescoring.dry_run(day.administration_id, [void("x")])
    assert refused.value.code == "nobody_scored"


async def test_of_proposals_at_once_one_is_taken(service: Service, clock: HandClock) -> None:
    day = await closed_day(service, clock, (10,))
    adm = day.administration_id
    wanted = [void(await item_at(day, 0, 1))]
    calls = [service.rescoring.propose(adm, wanted, "x", OFFICE) for _ in range(3)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [getattr(refusal, "code", refusal) for refusal in refused] == ["proposal_open"] * 2
    decisions = [RunDecision.CONFIRM, RunDecision.WITHDRAW, RunDecision.CONFIRM]
    decided = await asyncio.gather(
        *(service.rescoring.decide(adm, 2, decision, REGULATOR) for decision in decisions),
        return_exceptions=True,
    )
    assert sorted(getattr(outcome, "code", "done") for outcome in decided) == [
        "already_decided",
        "already_decided",
        "done",
    ]
    [_, second] = await service.rescoring.runs(adm)
    assert second.state in (RunState.CONFIRMED, RunState.WITHDRAWN)


async def test_results_of_before_become_run_one(service: Service, clock: HandClock) -> None:
    """Down to the schema without runs, and up again with what was scored there."""
    day = await closed_day(service, clock, (10, 3))
    await service.rescoring.propose(day.administration_id, [void(await item_at(day, 0, 1))], "x", OFFICE)
    first = await stored(service, 1)

    def down(connection: Connection) -> None:
        config = Config(ALEMBIC_INI)
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")

    async with service.database.writer.begin() as connection:
        await connection.run_sync(down)
    await migrate(service.database)
    assert await stored(service, 1) == first
    assert await stored(service, 2) == {}
    async with service.database.read() as connection:
        [run] = (await connection.execute(select(ScoringRunRow))).all()
    assert (run.number, run.state, run.proposed_by) == (1, "confirmed", "server")
    assert run.proposed_at == min(row[-1] for row in first.values())
    assert (await service.results.result(day.sittings[0])).points == 10_000
