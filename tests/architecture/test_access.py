"""Deny by default: every route has a row in the permission table, and the running service keeps to it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import routing
from starlette.routing import Mount, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from app.accounts.rules import ACCESS, HOME, PUBLIC, STAFF, WEBSOCKET, Role, permits
from app.main import create_app
from app.web.pages import PAGES
from tests.conftest import settings_for
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.running import RunningServer, running_server
from tests.factories.sessions import candidate_session, cookie_header, staff_session

Row = tuple[str, str]
FOREIGN = "https://elsewhere.example"


def routes_of_the_service(folder: Path) -> set[Row]:
    """(method, path) of every route and socket; mounts must be the static files only."""
    found: set[Row] = set()
    application = create_app(settings_for(folder, None))
    for route in routing.iter_route_contexts(application.routes):
        if isinstance(route.original_route, Mount):
            assert route.path == "/static"
        elif isinstance(route.original_route, WebSocketRoute):
            found.add((WEBSOCKET, str(route.path)))
        else:
            found |= {(method, str(route.path)) for method in (route.methods or set()) - {"HEAD"}}
    return found


def test_every_route_has_a_row_and_every_row_a_route(tmp_path: Path) -> None:
    routes = routes_of_the_service(tmp_path)
    assert routes - set(ACCESS) == set(), "a route without a row answers nobody"
    assert set(ACCESS) - routes == set(), "a row without a route"


def test_an_unknown_route_is_for_nobody() -> None:
    assert not any(permits("GET", "/not/there", role) for role in [*Role, None])


def test_every_page_has_a_row() -> None:
    assert {("GET", page.path) for page in PAGES} <= set(ACCESS)


def test_everybody_may_open_their_home() -> None:
    assert set(HOME) == STAFF
    assert all(permits("GET", page, role) for role, page in HOME.items())


@dataclass(frozen=True, slots=True)
class Site:
    """A running service with one session of every role."""

    server: RunningServer
    day: ExamDay
    cookies: dict[Role, str]

    def address(self, path: str) -> str:
        """A path with real ids in it."""
        real = {
            "{administration_id}": self.day.administration_id,
            "{sitting_id}": self.day.sittings[0],
            "{incident_id}": "0" * 32,
            "{bank_id}": "0" * 32,
            "{number}": "1",
            "{lang}": "en",
        }
        for name, value in real.items():
            path = path.replace(name, value)
        return path

    def call(self, row: Row, role: Role | None, origin: str | None, accept: str = "*/*") -> httpx.Response:
        """One call with an empty JSON object where a body is possible."""
        method, path = row
        headers = {"Accept": accept}
        if role is not None:
            headers["Cookie"] = self.cookies[role]
        if origin is not None:
            headers["Origin"] = origin
        body: dict[str, object] | None = {} if method == "POST" else None
        url = self.server.origin + self.address(path)
        return httpx.request(method, url, headers=headers, json=body, timeout=20)

    def socket_outcome(self, path: str, role: Role | None, origin: str | None) -> int:
        """0: opened and greeted; else the HTTP status or close code of the refusal."""
        headers = {"Cookie": self.cookies[role]} if role is not None else {}
        address = self.server.origin.replace("http", "ws", 1) + self.address(path)
        wanted = Origin(origin) if origin is not None else None
        try:
            with connect(address, origin=wanted, additional_headers=headers, compression=None) as socket:
                try:
                    socket.recv(timeout=0.2)
                except TimeoutError:
                    pass  # it listens
                except ConnectionClosed as closed:
                    return closed.rcvd.code if closed.rcvd else 1006
        except InvalidStatus as refused:
            return refused.response.status_code
        return 0


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("access")
    shutil.copy(sqlite_template, folder / "kaochang.sqlite3")
    with running_server(settings_for(folder, None)) as server:
        service = server.service
        day = server.call(make_exam_day(service, candidates=2))
        server.call(day.wait_for_admission())
        cookies = {role: cookie_header(role, server.call(staff_session(service, role))) for role in STAFF}
        token = server.call(candidate_session(service, day.sittings[0]))
        cookies[Role.CANDIDATE] = cookie_header(Role.CANDIDATE, token)
        yield Site(server, day, cookies)


HTTP_ROWS = sorted(row for row in ACCESS if row[0] != WEBSOCKET)
SOCKET_ROWS = sorted(path for method, path in ACCESS if method == WEBSOCKET)


@pytest.mark.parametrize("row", [row for row in HTTP_ROWS if ACCESS[row] is not PUBLIC], ids=" ".join)
def test_only_the_named_roles_are_served(site: Site, row: Row) -> None:
    allowed = ACCESS[row] or frozenset()
    own = site.server.origin
    nobody = site.call(row, None, own)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not_signed_in")
    for role in Role:
        answer = site.call(row, role, own)
        if role in allowed:
            assert answer.status_code not in (401, 403), (role, answer.text)
        else:
            # A candidate's cookie is not looked at on staff routes and the other way round: 401.
            assert answer.status_code in (401, 403), (role, answer.text)
            assert answer.json()["code"] in ("not_signed_in", "forbidden")


@pytest.mark.parametrize("row", [row for row in HTTP_ROWS if row[0] != "GET"], ids=" ".join)
def test_unsafe_calls_need_the_own_origin(site: Site, row: Row) -> None:
    role = next(iter(sorted(ACCESS[row] or {Role.INVIGILATOR})))
    for origin in (FOREIGN, None, "null", site.server.origin.replace("http:", "ftp:")):
        answer = site.call(row, role, origin)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused"), origin


@pytest.mark.parametrize("row", [row for row in HTTP_ROWS if ACCESS[row] is PUBLIC], ids=" ".join)
def test_public_rows_serve_everybody(site: Site, row: Row) -> None:
    assert site.call(row, None, site.server.origin).status_code in (200, 204, 422)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if ACCESS["GET", page.path] is not PUBLIC], ids=lambda page: page.path
)
def test_pages_lead_to_the_sign_in(site: Site, page: object) -> None:
    path = getattr(page, "path", "")
    answer = site.call(("GET", path), None, None, accept="text/html")
    assert answer.status_code == 303
    wanted = "/" if path.startswith("/candidate") else f"/staff?next={answer.request.url.path}"
    assert answer.headers["location"] == wanted


@pytest.mark.parametrize("path", SOCKET_ROWS)
def test_sockets_are_for_the_named_roles_and_the_own_origin(site: Site, path: str) -> None:
    allowed = ACCESS[WEBSOCKET, path] or frozenset()
    own = site.server.origin
    assert site.socket_outcome(path, None, own) in (403, 4401)
    for role in Role:
        outcome = site.socket_outcome(path, role, own)
        assert (outcome == 0) == (role in allowed), (role, outcome)
        assert role in allowed or outcome in (403, 4401, 4403)
    for origin in (FOREIGN, None):
        assert site.socket_outcome(path, next(iter(allowed)), origin) in (403, 4403)


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    for row in (("GET", "/"), ("GET", "/api/staff/me"), ("GET", "/nowhere")):
        answer = site.call(row, None, None)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert site.call(("GET", "/api/staff/me"), None, None).headers["cache-control"] == "no-store"


def test_an_ended_session_serves_nobody(site: Site) -> None:
    token = site.server.call(staff_session(site.server.service, Role.REGULATOR))
    headers = {"Cookie": cookie_header(Role.REGULATOR, token), "Origin": site.server.origin}
    with httpx.Client(base_url=site.server.origin, headers=headers) as client:
        assert client.get("/api/staff/me").status_code == 200
        assert client.delete("/api/staff/session").status_code == 204
        assert client.get("/api/staff/me").status_code == 401
