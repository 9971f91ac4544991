"""The list of keys: what acts on the page shown, opened by `?` or its button, in both languages."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import candidate_server
from tests.app.web.fake_server import FakeServer
from tests.app.web.replay_data import ID, incident, replay_server
from tests.app.web.staff_data import wall_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
CONSENT = {"recording": True, "face_comparison": True}


@contextmanager
def opened(browser: Browser, server: FakeServer, path: str) -> Iterator[Page]:
    page = server.open(browser, path)
    try:
        yield page
    finally:
        page.context.close()
    assert server.faults == []


def listed(page: Page) -> dict[str, str]:
    """Opens the list by its key, reads it and closes it."""
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    keys = dialog.locator("dt").all()
    words = dialog.locator("dd").all_inner_texts()
    rows = {
        " ".join(key.locator("kbd").all_inner_texts()): text for key, text in zip(keys, words, strict=True)
    }
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return rows


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-CN", ["选", "稍后再看", "找监考员"]), ("en", ["choose", "Look again", "Call invigilator"])],
)
def test_the_exam_lists_the_keys_of_what_is_shown(browser: Browser, lang: str, words: list[str]) -> None:
    server, _live, _camera = candidate_server("in_progress", 3_600_000, consent=CONSENT)
    with opened(browser, server, f"/candidate?lang={lang}") as page:
        page.wait_for_selector("item-view label")
        options = page.locator("item-view label").count()
        last = "ABCDEF"[options - 1]
        rows = listed(page)
        assert set(rows) == {f"A–{last}", "←", "→", "M", "Ctrl Enter", "F2"}
        assert [rows[f"A–{last}"], rows["M"], rows["F2"]] == words
        page.keyboard.press("Control+Enter")
        page.locator(".two-review").wait_for()
        assert set(listed(page)) == {"Esc", "F2"}
        page.keyboard.press("Escape")
        expect(page.locator("item-view")).to_be_visible()


def test_the_check_in_has_the_list_too(browser: Browser) -> None:
    server, _live, _camera = candidate_server("checking_in", consent=CONSENT)
    with opened(browser, server, "/candidate") as page:
        page.wait_for_selector(".checks")
        assert set(listed(page)) == {"F2"}


def test_a_question_mark_in_a_field_is_a_question_mark(browser: Browser) -> None:
    with opened(browser, FakeServer(), "/") as page:
        page.locator("key-list button").wait_for()
        page.locator("#ticket").press_sequentially("?")
        expect(page.locator("#ticket")).to_have_value("?")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.locator("main h1").click()
        assert set(listed(page)) == {"Tab", "Enter"}


def test_letters_that_were_switched_off_are_switched_on_again_by_the_button(browser: Browser) -> None:
    server, _live, _camera = candidate_server("in_progress", 3_600_000, consent=CONSENT)
    with opened(browser, server, "/candidate") as page:
        page.wait_for_selector("item-view label")
        later = page.get_by_role("button", name="稍后再看", exact=True)
        expect(later).to_have_attribute("aria-pressed", "false")
        for on, pressed in ((False, "false"), (True, "true")):
            page.locator("key-list button").click()
            page.locator("#letters").set_checked(on)
            page.keyboard.press("Escape")
            page.keyboard.press("m")
            expect(later).to_have_attribute("aria-pressed", pressed)


def test_wall_and_replay_list_theirs(browser: Browser) -> None:
    server, _socket = wall_server()
    with opened(browser, server, "/wall/adm1") as page:
        page.wait_for_selector("seat-tile button")
        letters = set("JQFNMWPTAKX")
        assert set(listed(page)) == {"1–5", "← → ↑ ↓", "Esc", *letters}
    with opened(browser, replay_server(incident()), f"/sittings/{ID}") as page:
        page.wait_for_selector("svg.tl")
        marks = {"空格", ",", ".", "N", "⇧N", "[", "]", "1 2 3", "I", "Ctrl Enter"}
        assert set(listed(page)) == marks
