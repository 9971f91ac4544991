"""Items of every type through the whole service: form, responses, log, score."""

import json

import pytest

from app.audit.service import read_stream, verify_stream
from app.live.messages import Answer, HandIn, Numbered
from app.main import Service
from app.sittings.ledger import Delivery
from app.sittings.papers import render_form
from app.sittings.records import stream_of
from question_bank.item_types import ItemType
from question_bank.responses import Response, key_response, shown_response
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.item_types import POINTS, bank_of_every_type, blueprint_of_every_type


async def day_of_every_type(service: Service) -> ExamDay:
    day = await make_exam_day(service, content=(bank_of_every_type(), blueprint_of_every_type()))
    await day.start()
    return day


async def keyed(day: ExamDay) -> dict[ItemType, tuple[int, Response]]:
    """Position and right response, in shown letters, by type."""
    async with day.service.database.read() as connection:
        sitting, administration = await day.service.sittings.load(connection, day.sittings[0])
        form, bank = await day.service.formbook.form(connection, sitting, administration)
    found = {}
    for slot in form.slots:
        item = bank.by_id[slot.item_id]
        found[item.type] = (slot.position, shown_response(item, slot.option_order, key_response(item)))
    return found


async def answer(day: ExamDay, given: dict[int, Response]) -> None:
    messages: list[Numbered] = [
        Answer(type="answer", seq=seq, position=position, response=list(response))
        for seq, (position, response) in enumerate(given.items(), start=1)
    ]
    messages.append(HandIn(type="hand_in", seq=len(messages) + 1))
    sent = Delivery(
        sitting_id=day.sittings[0],
        writer="w",
        messages=tuple(messages),
        received_at=day.service.clock.now(),
    )
    assert (await day.post(sent)).refusals == ()


async def test_right_responses_of_every_type_score_everything(service: Service) -> None:
    day = await day_of_every_type(service)
    given = dict((await keyed(day)).values())
    await answer(day, given)
    result = await service.results.score(day.sittings[0])
    assert (result.points, result.total_points) == (8 * POINTS, 8 * POINTS)
    stored = await day.responses()
    assert {position: response for position, (response, _) in stored.items()} == given
    stream = stream_of(day.sittings[0])
    async with service.database.read() as connection:
        assert (await verify_stream(connection, stream)).problem is None
        entries = await read_stream(connection, stream)
    said = [json.loads(entry.text)["data"] for entry in entries if entry.type == "response.saved"]
    assert {data["position"]: tuple(data["response"]) for data in said} == given


@pytest.mark.parametrize(
    ("item_type", "change", "awarded"),
    [
        (ItemType.NUMERIC, lambda given: ("12.1",), 0),
        (ItemType.TEXT_ENTRY, lambda given: ("放电",), 0),
        (ItemType.ORDERING, lambda given: (*given[:2], given[3], given[2]), 500),
        (ItemType.MATCHING, lambda given: given[:2], 666),
        (ItemType.CLOZE, lambda given: ("1=5.0", "3=ａ"), 666),
        (ItemType.MULTIPLE_CHOICE, lambda given: given[:1], 500),
    ],
)
async def test_parts_count(service: Service, item_type: ItemType, change: object, awarded: int) -> None:
    assert callable(change)
    day = await day_of_every_type(service)
    position, right = (await keyed(day))[item_type]
    await answer(day, {position: change(right)})
    assert (await service.results.score(day.sittings[0])).points == awarded


async def test_the_sent_form_shows_formulas_tables_and_the_case_but_no_key(service: Service) -> None:
    day = await day_of_every_type(service)
    async with service.database.read() as connection:
        sitting, administration = await service.sittings.load(connection, day.sittings[0])
        form, bank = await service.formbook.form(connection, sitting, administration)
    text = render_form(form, bank).decode()
    sent = json.loads(text)
    by_type = {slot["type"]: slot for slot in sent["slots"]}
    assert "<mfrac>" in by_type["cloze"]["html"]
    assert [gap["kind"] for gap in by_type["cloze"]["gaps"]] == ["number", "menu", "text"]
    assert by_type["numeric"]["unit"] == "V"
    assert [source["id"] for source in by_type["matching"]["sources"]] == ["1", "2", "3"]
    assert [found["id"] for found in sent["stimuli"]] == [by_type["single_choice"]["stimulus"]] == ["case-1"]
    assert "<table>" in sent["stimuli"][0]["html"]
    for secret in ("检验是否带电", "安培", "tolerance", "key", "accepted"):
        assert secret not in text
