"""The page of one face under two names in Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import Answer, FakeServer, problem
from tests.app.web.office_data import office_server
from tests.app.web.staff_data import jpeg
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
API = "/api/face-leads"
REGULATOR = {"id": "zhaowen", "username": "zhaowen", "name": "赵文", "role": "regulator"}
REASONS = {"face_lead": [{"code": "F-01", "zh": "看过照片，是两个人", "en": "Photos seen: two people"}]}


def person(number: int, frame: int | None) -> dict[str, Any]:
    return {
        "sitting_id": f"sitting-0{number}",
        "name": ("孙海燕", "孙海艳", "宋春梅", "杨卫东")[number],
        "id_number_masked": f"3708**********{2914 + number}",
        "enterprise": ("东城机械厂", "城南建筑安装有限公司")[number % 2],
        "administration": f"2026 年第 {number + 5} 期 上午场",
        "photo": number != 3,
        "frame": frame,
    }


def lead(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"lead{number}",
        "found_in": "2026 年第 7 期 上午场",
        "score_milli": 913 - 200 * number,
        "people": [person(2 * number, 12), person(2 * number + 1, None)],
        "look": None,
    } | changes


SEARCH = {
    "name": "2026 年第 7 期 上午场",
    "searched_at": instant(),
    "registered": 120,
    "searched": 96,
    "against": 1840,
    "comparisons": 181200,
    "threshold_milli": 615,
    "expected_false": 1.0,
    "above": 2,
}
FOUND: dict[str, Any] = {
    "state": "done",
    "progress": None,
    "failed": [],
    "total": 2,
    "looked_at": 0,
    "leads": [lead(0), lead(1)],
    "searches": [SEARCH],
}


@contextmanager
def opened(browser: Browser, body: object, lang: str = "zh-CN") -> Iterator[tuple[Page, FakeServer]]:
    server = office_server()
    server.answers |= {
        ("GET", "/api/staff/me"): REGULATOR,
        ("GET", "/api/reasons"): REASONS,
        ("GET", API): body,
    }
    for number in range(4):
        server.answers[("GET", f"/api/sittings/sitting-0{number}/photo")] = jpeg()
        server.answers[("GET", f"/api/sittings/sitting-0{number}/frames/12.jpg")] = jpeg()
    page = server.open(browser, f"/face-leads?lang={lang}")
    try:
        yield page, server
    finally:
        page.context.close()
    assert server.faults == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_pair_is_looked_at(browser: Browser, lang: str) -> None:
    with opened(browser, FOUND, lang) as (page, server):
        rows = page.locator(".lead-row")
        expect(rows).to_have_count(2)
        expect(page.locator(".face-pair img")).to_have_count(3)
        expect(page.locator(".face-pair")).to_contain_text("3708**********2914")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        rows.nth(1).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".lead-row[aria-current]")).to_be_focused()
        expect(page.locator(".face-pair")).to_contain_text("宋春梅")
        look = {"at": instant(), "by": "赵文", "reason": "F-01", "note": ""}
        server.answers[("POST", f"{API}/lead1/look")] = Answer({"look": look}, 201)
        server.answers[("GET", API)] = FOUND | {"leads": [lead(0), lead(1, look=look)], "looked_at": 1}
        page.locator(".lead-look select").select_option("F-01")
        page.locator(".lead-look").get_by_role("button").click()
        expect(page.locator(".note-ok")).to_contain_text("赵文")
        assert server.calls("POST", f"{API}/lead1/look") == [{"reason": "F-01", "note": ""}]


def test_states_are_said(browser: Browser) -> None:
    nothing = FOUND | {"leads": [], "total": 0}
    with opened(browser, nothing) as (page, _):
        expect(page.locator(".empty")).to_contain_text("没有要看的")
    with opened(browser, nothing | {"state": "waiting", "searches": []}) as (page, _):
        expect(page.locator(".empty")).to_contain_text("还没有比对过")
    progress = {"name": "第 7 期", "done": 300, "whole": 1000}
    with opened(browser, nothing | {"state": "running", "progress": progress}) as (page, server):
        expect(page.get_by_role("status")).to_contain_text("已完成 30 %")
        server.answers[("GET", API)] = FOUND
        expect(page.locator(".lead-row")).to_have_count(2)
    with opened(browser, FOUND | {"state": "failed", "failed": ["第 8 期"]}) as (page, _):
        expect(page.get_by_role("status")).to_contain_text("第 8 期")
    with opened(browser, problem(403, "forbidden")) as (page, _):
        expect(page.locator("[role=alert]")).to_be_visible()
