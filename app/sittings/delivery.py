"""What a candidate is sent of a form (pure). Nothing here can hold a key: see `DeliveredItem`."""

from dataclasses import dataclass

from app.sittings.responses import LETTERS, SlotShape
from question_bank.bank import Bank
from question_bank.forms import Form
from question_bank.item_types import ItemType
from question_bank.items import delivered_item


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    """An option: its letter by the order shown, and its text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlot:
    """A slot as the candidate sees it; `points` in hundredths."""

    position: int
    section: int
    type: ItemType
    stem: str
    options: tuple[ShownOption, ...]
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section: positions `first` to `last`, `points` (hundredths) for each."""

    title: str
    type: ItemType
    scoring_rule: str
    points: int
    partial_points: int
    first: int
    last: int


def shown_slots(form: Form, bank: Bank) -> tuple[ShownSlot, ...]:
    """All slots in order."""
    slots = []
    for slot in form.slots:
        item = delivered_item(bank.by_id[slot.item_id], slot.option_order)
        options = tuple(ShownOption(id=LETTERS[n], text=option.text) for n, option in enumerate(item.options))
        shown = ShownSlot(
            position=slot.position,
            section=slot.section,
            type=item.type,
            stem=item.stem,
            options=options,
            points=slot.points,
        )
        slots.append(shown)
    return tuple(slots)


def shown_sections(form: Form) -> tuple[ShownSection, ...]:
    """The sections with their positions."""
    sections = []
    first = 1
    for section in form.blueprint.sections:
        sections.append(
            ShownSection(
                title=section.title,
                type=section.type,
                scoring_rule=section.scoring_rule.value,
                points=section.points,
                partial_points=section.partial_points,
                first=first,
                last=first + section.count - 1,
            )
        )
        first += section.count
    return tuple(sections)


def slot_shapes(form: Form) -> tuple[SlotShape, ...]:
    """What responses must fit, by position."""
    return tuple(
        SlotShape(type=form.section_of(slot).type, options=len(slot.option_order)) for slot in form.slots
    )


def chosen_options(form: Form, letters: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """Shown letters by position back to the item's own option ids, for scoring."""
    orders = {slot.position: slot.option_order for slot in form.slots}
    return {
        position: tuple(orders[position][LETTERS.index(letter)] for letter in chosen)
        for position, chosen in letters.items()
    }
