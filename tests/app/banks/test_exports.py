"""A bank in every format the library writes, with what each cannot hold."""

import io

import pytest
from PIL import Image

from app.banks.exports import ExportState, export_formats
from app.banks.rules import Event
from app.banks.versions import Draft, Filter
from app.errors import Invalid, NotFound
from app.main import Service
from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.formats.readers import detect, read_items
from question_bank.items import Item
from tests.app.banks.items import APPROVED, NOTHING, make_draft

ANN, BEN = "bank_author:ann", "bank_author:ben"


async def bank_with_a_picture(service: Service) -> str:
    """Two published items, one with a picture, and a draft."""
    bank_id = await service.banks.create("电工", "", ANN)
    stream = io.BytesIO()
    Image.new("RGB", (3, 3), "red").save(stream, "PNG")
    picture = await service.media.add(bank_id, stream.getvalue(), ANN)
    plain = make_draft("D-1").item
    shown = Item(
        id="D-2",
        type=plain.type,
        stem=f'看图<img src="{picture.reference}" alt="红">',
        interaction=make_draft("D-2").item.interaction,
        topic="用电",
        markup=Markup.HTML,
    )
    for item in (plain, shown):
        await service.authoring.write(bank_id, Draft(item=item), None, ANN)
    await service.authoring.act_on_all(bank_id, Filter(), Event.SUBMIT, NOTHING, ANN)
    await service.authoring.act_on_all(bank_id, Filter(), Event.APPROVE, APPROVED, BEN)
    await service.authoring.write(bank_id, make_draft("D-3"), None, ANN)
    return bank_id


@pytest.mark.parametrize("name", export_formats())
async def test_every_format_holds_the_bank_or_says_what_it_does_not(service: Service, name: str) -> None:
    bank_id = await bank_with_a_picture(service)
    made = await service.exports.export(bank_id, name, ExportState.PUBLISHED)
    assert (made.name, made.items) == ("电工", 2)
    read = read_items(made.data, detect(made.data))
    left_out = {loss.item_id for loss in made.losses if loss.field == "item"}
    assert len(read.items) == 2 - len(left_out)
    assert not left_out or name in ("csv", "xlsx", "gift", "aiken")


async def test_drafts_only_when_asked_for(service: Service) -> None:
    bank_id = await bank_with_a_picture(service)
    everything = await service.exports.export(bank_id, "json", ExportState.CURRENT)
    assert sorted(Bank.from_json(everything.data).by_id) == ["D-1", "D-2", "D-3"]
    with pytest.raises(Invalid):
        await service.exports.export(bank_id, "docx", ExportState.CURRENT)
    with pytest.raises(NotFound):
        await service.exports.export("none", "json", ExportState.CURRENT)
