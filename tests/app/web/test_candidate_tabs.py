"""A candidate's second tab in Chromium: one numbers answers and has the camera, the other is covered."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import candidate_server, instant, sitting
from tests.app.web.candidate_pages import CONSENT, in_exam, opened
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]


def test_a_second_tab_is_covered_until_it_takes_over(browser: Browser) -> None:
    server, live, _camera = in_exam()
    live.superseded = True
    with opened(browser, server) as page:
        expect(page.locator("#cover-title")).to_have_text("考试在另一个窗口里打开着")
        page.keyboard.press("b")
        page.get_by_role("button", name="在这里继续").click()
        page.wait_for_selector(".opt")
        expect(page.locator(".cover")).to_be_hidden()
    assert [m["take_over"] for m in live.of("hello")] == [False, True]
    assert live.of("answer") == []


OUTBOX = """async (sitting) => {
  const { Outbox } = await import("/static/js/outbox.js");
  const outbox = await Outbox.open(sitting);
  return outbox.pending();
}"""
APPEND = """async ([sitting, message]) => {
  const { Outbox } = await import("/static/js/outbox.js");
  return (await (await Outbox.open(sitting)).append(message)).seq;
}"""
SITTING = sitting()["sitting_id"]


def in_outbox(page: Page) -> list[dict[str, Any]]:
    """What this browser's outbox holds."""
    found: list[dict[str, Any]] = page.evaluate(OUTBOX, SITTING)
    return found


def test_a_covered_tab_numbers_nothing(browser: Browser) -> None:
    """The outbox belongs to all tabs: a number given here would be a hole, or an answer nobody wanted."""
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
        numbered = [m["seq"] for m in live.got if "seq" in m]
        live.acknowledge = False
        live.send(type="superseded")
        expect(page.locator("#cover-title")).to_have_text("考试在另一个窗口里打开着")
        for key in ("b", "m", "ArrowRight", "F2"):
            page.keyboard.press(key)
        page.evaluate("window.dispatchEvent(new Event('blur'))")
        page.evaluate("document.dispatchEvent(new Event('copy', { cancelable: true }))")
        page.wait_for_timeout(500)
        assert in_outbox(page) == []
        assert [m["seq"] for m in live.got if "seq" in m] == numbered


def test_a_resend_fetches_what_another_tab_has_numbered(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
        live.acknowledge = False
        before = len(live.got)
        mark = {"type": "mark", "position": 3, "on": True, "elapsed_ms": 1}
        other = page.evaluate(APPEND, [SITTING, mark])
        page.keyboard.press("b")
        while not live.of("answer"):
            page.wait_for_timeout(20)
        own = live.of("answer")[-1]["seq"]
        assert own == other + 1  # a hole for the server: it asks for what it has not seen
        live.send(type="resend", from_seq=other)
        while len([m for m in live.got[before:] if m["type"] == "answer"]) < 2:
            page.wait_for_timeout(20)
        sent = [(m["type"], m["seq"]) for m in live.got[before:] if "seq" in m]
        assert sent == [("answer", own), ("mark", other), ("answer", own)]
        live.send(type="acknowledged", seq=own, at=instant())
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
        assert in_outbox(page) == []


def test_taking_over_loads_the_page_anew_and_asks_once(browser: Browser) -> None:
    """What the covered page shows may be older than what the other tab has saved."""
    server, live, _camera = in_exam()
    live.superseded = True
    with opened(browser, server) as page:
        page.evaluate("window.before = true")
        page.get_by_role("button", name="在这里继续").click()
        page.wait_for_selector(".opt")
        assert page.evaluate("window.before") is None
        assert page.evaluate("sessionStorage.getItem('kaochang-take-over')") is None
        live.open[-1].close(code=1011)  # the next greeting is an ordinary one
        while len(live.of("hello")) < 3:
            page.wait_for_timeout(20)
    assert [m["take_over"] for m in live.of("hello")] == [False, True, False]
    first, second, third = (m["tab"] for m in live.of("hello"))
    assert first != second == third


@pytest.mark.parametrize(
    ("code", "lang", "title", "button"),
    [
        (4401, "zh-CN", "请重新登录", "重新登录"),
        (4401, "en", "Please sign in again", "Sign in again"),
        (4403, "zh-CN", "没有权限", "重新登录"),
        (4404, "en", "Not found", "Sign in again"),
    ],
)
def test_a_page_closed_for_good_says_what_to_do_and_stops_trying(
    browser: Browser, code: int, lang: str, title: str, button: str
) -> None:
    server, live, camera = in_exam()
    with opened(browser, server, f"/candidate?lang={lang}") as page:
        page.wait_for_selector(".opt")
        while not camera.frames:
            page.wait_for_timeout(50)
        live.open[-1].close(code=code)
        expect(page.locator("#cover-title")).to_have_text(title)
        sockets, frames = len(live.open), len(camera.frames)
        page.keyboard.press("b")
        # A page that goes on sends two pictures a second, and tries again after 625 ms at the latest.
        page.wait_for_timeout(1_300)
        assert (len(live.open), len(camera.frames)) == (sockets, frames)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector("#ticket")
    assert live.of("answer") == []


def test_a_camera_taken_over_by_another_window_covers_the_page(browser: Browser) -> None:
    server, _live, camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        while not camera.open:
            page.wait_for_timeout(50)
        camera.open[-1].close(code=4408)
        expect(page.locator("#cover-title")).to_have_text("考试在另一个窗口里打开着")
        page.wait_for_timeout(1_000)
        assert len(camera.open) == 1


def test_a_covered_tab_opens_no_camera(browser: Browser) -> None:
    server, live, camera = candidate_server("ready", consent=CONSENT)
    live.superseded = True
    with opened(browser, server) as page:
        expect(page.locator("#cover-title")).to_have_text("考试在另一个窗口里打开着")
        page.wait_for_timeout(500)
        assert camera.open == []
        page.get_by_role("button", name="在这里继续").click()
        while not camera.frames:
            page.wait_for_timeout(50)
    assert len(camera.open) == 1
