"""While an administration runs nobody in the room can learn more than the own form from the service.

Everything that a candidate and an invigilator can ask for is asked for, over HTTP and the sockets, with an
exam that has items of every type, and no answer holds a key, another form, the seed or a parameter.
"""

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from app.accounts.rules import ACCESS, WEBSOCKET, Role
from app.sittings.papers import render_form
from question_bank.bank import Bank
from question_bank.forms import Form
from question_bank.interactions import Choice, Cloze, Gap, Interaction, Matching, Numeric, Ordering, TextEntry
from question_bank.items import Parameters
from tests.conftest import settings_for
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.item_types import bank_of_every_type, blueprint_of_every_type
from tests.factories.running import RunningServer, running_server
from tests.factories.sessions import candidate_session, cookie_header, staff_session

COPIES = 3
FIELDS = {
    "key",
    "keys",
    "accepted",
    "rationale",
    "difficulty",
    "parameters",
    "master_seed",
    "seed",
    "facility",
}


def other_key(interaction: Interaction, number: int) -> Interaction:
    """The same question with another key, which nobody could guess where it is written out."""
    match interaction:
        case Choice(option_ids=ids, key=key):
            turned = {ids[(place + number) % len(ids)] for place, own in enumerate(ids) if own in key}
            return replace(interaction, key=frozenset(turned))
        case Numeric():
            return replace(interaction, value=Decimal(f"731.{number}5"))
        case TextEntry():
            return replace(interaction, accepted=(f"接地保护{number}",))
        case Ordering(key=key):
            return replace(interaction, key=(*key[number:], *key[:number]))
        case Matching(targets=targets):
            pairs = {
                replace(pair, target=targets[(place + number) % len(targets)].id)
                for place, pair in enumerate(sorted(interaction.key, key=lambda pair: pair.source))
            }
            return replace(interaction, key=frozenset(pairs))
        case Cloze(gaps=gaps):
            return replace(interaction, gaps=tuple(_other_gap(gap, number) for gap in gaps))
    raise AssertionError(interaction)


def _other_gap(gap: Gap, number: int) -> Gap:
    entry = other_key(gap.entry, number)
    assert isinstance(entry, Choice | Numeric | TextEntry)
    return replace(gap, entry=entry)


def bank(shift: int = 0) -> Bank:
    """Three items of every type; `shift` gives all of them other keys."""
    made = bank_of_every_type()
    items = tuple(
        replace(
            item,
            id=f"{item.type.value}-{copy}",
            stem=item.stem.replace("？", f"{copy}？")
            .replace("。", f"{copy}。")
            .replace("____", f"{copy} ____"),
            interaction=other_key(item.interaction, copy + shift),
            rationale=f"依据第{copy}款",
            parameters=Parameters(a=1_111_110 + copy, b=-1_234_320 - copy, c=202_020 + copy)
            if isinstance(item.interaction, Choice)
            else None,
        )
        for item in made.items
        for copy in range(COPIES)
    )
    return Bank(name=made.name, industry=made.industry, items=items, sets=made.sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A running administration: the first of two candidates and the invigilator are signed in."""

    server: RunningServer
    day: ExamDay
    cookies: dict[Role, str]
    forms: tuple[Form, ...]
    seed: bytes

    def heard(self, role: Role) -> str:
        """Every answer that a role gets, refusals too."""
        rows = [row for row, roles in ACCESS.items() if roles is None or role in roles]
        calls = sorted(row for row in rows if row[0] in ("GET", "POST") and row[1] != "/api/staff/session")
        said = []
        with httpx.Client(base_url=self.server.origin, timeout=20) as client:
            for method, path in calls:
                for sitting_id in self.day.sittings:
                    address = self._address(path, sitting_id)
                    headers = {"Cookie": self.cookies[role], "Origin": self.server.origin}
                    body: dict[str, str] | None = {} if method == "POST" else None
                    answer = client.request(method, address, headers=headers, json=body)
                    said.append(f"{answer.text}\n{answer.headers}")
        said += [
            self._greeting(self._address(path, self.day.sittings[0]), role)
            for method, path in rows
            if method == WEBSOCKET
        ]
        return "\n".join(said)

    def _address(self, path: str, sitting_id: str) -> str:
        real = {"{administration_id}": self.day.administration_id, "{sitting_id}": sitting_id}
        real |= {"{number}": "1", "{lang}": "en", "{digest}": "0" * 64}
        for name, value in real.items():
            path = path.replace(name, value)
        assert "{" not in path, path
        return path

    def _greeting(self, path: str, role: Role) -> str:
        """What a socket says to a page that has just come and answers one item."""
        address = self.server.origin.replace("http", "ws", 1) + path
        hello = {"type": "hello", "version": 1, "tab": "0" * 16, "writer": "a-page-writer", "take_over": True}
        answer = {"type": "answer", "seq": 1, "position": 1, "response": ["A"]}
        said = []
        headers = {"Cookie": self.cookies[role]}
        with (
            connect(address, origin=Origin(self.server.origin), additional_headers=headers) as socket,
            contextlib.suppress(TimeoutError, ConnectionClosed),
        ):
            for message in (hello, answer) if path == "/ws/candidate" else ():
                socket.send(json.dumps(message))
            while True:
                said.append(str(socket.recv(timeout=0.5)))
        return "\n".join(said)


@pytest.fixture(scope="module")
def room(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("secrets")
    shutil.copy(sqlite_template, folder / "kaochang.sqlite3")
    with running_server(settings_for(folder, None)) as server:
        service = server.service
        content = (bank(), blueprint_of_every_type())
        day = server.call(make_exam_day(service, candidates=2, content=content))
        for number in range(2):
            server.call(day.start(number))
        forms = tuple(server.call(_form(day, sitting_id)) for sitting_id in day.sittings)
        seed = server.call(_seed(day))
        token = server.call(candidate_session(service, day.sittings[0]))
        invigilator = server.call(staff_session(service, Role.INVIGILATOR, day.room_id))
        cookies = {Role.CANDIDATE: cookie_header(Role.CANDIDATE, token)}
        cookies |= {Role.INVIGILATOR: cookie_header(Role.INVIGILATOR, invigilator)}
        yield Room(server=server, day=day, cookies=cookies, forms=forms, seed=seed)


async def _form(day: ExamDay, sitting_id: str) -> Form:
    sitting, administration = await day.service.sittings.get(sitting_id)
    async with day.service.database.read() as connection:
        return (await day.service.formbook.form(connection, sitting, administration))[0]


async def _seed(day: ExamDay) -> bytes:
    async with day.service.database.read() as connection:
        return (await day.service.administrations.get(connection, day.administration_id)).master_seed


def assert_no_secrets(room: Room, said: str) -> None:
    assert room.seed.hex() not in said.lower()
    for secret in ("731.", "接地保护", "依据第", "kaochang.draw"):
        assert secret not in said, secret
    for figure in range(COPIES):
        for value in (1_111_110 + figure, 1_234_320 + figure, 202_020 + figure):
            assert str(value) not in said
            assert f"{value / 1e6:.6f}" not in said
    assert not [name for name in sorted(FIELDS) if f'"{name}":' in said]
    for form in room.forms:
        assert form.record.digest not in said
        assert form.record.seed_commitment not in said
        assert form.record.plan_digest not in said
    assert not [item.id for item in bank().items if f'"{item.id}"' in said]


def test_what_must_not_be_told_would_be_found(room: Room) -> None:
    for secret in (bank().to_json().decode(), room.seed.hex(), room.forms[1].record.to_json().decode()):
        with pytest.raises(AssertionError):
            assert_no_secrets(room, secret)


def test_a_candidate_learns_the_own_form_and_no_more(room: Room) -> None:
    said = room.heard(Role.CANDIDATE)
    shown = json.loads(render_form(room.forms[0], bank()))
    own = {slot["html"] for slot in shown["slots"]}
    assert all(json.dumps(html, ensure_ascii=False) in said for html in own), "the form was asked for"
    assert '"welcome"' in said
    assert '"acknowledged"' in said
    assert_no_secrets(room, said)
    other = {slot["html"] for slot in json.loads(render_form(room.forms[1], bank()))["slots"]} - own
    assert other, "the two forms differ"
    assert not [html for html in other if json.dumps(html, ensure_ascii=False) in said]
    assert room.day.sittings[1] not in said


def test_an_invigilator_sees_seats_and_no_form(room: Room) -> None:
    said = room.heard(Role.INVIGILATOR)
    assert all(sitting_id in said for sitting_id in room.day.sittings), "the wall was asked for"
    assert_no_secrets(room, said)
    for form in room.forms:
        for slot in json.loads(render_form(form, bank()))["slots"]:
            assert json.dumps(slot["html"], ensure_ascii=False)[1:-1] not in said


def test_the_form_that_is_sent_does_not_depend_on_the_keys(room: Room) -> None:
    for shift in range(1, COPIES):
        others = bank(shift)
        assert any(
            one.interaction != two.interaction for one, two in zip(bank().items, others.items, strict=True)
        )
        for form in room.forms:
            assert render_form(form, others) == render_form(form, bank())
