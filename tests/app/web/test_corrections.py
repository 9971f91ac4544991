"""The page of corrections in Chromium: what is sent for items of every type, pages of changes, refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import FakeServer, problem
from tests.app.web.office_data import office_server
from tests.app.web.test_statistics import item as figures
from tests.app.web.test_statistics import statistics
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
PATH = "/office/administrations/adm1/corrections?lang=en#item/C-0001"
API = "/api/administrations/adm1"
OPTIONS = [{"id": letter, "text": f"text {letter}"} for letter in "ABC"]
FIRST_RUN: dict[str, Any] = {
    "number": 1,
    "base": None,
    "state": "confirmed",
    "note": "",
    "items": [],
    "own": False,
    "proposed_by": "",
    "proposed_at": instant(),
    "decided_by": None,
    "decided_at": None,
}
GAPS = [
    {"id": "1", "weight": 1, "options": OPTIONS, "key": ["A"]},
    {"id": "2", "weight": 2, "value": "5", "tolerance": "0", "unit": "A"},
]
TYPED = {"accepted": ["验电"], "fold_case": True, "fold_width": True}
ITEMS: dict[str, dict[str, Any]] = {
    "true_false": {
        "options": [{"id": "T", "text": "正确"}, {"id": "F", "text": "错误"}],
        "key": {"key": ["T"]},
    },
    "single_choice": {"options": OPTIONS, "key": {"key": ["A"]}},
    "multiple_choice": {"options": OPTIONS, "key": {"key": ["A", "B"]}},
    "numeric": {"unit": "V", "key": {"value": "12", "tolerance": "0.5"}},
    "text_entry": {"key": TYPED},
    "ordering": {"options": OPTIONS, "key": {"key": ["A", "B", "C"]}},
    "matching": {
        "sources": [{"id": "1", "text": "red"}],
        "targets": OPTIONS,
        "multiple": False,
        "key": {"key": [["1", "A"]]},
    },
    "cloze": {"key": {"gaps": GAPS}},
}


def sat_item(kind: str) -> dict[str, Any]:
    """An item as the service tells it, marked by the bank's key."""
    parts = dict(ITEMS[kind])
    key = parts.pop("key")
    asked = {"item_id": "C-0001", "type": kind, "stem": "stem", **parts}
    return asked | {"in_the_bank": key, "now": {"voided": False, "keys": [key]}}


def change(number: int) -> dict[str, Any]:
    mark = {"position": 3, "item_id": "C-0001", "points_before": "0", "points_after": "1"}
    return {
        "sitting_id": f"s{number}",
        "name": f"考生{number:02d}",
        "ticket": f"26{number:04d}",
        "points_before": "59.5",
        "points_after": "60.5",
        "pass_before": False,
        "pass_after": True,
        "marks": [mark | {"reason_before": "nothing_right", "reason_after": "as_the_key"}],
    }


def comparison(changes: int) -> dict[str, Any]:
    counts = {"sittings": 120, "raised": changes, "lowered": 0, "now_passing": changes, "now_failing": 0}
    item = sat_item("single_choice")
    after = {"voided": False, "keys": [{"key": ["A"]}, {"key": ["B"]}]}
    corrections = [item | {"before": item["now"], "after": after}]
    rows = [change(number) for number in range(1, changes + 1)]
    return {"run": None, "base": 1, "counts": counts, "corrections": corrections, "changes": rows}


@contextmanager
def opened(browser: Browser, kind: str, dry: object) -> Iterator[tuple[FakeServer, Page]]:
    server = office_server()
    server.answers[("GET", f"{API}/statistics")] = statistics([figures(1)])
    server.answers[("GET", f"{API}/scoring-runs")] = {"runs": [FIRST_RUN]}
    server.answers[("GET", f"{API}/items/C-0001")] = sat_item(kind)
    server.answers[("POST", f"{API}/scoring-runs")] = dry
    page = server.open(browser, PATH)
    try:
        yield server, page
    finally:
        page.context.close()
    assert server.faults == []


KEPT = {"item_id": "C-0001", "also": []}


def choose_another(page: Page, kind: str) -> dict[str, Any]:
    """Say another key by the page's fields; the key that must be sent."""
    form = page.locator(".correction-form")
    match kind:
        case "true_false":
            form.get_by_label("False").check()
            return {"key": ["F"]}
        case "single_choice":
            form.get_by_label("C text C").check()
            return {"key": ["C"]}
        case "multiple_choice":
            form.get_by_label("A text A").uncheck()
            form.get_by_label("C text C").check()
            return {"key": ["B", "C"]}
        case "numeric":
            form.get_by_label("Tolerance").fill("1")
            return {"value": "12", "tolerance": "1"}
        case "text_entry":
            form.locator("textarea").fill("验电\n\n 放电 ")
            return TYPED | {"accepted": ["验电", "放电"]}
        case "ordering":
            form.get_by_label("Place 1").select_option("C")
            form.get_by_label("Place 3").select_option("A")
            return {"key": ["C", "B", "A"]}
        case "matching":
            form.get_by_label("1 red").select_option("B")
            return {"key": [["1", "B"]]}
        case _:
            form.get_by_label("[[1]]").select_option("C")
            form.locator("[name=value]").fill("6")
            return {"gaps": [GAPS[0] | {"key": ["C"]}, GAPS[1] | {"value": "6"}]}


@pytest.mark.parametrize("kind", ITEMS)
def test_a_key_is_sent_whole_and_nothing_else(browser: Browser, kind: str) -> None:
    """First as it is, which the service refuses, then another one."""
    with opened(browser, kind, problem(422, "correction.changes_nothing")) as (server, page):
        page.get_by_role("button", name="Try it out").click()
        expect(page.get_by_role("alert").first).to_have_text("This correction changes nothing.")
        server.answers[("POST", f"{API}/scoring-runs")] = comparison(0)
        wanted = choose_another(page, kind)
        page.get_by_role("button", name="Try it out").click()
        expect(page.get_by_text("Nobody's result changes.")).to_be_visible()
        assert server.calls("POST", f"{API}/scoring-runs") == [
            {"corrections": [KEPT | {"key": key}]} for key in (ITEMS[kind]["key"], wanted)
        ]


def test_several_keys_of_a_multiple_choice(browser: Browser) -> None:
    with opened(browser, "multiple_choice", comparison(1)) as (server, page):
        page.get_by_role("radio", name="Several keys are right").check()
        page.get_by_role("group", name="Key 2").get_by_label("C text C").check()
        page.get_by_role("button", name="Try it out").click()
        expect(page.locator(".comparison")).to_contain_text("A or B")
        [sent] = server.calls("POST", f"{API}/scoring-runs")
        assert sent["corrections"] == [
            KEPT | {"key": {"key": ["A", "B"]}, "also": [{"key": ["A", "B", "C"]}]}
        ]


def test_changes_come_in_pages_and_fit_at_two_hundred_percent(browser: Browser) -> None:
    with opened(browser, "single_choice", comparison(45)) as (_, page):
        page.get_by_role("radio", name="Several keys are right").check()
        page.get_by_label("B text B").check()
        page.get_by_role("button", name="Try it out").click()
        rows = page.locator(".comparison tbody tr")
        expect(rows).to_have_count(20)
        page.get_by_role("button", name="Next page").click()
        page.get_by_role("button", name="Next page").click()
        expect(rows).to_have_count(5)
        expect(rows.first).to_contain_text("考生41")
        expect(page.get_by_role("button", name="Next page")).to_be_disabled()
        page.set_viewport_size({"width": 683, "height": 384})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nobody_scored_has_nothing_to_correct(browser: Browser) -> None:
    server = office_server()
    server.answers[("GET", f"{API}/statistics")] = statistics([])
    server.answers[("GET", f"{API}/scoring-runs")] = {"runs": []}
    page = server.open(browser, PATH)
    expect(page.get_by_text("Nobody has a result here")).to_be_visible()
    server.answers[("GET", f"{API}/scoring-runs")] = problem(409, "scoring_incomplete")
    page.reload()
    expect(page.get_by_role("alert")).not_to_be_empty()
    page.context.close()
