"""The candidate's page as the tests of its parts open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.app.web.candidate_data import CameraSocket, LiveSocket, candidate_server
from tests.app.web.fake_server import FakeServer

CONSENT = {"recording": True, "face_comparison": True}
HOUR_MS = 3_600_000


@contextmanager
def opened(browser: Browser, server: FakeServer, path: str = "/candidate") -> Iterator[Page]:
    """A page at `path`; afterwards it must have met no fault."""
    page = server.open(browser, path)
    try:
        yield page
    finally:
        page.context.close()
    assert server.faults == []


def in_exam(**changes: Any) -> tuple[FakeServer, LiveSocket, CameraSocket]:
    """A sitting in progress: the server and its two sockets."""
    return candidate_server("in_progress", HOUR_MS, consent=CONSENT, **changes)
