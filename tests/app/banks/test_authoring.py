"""Writing, reviewing and publishing items on both databases."""

import asyncio

import pytest
from sqlalchemy import select

from app.audit.service import read_stream
from app.banks.rules import Event, State, Statement
from app.banks.tables import ItemVersionRow
from app.banks.versions import Filter, VersionKey
from app.errors import Invalid, KaochangError, NotAllowedNow, NotFound
from app.main import Service
from question_bank.item_documents import item_digest
from tests.app.banks.items import APPROVED, NOTHING, make_draft

ANN, BEN = "bank_author:ann", "bank_author:ben"


async def states(service: Service, bank_id: str, item_id: str) -> dict[int, str]:
    record = await service.authoring.record(bank_id, item_id)
    return {version.number: version.state.value for version in record.versions}


async def published(service: Service, bank_id: str, item_id: str, **draft: str) -> VersionKey:
    """An item that Ann wrote and Ben approved."""
    key = await service.authoring.write(bank_id, make_draft(item_id, **draft), None, ANN)
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, ANN)
    await service.authoring.act(bank_id, [key], Event.APPROVE, APPROVED, BEN)
    return key


async def test_an_item_from_the_first_word_to_the_exam(service: Service) -> None:
    bank_id = await service.banks.create("电工", "用电", ANN)
    first = await published(service, bank_id, "D-1")
    snapshot_id = await service.banks.publish(bank_id, ANN)
    second = await service.authoring.write(bank_id, make_draft("D-1", key="B"), 1, BEN)
    assert (first.number, second.number) == (1, 2)
    assert await states(service, bank_id, "D-1") == {2: "draft", 1: "published"}
    await service.authoring.act(bank_id, [second], Event.SUBMIT, NOTHING, BEN)
    await service.authoring.act(bank_id, [second], Event.APPROVE, APPROVED, ANN)
    assert await states(service, bank_id, "D-1") == {2: "published", 1: "retired"}
    async with service.database.read() as connection:
        old = await service.banks.load(connection, snapshot_id)
    assert old.by_id["D-1"] == make_draft("D-1").item, "an exam keeps what it was made from"
    later = await service.banks.publish(bank_id, ANN)
    assert later != snapshot_id
    assert await service.banks.publish(bank_id, ANN) == later, "nothing has changed: no new snapshot"


async def test_nobody_approves_a_version_they_wrote(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    key = await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, BEN)
    with pytest.raises(NotAllowedNow) as refused:
        await service.authoring.act(bank_id, [key], Event.APPROVE, APPROVED, ANN)
    assert refused.value.code == "own_item"
    assert await states(service, bank_id, "D-1") == {1: "in_review"}


async def test_sent_back_with_a_comment_and_written_anew(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    key = await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, ANN)
    with pytest.raises(NotAllowedNow) as refused:
        await service.authoring.write(bank_id, make_draft("D-1", key="C"), 1, ANN)
    assert refused.value.code == "version_in_review"
    with pytest.raises(Invalid):
        await service.authoring.act(bank_id, [key], Event.SEND_BACK, Statement(comment=" "), BEN)
    await service.authoring.act(bank_id, [key], Event.SEND_BACK, Statement(comment="答案应为 C"), BEN)
    await service.authoring.write(bank_id, make_draft("D-1", key="C"), 1, ANN)
    assert await states(service, bank_id, "D-1") == {2: "draft", 1: "retired"}
    record = await service.authoring.record(bank_id, "D-1")
    lines = [(line.number, line.event, line.actor, line.comment) for line in record.events]
    assert (1, "send_back", BEN, "答案应为 C") in lines
    assert {line[1] for line in lines} == {"submit", "send_back", "supersede"}
    assert record.item == make_draft("D-1", key="C").item


async def test_what_was_written_over_another_version_is_refused(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    await service.authoring.write(bank_id, make_draft("D-1", key="B"), 1, BEN)
    cases: list[tuple[str, int | None, str]] = [
        ("D-1", 1, "version_outdated"),
        ("D-1", None, "item_exists"),
        ("D-2", 1, "not_found"),
    ]
    for item_id, base, code in cases:
        with pytest.raises(KaochangError) as refused:
            await service.authoring.write(bank_id, make_draft(item_id, key="D"), base, ANN)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        await service.authoring.write("none", make_draft("D-3"), None, ANN)


async def test_the_same_words_make_no_new_version(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    again = await service.authoring.write(bank_id, make_draft("D-1"), 1, BEN)
    assert again.number == 1


async def test_of_two_who_write_at_once_one_wins(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await service.authoring.write(bank_id, make_draft("D-1"), None, ANN)
    writing = (
        service.authoring.write(bank_id, make_draft("D-1", key=key), 1, actor)
        for key, actor in (("B", ANN), ("C", BEN))
    )
    ends = await asyncio.gather(*writing, return_exceptions=True)
    assert [type(end) for end in ends if not isinstance(end, VersionKey)] == [NotAllowedNow]
    assert await states(service, bank_id, "D-1") == {2: "draft", 1: "retired"}


async def test_acts_on_many_name_those_that_may_not(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    keys = [await service.authoring.write(bank_id, make_draft(f"D-{n}"), None, ANN) for n in range(3)]
    keys.append(await service.authoring.write(bank_id, make_draft("D-9"), None, BEN))
    await service.authoring.act_on_all(bank_id, Filter(), Event.SUBMIT, NOTHING, ANN)
    acted = await service.authoring.act_on_all(bank_id, Filter(), Event.APPROVE, APPROVED, BEN)
    assert acted.done == 3
    assert [(refusal.key, refusal.code) for refusal in acted.refused] == [(keys[3], "own_item")]


async def test_items_of_one_set_must_agree_on_their_stimulus(service: Service) -> None:
    bank_id = await service.banks.create("案例", "", ANN)
    await published(service, bank_id, "C-1", item_set="某工地配电箱漏电。")
    await published(service, bank_id, "C-2", item_set="某工地配电箱漏电。")
    await service.banks.publish(bank_id, ANN)
    changed = make_draft("C-1", item_set="某工地开关箱漏电。")
    key = await service.authoring.write(bank_id, changed, 1, ANN)
    assert key.number == 2, "another stimulus is another version, though the item says the same"
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, ANN)
    await service.authoring.act(bank_id, [key], Event.APPROVE, APPROVED, BEN)
    with pytest.raises(NotAllowedNow) as refused:
        await service.banks.publish(bank_id, ANN)
    assert refused.value.code == "set_versions_differ"
    with pytest.raises(NotAllowedNow):
        await service.banks.publish(await service.banks.create("空", "", ANN), ANN)


async def test_a_retired_draft_shows_the_published_version_again(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await published(service, bank_id, "D-1")
    key = await service.authoring.write(bank_id, make_draft("D-1", key="B"), 1, ANN)
    await service.authoring.act(bank_id, [key], Event.RETIRE, NOTHING, ANN)
    record = await service.authoring.record(bank_id, "D-1")
    assert (record.version.number, record.version.state) == (1, State.PUBLISHED)


async def test_search_and_filters(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    for number in range(60):
        topic = "用电/配电" if number % 3 else "用电"
        draft = make_draft(f"D-{number:02d}", topic=topic, stem=f"电压 {number:02d}Ｖ 100%_ 的说法")
        await service.authoring.write(bank_id, draft, None, ANN)
    await published(service, bank_id, "Z-1", topic="用电设备")

    async def count(wanted: Filter) -> int:
        return (await service.authoring.page(bank_id, wanted, 1)).total

    assert await count(Filter()) == 61
    assert await count(Filter(topic="用电")) == 60, "a topic covers those below it, and no neighbour"
    assert await count(Filter(topic="用电/配电")) == 40
    assert await count(Filter(state=State.PUBLISHED)) == 1
    assert await count(Filter(text="07v")) == 1
    assert await count(Filter(text="电压 选项")) == 60
    assert await count(Filter(text="100%_")) == 60
    assert await count(Filter(text="1_0")) == 0, "what is typed is no pattern"
    assert await count(Filter(must_know=True)) == 0
    first, second = [await service.authoring.page(bank_id, Filter(), number) for number in (1, 2)]
    ids = [version.item_id for version in (*first.versions, *second.versions)]
    assert ids == sorted(ids)
    assert len(ids) == 61


async def test_the_log_names_versions_but_holds_nothing_of_them(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await published(service, bank_id, "D-1")
    async with service.database.read() as connection:
        entries = [entry for entry in await read_stream(connection, "office") if bank_id in entry.text]
    assert [entry.type for entry in entries] == [
        "bank.created",
        "item.written",
        "item.submit",
        "item.approve",
    ]
    text = "".join(entry.text for entry in entries)
    # The digest as well: who knows the item but for its key could try the few keys there are.
    assert item_digest(make_draft("D-1").item) not in text
    assert "选项" not in text


async def test_a_stored_version_is_what_its_digest_says(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await published(service, bank_id, "D-1")
    async with service.database.read() as connection:
        query = select(ItemVersionRow.document, ItemVersionRow.digest)
        ((document, digest),) = (await connection.execute(query)).all()
    record = await service.authoring.record(bank_id, "D-1")
    assert item_digest(record.item) == digest == record.version.digest
    assert document
