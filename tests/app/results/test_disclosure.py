"""The master seed: secret until the administration is over, then in the log; forms dealt again by anybody."""

import asyncio
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.administrations import seeds
from app.administrations.service import Administration
from app.audit.service import read_stream
from app.errors import NotAllowedNow
from app.main import Service
from app.results.disclosure import REVEALED
from question_bank.__main__ import main
from question_bank.assembly import seed_commitment
from question_bank.bank import Bank
from question_bank.canonical import JsonValue
from question_bank.item_documents import item_document
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.item_types import bank_of_every_type, blueprint_of_every_type
from tests.question_bank import independent_rebuild


async def log_text(service: Service) -> str:
    async with service.database.read() as connection:
        rows = await connection.execute(text("SELECT text FROM entry"))
        return "\n".join(row[0] for row in rows)


async def administration_of(day: ExamDay) -> Administration:
    async with day.service.database.read() as connection:
        return await day.service.administrations.get(connection, day.administration_id)


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_the_seed_is_told_once_the_administration_is_over_and_never_before(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service, candidates=2)
    administration = await administration_of(day)
    clock.set(administration.closes_at - timedelta(milliseconds=1))
    assert await service.disclosure.reveal_due() == []
    with pytest.raises(NotAllowedNow) as refused:
        await service.disclosure.archive(day.administration_id)
    assert refused.value.code == "administration_open"
    assert administration.master_seed.hex() not in await log_text(service)
    clock.set(administration.closes_at)
    assert await service.disclosure.reveal_due() == [day.administration_id]
    assert await service.disclosure.reveal_due() == []
    async with service.database.read() as connection:
        entries = await read_stream(connection, f"administration:{day.administration_id}")
        assert await seeds.is_revealed(connection, day.administration_id)
    (entry,) = [json.loads(entry.text) for entry in entries if entry.type == REVEALED]
    created = json.loads(entries[0].text)["data"]
    assert seed_commitment(bytes.fromhex(entry["data"]["master_seed"])) == created["seed_commitment"]


async def test_nobody_is_told_while_somebody_still_sits(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    clock.set(day.starts_at)
    await day.start(0)
    clock.set((await administration_of(day)).closes_at)
    assert await service.disclosure.reveal_due() == []
    clock.turn(hours=10)
    await service.sittings.expire_due()
    assert await service.disclosure.reveal_due() == [day.administration_id]


async def test_anybody_deals_the_forms_again_from_the_files(
    service: Service, clock: HandClock, tmp_path: Path
) -> None:
    day = await make_exam_day(service, candidates=3)
    clock.set((await administration_of(day)).closes_at)
    await service.disclosure.reveal_due()
    files = files_of(await service.disclosure.archive(day.administration_id))
    assert files == files_of(await service.disclosure.archive(day.administration_id))
    folder = tmp_path / "forms"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = ["rebuild-form", str(folder / "forms.jsonl"), "--plan", str(folder / "plan.json")]
    seed = files["seed.txt"].decode().strip()
    command += ["--epochs", str(folder / "epochs.json"), "--master-seed", seed]
    command += ["--bank", str(folder / "items.json"), "--blueprint", str(folder / "blueprint.json")]
    assert main(command) == 0
    assert main([("00" * 32 if word == seed else word) for word in command]) == 1
    # Items that were left out would be missed: the plan is not what follows from the rest.
    items = json.loads(files["items.json"])
    items["items"].pop(0)
    (folder / "items.json").write_text(json.dumps(items))
    assert main(command) == 1
    (folder / "items.json").write_bytes(files["items.json"])
    # A program that shares no code with this one, on a Python that has none of our libraries.
    alone = [sys.executable, "-I", "-S", independent_rebuild.__file__, str(folder)]
    said = await asyncio.to_thread(subprocess.run, alone, capture_output=True, check=True)
    assert said.stdout == b"3 forms, all the same\n"
    (folder / "seed.txt").write_text("00" * 32)
    assert (await asyncio.to_thread(subprocess.run, alone, capture_output=True)).returncode == 1


async def test_what_is_handed_out_holds_no_text_and_no_key(service: Service, clock: HandClock) -> None:
    made = bank_of_every_type()
    items = tuple(
        replace(item, attributes=(("note", "the key is A"),), rationale="because") for item in made.items
    )
    bank = Bank(name=made.name, industry=made.industry, items=items, sets=made.sets)
    day = await make_exam_day(service, candidates=2, content=(bank, blueprint_of_every_type()))
    clock.set((await administration_of(day)).closes_at)
    await service.disclosure.reveal_due()
    files = files_of(await service.disclosure.archive(day.administration_id))
    said = "\n".join(data.decode() for name, data in files.items() if name != "README.txt")
    for item in bank.items:
        assert f'"{item.id}"' in said
        known = {item.id, item.type.value, item.topic, item.item_set}
        texts = set(written_texts(item_document(item))) - known
        assert {item.stem, "because"} <= texts
        assert not [text for text in texts if len(text) > 2 and text in said]
    for word in ('"key"', "rationale", "accepted", "the key is A", "note"):
        assert word not in said
    names = {name for item in json.loads(files["items.json"])["items"] for name in item}
    assert names <= {"id", "attributes", "type", "scoring_rules", "options", "item_set", "parameters"}


def written_texts(value: JsonValue) -> Iterator[str]:
    """Every text in a document, but names of fields."""
    if isinstance(value, dict):
        for part in value.values():
            yield from written_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from written_texts(part)
    elif isinstance(value, str):
        yield value


async def test_verification_deals_every_form_again(service: Service) -> None:
    day = await make_exam_day(service, candidates=3)
    seen: list[tuple[int, int]] = []
    found = await service.disclosure.verification(day.administration_id, lambda *done: seen.append(done))
    assert (found.forms, found.problems) == (3, ())
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("UPDATE administration SET master_seed = :other", {"seed.other_commitment", "form.other_seed"}),
        ("UPDATE form_epoch SET closed = '[\"x\"]'", {"epochs.altered", "form.other_epoch"}),
        ("UPDATE form SET record = replace(record, 'points', 'pints')", {"document.field_missing"}),
        ("UPDATE form SET record = replace(record, 'epoch', ' epoch')", {"form.altered"}),
        ("UPDATE exam SET plan = replace(plan, 'sha256', 'sha255')", {"form.other_bank"}),
        ("UPDATE exam SET plan = replace(plan, 'basis', 'base')", {"document.field_missing"}),
        ("DELETE FROM form_epoch", {"epochs.altered"}),
    ],
)
async def test_what_was_changed_in_the_database_is_named(
    service: Service, clock: HandClock, change: str, codes: set[str]
) -> None:
    day = await make_exam_day(service, candidates=2)
    async with service.units.begin() as unit:
        await unit.connection.execute(text(change), {"other": "00" * 32} if ":other" in change else {})
    # Another service, which has nothing in memory.
    fresh = Service(service.settings, clock)
    try:
        found = await fresh.disclosure.verification(day.administration_id)
    finally:
        await fresh.database.dispose()
    assert codes <= {problem.code for problem in found.problems}


async def test_the_command_says_whether_all_forms_fit(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    url = service.settings.database_url or ""
    environment = os.environ | {
        "KAOCHANG_DATA": str(service.settings.data),
        "KAOCHANG_DATABASE_URL": url,
        "KAOCHANG_VISION__WORKERS": "0",
    }

    async def verified(*arguments: str) -> tuple[int | None, str]:
        command = [sys.executable, "-m", "app.cli", "verify", *arguments]
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, _ = await process.communicate()
        return process.returncode, out.decode()

    status, said = await verified("--administration", day.administration_id, "--json")
    assert (status, json.loads(said)) == (0, {"forms": 2, "problems": []})
    async with service.units.begin() as unit:
        await unit.connection.execute(text("DELETE FROM form_epoch"))
    status, said = await verified("--administration", day.administration_id)
    assert status == 1
    assert "epochs.altered" in said
    assert (await verified("--administration", "nobody"))[0] == 2
