"""A server for the pages: real pages, static files and words on localhost; JSON and sockets intercepted.

It serves the real templates, scripts, words and Content-Security-Policy, so a page that breaks the
policy breaks here too. What `/api` and the WebSockets answer is said by each test.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Request, Route, WebSocketRoute

from app.kit.guards import CSP
from app.web import pages

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
    origin: ClassVar[str] = ""

    def open(self, browser: Browser, path: str, *, width: int = 1366, height: int = 768) -> Page:
        """A new page of its own context at `path`, with faults (console errors, exceptions) kept."""
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.route("**/api/**", lambda route, request: self._route(route, request))
        page.route_web_socket(re.compile(r"^ws://"), lambda socket: self._socket(socket))
        page.on("response", lambda answer: self._missing(answer.status, answer.url))
        page.goto(self.origin + path)
        return page

    def calls(self, method: str, path: str) -> list[Any]:
        """The bodies sent to an endpoint, in order."""
        return [body for m, p, body in self.seen if (m, p) == (method, path)]

    def _missing(self, status: int, url: str) -> None:
        if status == 404 and "/api/" not in url:
            self.faults.append(f"no such file: {url}")

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


class SiteHandler(BaseHTTPRequestHandler):
    """Pages, static files and catalogues, as the service serves them."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/static/"):
            self._file(pages.STATIC / parts.path.removeprefix("/static/"))
        elif parts.path.startswith("/locales/"):
            self._file(pages.LOCALES / parts.path.removeprefix("/locales/"))
        else:
            self._page(parts.path, parse_qs(parts.query).get("lang", [""])[0])

    def _page(self, path: str, asked: str) -> None:
        page = find_page(path)
        if page is None:
            self._answer(404, b"", "text/plain")
            return
        cookie = SimpleCookie(self.headers.get("cookie", "")).get(pages.LANGUAGE_COOKIE)
        lang = pages.chosen_language(asked, cookie.value if cookie else None, None)
        body = pages.render(page, lang).encode()
        policy = {"content-security-policy": CSP}
        remember = {"set-cookie": f"{pages.LANGUAGE_COOKIE}={lang}; Path=/"}
        self._answer(200, body, "text/html; charset=utf-8", policy | remember)

    def _file(self, file: Path) -> None:
        if file.is_file():
            self._answer(200, file.read_bytes(), TYPES[file.suffix])
        else:
            self._answer(404, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: the tests look at the browser's side."""


@contextmanager
def site() -> Iterator[str]:
    """Serves the pages on a free port of localhost; yields the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), SiteHandler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def find_page(path: str) -> pages.Page | None:
    """The row of the page table that matches an address."""
    for page in pages.PAGES:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", page.path), path):
            return page
    return None
