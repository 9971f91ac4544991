"""An item as a candidate would be sent it, before it is in any form: for those who write and review."""

import json
from typing import Any

from fastapi import APIRouter

from app.banks.schemas import WrittenItem
from app.banks.versions import Draft
from app.sittings.papers import render_form
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.forms import Form, FormRecord, Slot
from question_bank.media import Picture
from question_bank.sections import Section

router = APIRouter()
_POINT = 100


@router.post("/api/banks/preview")
async def preview(body: WrittenItem) -> dict[str, Any]:
    """The form of this one item, its options in the author's order. Refused with the field at fault."""
    shown: dict[str, Any] = json.loads(render_form(*_form_of(await body.draft())))
    return shown


def _form_of(draft: Draft) -> tuple[Form, Bank]:
    item = draft.item
    digests = item.media | (draft.item_set.media if draft.item_set else frozenset())
    # Only listed: whether the pictures are there shows where they are shown.
    media = tuple(Picture(digest=digest, media_type="image/png", size=1) for digest in digests)
    bank = Bank(
        name="preview",
        industry="",
        items=(item,),
        sets=(draft.item_set,) if draft.item_set else (),
        media=media,
    )
    section = Section(type=item.type, title="preview", count=1, points=_POINT)
    blueprint = Blueprint(title="preview", sections=(section,))
    slot = Slot(position=1, section=0, item_id=item.id, option_order=item.shuffled_ids, points=_POINT)
    record = FormRecord(
        algorithm="author's order",
        bank_digest=bank.digest,
        blueprint_digest=blueprint.digest,
        plan_digest="",
        closed_digest="",
        basis="none",
        seed_commitment="",
        candidate_id="",
        epoch=0,
        slots=(slot,),
    )
    return Form(record=record, blueprint=blueprint), bank
