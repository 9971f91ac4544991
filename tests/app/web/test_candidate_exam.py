"""The candidate's exam in Chromium: answering, pauses, notices, the end."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.app.web.candidate_data import candidate_server, form, instant
from tests.app.web.candidate_data import status as status_of
from tests.app.web.candidate_pages import CONSENT, in_exam, opened
from tests.app.web.fake_server import FakeServer, problem
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]


def test_keys_answer_mark_and_move(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        page.keyboard.press("b")
        expect(page.locator(".opt").nth(1)).to_contain_text("已选")
        page.keyboard.press("m")
        expect(page.get_by_role("button", name="稍后再看", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        page.keyboard.press("ArrowRight")
        expect(page.locator(".cell-now")).to_have_text("68")
        expect(page.locator("save-state")).to_contain_text("已保存")
    assert [m["position"] for m in live.of("visit")] == [67, 68]
    assert live.of("answer")[0]["response"] == ["o67_0", "o67_1", "o67_2"]
    assert live.of("mark")[0] | {"elapsed_ms": 0, "seq": 0} == {
        "type": "mark",
        "position": 67,
        "on": True,
        "elapsed_ms": 0,
        "seq": 0,
    }
    numbers = [m["seq"] for m in live.got if "seq" in m]
    assert numbers == list(range(1, len(numbers) + 1))


def test_single_choice_keeps_one(browser: Browser) -> None:
    server, live, _camera = in_exam()
    server.answers[("GET", "/api/candidate/form")] = form(position=48)
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        page.keyboard.press("c")
        page.keyboard.press("d")
        expect(page.locator(".opt-on")).to_have_count(1)
        expect(page.locator(".opt").nth(3)).to_contain_text("已选")
        expect(page.locator("save-state")).to_contain_text("已保存")
    assert [m["response"] for m in live.of("answer")] == [["o48_2"], ["o48_3"]]


def test_saved_is_said_only_after_the_acknowledgement(browser: Browser) -> None:
    server, live, _camera = in_exam()
    live.acknowledge = False
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        page.keyboard.press("b")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saving")
        page.wait_for_timeout(400)
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saving")
        live.send(type="acknowledged", seq=max(m["seq"] for m in live.got if "seq" in m), at=instant())
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")


def test_offline_answers_survive_a_reload_and_are_sent(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
        server.sockets["/ws/candidate"] = lambda socket: socket.close(code=1011)
        live.open[-1].close(code=1011)
        expect(page.locator("save-state")).to_contain_text("已断网")
        page.keyboard.press("d")
        expect(page.locator("save-state")).to_contain_text("1 题的答案存在本机")
        server.sockets["/ws/candidate"] = live.attach
        page.reload()
        page.wait_for_selector(".opt")
        expect(page.locator(".opt").nth(3)).to_contain_text("已选")
        expect(page.locator(".cell-now")).to_have_text("67")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
    assert live.of("answer")[-1]["response"] == ["o67_0", "o67_2", "o67_3"]
    hellos = live.of("hello")
    assert hellos[0]["writer"] == hellos[-1]["writer"]
    assert hellos[0]["tab"] != hellos[-1]["tab"]


def test_a_refused_answer_is_told_and_not_sent_again(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
        live.acknowledge = False
        page.keyboard.press("b")
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saving")
        while not live.of("answer"):  # stored in the outbox first, then sent
            page.wait_for_timeout(20)
        seq = live.of("answer")[-1]["seq"]
        live.send(type="refused", seq=seq, code="time_over", message="x")
        expect(page.locator(".toast")).to_contain_text("时间到了")
        page.reload()
        page.wait_for_selector(".opt")
        expect(page.locator(".opt").nth(1)).not_to_contain_text("已选")
    assert [m["seq"] for m in live.of("answer")] == [seq]


def test_pause_covers_the_item_and_stops_the_clock(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        live.status = status_of("paused", 2_873_000)
        live.send(type="status", now=instant(), status=live.status)
        expect(page.locator(".cover")).to_contain_text("00:47:53")
        page.keyboard.press("b")
        live.status = status_of("in_progress", 2_873_000)
        live.send(type="status", now=instant(), status=live.status)
        expect(page.locator(".cover")).to_be_hidden()
    assert live.of("answer") == []


def test_time_over_stops_answers_and_says_so(browser: Browser) -> None:
    server, live, _camera = candidate_server("in_progress", 900, consent=CONSENT)
    with opened(browser, server) as page:
        expect(page.locator("#cover-title")).to_have_text("时间到了")
        page.keyboard.press("b")
        server.answers[("GET", "/api/candidate/result")] = {
            "state": "expired",
            "ended_at": instant(),
            "answered": 71,
            "total": 80,
            "shown": False,
            "points": None,
            "pass": None,
            "total_points": "100",
            "pass_points": "60",
            "sections": [],
        }
        live.send(type="status", now=instant(), status=status_of("expired", 0))
        expect(page.locator("h1").first).to_have_text("时间到，已自动交卷")
        expect(page.locator("main")).to_contain_text("71 / 80")
    assert live.of("answer") == []


def test_a_sign_in_after_the_close_says_so_in_plain_words(browser: Browser) -> None:
    words = {"zh-CN": "已经过了最晚开考时间", "en": "latest time to start"}
    for lang, said in words.items():
        server = FakeServer()
        server.answers[("POST", "/api/candidate/session")] = problem(409, "administration_closed")
        with opened(browser, server, f"/?lang={lang}") as page:
            page.fill("#ticket", "2607100173")
            page.fill("#code", "k7qmx-3xwd-9f2t-aaaa")
            page.keyboard.press("Enter")
            expect(page.locator("#code-error")).to_contain_text(said)


def test_whoever_waits_when_the_administration_closes_is_told(browser: Browser) -> None:
    server, live, _camera = candidate_server("awaiting_admission", consent=CONSENT)
    server.answers[("GET", "/api/candidate/result")] = {
        "state": "expired",
        "ended_at": instant(),
        "ended_reason": "administration_closed",
        "answered": 0,
        "total": 80,
        "shown": False,
    }
    with opened(browser, server) as page:
        expect(page.locator("h1")).to_have_text("请坐好，监考员会过来")
        live.status = status_of("expired") | {"ended_reason": "administration_closed"}
        live.send(type="status", now=instant(), status=live.status)
        expect(page.locator("h1")).to_have_text("这一场已经结束，您没有开考")
        expect(page.locator("main")).not_to_contain_text("交卷")


def test_a_notice_is_confirmed(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        live.send(
            type="notice",
            notice_id="notice-01",
            kind="warning",
            text="请坐正，<b>脸</b>对着屏幕。",
            staff_name="周敏",
            at=instant(),
        )
        expect(page.locator("dialog[open]")).to_contain_text("请坐正，<b>脸</b>对着屏幕。")
        assert live.of("notice_shown") == []
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
    assert [m["notice_id"] for m in live.of("notice_shown")] == ["notice-01"]


def test_hand_in_needs_two_steps_and_shows_the_score(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        page.keyboard.press("Control+Enter")
        expect(page.locator("h1")).to_have_text("交卷前看一眼")
        expect(page.locator(".goto").first).to_contain_text("第 48 题")
        page.locator("footer").get_by_role("button", name="交卷").click()
        assert live.of("hand_in") == []
        page.locator("dialog").get_by_role("button", name="交卷").click()
        expect(page.locator(".cover")).to_contain_text("正在交卷")
        result = {"state": "submitted", "ended_at": instant(), "answered": 71, "total": 80, "shown": True}
        points = {"points": "86", "pass": True, "total_points": "100", "pass_points": "60", "sections": []}
        corrected = {"corrected": {"points_before": "84.5", "pass_before": True}}
        server.answers[("GET", "/api/candidate/result")] = result | points | corrected
        live.send(type="status", now=instant(), status=status_of("submitted", 0))
        expect(page.locator("h1").first).to_have_text("86 分，合格")
        expect(page.locator(".done-box")).to_contain_text("试题答案更正后已重新计分，原来是 84.5 分。")
    assert len(live.of("hand_in")) == 1


def test_a_refused_hand_in_lets_the_candidate_go_on(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        live.acknowledge = False
        page.keyboard.press("Control+Enter")
        page.locator("footer").get_by_role("button", name="交卷").click()
        page.locator("dialog").get_by_role("button", name="交卷").click()
        expect(page.locator(".cover")).to_contain_text("正在交卷")
        while not live.of("hand_in"):  # stored in the outbox first, then sent
            page.wait_for_timeout(20)
        live.send(type="refused", seq=live.of("hand_in")[-1]["seq"], code="invalid", message="x")
        expect(page.locator(".toast")).to_be_visible()
        expect(page.locator(".cover")).to_be_hidden()
        page.keyboard.press("Escape")
        expect(page.locator("item-view")).to_be_visible()


def test_page_events_are_reported_and_copying_is_refused(browser: Browser) -> None:
    server, live, _camera = in_exam()
    with opened(browser, server) as page:
        page.wait_for_selector(".opt")
        page.evaluate("window.dispatchEvent(new Event('blur'))")
        page.evaluate("document.dispatchEvent(new ClipboardEvent('copy', { cancelable: true }))")
        page.keyboard.press("F2")
        expect(page.locator(".toast")).to_be_visible()
        expect(page.locator("save-state")).to_have_attribute("data-kind", "saved")
    kinds = [m["kind"] for m in live.of("page_event")]
    assert "focus_lost" in kinds
    assert "copy_refused" in kinds
    assert len(live.of("call_invigilator")) == 1


def test_signed_out_goes_to_the_sign_in(browser: Browser) -> None:
    server = FakeServer()
    server.answers[("GET", "/api/candidate/sitting")] = problem(401, "not_signed_in")
    with opened(browser, server) as page:
        page.wait_for_selector("#ticket")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_exam_fits_at_200_percent(browser: Browser, lang: str) -> None:
    server, _live, _camera = in_exam()
    with opened(browser, server, f"/candidate?lang={lang}") as page:
        page.wait_for_selector(".opt")
        page.set_viewport_size({"width": 683, "height": 384})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 683
        boxes = json.loads(
            page.evaluate("JSON.stringify([...document.querySelectorAll('.opt')].map(o => o.offsetHeight))")
        )
        assert min(boxes) >= 56
