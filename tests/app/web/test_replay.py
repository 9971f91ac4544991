"""The regulator's pages in Chromium: finding, replaying, deciding."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import Answer, FakeServer, problem
from tests.app.web.replay_data import BASE, ID, START_MS, VERIFIED, finished, found, incident, replay_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
DISPOSITION = "/api/incidents/inc1/disposition"
NOTE = "10:41:06 考生低头取眼镜，戴上后被标记，画面可见核对过程。"


@contextmanager
def opened(browser: Browser, server: FakeServer, path: str = f"/sittings/{ID}") -> Iterator[Page]:
    page = server.open(browser, path)
    try:
        yield page
    finally:
        page.context.close()
    assert server.faults == []


def seconds(page: Page) -> int:
    """Where the playhead is, in seconds since the start."""
    return int(page.locator("svg.tl").get_attribute("aria-valuenow") or "-1")


def test_replay_starts_at_the_first_flag_and_steps(browser: Browser) -> None:
    with opened(browser, replay_server(incident())) as page:
        page.wait_for_selector("svg.tl")
        assert seconds(page) == 125
        expect(page.locator(".replay-view > figure figcaption")).to_contain_text("第 53 题")
        expect(page.locator(".replay-view > figure figcaption")).to_contain_text("帧 125")
        page.keyboard.press("n")
        assert seconds(page) == 372
        page.keyboard.press("Shift+N")
        assert seconds(page) == 125
        page.keyboard.press(".")
        assert seconds(page) == 130
        page.keyboard.press(",")
        page.keyboard.press(",")
        assert seconds(page) == 120


def test_the_answer_shown_is_that_of_the_moment(browser: Browser) -> None:
    with opened(browser, replay_server()) as page:
        page.wait_for_selector("svg.tl")
        expect(page.locator(".now-item")).to_contain_text("未答")
        line = page.locator("svg.tl")
        line.focus()
        page.keyboard.press("PageUp")
        page.keyboard.press("ArrowRight")
        assert seconds(page) == 190
        expect(page.locator(".now-item")).to_contain_text("已答 A")


def test_a_corrected_score_stands_beside_the_first(browser: Browser) -> None:
    server = replay_server()
    scores = {"points": "86", "points_first": "84.5", "total_points": "100", "corrected": True}
    server.answers["GET", BASE] = finished() | scores
    with opened(browser, server) as page:
        expect(page.locator(".replay-head")).to_contain_text("86 / 100 分，更正前 84.5 分")


def test_timeline_is_moved_by_pointer_and_keys(browser: Browser) -> None:
    with opened(browser, replay_server()) as page:
        page.wait_for_selector("svg.tl")
        box = page.locator("svg.tl").bounding_box()
        assert box
        scale = box["width"] / 960
        page.mouse.click(box["x"] + (74 + 437) * scale, box["y"] + 190 * scale)
        assert 590 <= seconds(page) <= 610
        page.locator("svg.tl .tl-f3").click()
        assert seconds(page) == 372
        page.locator("svg.tl").focus()
        page.keyboard.press("End")
        assert seconds(page) == 1200
        page.keyboard.press("Home")
        assert seconds(page) == 0


def test_playing_moves_at_the_chosen_speed(browser: Browser) -> None:
    with opened(browser, replay_server()) as page:
        page.wait_for_selector("svg.tl")
        page.get_by_role("button", name="60×").click()
        page.keyboard.press("]")
        expect(page.locator("[data-speed='60']")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="播放").click()
        expect(page.locator("svg.tl")).to_have_attribute(
            "aria-valuenow", re.compile(r"^(1[6-9]\d|[2-9]\d\d)$")
        )
        page.get_by_role("button", name="停").click()
        at = seconds(page)
        page.wait_for_timeout(200)
        assert seconds(page) == at
        page.keyboard.press("[")
        expect(page.locator("[data-speed='16']")).to_have_attribute("aria-pressed", "true")


def test_every_mark_is_also_a_row(browser: Browser) -> None:
    with opened(browser, replay_server()) as page:
        page.wait_for_selector("svg.tl")
        page.get_by_role("button", name="列表").click()
        rows = page.locator(".tl-list tr")
        expect(rows).to_have_count(3 + 10 + 3 + 1 + 3 + 1)
        rows.filter(has_text="人脸不一致").get_by_role("button").click()
        assert seconds(page) == 372


def test_a_missing_picture_says_so(browser: Browser) -> None:
    server = replay_server()
    server.answers[("GET", f"{BASE}/frames/100.jpg")] = problem(404, "not_found")
    with opened(browser, server) as page:
        page.wait_for_selector("svg.tl")
        page.locator("svg.tl").focus()
        page.keyboard.press("Home")
        expect(page.locator(".replay-view > figure .tile-none")).to_have_text("这一刻的画面取不到")


def test_disposition_has_nothing_preset_and_wants_reason_and_words(browser: Browser) -> None:
    server = replay_server(incident())
    decided = {"decision": "dismissed", "reason": "D-02", "note": NOTE, "by": "赵文", "at": instant()}
    server.answers[("POST", DISPOSITION)] = Answer({}, 201)
    with opened(browser, server) as page:
        page.wait_for_selector("#disposition")
        assert page.locator("#disposition input:checked").count() == 0
        page.keyboard.press("Control+Enter")
        expect(page.locator(".replay-form .field-error")).to_contain_text("请先选一种处置")
        page.keyboard.press("1")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".replay-form .field-error")).to_contain_text("请先选理由")
        page.select_option("#reason", "D-02")
        page.fill("#note", "太短")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".replay-form .field-error")).to_contain_text("至少 20 个字")
        assert server.calls("POST", DISPOSITION) == []
        page.fill("#note", NOTE)
        server.answers[("GET", BASE)] = finished(incident(disposition=decided))
        page.keyboard.press("Control+Enter")
        expect(page.locator(".replay-form")).to_contain_text("赵文 已处置：不成立")
    assert server.calls("POST", DISPOSITION) == [{"decision": "dismissed", "reason": "D-02", "note": NOTE}]


def test_a_decided_incident_cannot_be_decided_again(browser: Browser) -> None:
    server = replay_server(incident())
    server.answers[("POST", DISPOSITION)] = problem(409, "already_decided")
    with opened(browser, server) as page:
        page.wait_for_selector("#disposition")
        page.keyboard.press("2")
        page.select_option("#reason", "D-01")
        page.fill("#note", NOTE)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".replay-form .field-error")).to_contain_text("已经有人处置了")


def test_an_incident_is_opened_at_the_moment_shown(browser: Browser) -> None:
    server = replay_server()
    server.answers[("POST", f"{BASE}/incidents")] = Answer({"id": "inc1"}, 201)
    with opened(browser, server) as page:
        page.wait_for_selector("#incident")
        boxes = page.locator("#incident input:checked")
        expect(boxes).to_have_value("f1")
        page.keyboard.press("n")
        expect(boxes).to_have_value("f2")
        page.select_option("#reason", "I-02")
        page.fill("#note", "画面里的人换了一位，请看。")
        # Touched: the form stays at its moment while the picture goes on.
        page.locator("svg.tl").focus()
        page.keyboard.press("Home")
        expect(boxes).to_have_value("f2")
        server.answers[("GET", BASE)] = finished(incident())
        page.get_by_role("button", name="记为事件").click()
        expect(page.locator("#disposition")).to_be_visible()
    assert server.calls("POST", f"{BASE}/incidents") == [
        {
            "flag_ids": ["f2"],
            "moment": instant(START_MS + 372_000),
            "reason": "I-02",
            "note": "画面里的人换了一位，请看。",
        }
    ]


def test_another_incident_is_noted_by_keys_and_decided_apart(browser: Browser) -> None:
    server = replay_server(incident())
    server.answers[("POST", f"{BASE}/incidents")] = Answer({"id": "inc2"}, 201)
    server.answers[("POST", DISPOSITION)] = Answer({}, 201)
    with opened(browser, server) as page:
        page.wait_for_selector("#disposition")
        page.fill("#note", "写了一半")
        page.locator("svg.tl").focus()
        page.keyboard.press("End")
        page.keyboard.press("i")
        expect(page.locator("#reason")).to_be_focused()
        expect(page.locator("#incident input:checked")).to_have_count(0)
        page.keyboard.press("ArrowDown")
        page.fill("#note", "最后一刻桌上有一部手机。")
        second = incident(id="inc2", opened_by="zhaowen", by="赵文", flag_ids=[], moment=instant())
        server.answers[("GET", BASE)] = finished(incident(), second)
        page.keyboard.press("Control+Enter")
        tabs = page.get_by_role("tab")
        expect(tabs).to_have_count(3)
        expect(tabs.nth(1)).to_be_focused()
        expect(page.locator(".replay-form")).to_contain_text("这件事是您记的")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#note")).to_have_value("写了一半")
        page.keyboard.press("1")
        page.select_option("#reason", "D-02")
        page.fill("#note", NOTE)
        decided = {"decision": "dismissed", "reason": "D-02", "note": NOTE, "by": "赵文", "at": instant()}
        server.answers[("GET", BASE)] = finished(incident(disposition=decided), second)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".replay-form")).to_contain_text("赵文 已处置：不成立")
        page.get_by_role("tab", name="再记一件").click()
        expect(page.locator("#note")).to_have_value("")
    (sent,) = server.calls("POST", f"{BASE}/incidents")
    assert (sent["flag_ids"], sent["moment"], sent["reason"]) == ([], instant(), "I-02")
    assert [call["decision"] for call in server.calls("POST", DISPOSITION)] == ["dismissed"]


def test_the_letter_for_an_incident_is_a_letter_in_a_text(browser: Browser) -> None:
    with opened(browser, replay_server(incident())) as page:
        page.locator("#note").press_sequentially("in")
        expect(page.locator("#note")).to_have_value("in")
        expect(page.locator("#disposition")).to_be_visible()


def test_verification_is_said_either_way(browser: Browser) -> None:
    server = replay_server()
    with opened(browser, server) as page:
        expect(page.locator(".proof")).to_contain_text("4,812 条、234 帧已核验")
        bad = {"seq": 3107, "code": "entry_missing", "text": "x"}
        server.answers[("GET", f"{BASE}/verification")] = VERIFIED | {"ok": False, "first_problem": bad}
        page.locator(".proof").click()
        expect(page.locator(".proof-bad")).to_contain_text("第 3107 条：少了一条")


def test_finding_sends_what_was_typed_and_pages(browser: Browser) -> None:
    server = FakeServer()
    server.answers = {
        ("GET", "/api/staff/me"): {"id": "z", "username": "z", "name": "赵文", "role": "regulator"},
        ("GET", "/api/sittings"): found(120),
    }
    with opened(browser, server, "/sittings") as page:
        expect(page.locator("tbody tr")).to_have_count(3)
        page.fill("#q", "刘永刚")
        page.select_option("#flag", "another_person")
        page.wait_for_url("**flag=another_person")
        page.get_by_role("button", name="下一页").click()
        page.wait_for_url("**page=2")
        assert server.calls("GET", "/api/sittings")[-1] == {
            "q": ["刘永刚"],
            "flag": ["another_person"],
            "page": ["2"],
        }
        server.answers[("GET", "/api/sittings")] = found(0) | {"sittings": []}
        page.fill("#q", "没有这个人")
        expect(page.locator(".empty")).to_contain_text("没有符合条件的考试")
