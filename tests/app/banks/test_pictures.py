"""Pictures over HTTP: for bank authors, and for candidates whose form shows them."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image

from app.accounts.rules import Role
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.content import Markup
from question_bank.item_types import ItemType
from question_bank.media import picture_of
from question_bank.sections import Section
from tests.app.banks.items import make_draft
from tests.conftest import settings_for
from tests.factories.exam_day import make_exam_day
from tests.factories.running import RunningServer, running_server
from tests.factories.sessions import candidate_session, cookie_header, staff_session


def png(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (3, 3), colour).save(stream, "PNG")
    return stream.getvalue()


SHOWN, EXPLAINING, OTHER = png("red"), png("green"), png("blue")


def content() -> tuple[Bank, Blueprint]:
    """One item whose stem shows a picture; its rationale shows another."""
    shown, explaining = picture_of(SHOWN), picture_of(EXPLAINING)
    item = replace(
        make_draft("P-1").item,
        markup=Markup.HTML,
        stem=f'看图<img src="{shown.reference}" alt="红">',
        rationale=f'<img src="{explaining.reference}" alt="绿">',
    )
    section = Section(type=ItemType.SINGLE_CHOICE, title="单选", count=1, points=10_000)
    bank = Bank(name="图", industry="", items=(item,), media=(shown, explaining))
    return bank, Blueprint(title="图", sections=(section,))


@pytest.fixture
def server(sqlite_template: Path, tmp_path: Path) -> Iterator[RunningServer]:
    shutil.copy(sqlite_template, tmp_path / "kaochang.sqlite3")
    with running_server(settings_for(tmp_path, None)) as running:
        yield running


def test_candidates_get_the_pictures_of_their_form_and_no_others(server: RunningServer) -> None:
    service = server.service
    day = server.call(make_exam_day(service, candidates=1, content=content()))
    (bank,) = server.call(service.banks.summaries())
    for data in (SHOWN, EXPLAINING, OTHER):
        server.call(service.media.add(bank.id, data, "bank_author:1"))
    candidate = cookie_header(Role.CANDIDATE, server.call(candidate_session(service, day.sittings[0])))
    author = cookie_header(Role.BANK_AUTHOR, server.call(staff_session(service, Role.BANK_AUTHOR)))
    watcher = cookie_header(Role.INVIGILATOR, server.call(staff_session(service, Role.INVIGILATOR)))

    def fetch(data: bytes, cookie: str) -> httpx.Response:
        url = f"{server.origin}/api/media/{picture_of(data).digest}"
        return httpx.get(url, headers={"Cookie": cookie}, timeout=20)

    assert fetch(SHOWN, candidate).json()["code"] == "not_started", "nothing is shown before the bell"
    server.call(day.start())
    # They signed in for that: the session before ended.
    candidate = cookie_header(Role.CANDIDATE, server.call(candidate_session(service, day.sittings[0])))
    answer = fetch(SHOWN, candidate)
    assert (answer.status_code, answer.content) == (200, SHOWN)
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert fetch(EXPLAINING, candidate).status_code == 404, "a rationale is not for candidates"
    assert fetch(OTHER, candidate).status_code == 404
    for data in (SHOWN, EXPLAINING, OTHER):
        assert fetch(data, author).status_code == 200
    # One browser may hold both sessions: the page of the candidate is served whoever else signed in.
    assert fetch(SHOWN, f"{watcher}; {candidate}").status_code == 200
    assert fetch(SHOWN, watcher).status_code == 403
    assert httpx.get(f"{server.origin}/api/media/{picture_of(SHOWN).digest}").status_code == 401
