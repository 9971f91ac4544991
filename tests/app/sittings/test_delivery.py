"""What a candidate is sent: everything needed, nothing of the key."""

import json
from dataclasses import asdict

import pytest

from app.sittings.delivery import own_responses, shown_sections, shown_slots, slot_shapes
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.forms import Form
from question_bank.interactions import OPTION_IDS
from tests.factories.exam_day import DEMO, demo_bank
from tests.question_bank.factories import draw_form


@pytest.fixture(scope="module")
def drawn() -> tuple[Form, Bank]:
    """A form of the demonstration's exam: 90 slots of three types."""
    bank = demo_bank()
    blueprint = Blueprint.from_json((DEMO / "blueprint.json").read_bytes())
    return draw_form(bank, blueprint, "c-1"), bank


def test_the_sent_form_holds_neither_keys_nor_rationales(drawn: tuple[Form, Bank]) -> None:
    form, bank = drawn
    sent = [asdict(slot) for slot in shown_slots(form, bank)]
    assert {name for slot in sent for name in slot} == {
        "position",
        "section",
        "type",
        "html",
        "options",
        "sources",
        "multiple",
        "gaps",
        "unit",
        "stimulus",
        "points",
    }
    assert {name for slot in sent for option in slot["options"] for name in option} == {"id", "html"}
    text = json.dumps(sent, ensure_ascii=False)
    for slot in form.slots:
        item = bank.by_id[slot.item_id]
        assert slot.item_id not in text
        assert not item.rationale or item.rationale not in text


def test_options_are_named_by_the_order_shown(drawn: tuple[Form, Bank]) -> None:
    form, bank = drawn
    for slot, shown in zip(form.slots, shown_slots(form, bank), strict=True):
        item = bank.by_id[slot.item_id]
        texts = {option.id: option.text for option in item.choice.options}
        assert "".join(option.id for option in shown.options) == OPTION_IDS[: len(item.choice.options)]
        assert [option.html for option in shown.options] == [texts[name] for name in slot.option_order]


def test_letters_lead_back_to_the_items_own_options(drawn: tuple[Form, Bank]) -> None:
    form, bank = drawn
    keyed = {}
    for slot in form.slots:
        key = bank.by_id[slot.item_id].choice.key
        keyed[slot.position] = tuple(OPTION_IDS[slot.option_order.index(name)] for name in key)
    back = own_responses(form, bank, keyed)
    for slot in form.slots:
        assert set(back[slot.position]) == set(bank.by_id[slot.item_id].choice.key)


def test_sections_cover_all_positions_once(drawn: tuple[Form, Bank]) -> None:
    form, bank = drawn
    covered = [n for section in shown_sections(form) for n in range(section.first, section.last + 1)]
    assert covered == [slot.position for slot in form.slots] == list(range(1, 91))
    shapes = slot_shapes(form, bank)
    for slot, shape in zip(shown_slots(form, bank), shapes, strict=True):
        assert (slot.type, len(slot.options)) == (shape.item.type, len(shape.option_order))
