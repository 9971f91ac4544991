"""The candidate's pages in Chromium, against a server that exists only in the interception."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import CameraSocket, LiveSocket, candidate_server, form, instant, sitting
from tests.app.web.candidate_data import status as status_of
from tests.app.web.fake_server import Answer, FakeServer, problem
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]

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
    return candidate_server("in_progress", HOUR_MS, consent=CONSENT, **changes)


def test_sign_in_sends_the_plain_code_and_says_what_is_missing(browser: Browser) -> None:
    server = FakeServer()
    server.answers[("POST", "/api/candidate/session")] = problem(401, "sign_in_refused")
    with opened(browser, server, "/") as page:
        page.fill("#ticket", "26071 00173")
        page.fill("#code", "k7qmx-3xwd")
        page.keyboard.press("Enter")
        expect(page.locator("#code-error")).to_contain_text("少了 8 位")
        page.fill("#code", "k7qmx-3xwd-9f2t-aaaa")
        page.keyboard.press("Enter")
        expect(page.locator("#code-error")).to_contain_text("请再核对一遍")
        expect(page.locator("#code")).to_be_focused()
    assert server.calls("POST", "/api/candidate/session") == [
        {"ticket": "2607100173", "code": "K7QMX3XWD9F2TAAAA"}
    ]


def test_consent_has_nothing_chosen_beforehand(browser: Browser) -> None:
    server, _live, _camera = candidate_server("checking_in")
    server.answers[("POST", "/api/candidate/consent")] = Answer(None, 204)
    with opened(browser, server) as page:
        page.wait_for_selector(".pick-card")
        assert page.locator("input:checked").count() == 0
        page.click("button[type=submit]")
        expect(page.locator("#consent-error")).not_to_be_empty()
        assert server.calls("POST", "/api/candidate/consent") == []
        page.locator(".pick-card").nth(1).click()
        server.answers[("GET", "/api/candidate/sitting")] = sitting(
            consent={"recording": True, "face_comparison": False}
        )
        page.click("button[type=submit]")
        page.wait_for_selector(".camview")
    assert server.calls("POST", "/api/candidate/consent") == [{"recording": True, "face_comparison": False}]


def test_framing_shows_the_first_thing_to_change_and_streams_frames(browser: Browser) -> None:
    server, live, camera = candidate_server("checking_in", consent=CONSENT)
    with opened(browser, server) as page:
        page.wait_for_selector(".checks")
        expect(page.locator(".checks")).to_contain_text("fake_device_0")
        checks = [
            {"check": "camera_open", "ok": True, "advice": None},
            {"check": "distance", "ok": False, "advice": "come_closer"},
        ]
        live.send(type="framing", checks=checks, face=None)
        expect(page.locator("h1")).to_have_text("请再靠近一点")
        live.send(type="identity", progress=0.5, outcome=None, reason=None, retries_left=0)
        expect(page.locator("h1")).to_have_text("正在核对身份")
        expect(page.locator("progress")).to_be_visible()
        live.send(type="framing", checks=checks, face=None)
        expect(page.locator("h1")).to_have_text("请再靠近一点")
        while len(camera.frames) < 2:
            page.wait_for_timeout(50)
    first, second = camera.frames[:2]
    assert first[:4] == b"KF\x01\x00"
    assert first[16:18] == b"\xff\xd8"
    assert [int.from_bytes(f[4:8], "big") for f in (first, second)] == [1, 2]
    assert max(map(len, camera.frames)) <= 256 * 1024


@pytest.mark.parametrize(
    ("reason", "title"),
    [("unusable_timeout", "画面看不清，没法核对"), ("refused", "监考员暂时没有让您入场")],
)
def test_an_unusable_check_waits_for_the_candidate_whatever_the_camera_shows(
    browser: Browser, reason: str, title: str
) -> None:
    server, live, _ = candidate_server("checking_in", consent=CONSENT)
    server.answers[("POST", "/api/candidate/identity")] = Answer(None, 204)
    with opened(browser, server) as page:
        page.wait_for_selector(".checks")
        live.send(type="identity", progress=1.0, outcome="unusable", reason=reason, retries_left=2)
        expect(page.locator("h1")).to_have_text(title)
        checks = [{"check": "camera_open", "ok": True, "advice": None}]
        live.send(type="framing", checks=checks, face=None)
        expect(page.locator("h1")).to_have_text(title)
        page.get_by_role("button", name="再试一次").click()
        expect(page.locator("h1")).not_to_have_text(title)


def test_at_most_two_frames_are_under_way(browser: Browser) -> None:
    server, live, camera = candidate_server("ready", consent=CONSENT)
    camera.acknowledge = False
    with opened(browser, server) as page:
        page.wait_for_selector(".clock")
        live.send(type="camera_rate", fps=4.0)
        page.wait_for_timeout(1500)
    assert len(camera.frames) == 2


def test_without_a_camera_the_candidate_can_ask_for_admission(browser: Browser) -> None:
    server, _live, _camera = candidate_server("checking_in", consent=CONSENT)
    server.answers[("POST", "/api/candidate/admission-request")] = Answer(None, 204)
    page = server.open(browser, "/staff")
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('x', 'NotFoundError'); }"
    )
    page.goto(server.origin + "/candidate")
    expect(page.locator("h1")).to_have_text("找不到摄像头")
    server.answers[("GET", "/api/candidate/sitting")] = sitting("awaiting_admission", consent=CONSENT)
    page.locator("main").get_by_role("button", name="找监考员").click()
    expect(page.locator("h1")).to_have_text("请坐好，监考员会过来")
    page.context.close()
    assert server.calls("POST", "/api/candidate/admission-request") == [{"reason": "no_camera"}]
    assert server.faults == []


def test_admission_leads_to_the_wait_and_the_bell_to_the_items(browser: Browser) -> None:
    server, live, _camera = candidate_server("awaiting_admission", consent=CONSENT, queue_place=2)
    with opened(browser, server) as page:
        expect(page.locator("footer")).to_contain_text("第 2 位")
        server.answers[("GET", "/api/candidate/sitting")] = sitting(
            "ready", consent=CONSENT, admitted_by="invigilator"
        )
        live.send(type="status", now=instant(), status=status_of("ready"))
        expect(page.locator("h1")).to_have_text("监考员已核对，可以入场")
        live.send(type="status", now=instant(), status=status_of("in_progress", HOUR_MS))
        page.wait_for_selector(".opt")
        expect(page.locator("[role=timer]")).to_contain_text("00:59:5")


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
        page.wait_for_timeout(2_000)
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
