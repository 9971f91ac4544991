"""Import batches on both databases: report first, then drafts, and out again."""

import dataclasses
import io

import openpyxl
import pytest
from PIL import Image

from app.banks.exports import ExportState
from app.banks.imports import Batch
from app.banks.rules import BatchState, Event
from app.banks.versions import Draft, Filter
from app.errors import Invalid, KaochangError, NotAllowedNow
from app.main import Service
from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.items import ItemSet
from question_bank.media import picture_of
from tests.app.banks.items import APPROVED, NOTHING, make_draft, row, sheet
from tests.shared_data import SHARED_DATA, needs_shared_data

ANN, BEN = "bank_author:ann", "bank_author:ben"


def told(batch: Batch) -> dict[int, tuple[str, list[str]]]:
    """Status and codes by row."""
    return {
        line["row"]: (line["status"], [problem["code"] for problem in line["problems"]])
        for line in batch.report["rows"]
    }


async def total(service: Service, bank_id: str, state: str = "", topic: str = "", batch_id: str = "") -> int:
    wanted = Filter(state=state, topic=topic, batch_id=batch_id)
    return (await service.authoring.page(bank_id, wanted, 1)).total


async def test_a_file_is_reported_then_comes_in_as_drafts_then_goes_out_again(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    data = sheet(row("D-1"), row("D-2"), row("D-3", key="Z"))
    batch = await service.imports.propose(bank_id, "C:\\题\\七月.csv", data, ANN)
    assert (batch.file_name, batch.state, batch.items) == ("七月.csv", BatchState.PROPOSED, 2)
    assert told(batch)[4][0] == "rejected"
    assert await total(service, bank_id) == 0, "a dry run lets nothing in"
    done = await service.imports.confirm(bank_id, batch.id, ANN)
    assert done.state is BatchState.CONFIRMED
    assert done.report == batch.report, "the report is kept"
    assert await total(service, bank_id, state="draft", batch_id=batch.id) == 2
    with pytest.raises(NotAllowedNow):
        await service.imports.confirm(bank_id, batch.id, ANN)
    undone = await service.imports.undo(bank_id, batch.id, BEN)
    assert undone.state is BatchState.UNDONE
    assert await total(service, bank_id, state="retired") == 2
    with pytest.raises(NotAllowedNow):
        await service.imports.undo(bank_id, batch.id, BEN)


@pytest.mark.parametrize("what", ["submit", "write", "retire"])
async def test_no_undo_once_somebody_worked_on_an_item(service: Service, what: str) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    batch = await service.imports.propose(bank_id, "x.csv", sheet(row("D-1"), row("D-2")), ANN)
    await service.imports.confirm(bank_id, batch.id, ANN)
    if what == "write":
        await service.authoring.write(bank_id, make_draft("D-1", key="B"), 1, BEN)
    else:
        one = Filter(text="D-1")
        await service.authoring.act_on_all(bank_id, one, Event(what), NOTHING, BEN)
    with pytest.raises(NotAllowedNow) as refused:
        await service.imports.undo(bank_id, batch.id, ANN)
    assert refused.value.code == "batch_changed"
    assert await total(service, bank_id, state="draft") > 0


async def test_repeats_against_the_bank(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    other_key = row("D-1", key="C").replace("D-1,", "E-1,", 1)
    repeated = row("D-1").replace("D-1,", "E-1,", 1)
    new_stem = row("E-1", stem="关于 D-1 的说法，正确的是")
    for line, status, code in (
        (other_key, "imported_with_warning", "bank.other_key"),
        (repeated, "rejected", "bank.repeated"),
        (new_stem, "imported_with_warning", "bank.same_stem"),
        (row("D-1"), "rejected", "bank.unchanged"),
        (row("D-1", key="D"), "rejected", "bank.in_work"),
    ):
        batch = await service.imports.propose(bank_id, "x.csv", sheet(line), BEN)
        assert told(batch) == {2: (status, [code])}
        (problem,) = batch.report["rows"][0]["problems"]
        assert problem["message_zh"]
        if code in ("bank.other_key", "bank.repeated", "bank.same_stem"):
            assert "D-1" in problem["message_en"]


async def test_an_item_in_review_is_left_alone(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    key = await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, ANN)
    batch = await service.imports.propose(bank_id, "x.csv", sheet(row("D-1", key="B")), BEN)
    assert told(batch) == {2: ("rejected", ["bank.in_review"])}


async def test_a_known_id_comes_in_as_the_next_version(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    key = await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, ANN)
    await service.authoring.act(bank_id, [key], Event.APPROVE, APPROVED, BEN)
    batch = await service.imports.propose(bank_id, "x.csv", sheet(row("D-1", key="B")), BEN)
    await service.imports.confirm(bank_id, batch.id, BEN)
    record = await service.authoring.record(bank_id, "D-1")
    assert [(v.number, v.state.value) for v in record.versions] == [(2, "draft"), (1, "published")]
    await service.imports.undo(bank_id, batch.id, BEN)
    record = await service.authoring.record(bank_id, "D-1")
    assert (record.version.number, record.version.state.value) == (1, "published")


async def test_a_bank_that_changed_meanwhile_gets_a_new_report(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    batch = await service.imports.propose(bank_id, "x.csv", sheet(row("D-1"), row("D-2")), ANN)
    await service.authoring.write(bank_id, make_draft("D-1"), None, BEN)
    with pytest.raises(NotAllowedNow) as refused:
        await service.imports.confirm(bank_id, batch.id, ANN)
    assert refused.value.code == "report_changed"
    again = await service.imports.batch(bank_id, batch.id)
    assert (again.state, again.items) == (BatchState.PROPOSED, 1)
    await service.imports.confirm(bank_id, batch.id, ANN)
    assert await total(service, bank_id) == 2


async def test_columns_can_be_corrected(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    data = sheet(row("D-1")).decode().replace("知识点", "归属").encode()
    batch = await service.imports.propose(bank_id, "x.csv", data, ANN)
    assert batch.report["sheets"][0]["unknown_columns"] == ["归属"]
    batch = await service.imports.correct(bank_id, batch.id, {"归属": "topic"}, ANN)
    assert batch.report["sheets"][0]["columns"]["topic"] == "归属"
    with pytest.raises(Invalid) as refused:
        await service.imports.correct(bank_id, batch.id, {"归属": "odd"}, ANN)
    assert refused.value.code == "column_role_unknown"
    await service.imports.confirm(bank_id, batch.id, ANN)
    assert await total(service, bank_id, topic="用电") == 1
    with pytest.raises(NotAllowedNow):
        await service.imports.correct(bank_id, batch.id, {}, ANN)


async def test_rejected_rows_go_back_and_come_in_mended(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    data = sheet(row("D-1"), row("D-2", key="Z"), row("D-3", key=""))
    batch = await service.imports.propose(bank_id, "x.csv", data, ANN)
    book = openpyxl.load_workbook(io.BytesIO(await service.imports.rejected(bank_id, batch.id, "en")))
    cells = book["题库"]
    titles = [cell.value for cell in cells[1]]
    assert [cell.value for cell in cells["A"]] == ["编号", "D-2", "D-3"]
    assert "option" in str(cells.cell(2, titles.index("没有导入的原因") + 1).value)
    for line in (2, 3):
        cells.cell(line, titles.index("答案") + 1, "A")
    stream = io.BytesIO()
    book.save(stream)
    mended = await service.imports.propose(bank_id, "mended.xlsx", stream.getvalue(), ANN)
    assert (mended.items, mended.report["rejected"]) == (2, 0)
    lines = await service.imports.propose(bank_id, "x.txt", "0#电焊要有监护人。$0\n".encode(), ANN)
    with pytest.raises(Invalid) as refused:
        await service.imports.rejected(bank_id, lines.id, "zh")
    assert refused.value.code == "columns_fixed"


async def test_a_package_goes_from_one_bank_to_another_with_its_pictures(service: Service) -> None:
    first = await service.banks.create("电工", "", ANN)
    stream = io.BytesIO()
    Image.new("RGB", (3, 3), "red").save(stream, "PNG")
    picture = await service.media.add(first, stream.getvalue(), ANN)
    stem = f'看图<img src="{picture.reference}" alt="红">'
    shown = dataclasses.replace(make_draft("D-1").item, stem=stem, markup=Markup.HTML, item_set="case")
    draft = Draft(item=shown, item_set=ItemSet(id="case", stimulus="材料"))
    await service.authoring.write(first, draft, None, ANN)
    made = await service.exports.export(first, "package", ExportState.CURRENT)
    assert (made.suffix, made.losses) == ("zip", ())
    second = await service.banks.create("电工二", "", BEN)
    batch = await service.imports.propose(second, "电工.zip", made.data, BEN)
    assert (batch.format, batch.items) == ("package", 1)
    await service.imports.confirm(second, batch.id, BEN)
    record = await service.authoring.record(second, "D-1")
    assert (record.item, record.item_set) == (draft.item, draft.item_set)
    assert await service.media.read(picture.digest) == ("image/png", stream.getvalue())
    async with service.database.read() as connection:
        assert await service.media.known(connection, second) == {picture.digest}


async def test_a_person_says_what_numbered_lines_mean(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    data = "1#电焊作业要有监护人$0\n2#灭火器多久检查一次#每月$每日$每年$每周\n".encode()
    batch = await service.imports.propose(bank_id, "x.txt", data, ANN)
    assert (batch.format, batch.items) == ("lines", 0)
    batch = await service.imports.correct(
        bank_id, batch.id, {"zero_is_true": "yes", "first_is_key": "yes"}, ANN
    )
    assert batch.items == 2
    await service.imports.confirm(bank_id, batch.id, ANN)
    assert await total(service, bank_id) == 2
    other = await service.imports.propose(
        bank_id, "x.txt", data.replace("电焊".encode(), "气焊".encode()), ANN
    )
    for odd in ({"stem": "yes"}, {"zero_is_true": "perhaps"}):
        with pytest.raises(Invalid) as refused:
            await service.imports.correct(bank_id, other.id, odd, ANN)
        assert refused.value.code == "line_meaning_unknown"


async def test_a_file_that_cannot_be_read_leaves_nothing(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    for data in (b"", b"PK\x03\x04 broken", b"\x00\x01\x02"):
        with pytest.raises(Invalid) as refused:
            await service.imports.propose(bank_id, "x", data, ANN)
        assert refused.value.code != "invalid"
    assert await service.imports.batches(bank_id) == []
    with pytest.raises(KaochangError):
        await service.imports.propose("none", "x.csv", sheet(row("D-1")), ANN)


async def test_pictures_must_be_there(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG")
    picture = picture_of(stream.getvalue())
    item = make_draft("D-1").item
    shown = type(item)(
        id="D-1",
        type=item.type,
        stem=f'看图。<img src="{picture.reference}" alt="红">',
        interaction=item.interaction,
        topic="用电",
        markup=Markup.HTML,
    )
    data = Bank(name="x", industry="", items=(shown,), media=(picture,)).to_json()
    batch = await service.imports.propose(bank_id, "x.json", data, ANN)
    assert (batch.format, batch.items) == ("json", 0)
    assert told(batch) == {1: ("rejected", ["media.missing"])}
    assert (await service.media.add(bank_id, stream.getvalue(), ANN)).digest == picture.digest
    assert await service.media.read(picture.digest) == ("image/png", stream.getvalue())
    batch = await service.imports.propose(bank_id, "x.json", data, ANN)
    assert batch.items == 1
    await service.imports.confirm(bank_id, batch.id, ANN)
    with pytest.raises(Invalid):
        await service.media.add(bank_id, b"no picture", ANN)


@needs_shared_data
async def test_a_real_bank_comes_in(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    data = (SHARED_DATA / "banks" / "省级低压电工题库.xlsx").read_bytes()
    batch = await service.imports.propose(bank_id, "省级低压电工题库.xlsx", data, ANN)
    assert batch.items > 500
    await service.imports.confirm(bank_id, batch.id, ANN)
    assert await total(service, bank_id, state="draft") == batch.items
    again = await service.imports.propose(bank_id, "again.xlsx", data, ANN)
    assert again.items == 0
