"""What a candidate is sent of a form (pure). Nothing here can hold a key: see `DeliveredItem`."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.sittings.responses import SlotShape
from question_bank.bank import Bank
from question_bank.content import rendered
from question_bank.forms import Form, Slot
from question_bank.interactions import OPTION_IDS
from question_bank.item_types import ItemType
from question_bank.items import DeliveredGap, Item, ItemSet, delivered_item
from question_bank.responses import Response, own_response


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    """An option: its letter by the order shown (a source: its number), and its text as HTML."""

    id: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlot:
    """A slot as the candidate sees it; `points` in hundredths, `html` safe to show.

    `options` of a choice or ordering, targets of a matching; `sources` and `multiple` of a matching; `gaps`
    of a cloze, marked [[id]] in the stem; `unit` of a number. `stimulus` is the id of a shared one.
    """

    position: int
    section: int
    type: ItemType
    html: str
    options: tuple[ShownOption, ...]
    sources: tuple[ShownOption, ...]
    multiple: bool
    gaps: tuple[DeliveredGap, ...]
    unit: str
    stimulus: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStimulus:
    """A stimulus that slots share, as HTML."""

    id: str
    title: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section: positions `first` to `last`, `points` (hundredths) for each."""

    title: str
    type: ItemType | None
    scoring_rule: str
    points: int
    partial_points: int
    first: int
    last: int


def shown_slots(form: Form, bank: Bank) -> tuple[ShownSlot, ...]:
    """All slots in order."""
    return tuple(_shown_slot(slot, bank.by_id[slot.item_id]) for slot in form.slots)


def _shown_slot(slot: Slot, item: Item) -> ShownSlot:
    delivered = delivered_item(item, slot.option_order)
    return ShownSlot(
        position=slot.position,
        section=slot.section,
        type=delivered.type,
        html=rendered(delivered.stem, delivered.markup),
        options=tuple(
            ShownOption(id=letter, html=rendered(option.text, delivered.markup))
            for letter, option in zip(OPTION_IDS, delivered.options, strict=False)
        ),
        sources=tuple(
            ShownOption(id=source.id, html=rendered(source.text, delivered.markup))
            for source in delivered.sources
        ),
        multiple=delivered.multiple,
        gaps=delivered.gaps,
        unit=delivered.unit,
        stimulus=item.item_set,
        points=slot.points,
    )


def shown_stimuli(form: Form, bank: Bank) -> tuple[ShownStimulus, ...]:
    """The stimuli of the form's items, each once, in the order in which they are first needed."""
    sets: dict[str, ItemSet] = {}
    for slot in form.slots:
        item_set = bank.set_of(bank.by_id[slot.item_id])
        if item_set is not None:
            sets.setdefault(item_set.id, item_set)
    return tuple(
        ShownStimulus(id=found.id, title=found.title, html=rendered(found.stimulus, found.markup))
        for found in sets.values()
    )


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


def slot_shapes(form: Form, bank: Bank) -> tuple[SlotShape, ...]:
    """What responses must fit, by position."""
    return tuple(
        SlotShape(item=bank.by_id[slot.item_id], option_order=slot.option_order) for slot in form.slots
    )


def own_responses(form: Form, bank: Bank, shown: Mapping[int, Response]) -> dict[int, Response]:
    """Responses in shown letters by position, in the items' own ids, for scoring."""
    slots = {slot.position: slot for slot in form.slots}
    return {
        position: own_response(bank.by_id[slots[position].item_id], slots[position].option_order, response)
        for position, response in shown.items()
    }
