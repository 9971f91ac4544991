"""Forms of sittings: all different, and rebuilt exactly from what is stored."""

import json

from app.administrations.service import Administration
from app.main import Service
from app.sittings import repository
from app.sittings.delivery import shown_slots
from question_bank.assembly import ALL_OPEN, rebuild
from question_bank.forms import FormRecord
from question_bank.plan_checks import check_plan
from question_bank.pool import pool_of
from tests.factories.exam_day import ExamDay, demo_bank, make_exam_day


async def stored(day: ExamDay) -> tuple[Administration, list[str]]:
    """The administration and the stored records, in the order of the roster."""
    service = day.service
    async with service.database.read() as connection:
        administration = await service.administrations.get(connection, day.administration_id)
        records = await repository.form_records(connection, day.sittings)
    return administration, [records[sitting_id] for sitting_id in day.sittings]


async def test_a_stored_form_is_rebuilt_exactly_from_its_record_and_the_master_seed(service: Service) -> None:
    day = await make_exam_day(service, candidates=3)
    administration, records = await stored(day)
    async with service.database.read() as connection:
        plan = await service.administrations.plan(connection, administration)
    for text in records:
        record = FormRecord.from_json(text)
        again = rebuild(record, plan, ALL_OPEN, administration.master_seed)
        assert again.to_json().decode() == text
    check_plan(plan, pool_of(demo_bank()), administration.blueprint)


async def test_every_sitting_has_a_form_of_its_own_with_shuffled_options(service: Service) -> None:
    day = await make_exam_day(service, candidates=6)
    _, records = await stored(day)
    items = [tuple(slot["item_id"] for slot in json.loads(text)["slots"]) for text in records]
    assert len(set(items)) == len(items)
    orders = {
        (slot["item_id"], tuple(slot["option_order"]))
        for text in records
        for slot in json.loads(text)["slots"]
    }
    shuffled = [order for _, order in orders if len(order) > 2 and list(order) != sorted(order)]
    assert shuffled


async def test_what_is_shown_follows_the_stored_option_order(service: Service) -> None:
    day = await make_exam_day(service)
    sitting, administration = await service.sittings.get(day.sittings[0])
    async with service.database.read() as connection:
        form, bank = await service.formbook.form(connection, sitting, administration)
    for slot, shown in zip(form.slots, shown_slots(form, bank), strict=True):
        texts = {option.id: option.text for option in bank.by_id[slot.item_id].choice.options}
        assert [option.html for option in shown.options] == [texts[name] for name in slot.option_order]
