"""The page of leads, exposure and overlap in Chromium."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import Answer, FakeServer, problem
from tests.app.web.office_data import OFFICE, office_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
PATH = "/administrations/adm1/forensics"
API = "/api/administrations/adm1"
REGULATOR = {"id": "zhaowen", "username": "zhaowen", "name": "赵文", "role": "regulator"}
REASONS = {"lead": [{"code": "L-01", "zh": "没有别的发现", "en": "Nothing further"}]}
HEAD: dict[str, Any] = {
    "id": "adm1",
    "name": "2026 年第 7 期 上午场",
    "exam": "施工企业专职安全员（C 类）",
    "state": "done",
    "least_sittings": 20,
    "rate_permille": 50,
    "screened_at": instant(),
    "engine": 1,
    "run": 1,
}


def person(number: int) -> dict[str, str]:
    name = ("孙海燕", "杨卫东", "宋春梅")[number]
    return {
        "sitting_id": f"sitting-0{number}",
        "name": name,
        "enterprise": "东城机械厂",
        "seat": str(number + 4),
    }


def lead(
    number: int, kind: str, sittings: list[int], evidence: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    base = {
        "id": f"lead{number}",
        "number": number,
        "kind": kind,
        "sittings": [person(one) for one in sittings],
        "beside": len(sittings) == 2,
        "item_id": None,
        "rate": 0.0004,
        "evidence": evidence | {"keys_shown": True},
        "look": None,
    }
    return base | changes


def leads(*, keys: bool = True) -> list[dict[str, Any]]:
    """One of every kind, with all evidence."""
    same = [[f"C-{n:03d}", n, 61 - n, int(n % 9 > 0), int(n % 2), int(n % 2), "B", "B"] for n in range(1, 61)]
    times = [
        [f"C-{n:03d}", round(6 + 3 * math.sin(n), 1), 40.0 + n % 7, 18.0, 1, int(n % 5 > 0)]
        for n in range(1, 61)
    ]
    found = [
        lead(
            1,
            "same_answers",
            [0, 1],
            {"common": 60, "same": 54, "expected": 31.2, "same_wrong": 26}
            | {"expected_wrong": 9.1, "p": 1e-9, "items": same},
        ),
        lead(2, "fast_and_right", [2], {"observed": 48, "expected": 2.9, "p": 1e-5, "items": times}),
        lead(3, "fast_end", [1], {"observed": 1.4, "expected": 0, "p": 1e-4, "items": times}),
        lead(
            4,
            "item_key",
            [],
            {
                "stem": "动火作业前清理可燃物，控制的是（　）。",
                "n": 41,
                "facility": 0.31,
                "discrimination": -0.52,
                "flags": ["negative_discrimination"],
                "options": [["right", 1, 13, -0.5, 0], ["C", 0, 28, 0.5, 1]],
            },
            item_id="C-007",
        ),
        lead(
            5, "shared_items", [0, 2], {"shared": 58, "expected": 30.5, "p": 1e-8, "items": [["C-001", 1, 2]]}
        ),
    ]
    if not keys:
        hidden = [[*item[:4], None, None, None, None] for item in same]
        found[0]["evidence"] |= {"keys_shown": False, "items": hidden}
    return found


def answers(*, keys: bool = True) -> dict[str, Any]:
    listed = leads(keys=keys)
    kinds = [{"kind": one["kind"], "leads": 1, "looked_at": 0, "expected_false": 0.05} for one in listed]
    counts = {"sittings": 120, "timed": 118, "answer_pairs": 7140, "form_pairs": 7140, "items": 400}
    alike = [{"sittings": [person(0), person(2)], "common": 58}]
    return HEAD | {"counts": counts, "kinds": kinds, "leads": listed, "most_alike": alike}


LEDGER: dict[str, Any] = {
    "seen": 120,
    "dealt": 124,
    "items": [[f"C-{n:03d}", 60 - n // 8] for n in range(400)],
    "cap_permille": 550,
    "cap_forms": 165,
    "minimum_permille": 200,
    "forced": ["C-000"],
    "pairs": 7140,
    "overlaps": [
        [n, max(0, 900 - 30 * (n - 20) ** 2), max(0.0, 880.5 - 28 * (n - 20) ** 2)] for n in range(14, 27)
    ],
    "mean": 20.1,
    "expected_mean": 20.0,
    "drawn_anew": 248,
}


@contextmanager
def opened(
    browser: Browser, path: str, body: object, me: object = REGULATOR
) -> Iterator[tuple[Page, FakeServer]]:
    server = office_server()
    server.answers |= {
        ("GET", "/api/staff/me"): me,
        ("GET", "/api/reasons"): REASONS,
        ("GET", f"{API}/leads"): body,
        ("GET", f"{API}/exposure"): HEAD | {"exposure": LEDGER},
    }
    if isinstance(body, dict):
        for one in body.get("leads", []):
            server.answers[("GET", f"{API}/leads/{one['id']}")] = one
            server.answers[("POST", f"{API}/leads/{one['id']}/look")] = Answer(
                {"look": {"at": instant(), "by": "赵文", "reason": "L-01", "note": "回放没有别的"}}, 201
            )
    page = server.open(browser, path)
    try:
        yield page, server
    finally:
        page.context.close()
    assert server.faults == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_kind_is_drawn_by_keyboard_and_looked_at(browser: Browser, lang: str) -> None:
    with opened(browser, f"{PATH}?lang={lang}", answers()) as (page, server):
        rows, detail = page.locator(".lead-row"), page.locator(".lead-detail")
        expect(rows).to_have_count(5)
        expect(detail.get_by_role("img").first).to_be_visible()
        expect(detail.get_by_role("link")).to_have_count(2)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        rows.first.focus()
        for number in range(2, 6):
            page.keyboard.press("ArrowDown")
            expect(page.locator(".lead-row[aria-current]")).to_be_focused()
            expect(detail.locator("details, blockquote").first).to_be_visible()
            assert server.calls("GET", f"{API}/leads/lead{number}")
        page.keyboard.press("Home")
        button = detail.get_by_role("button")
        button.click()
        expect(detail.get_by_role("alert")).not_to_be_empty()
        assert server.calls("POST", f"{API}/leads/lead1/look") == []
        detail.locator("select").select_option("L-01")
        detail.locator("textarea").fill(" 回放没有别的 ")
        button.press("Enter")
        expect(detail.locator(".note-ok")).to_contain_text("赵文")
        expect(rows.first).to_contain_text("已看" if lang == "zh-CN" else "Looked at")
        assert server.calls("POST", f"{API}/leads/lead1/look") == [{"reason": "L-01", "note": "回放没有别的"}]


def test_pictures_say_their_figures(browser: Browser) -> None:
    with opened(browser, f"{PATH}?lang=en", answers()) as (page, _):
        pictures = page.locator(".lead-detail").get_by_role("img")
        expect(pictures.first).to_have_accessible_name(
            "Same answers: 54, expected 31.2. Same and wrong: 26, expected 9.1."
        )
        page.get_by_role("link", name="Exposure and overlap").click()
        ledger = page.locator(".forensics-part").get_by_role("img")
        expect(ledger.first).to_have_accessible_name(
            "Exposure of 400 items: the most seen 50%, the least that the structure allows 20%."
        )
        expect(ledger.nth(1)).to_have_accessible_name(
            "Two forms share 20.1 items on average, 20 expected, 26 at the most."
        )


def test_without_keys_no_answer_is_marked(browser: Browser) -> None:
    with opened(browser, PATH, answers(keys=False)) as (page, _):
        expect(page.locator(".lead-detail")).to_contain_text("成绩没有公布")
        expect(page.locator(".lead-cross")).to_have_count(0)
        expect(page.locator(".lead-detail details")).to_have_count(0)


def test_states_are_said_and_the_office_sees_no_leads(browser: Browser) -> None:
    with opened(browser, PATH, answers(), OFFICE) as (page, server):
        expect(page.locator(".forensics-part svg.chart")).to_have_count(2)
        expect(page.get_by_role("link", name="线索")).to_have_count(0)
        assert server.calls("GET", f"{API}/leads") == []
    for state, said in (
        ("waiting", "等待核查"),
        ("running", "正在核查"),
        ("failed", "自动重试"),
        ("too_few", "不足 20 人次"),
    ):
        empty = HEAD | {"state": state, "counts": None, "kinds": [], "leads": [], "most_alike": []}
        with opened(browser, PATH, empty) as (page, _):
            expect(page.locator(".empty")).to_contain_text(said)
    with opened(browser, PATH, answers() | {"leads": []}) as (page, _):
        expect(page.locator(".empty")).to_contain_text("没有需要看的线索")
    with opened(browser, PATH, problem(409, "administration_open")) as (page, _):
        expect(page.locator("[role=alert]")).to_have_text("这一场还没有结束。")
