"""The candidate up to the bell in Chromium: sign-in, consent, framing, admission."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from app.live.messages import Framing
from app.web import pages
from proctor.challenge import ChallengeStep
from tests.app.web.candidate_data import candidate_server, instant, sitting
from tests.app.web.candidate_data import status as status_of
from tests.app.web.candidate_pages import CONSENT, HOUR_MS, opened
from tests.app.web.fake_server import Answer, FakeServer, problem
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]


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
    assert server.calls("POST", "/api/candidate/consent") == [
        {"recording": True, "face_comparison": False, "duplicate_search": False}
    ]


def test_the_search_is_a_choice_of_its_own(browser: Browser) -> None:
    server, _live, _camera = candidate_server("checking_in")
    server.answers[("POST", "/api/candidate/consent")] = Answer(None, 204)
    with opened(browser, server) as page:
        search = page.locator("[name=search]")
        expect(search).to_be_disabled()
        page.locator(".pick-card").nth(0).click()
        expect(search).not_to_be_checked()
        search.check()
        page.locator(".pick-card").nth(1).click()
        expect(search).not_to_be_checked()
        expect(search).to_be_disabled()
        page.locator(".pick-card").nth(0).click()
        search.check()
        server.answers[("GET", "/api/candidate/sitting")] = sitting(consent=CONSENT)
        page.click("button[type=submit]")
        page.wait_for_selector(".camview")
    assert server.calls("POST", "/api/candidate/consent") == [
        {"recording": True, "face_comparison": True, "duplicate_search": True}
    ]


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


CHECKS = [{"check": name, "ok": True, "advice": None} for name in ("camera_open", "one_person", "light")]


def asked(step: str | None, done: int = 0, *, failed: bool = False, left_ms: int = 9_300) -> dict[str, Any]:
    """A `Framing` with a `Challenge` of two steps."""
    challenge = {"step": step, "done": done, "total": 2, "failed": failed, "left_ms": left_ms}
    return Framing.model_validate({"checks": CHECKS, "challenge": challenge}).model_dump(mode="json")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_step_of_the_challenge_is_said_drawn_and_counted_down(browser: Browser, language: str) -> None:
    words = pages.catalogue(language)
    server, live, _camera = candidate_server("checking_in", consent=CONSENT)
    server.answers[("POST", "/api/candidate/admission-request")] = Answer(None, 204)
    with opened(browser, server, f"/candidate?lang={language}") as page:
        page.wait_for_selector(".checks")
        said = page.locator("[role=status]", has=page.locator("h1"))
        for step in ChallengeStep:
            live.send(**asked(step.value, done=int(step is ChallengeStep.CLOSE_EYES)))
            expect(page.locator("h1")).to_have_text(words[f"challenge.{step.value}"])
            expect(said).to_contain_text(words[f"challenge_text.{step.value}"])
            expect(page.locator(".ch-drawing")).to_have_attribute("data-step", step.value)
            # The timer is not part of what is announced.
            expect(said.locator("[role=timer]")).to_have_count(0)
            expect(page.locator(".challenge [role=timer]")).to_contain_text("10")
        expect(page.locator(".checks")).to_be_hidden()
        # The self-view is a mirror, so the arrow of "left" points to the left of the page, and only it.
        assert page.locator("video.mirrored").count() == 1
        for turn, flips in (("turn_left", False), ("turn_right", True)):
            live.send(**asked(turn))
            expect(page.locator(".ch-drawing")).to_have_attribute("data-step", turn)
            arrow = page.locator(".ch-arrow").evaluate("e => e.getScreenCTM().a < 0")
            assert arrow is flips
        assert page.locator(".ch-turn").evaluate("e => getComputedStyle(e).animationName") == "ch-turn"
        page.emulate_media(reduced_motion="reduce")
        assert page.locator(".ch-turn").evaluate("e => getComputedStyle(e).animationName") == "none"
        live.send(**asked("turn_right", failed=True, left_ms=0))
        expect(page.locator("h1")).to_have_text(words["challenge.failed"])
        live.send(**asked(None, done=2))
        expect(page.locator("h1")).to_have_text(words["challenge.done"])
        live.send(type="framing", checks=CHECKS, face=None, challenge=None)
        expect(page.locator(".checks")).to_be_visible()
        page.get_by_role("button", name=words["framing.help"]).click()
    assert server.calls("POST", "/api/candidate/admission-request") == [{"reason": "help"}]


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
