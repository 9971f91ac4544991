"""Items of every type on the candidate's page, in Chromium."""

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.sittings.papers import render_form
from question_bank.item_types import ItemType
from tests.app.web.candidate_data import LiveSocket, candidate_server
from tests.app.web.fake_server import FakeServer
from tests.browser import browser, needs_chromium
from tests.factories.item_types import bank_of_every_type, blueprint_of_every_type
from tests.question_bank.factories import draw_form

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]

PLACES = {item_type: place for place, item_type in enumerate(ItemType, start=1)}


def at(item_type: ItemType, **responses: list[str]) -> tuple[FakeServer, LiveSocket]:
    """A server in the middle of an exam with an item of every type, rendered as the service does."""
    server, live, _camera = candidate_server(
        "in_progress", 3_600_000, consent={"recording": True, "face_comparison": True}
    )
    bank, blueprint = bank_of_every_type(), blueprint_of_every_type()
    form = draw_form(bank, blueprint)
    document: dict[str, Any] = json.loads(render_form(form, bank))
    given = {str(PLACES[ItemType(name)]): response for name, response in responses.items()}
    document |= {"responses": given, "marks": [], "position": PLACES[item_type]}
    server.answers[("GET", "/api/candidate/form")] = document
    return server, live


def told(page: Page, live: LiveSocket, *response: str) -> None:
    """The newest answer that the server got is this one: looked at once a drawn frame, for five seconds."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        answers = live.of("answer")
        if answers and answers[-1]["response"] == list(response):
            return
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError(live.of("answer"))


def opened(browser: Browser, server: FakeServer) -> Page:
    page = server.open(browser, "/candidate")
    page.wait_for_selector("item-view .stem")
    return page


def done(page: Page, server: FakeServer) -> None:
    page.context.close()
    assert server.faults == []


def test_a_number_is_answered_when_typing_pauses_and_when_the_item_is_left(browser: Browser) -> None:
    server, live = at(ItemType.NUMERIC)
    page = opened(browser, server)
    expect(page.locator(".entry")).to_contain_text("V")
    field = page.get_by_label("填写一个数")
    field.press_sequentially("12")
    told(page, live, "12")
    field.press_sequentially(".5")
    page.get_by_role("button", name="下一题").click()
    expect(page.locator(".cell-now")).to_have_text(str(PLACES[ItemType.TEXT_ENTRY]))
    told(page, live, "12.5")
    assert [m["position"] for m in live.of("answer")] == [PLACES[ItemType.NUMERIC]] * 2
    done(page, server)


def test_words_may_hold_the_letters_that_are_keys_elsewhere(browser: Browser) -> None:
    server, live = at(ItemType.TEXT_ENTRY)
    page = opened(browser, server)
    page.get_by_label("填写答案").fill("mabc？")
    page.keyboard.press("Tab")
    told(page, live, "mabc？")
    assert live.of("mark") == []
    page.get_by_label("填写答案").fill("")
    page.keyboard.press("Tab")
    told(page, live)
    done(page, server)


def test_an_order_is_kept_or_changed_by_keyboard(browser: Browser) -> None:
    server, live = at(ItemType.ORDERING)
    page = opened(browser, server)
    shown = page.locator(".ordered-row .rich").all_inner_texts()
    page.get_by_role("button", name="就按这个顺序").click()
    told(page, live, "A", "B", "C", "D")
    down = page.get_by_role("button", name=f"下移：{shown[0]}")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ordered-row .rich").first).to_have_text(shown[1])
    expect(page.get_by_role("button", name=f"下移：{shown[0]}")).to_be_focused()
    told(page, live, "B", "A", "C", "D")
    done(page, server)


def test_sources_are_matched_from_menus(browser: Browser) -> None:
    server, live = at(ItemType.MATCHING)
    page = opened(browser, server)
    page.get_by_label("红").select_option(index=2)
    page.get_by_label("蓝").select_option(index=1)
    told(page, live, "1=B", "3=A")
    page.get_by_label("红").select_option(index=0)
    expect(page.get_by_label("蓝")).to_have_value("A")
    told(page, live, "3=A")
    done(page, server)


def test_a_cloze_has_its_gaps_inside_the_stem_and_shows_formulas(browser: Browser) -> None:
    server, live = at(ItemType.CLOZE)
    page = opened(browser, server)
    assert page.locator(".stem mfrac").count() == 1
    page.get_by_label("第 1 空").fill("5")
    page.get_by_label("第 2 空").select_option("减半")
    page.get_by_label("第 3 空").fill("安培=A")
    page.keyboard.press("Tab")
    told(page, live, "1=5", "2=A", "3=安培=A")
    assert "[[" not in page.locator(".stem").inner_text()
    done(page, server)


def test_a_case_stands_above_its_item(browser: Browser) -> None:
    server, _live = at(ItemType.SINGLE_CHOICE)
    page = opened(browser, server)
    expect(page.locator(".stimulus")).to_contain_text("案例：配电房检修")
    expect(page.locator(".stimulus td").nth(1)).to_have_text("乙合闸")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stimulus")).to_have_count(0)
    done(page, server)


def test_what_was_answered_is_shown_again_and_told_before_handing_in(browser: Browser) -> None:
    given = {
        "numeric": ["12"],
        "text_entry": ["验电"],
        "ordering": ["D", "A", "B", "C"],
        "matching": ["1=B", "2=A"],
        "cloze": ["1=5", "2=B"],
    }
    server, _live = at(ItemType.CLOZE, **given)
    page = opened(browser, server)
    expect(page.get_by_label("第 1 空")).to_have_value("5")
    expect(page.get_by_label("第 2 空")).to_have_value("B")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("黄")).to_have_value("A")
    page.get_by_role("button", name="稍后再看", exact=True).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".goto", has_text="安全色")).to_contain_text("1–B、2–A")
    done(page, server)
