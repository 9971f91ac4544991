"""What stands before every route and socket: the permission table, the Origin, headers, limits.

The guard is a dependency of the whole application, so a new route is closed until the table names it.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response, WebSocket, WebSocketException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Forbidden, NotSignedIn, TooLarge
from app.kit.closing import Closing
from app.kit.problems import problem

_log = logging.getLogger(__name__)
JSON_LIMIT_BYTES = 1024 * 1024
ORIGIN_REFUSED = "origin_refused"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "style-src 'self'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
HEADERS = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=()",
}


def origin_fits(connection: HTTPConnection, allowed: tuple[str, ...]) -> bool:
    """Whether the Origin header names this very service (its Host) or a listed origin.

    Browsers send Origin with every unsafe request and every WebSocket; its absence means another
    kind of client, which a cookie alone must not let in.
    """
    origin = connection.headers.get("origin")
    if not origin:
        return False
    if origin in allowed:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == connection.headers.get("host")


def check_origin(connection: HTTPConnection, allowed: tuple[str, ...]) -> None:
    """Raise Forbidden for an unsafe request or a socket whose Origin does not fit."""
    unsafe = connection.scope["type"] == "websocket" or connection.scope["method"] not in SAFE_METHODS
    if unsafe and not origin_fits(connection, allowed):
        raise Forbidden("The request comes from another origin.", code=ORIGIN_REFUSED)


def make_guard(
    check: Callable[[HTTPConnection], Awaitable[None]],
) -> Callable[[HTTPConnection], Awaitable[None]]:
    """The application-wide dependency: runs `check`, and closes sockets with a code of their own.

    A socket refused before it is accepted shows the page nothing but 1006, as a lost network does. So it
    is accepted, told why, and closed; only a page of another origin is owed no word.
    """

    async def guard(connection: HTTPConnection) -> None:
        if not isinstance(connection, WebSocket):
            await check(connection)
            return
        try:
            await check(connection)
        except (NotSignedIn, Forbidden) as error:
            why = Closing.NOT_SIGNED_IN if isinstance(error, NotSignedIn) else Closing.FORBIDDEN
            if error.code != ORIGIN_REFUSED:
                await connection.accept()
            raise WebSocketException(code=why.code, reason=why.reason) from error

    return guard


class Shell:
    """Pure ASGI wrapper: security headers on every answer, and caps on request bodies while they stream.

    JSON is small here, so it has a cap of its own, before anything is parsed. Whatever the application
    makes of a body that was cut off, the answer is 413 `too_large`.
    """

    def __init__(self, application: ASGIApp, body_limit: int) -> None:
        self._application = application
        self._limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        body = _CappedBody(receive, self._limit_of(headers))
        answer = _DressedAnswer(scope, receive, send, body)
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > body.limit:
            body.exceeded = True
            await answer.refuse()
            return
        try:
            await self._application(scope, body.receive, answer.send)
        except Exception:
            if answer.started:
                raise
            _log.exception("a request failed", extra={"path": scope["path"]})
            await answer.fail()

    def _limit_of(self, headers: Mapping[bytes, bytes]) -> int:
        uploads = (b"multipart/", b"image/", b"application/octet-stream")
        is_upload = headers.get(b"content-type", b"").lower().startswith(uploads)
        return self._limit if is_upload else min(JSON_LIMIT_BYTES, self._limit)


class _CappedBody:
    """A request body that ends with TooLarge as soon as it passes its limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self.limit = limit
        self.exceeded = False
        self._seen = 0

    async def receive(self) -> Message:
        """The next message. Raises TooLarge."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self.limit:
            self.exceeded = True
            raise TooLarge("The upload is larger than allowed.")
        return message


class _DressedAnswer:
    """An answer with the security headers; replaced by 413 when the body was too large."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, body: _CappedBody) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._body = body
        self._refused = False
        self.started = False

    async def send(self, message: Message) -> None:
        """Pass a message of the application on."""
        if self._body.exceeded:
            await self.refuse()
            return
        await self._pass_on(message)

    async def refuse(self) -> None:
        """Answer 413, once."""
        if not self._refused:
            self._refused = True
            refusal = problem(413, TooLarge.code, "The upload is larger than allowed.")
            await refusal(self._scope, self._receive, self._pass_on)

    async def fail(self) -> None:
        """Answer 500 without a word about why: that is in the operator's log."""
        answer = problem(500, "internal_error", "Something went wrong here. Nothing was changed.")
        await answer(self._scope, self._receive, self._pass_on)

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            present = {name.lower() for name, _ in message["headers"]}
            extra = [(name, value) for name, value in HEADERS.items() if name not in present]
            if self._scope["path"].startswith("/api/") and b"cache-control" not in present:
                extra.append((b"cache-control", b"no-store"))
            message["headers"] = [*message["headers"], *extra]
        await self._send(message)


def set_session_cookie(request: Request, response: Response, name: str, token: str, seconds: int) -> None:
    """Set an HttpOnly, SameSite=Strict cookie; over HTTPS it is Secure and carries the __Host- prefix."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        cookie_name(name, secure=secure),
        token,
        max_age=seconds,
        httponly=True,
        secure=secure,
        samesite="strict",
        path="/",
    )


def clear_session_cookie(request: Request, response: Response, name: str) -> None:
    """Remove the cookie."""
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(name, secure=secure), path="/", secure=secure, httponly=True)


def session_token(connection: HTTPConnection, name: str) -> str | None:
    """The token that came with the connection."""
    secure = connection.url.scheme in ("https", "wss")
    return connection.cookies.get(cookie_name(name, secure=secure))


def cookie_name(name: str, *, secure: bool) -> str:
    """`__Host-` only works on Secure cookies; plain HTTP is for localhost."""
    return f"__Host-{name}" if secure else name


async def read_limited(request: Request, limit: int) -> bytes:
    """The body, refused while streaming as soon as it passes `limit` bytes. Raises TooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge("The upload is larger than allowed.")
    return bytes(body)


def route_key(connection: HTTPConnection) -> tuple[str, str]:
    """(method, path template) of the matched route."""
    route: Any = connection.scope["route"]
    method = "WEBSOCKET" if isinstance(connection, WebSocket) else connection.scope["method"]
    return ("GET" if method == "HEAD" else method), route.path
