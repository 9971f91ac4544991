"""Bad input over HTTP: a stable code, a plain sentence, and nothing changed."""

import asyncio
import contextlib
import io
import json
import logging
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from sqlalchemy import func, select

from app.accounts.rules import ACCESS, Role
from app.audit.tables import EntryRow
from app.logs import JsonLines
from app.sittings.tables import SittingRow
from tests.conftest import settings_for
from tests.factories.databases import emptied, sqlite_url
from tests.factories.exam_day import ExamDay, id_number, make_exam_day
from tests.factories.running import RunningServer, running_server
from tests.factories.sessions import candidate_session, cookie_header, staff_session


class Client:
    """Calls with the session of one role; remembers nothing."""

    def __init__(self, server: RunningServer, day: ExamDay, cookies: dict[Role, str]) -> None:
        self.server, self.day, self._cookies = server, day, cookies

    def call(self, method: str, path: str, role: Role | None = Role.CANDIDATE, **more: Any) -> httpx.Response:
        headers = {"Origin": self.server.origin, **more.pop("headers", {})}
        if role is not None:
            headers["Cookie"] = self._cookies[role]
        return httpx.request(method, self.server.origin + path, headers=headers, timeout=20, **more)

    def refused(self, status: int, code: str, method: str, path: str, **more: Any) -> dict[str, Any]:
        """The call is refused with this problem, and nothing has changed."""
        before = self.state()
        answer = self.call(method, path, **more)
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        body: dict[str, Any] = answer.json()
        assert body["type"] == f"urn:kaochang:problem:{code}"
        assert body["detail"]
        assert self.state() == before
        return body

    def state(self) -> tuple[int, tuple[object, ...]]:
        """How many entries there are, and the sittings."""

        async def read() -> tuple[int, tuple[object, ...]]:
            async with self.server.service.database.read() as connection:
                # Refused sign-ins are entries of their own.
                kinds = EntryRow.type.not_like("%sign_in_refused")
                count = await connection.execute(select(func.count(EntryRow.seq)).where(kinds))
                rows = await connection.execute(select(SittingRow.__table__).order_by(SittingRow.id))
                return count.scalar_one(), tuple(tuple(row) for row in rows)

        return self.server.call(read())


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder: Path = tmp_path_factory.mktemp("bad-input")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "kaochang.sqlite3")
        url = sqlite_url(folder / "kaochang.sqlite3")
    else:
        url = request.getfixturevalue("postgresql_url")
        asyncio.run(emptied(url))
    with running_server(settings_for(folder, url, sign_in_attempts_per_minute=1000)) as server:
        service = server.service
        day = server.call(make_exam_day(service, candidates=2, photo_at_check_in=True))
        server.call(day.sign_in())
        roles = [role for role in Role if role is not Role.CANDIDATE]
        cookies: dict[Role, str] = {}
        for role in roles:
            cookies[role] = cookie_header(role, server.call(staff_session(service, role)))
        token = server.call(candidate_session(service, day.sittings[0]))
        cookies[Role.CANDIDATE] = cookie_header(Role.CANDIDATE, token)
        yield Client(server, day, cookies)


JSON_POSTS = {
    "/api/candidate/session": None,
    "/api/candidate/consent": Role.CANDIDATE,
    "/api/candidate/admission-request": Role.CANDIDATE,
    "/api/staff/session": None,
    "/api/sittings/{sitting_id}/commands": Role.INVIGILATOR,
    "/api/sittings/{sitting_id}/incidents": Role.INVIGILATOR,
    "/api/incidents/{incident_id}/disposition": Role.REGULATOR,
    "/api/exams": Role.EXAM_OFFICE,
    "/api/blueprints/check": Role.EXAM_OFFICE,
    "/api/blueprints/audit": Role.EXAM_OFFICE,
    "/api/blueprints/download": Role.EXAM_OFFICE,
    "/api/administrations": Role.EXAM_OFFICE,
    "/api/administrations/{administration_id}/leads/{lead_id}/look": Role.REGULATOR,
    "/api/administrations/{administration_id}/scoring-runs": Role.EXAM_OFFICE,
    "/api/administrations/{administration_id}/scoring-runs/{number}/decision": Role.REGULATOR,
    "/api/face-leads/{lead_id}/look": Role.REGULATOR,
    "/api/banks": Role.BANK_AUTHOR,
    "/api/banks/preview": Role.BANK_AUTHOR,
    "/api/banks/{bank_id}/items": Role.BANK_AUTHOR,
    "/api/banks/{bank_id}/items/{item_id}": Role.BANK_AUTHOR,
    "/api/banks/{bank_id}/acts": Role.BANK_AUTHOR,
    "/api/banks/{bank_id}/duplicates": Role.BANK_AUTHOR,
    "/api/banks/{bank_id}/item-sets/{set_id}": Role.BANK_AUTHOR,
    "/api/banks/{bank_id}/imports/{batch_id}/columns": Role.BANK_AUTHOR,
}
# They take no JSON body: a picture, a table, or nothing at all.
OTHER_POSTS = {
    "/api/candidate/photo",
    "/api/candidate/identity",
    "/api/blueprints/file",
    "/api/banks/{bank_id}/media",
    "/api/banks/{bank_id}/snapshots",
    "/api/banks/{bank_id}/imports",
    "/api/banks/{bank_id}/imports/{batch_id}/confirm",
    "/api/banks/{bank_id}/imports/{batch_id}/undo",
    "/api/administrations/{administration_id}/roster",
    "/api/administrations/{administration_id}/tickets",
}
BROKEN = {
    "nothing": b"",
    "cut off": b'{"a": ',
    "not JSON": b"hello",
    "not UTF-8": b'{"ticket": "\xff\xfe"}',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1e999",
    "empty": b"{}",
    "deep": b"[" * 100_000,
    "lone surrogate": b'{"ticket": "\\ud800", "code": "x", "username": "\\ud800", "password": "x"}',
}


def test_every_post_is_in_one_of_the_lists() -> None:
    posts = {path for method, path in ACCESS if method == "POST"}
    assert posts == set(JSON_POSTS) | OTHER_POSTS


def address(client: Client, path: str) -> str:
    path = path.replace("{sitting_id}", client.day.sittings[0]).replace("{incident_id}", "0" * 32)
    path = path.replace("{number}", "1")
    return path.replace("{administration_id}", client.day.administration_id)


@pytest.mark.parametrize("path", JSON_POSTS)
@pytest.mark.parametrize("name", BROKEN)
def test_broken_bodies(client: Client, path: str, name: str) -> None:
    more = {"content": BROKEN[name], "headers": {"Content-Type": "application/json"}}
    status = 400 if name in ("not UTF-8", "deep") else 422  # 400: not even JSON could be read from it
    client.refused(status, "request_invalid", "POST", address(client, path), role=JSON_POSTS[path], **more)


@pytest.mark.parametrize("path", JSON_POSTS)
def test_unknown_fields_and_other_content_types(client: Client, path: str) -> None:
    role, url = JSON_POSTS[path], address(client, path)
    body = {"ticket": "1", "code": "2", "username": "u", "password": "p", "unknown": 1}
    shown = client.refused(422, "request_invalid", "POST", url, role=role, json=body)
    assert "unknown" in json.dumps(shown["fields"])
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"Content-Type": kind}
        client.refused(422, "request_invalid", "POST", url, role=role, content=b"{}", headers=headers)


@pytest.mark.parametrize("path", [*JSON_POSTS, "/api/candidate/photo", "/api/banks/x/imports"])
def test_bodies_that_are_too_large(client: Client, path: str) -> None:
    role = JSON_POSTS.get(path, Role.CANDIDATE if "candidate" in path else Role.BANK_AUTHOR)
    is_json = path in JSON_POSTS
    limit = 1024 * 1024 if is_json else client.server.service.settings.server.upload_limit_bytes
    upload = "image/jpeg" if "photo" in path else "multipart/form-data; boundary=x"
    headers = {"Content-Type": "application/json" if is_json else upload}
    url = address(client, path)
    # Said in advance: refused without reading. (The rest is never sent.)
    answer = _head_only(client, url, role, headers | {"Content-Length": str(limit + 1)})
    assert " 413 " in answer.splitlines()[0]
    assert '"code":"too_large"' in answer
    if is_json:  # not said in advance: refused while it streams
        chunks = (b"x" * 65_536 for _ in range(20))
        client.refused(413, "too_large", "POST", url, role=role, content=chunks, headers=headers)


def _head_only(client: Client, path: str, role: Role | None, headers: Any) -> str:
    """Send the head of a request and read the answer without ever sending the body."""
    host = client.server.origin.removeprefix("http://")
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Origin: {client.server.origin}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if role is not None:
        lines.append(f"Cookie: {client._cookies[role]}")
    with socket.create_connection(tuple(host.split(":")), timeout=20) as raw:  # type: ignore[arg-type]
        raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while chunk := raw.recv(65_536):
            answer += chunk
            if b'"code"' in answer:
                break
    return answer.decode()


def picture(kind: str) -> bytes:
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)
    return bytes(cv2.imencode(kind, noise)[1].tobytes())


@pytest.mark.parametrize(
    "data", [b"", b"hello", picture(".jpg")[:100], picture(".bmp"), b"\xff\xd8\xff\xd9"], ids=len
)
def test_broken_photos_are_not_accepted(client: Client, data: bytes) -> None:
    agreed = {"recording": True, "face_comparison": True}
    assert client.call("POST", "/api/candidate/consent", json=agreed).status_code == 204
    before = client.state()
    answer = client.call("POST", "/api/candidate/photo", content=data, headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 200
    assert answer.json()["accepted"] is False
    assert answer.json()["reason"]
    assert client.state() == before


NUL_CALLS: list[tuple[str, str, Role | None, dict[str, Any] | None]] = [
    ("POST", "/api/candidate/session", None, {"ticket": "1\x00", "code": "x"}),
    ("POST", "/api/staff/session", None, {"username": "u\x00", "password": "x"}),
    ("GET", "/api/sittings?q=a%00b", Role.REGULATOR, None),
    ("GET", "/api/sittings?administration=a%00b", Role.REGULATOR, None),
    ("GET", "/api/sittings/a%00b", Role.REGULATOR, None),
    ("GET", "/api/sittings/a%00b/frames/1.jpg", Role.REGULATOR, None),
    ("GET", "/api/administrations/a%00b", Role.EXAM_OFFICE, None),
    ("POST", "/api/administrations/a%00b/tickets", Role.EXAM_OFFICE, None),
    ("GET", "/api/administrations/a%00b/items/c%00d", Role.EXAM_OFFICE, None),
    ("GET", "/api/banks/a%00b/items/c%00d/statistics", Role.BANK_AUTHOR, None),
    ("GET", "/api/banks/a%00b/statistics", Role.BANK_AUTHOR, None),
]


@pytest.mark.parametrize(("method", "path", "role", "body"), NUL_CALLS, ids=lambda value: str(value)[:40])
def test_nul_characters_end_in_a_plain_refusal(
    client: Client, method: str, path: str, role: Role | None, body: dict[str, Any] | None
) -> None:
    before = client.state()
    answer = client.call(method, path, role, json=body)
    assert answer.status_code in (200, 401, 404, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["total"] == 0
    assert client.state() == before


def test_a_nul_in_a_note_is_stored_or_refused_whole(client: Client) -> None:
    body = {"reason": "I-05", "note": "a\x00b"}
    path = f"/api/sittings/{client.day.sittings[1]}/incidents"
    answer = client.call("POST", path, Role.INVIGILATOR, json=body)
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 422:
        assert answer.json()["code"] == "text_invalid"
    report = client.call("GET", f"/api/sittings/{client.day.sittings[1]}/verification", Role.REGULATOR)
    assert report.json()["ok"] is True


PLAN: dict[str, Any] = {
    "name": "x",
    "exam_id": "0" * 32,
    "room_id": "0" * 32,
    "starts_at": "2026-06-01T09:00:00+08:00",
    "closes_at": "2026-06-01T12:00:00+08:00",
}


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": "2026-06-01T09:00:00"},
        {"starts_at": "9999-12-31T23:59:59-14:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": 10**30},
        {"starts_at": "tomorrow"},
        {"name": ""},
        {"name": "x" * 101},
        {"room_id": ["a"]},
    ],
    ids=str,
)
def test_odd_administrations(client: Client, change: dict[str, Any]) -> None:
    more = {"role": Role.EXAM_OFFICE, "json": PLAN | change}
    client.refused(422, "request_invalid", "POST", "/api/administrations", **more)


def test_administrations_of_nowhere_and_backwards(client: Client) -> None:
    office = Role.EXAM_OFFICE
    client.refused(404, "not_found", "POST", "/api/administrations", role=office, json=PLAN)
    real = PLAN | {"room_id": client.day.room_id, "exam_id": client.day.exam_id}
    backwards = real | {"closes_at": real["starts_at"]}
    client.refused(422, "invalid", "POST", "/api/administrations", role=office, json=backwards)
    nowhere = PLAN | {"room_id": client.day.room_id}
    client.refused(404, "not_found", "POST", "/api/administrations", role=office, json=nowhere)


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/api/sittings/x/y/z"])
def test_what_is_not_there(client: Client, path: str) -> None:
    client.refused(404, "not_found", "GET", path, role=None)


def test_other_methods(client: Client) -> None:
    client.refused(405, "method_not_allowed", "PUT", "/api/exams", role=Role.EXAM_OFFICE)


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=10001", "state=odd", "q=" + "x" * 65])
def test_odd_searches(client: Client, query: str) -> None:
    client.refused(422, "request_invalid", "GET", f"/api/sittings?{query}", role=Role.REGULATOR)


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "1.5", "x"])
def test_odd_frame_numbers(client: Client, number: str) -> None:
    path = f"/api/sittings/{client.day.sittings[0]}/frames/{number}.jpg"
    answer = client.call("GET", path, Role.INVIGILATOR)
    assert answer.status_code in (404, 422)
    assert answer.json()["code"] in ("not_found", "request_invalid")


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04 broken", "编号,题型\n1,x\n".encode()], ids=len)
def test_odd_banks(client: Client, data: bytes) -> None:
    (bank,) = client.call("GET", "/api/banks", Role.BANK_AUTHOR).json()["banks"]
    files = {"file": ("bank.csv", data)}
    url = f"/api/banks/{bank['id']}/imports"
    before = client.state()
    answer = client.call("POST", url, Role.BANK_AUTHOR, files=files)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["code"]
    assert client.state() == before


ITEM = {
    "id": "X-1",
    "type": "single_choice",
    "stem": "题干",
    "options": [{"id": "A", "text": "一"}, {"id": "B", "text": "二"}],
    "key": ["A"],
    "topic": "用电",
    "must_know": False,
    "rationale": "",
    "difficulty": "",
    "source": "",
}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"stem": " "}, "item.stem_missing", "stem"),
        ({"stem": "x" * 4001}, "item.stem_too_long", "stem"),
        ({"stem": "<script>", "markup": "html"}, "item.markup_unsafe", "stem"),
        ({"stem": "\x00"}, "item.text_unprintable", "stem"),
        ({"key": ["Z"]}, "item.key_beyond_options", "key"),
        ({"key": []}, "item.key_missing", "key"),
        ({"topic": ""}, "item.topic_missing", "topic"),
        ({"id": "../x"}, "item.id_invalid", "id"),
        ({"options": []}, "item.options_number", "options"),
        ({"type": "essay"}, "document.unknown_value", None),
        ({"must_know": "yes"}, "document.wrong_type", None),
        ({"odd": 1}, "document.field_unknown", None),
        ({"stem": None}, "document.wrong_type", None),
        ({"stem": 1.5}, "document.wrong_type", None),
    ],
    ids=str,
)
def test_odd_items(client: Client, change: dict[str, object], code: str, field: str | None) -> None:
    (bank,) = client.call("GET", "/api/banks", Role.BANK_AUTHOR).json()["banks"]
    for path in ("/api/banks/preview", f"/api/banks/{bank['id']}/items"):
        body = client.refused(422, code, "POST", path, role=Role.BANK_AUTHOR, json={"item": ITEM | change})
        assert body.get("field") == field
        assert field is None or body["problems"][0]["zh"]


@pytest.mark.parametrize("query", ["page=0", "page=x", "state=odd", "type=odd", "odd=1", "text=" + "x" * 201])
def test_odd_filters_of_items(client: Client, query: str) -> None:
    url = f"/api/banks/x/items?{query}"
    client.refused(422, "request_invalid", "GET", url, role=Role.BANK_AUTHOR)


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fsecrets", "%00"])
def test_odd_pictures(client: Client, digest: str) -> None:
    answer = client.call("GET", f"/api/media/{digest}", Role.BANK_AUTHOR)
    assert answer.status_code in (404, 422)


@contextlib.contextmanager
def operational_log() -> Iterator[io.StringIO]:
    """What the service logs as an operator has it (INFO and up), without the test's own HTTP client."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore")))
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def test_secrets_appear_neither_in_answers_nor_in_logs(client: Client) -> None:
    """Refused values are not repeated, and the operational log knows nobody."""
    with operational_log() as log:
        answers, secrets = refused_with_secrets(client)
        logging.getLogger("app").info("heard")
    written = log.getvalue()
    assert "heard" in written
    for text in (*answers, written):
        assert not [secret for secret in secrets if secret in text]


def refused_with_secrets(client: Client) -> tuple[list[str], list[str]]:
    """The answers to calls that carry an ID number and an entry code where they do not belong."""
    ticket = client.day.ticket()
    secret = id_number(0)
    shown = [
        client.call("POST", "/api/candidate/session", None, json={"ticket": ticket.ticket, "code": secret}),
        client.call("POST", "/api/candidate/session", None, json={"ticket": [secret], "code": ticket.code}),
        client.call("POST", "/api/candidate/consent", json={"recording": secret, "x": ticket.code}),
        client.call("GET", f"/api/sittings?q={secret}&page={ticket.code}", Role.REGULATOR),
    ]
    assert all(answer.status_code in (401, 422) for answer in shown)
    found = client.call("GET", f"/api/sittings?q={secret}", Role.REGULATOR)
    assert found.json()["total"] == 1
    return [answer.text for answer in [*shown, found]], [secret, ticket.code]
