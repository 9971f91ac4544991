"""The wall of 48 seats keeps every word whole, in both languages and at 200 % zoom."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import instant
from tests.app.web.staff_data import flag, seat, wall, wall_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
STATES = [
    "awaiting_admission",
    "checking_in",
    "expired",
    "paused",
    "ready",
    "scheduled",
    "terminated",
    "voided",
]
CUT = """() => [...document.querySelectorAll(
  ".count, .seat .chip, .worst-text b, .wait .meta, .side h2, .cmds .btn")]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"""
OVERLAP = """() => [...document.querySelectorAll(".seat")].filter((seat) => {
  const [number, corner] = [...seat.querySelectorAll(".chip")].map((e) => e.getBoundingClientRect());
  return corner.width > 0 && number.right > corner.left;
}).map((seat) => seat.textContent)"""


def crowded() -> list[dict[str, Any]]:
    """48 seats, ten and more in every count: the widest the row of counts becomes."""
    seats = [seat(n, state=STATES[n % 8]) if n <= 30 else seat(n) for n in range(1, 49)]
    for view in seats[30:42]:
        view["called_at"] = instant(-9_000)
        view["flags"] = [flag("presentation_attack", "high", -5_000, id=view["label"])]
    for view in seats[38:]:
        view["presence"] = "lost"
    return seats


@contextmanager
def opened(browser: Browser, lang: str, width: int, height: int) -> Iterator[Page]:
    """The crowded wall with the panel of a seat open."""
    server, _socket = wall_server(message=wall(crowded()))
    page = server.open(browser, f"/wall/adm1?lang={lang}", width=width, height=height)
    page.wait_for_selector(".worst-card")
    page.keyboard.press("1")
    expect(page.locator(".side h2")).to_be_visible()
    yield page
    page.context.close()
    assert server.faults == []


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_every_word_is_whole(browser: Browser, lang: str) -> None:
    with opened(browser, lang, 1366, 768) as page:
        tops = {box["y"] for count in page.locator(".count").all() if (box := count.bounding_box())}
        assert len(tops) == 1, "the counts stand on one line"
        assert page.evaluate(CUT) == []
        assert page.evaluate(OVERLAP) == []


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_at_200_percent_it_scrolls_one_way(browser: Browser, lang: str) -> None:
    with opened(browser, lang, 683, 384) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 683
        assert page.evaluate(CUT) == []
        assert page.evaluate(OVERLAP) == []
        title = page.locator(".topbar .grow").bounding_box()
        assert title
        assert title["width"] > 400
