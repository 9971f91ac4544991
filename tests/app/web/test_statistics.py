"""The page of item statistics in Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.fake_server import FakeServer, problem
from tests.app.web.office_data import office_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
PATH = "/office/administrations/adm1/statistics"
API = "/api/administrations/adm1/statistics"


def estimate(value: float, error: float) -> dict[str, float]:
    low, high = max(-1.0, value - 2 * error), min(1.0, value + 2 * error)
    return {"value": value, "standard_error": error, "low": low, "high": high}


def item(number: int, **changes: Any) -> dict[str, Any]:
    """One item as the service tells it; every third one is to be looked at."""
    options = [
        {"id": name, "key": name == "B", "thirds": thirds}
        for name, thirds in zip("ABCD", ([5, 3, 1], [4, 9, 13], [4, 2, 1], [2, 1, 0]), strict=True)
    ]
    base: dict[str, Any] = {
        "item_id": f"C-{number:04d}",
        "type": "single_choice",
        "stem": "在有限空间作业中，监护人员发现作业人员出现不适时，首先应当采取的措施是（　　）。",
        "topic": "有限空间/应急",
        "n": 45,
        "omitted": number % 2,
        "exposure": 0.375,
        "facility": estimate(0.58, 0.07),
        "discrimination": estimate(-0.12 if number % 3 == 0 else 0.41, 0.13),
        "thirds": [15, 15, 15],
        "options": options,
        "flags": ["negative_discrimination", "distractor_over_key"] if number % 3 == 0 else [],
        "voided": False,
        "corrected": number == 3,
    }
    return base | changes


def statistics(items: list[dict[str, Any]], *, keys: bool = True) -> dict[str, Any]:
    return {
        "id": "adm1",
        "name": "2026 年第 7 期 上午场",
        "exam": "施工企业专职安全员（C 类）",
        "sittings": 120 if items else 0,
        "keys_shown": keys,
        "flags": {},
        "items": items,
    }


FOUND = statistics(
    [item(number) for number in range(1, 10)]
    + [item(10, type="true_false", discrimination=None, options=[], facility=estimate(0.97, 0.02))]
)


@contextmanager
def opened(browser: Browser, body: object, path: str = PATH) -> Iterator[Page]:
    server: FakeServer = office_server()
    server.answers[("GET", API)] = body
    page = server.open(browser, path)
    try:
        yield page
    finally:
        page.context.close()
    assert server.faults == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_what_to_look_at_comes_first_and_fits(browser: Browser, lang: str) -> None:
    with opened(browser, FOUND, f"{PATH}?lang={lang}") as page:
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(10)
        expect(rows.nth(0)).to_contain_text("C-0003")
        expect(rows.nth(0).get_by_role("img")).to_have_count(3)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.locator("a[href$='/forms.zip']")).to_be_visible()
        page.get_by_role("checkbox").check()
        expect(rows).to_have_count(3)


def test_pictures_say_their_figures(browser: Browser) -> None:
    with opened(browser, statistics([item(1)]), f"{PATH}?lang=en") as page:
        pictures = page.locator("tbody").get_by_role("img")
        expect(pictures.nth(0)).to_have_accessible_name("Facility 58%, interval 44% to 72%.")
        expect(pictures.nth(1)).to_have_accessible_name("Discrimination 0.41, interval 0.15 to 0.67.")
        name = pictures.nth(2).get_attribute("aria-label") or ""
        assert "Key B: lower third 27%, middle 60%, upper 87%." in name
        assert "Option A: lower third 33%" in name


def test_without_keys_no_option_is_marked(browser: Browser) -> None:
    hidden = item(1)
    hidden["options"] = [option | {"key": None} for option in hidden["options"]]
    with opened(browser, statistics([hidden], keys=False)) as page:
        expect(page.locator("tbody")).not_to_contain_text("✓")
        expect(page.locator("main")).to_contain_text("成绩公布前不显示答案")


def test_nothing_yet_and_not_over_are_said(browser: Browser) -> None:
    with opened(browser, statistics([])) as page:
        expect(page.locator(".empty")).to_contain_text("没有人答过")
    with opened(browser, problem(409, "administration_open")) as page:
        expect(page.locator("[role=alert]")).to_have_text("这一场还没有结束。")
