"""A server that exists only inside Playwright's interception: pages, static files, JSON, sockets.

It serves the real templates, scripts, words and Content-Security-Policy, so a page that breaks the
policy breaks here too. Nothing reaches the network.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Request, Route, WebSocketRoute

from app.web import pages

ORIGIN = "http://localhost:9"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: JSON for dictionaries and lists, bytes as JPEG, None as an empty body."""

    body: object = None
    status: int = 200


Handler = Callable[[Request], Answer]


def problem(status: int, code: str, detail: str = "") -> Answer:
    """A refusal as the service makes them."""
    body = {
        "type": f"urn:kaochang:problem:{code}",
        "title": code,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return Answer(body, status)


@dataclass(slots=True)
class FakeServer:
    """Answers by `(method, path)`; `sockets` by path. `seen` keeps every call with its body."""

    answers: dict[tuple[str, str], object] = field(default_factory=dict)
    sockets: dict[str, Callable[[WebSocketRoute], None]] = field(default_factory=dict)
    seen: list[tuple[str, str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lang: str = "zh-CN"

    def open(self, browser: Browser, path: str, *, width: int = 1366, height: int = 768) -> Page:
        """A new page of its own context at `path`, with faults (console errors, exceptions) kept."""
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.route("**/*", lambda route, request: self._route(route, request))
        page.route_web_socket(re.compile(r"^ws://"), lambda socket: self._socket(socket))
        page.goto(ORIGIN + path)
        return page

    def calls(self, method: str, path: str) -> list[Any]:
        """The bodies sent to an endpoint, in order."""
        return [body for m, p, body in self.seen if (m, p) == (method, path)]

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(text)

    def _socket(self, socket: WebSocketRoute) -> None:
        path = urlsplit(socket.url).path
        if path in self.sockets:
            self.sockets[path](socket)
        else:
            socket.close(code=4404)

    def _route(self, route: Route, request: Request) -> None:
        if _files(route, request, self):
            return
        parts = urlsplit(request.url)
        answer = self._answer(request, parts.path, parts.query)
        if isinstance(answer.body, bytes):
            route.fulfill(status=answer.status, body=answer.body, content_type="image/jpeg")
        else:
            body = "" if answer.body is None else json.dumps(answer.body, ensure_ascii=False)
            route.fulfill(status=answer.status, body=body, content_type="application/json")

    def _answer(self, request: Request, path: str, query: str) -> Answer:
        found = self.answers.get((request.method, path))
        if found is None:
            return problem(404, "not_found")
        data = request.post_data_buffer
        is_json = "json" in request.headers.get("content-type", "")
        sent = json.loads(data) if data and is_json else data
        self.seen.append((request.method, path, parse_qs(query) if request.method == "GET" else sent))
        if callable(found):
            answer = found(request)
            assert isinstance(answer, Answer)
            return answer
        return found if isinstance(found, Answer) else Answer(found)


def _files(route: Route, request: Request, server: FakeServer) -> bool:
    """Answers a request for a page, a static file or a catalogue; False when it is none."""
    parts = urlsplit(request.url)
    if parts.path.startswith(("/static/", "/locales/")):
        root = pages.STATIC if parts.path.startswith("/static/") else pages.LOCALES
        file = root / parts.path.split("/", 2)[2]
        if file.is_file():
            route.fulfill(status=200, body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(status=404, body="")
            server.faults.append(f"no such file: {parts.path}")
        return True
    page = find_page(parts.path)
    if page is None or request.resource_type != "document":
        return False
    asked = parse_qs(parts.query).get("lang", [server.lang])[0]
    server.lang = pages.chosen_language(asked, None, None)
    headers = {
        "content-security-policy": pages.CONTENT_SECURITY_POLICY,
        "content-type": "text/html; charset=utf-8",
    }
    route.fulfill(status=200, headers=headers, body=pages.render(page, server.lang))
    return True


def find_page(path: str) -> pages.Page | None:
    """The row of the page table that matches an address."""
    for page in pages.PAGES:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", page.path), path):
            return page
    return None


def merged(base: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy of a fixture with some fields changed."""
    return {**base, **changes}
