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
TOML: FilePayload = {"name": "b.toml", "mimeType": "application/toml", "buffer": b"title"}
BLUEPRINT = {
    "format": "kaochang.blueprint/1",
    "title": "低压电工",
    "must_know": 0,
    "shuffle_items": True,
    "shuffle_options": True,
    "sections": [
        {
            "type": "true_false",
            "title": "判断题",
            "count": 20,
            "points": 200,
            "topics": {},
            "must_know": 0,
            "scoring_rule": "all_or_nothing",
            "partial_points": 0,
        }
    ],
}
# Whether the page asks before it is closed, as the browser asks it.
ASKS_BEFORE_CLOSING = """() => !dispatchEvent(new Event("beforeunload", { cancelable: true }))"""


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


def test_a_closed_administration_leads_to_its_statistics(browser: Browser) -> None:
    server = office_server()
    path = ("GET", "/api/administrations/adm1")
    shown = server.answers[path]
    assert isinstance(shown, dict)
    server.answers[path] = shown | {"closed": True}
    with opened(browser, server, "/office#administrations/adm1") as page:
        expect(page.locator("main .btn-main")).to_have_text("试题统计")
        expect(page.get_by_role("button", name="打印准考证")).to_have_count(0)
        page.get_by_role("button", name="导入报名表").click()
        server.answers[("POST", ROSTER)] = problem(409, "seed_revealed", "x")
        page.set_input_files("[name=table]", TABLE)
        page.get_by_role("button", name="检查").click()
        expect(page.locator(".field-error")).to_contain_text("不能再登记考生")


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


def test_what_is_written_of_an_exam_is_taken_back_brought_in_and_not_lost(browser: Browser) -> None:
    server = office_server()
    minutes, rows = "[name=minutes]", ".section-row"
    with opened(browser, server, "/office#administrations") as page:
        page.get_by_role("link", name="考试", exact=True).click()
        page.get_by_role("button", name="新的考试").click()
        assert not page.evaluate(ASKS_BEFORE_CLOSING), "nothing is written yet"
        # Ctrl+Z takes back step by step, and leaves alone what is just being typed.
        page.fill(minutes, "90")
        page.press(minutes, "Tab")
        page.locator("[name=result_shown]").select_option("false")
        page.get_by_role("button", name="加一部分").click()
        expect(page.locator(rows)).to_have_count(3)
        page.locator("[name=pass_points]").focus()
        page.keyboard.press("Control+z")
        expect(page.locator(rows)).to_have_count(2)
        page.locator("[name=pass_points]").focus()
        page.keyboard.press("Control+z")
        expect(page.locator("[name=result_shown]")).to_have_value("true")
        expect(page.locator(minutes)).to_have_value("90")
        page.get_by_role("button", name="撤销").click()
        expect(page.locator(minutes)).to_have_value("120")
        expect(page.get_by_role("button", name="撤销")).to_be_disabled()
        # A file takes the place of the blueprint, one that cannot be used of nothing.
        server.answers[("POST", "/api/blueprints/file")] = {"blueprint": BLUEPRINT}
        page.set_input_files("[name=blueprint_file]", TOML)
        expect(page.locator(rows)).to_have_count(1)
        expect(page.locator("[name=name]")).to_have_value("低压电工")
        expect(page.locator(".exam-total")).to_have_text("共 20 题，40 分")
        assert b'filename="b.toml"' in server.calls("POST", "/api/blueprints/file")[0]
        refusal = problem(422, "blueprint.count_invalid", "x")
        assert isinstance(refusal.body, dict)
        refusal.body.update(
            {
                "field": "sections.0.count",
                "problems": [{"zh": "题数要在 1 到 300 之间。", "en": "x"}],
            }
        )
        server.answers[("POST", "/api/blueprints/file")] = refusal
        page.set_input_files("[name=blueprint_file]", TOML)
        told = page.locator("main [role=alert]")
        expect(told).to_contain_text("没有改动（sections.0.count）")
        expect(told).to_contain_text("题数要在 1 到 300 之间")
        expect(page.locator(rows)).to_have_count(1)
        # Whichever way somebody goes, nothing is lost without a question.
        assert page.evaluate(ASKS_BEFORE_CLOSING)
        asked = page.get_by_role("dialog", name="还没有建立")
        for go in (page.go_back, page.get_by_role("link", name="场次", exact=True).click):
            go()
            asked.get_by_role("button", name="取消").click()
            assert page.url.endswith("#exams")
            expect(page.locator("[name=name]")).to_have_value("低压电工")
        page.go_back()
        asked.get_by_role("button", name="离开，不保存").click()
        expect(page.locator("h1")).to_have_text("场次")
        assert page.url.endswith("#administrations")
        expect(asked).to_have_count(0)
        page.go_back()
        expect(page.locator("h1")).to_have_text("考试")


# What a new administration has unless somebody chooses otherwise.
SETTINGS = {"photo_at_check_in": False, "liveness_challenge": True}


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
    assert set(body) == {"name", "exam_id", "room_id", "starts_at", "closes_at", *SETTINGS}
    assert {name: body[name] for name in SETTINGS} == SETTINGS
    assert body["starts_at"].endswith(":30:00.000Z")
