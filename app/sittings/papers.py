"""Forms as sent to candidates, rendered to JSON once (pure)."""

import json
from collections import OrderedDict
from collections.abc import Mapping

from app.sittings.delivery import ShownSlot, shown_sections, shown_slots, shown_stimuli
from app.sittings.points import points_text
from question_bank.bank import Bank
from question_bank.blueprint_documents import ANY_TYPE
from question_bank.forms import Form
from question_bank.items import DeliveredGap

# A form of a hundred items is about 25 KB.
KEPT = 1_000


class Papers:
    """The last thousand rendered forms: at the bell everybody asks for theirs in the same second."""

    def __init__(self) -> None:
        self._rendered: OrderedDict[str, bytes] = OrderedDict()

    def find(self, sitting_id: str) -> bytes | None:
        """A rendered form, if it is there."""
        return self._rendered.get(sitting_id)

    def render(self, sitting_id: str, form: Form, bank: Bank) -> bytes:
        """Render and keep. A form of a sitting never changes."""
        rendered = self._rendered[sitting_id] = render_form(form, bank)
        if len(self._rendered) > KEPT:
            self._rendered.popitem(last=False)
        return rendered


def render_form(form: Form, bank: Bank) -> bytes:
    """A JSON object with `sections` and `slots`, UTF-8, without keys."""
    document = {
        "sections": [
            {
                "title": section.title,
                "type": section.type.value if section.type else ANY_TYPE,
                "scoring_rule": section.scoring_rule,
                "points": points_text(section.points),
                "partial_points": points_text(section.partial_points),
                "first": section.first,
                "last": section.last,
            }
            for section in shown_sections(form)
        ],
        "stimuli": [
            {"id": stimulus.id, "title": stimulus.title, "html": stimulus.html}
            for stimulus in shown_stimuli(form, bank)
        ],
        "slots": [_slot_document(slot) for slot in shown_slots(form, bank)],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _slot_document(slot: ShownSlot) -> dict[str, object]:
    """One slot; what its type has no use for is left out."""
    document: dict[str, object] = {
        "position": slot.position,
        "section": slot.section,
        "type": slot.type.value,
        "html": slot.html,
        "options": [{"id": option.id, "html": option.html} for option in slot.options],
        "points": points_text(slot.points),
    }
    if slot.sources:
        document["sources"] = [{"id": source.id, "html": source.html} for source in slot.sources]
        document["multiple"] = slot.multiple
    if slot.gaps:
        document["gaps"] = [_gap_document(gap) for gap in slot.gaps]
    if slot.unit:
        document["unit"] = slot.unit
    if slot.stimulus:
        document["stimulus"] = slot.stimulus
    return document


def _gap_document(gap: DeliveredGap) -> dict[str, object]:
    options = [{"id": option.id, "text": option.text} for option in gap.options]
    return {"id": gap.id, "kind": gap.kind, "options": options, "unit": gap.unit}


def with_responses(rendered: bytes, given: Mapping[str, object]) -> bytes:
    """The rendered form with further members. Pre-condition: both are objects with at least one member."""
    more = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
    return rendered[:-1] + b"," + more[1:]
