"""The exam office's pages and the staff sign-in in Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.app.web.fake_server import FakeServer, problem
from tests.app.web.office_data import office_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
ROSTER = "/api/administrations/adm1/roster"
TABLE: FilePayload = {
    "name": "七月上半月报名表.xlsx",
    "mimeType": "application/octet-stream",
    "buffer": b"table",
}


@contextmanager
def opened(browser: Browser, server: FakeServer, path: str = "/office") -> Iterator[Page]:
    page = server.open(browser, path)
    try:
        yield page
    finally:
        page.context.close()
    assert server.faults == []


def test_staff_sign_in_leads_home_and_says_what_is_wrong(browser: Browser) -> None:
    server = office_server()
    server.answers[("POST", "/api/staff/session")] = problem(401, "sign_in_refused")
    with opened(browser, server, "/staff") as page:
        page.fill("#username", "lihong")
        page.keyboard.press("Enter")
        expect(page.locator("#refusal")).to_contain_text("请输入用户名和密码")
        page.fill("#password", "wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#refusal")).to_contain_text("请再核对一遍")
        server.answers[("POST", "/api/staff/session")] = {"role": "exam_office", "home": "/office"}
        page.fill("#password", "right")
        page.keyboard.press("Enter")
        page.wait_for_selector(".office-tabs")
    sent = server.calls("POST", "/api/staff/session")
    assert sent == [{"username": "lihong", "password": word} for word in ("wrong", "right")]


def test_nobody_signed_in_goes_to_the_sign_in(browser: Browser) -> None:
    server = office_server()
    server.answers[("GET", "/api/staff/me")] = problem(401, "not_signed_in")
    with opened(browser, server) as page:
        page.wait_for_selector("#username")


def test_roster_is_checked_before_it_is_written(browser: Browser) -> None:
    server = office_server()
    with opened(browser, server, "/office#administrations/adm1") as page:
        page.get_by_role("button", name="导入报名表").click()
        page.set_input_files("[name=table]", TABLE)
        page.get_by_role("button", name="检查").click()
        expect(page.locator("h1")).to_contain_text("七月上半月报名表.xlsx")
        expect(page.locator(".importtbl tbody tr")).to_have_count(4)
        page.get_by_role("tab", name="不能导入").click()
        expect(page.locator(".importtbl tbody tr")).to_have_count(2)
        expect(page.locator(".importtbl")).to_contain_text("末位校验不对")
        bodies = server.calls("POST", ROSTER)
        assert len(bodies) == 1
        assert b'name="table"' in bodies[0]
        assert b'name="photos"' not in bodies[0]
        page.get_by_role("button", name="导入 38 行").click()
        expect(page.locator(".note-ok")).to_contain_text("已导入 38 人")
    assert len(server.calls("POST", ROSTER)) == 2


def test_an_unreadable_file_says_so_and_keeps_the_form(browser: Browser) -> None:
    server = office_server()
    server.answers[("POST", ROSTER)] = problem(422, "file_encrypted", "这个文件打不开。它加了密码。")
    with opened(browser, server, "/office#administrations/adm1") as page:
        page.get_by_role("button", name="导入报名表").click()
        page.set_input_files("[name=table]", TABLE)
        page.get_by_role("button", name="检查").click()
        expect(page.locator(".field-error")).to_contain_text("它加了密码")
        expect(page.get_by_role("button", name="检查")).to_be_enabled()


def test_tickets_warn_first_then_print(browser: Browser) -> None:
    server = office_server()
    path = "/api/administrations/adm1/tickets"
    with opened(browser, server, "/office#administrations/adm1") as page:
        page.get_by_role("button", name="打印准考证").click()
        expect(page.locator("dialog[open]")).to_contain_text("旧的马上失效")
        page.get_by_role("button", name="取消").click()
        assert server.calls("POST", path) == []
        page.get_by_role("button", name="打印准考证").click()
        page.get_by_role("button", name="发新码并打印").click()
        expect(page.locator(".ticket")).to_have_count(12)
        expect(page.locator(".ticket").first).to_contain_text("K7QMX-3XWD-9F2T-AAAA")
        page.emulate_media(media="print")
        expect(page.locator(".topbar")).to_be_hidden()
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
        page.emulate_media(media="screen")
        page.get_by_role("link", name="返回").click()
        expect(page.locator("tbody tr")).to_have_count(12)
    assert len(server.calls("POST", path)) == 1


def test_exam_is_sent_as_a_blueprint_and_shortages_are_told(browser: Browser) -> None:
    server = office_server()
    refusal = problem(422, "blueprint_infeasible", "x")
    assert isinstance(refusal.body, dict)
    refusal.body["problems"] = [{"code": "x", "zh": "判断题：需要 70 道题，题库只有 60 道。", "en": "x"}]
    server.answers[("POST", "/api/exams")] = refusal
    with opened(browser, server, "/office#exams") as page:
        page.get_by_role("button", name="新的考试").click()
        page.fill("[name=name]", "低压电工")
        expect(page.locator(".exam-total")).to_have_text("共 100 题，100 分")
        page.get_by_role("button", name="加一部分").click()
        expect(page.locator(".exam-total")).to_have_text("共 110 题，110 分")
        rows = page.locator(".section-row")
        rows.nth(2).locator("[name=scoring_rule]").select_option("partial_no_wrong")
        rows.nth(2).locator("[name=partial_points]").fill("0.5")
        rows.nth(0).get_by_role("button", name="限定知识点").click()
        rows.nth(0).get_by_label("知识点", exact=True).select_option("现场用电")
        rows.nth(0).locator("[data-topic] input").fill("70")
        page.get_by_role("button", name="建立考试").click()
        expect(page.locator("main [role=alert]")).to_contain_text("题库只有 60 道")
    [body] = server.calls("POST", "/api/exams")
    assert body["minutes"] == 120
    assert body["pass_points"] == 8000
    assert body["result_shown"] is True
    sections = body["blueprint"]["sections"]
    assert sections[0] == {
        "title": "判断题",
        "type": "true_false",
        "count": 70,
        "points": 100,
        "partial_points": 0,
        "scoring_rule": "all_or_nothing",
        "topics": {"现场用电": 70},
        "must_know": 0,
    }
    assert sections[2]["partial_points"] == 50


def test_administration_needs_its_window_in_order(browser: Browser) -> None:
    server = office_server()
    with opened(browser, server) as page:
        page.get_by_role("button", name="新的场次").click()
        page.fill("[name=name]", "第 8 期")
        page.fill("[name=starts_at]", "2026-08-01T09:30")
        page.fill("[name=closes_at]", "2026-08-01T09:00")
        page.get_by_role("button", name="建立场次").click()
        expect(page.locator("dialog [role=alert]")).to_contain_text("要在开考时间之后")
        assert server.calls("POST", "/api/administrations") == []
        page.fill("[name=closes_at]", "2026-08-01T10:00")
        page.get_by_role("button", name="建立场次").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
    [body] = server.calls("POST", "/api/administrations")
    assert set(body) == {"name", "exam_id", "room_id", "starts_at", "closes_at", "photo_at_check_in"}
    assert body["photo_at_check_in"] is False
    assert body["starts_at"].endswith(":30:00.000Z")
