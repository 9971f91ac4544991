"""What a candidate and an invigilator do in a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright

from app.sittings.registration import Ticket
from tests.browser import CHROMIUM
from tests.e2e.exam_point import PASSWORD, ExamPoint
from tests.e2e.webcam import chromium_arguments

VIEW = {"width": 1366, "height": 768}
MINUTE_MS = 60_000


@contextmanager
def window(playwright: Playwright, webcam: Path | None, profile: Path) -> Iterator[BrowserContext]:
    """One PC's browser, in Chinese, with a clip as its webcam; the profile folder survives a kill."""
    assert CHROMIUM is not None
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=chromium_arguments(webcam),
        viewport={"width": VIEW["width"], "height": VIEW["height"]},
        permissions=["camera"],
        locale="zh-CN",
    )
    try:
        yield context
    finally:
        context.close()


def new_page(context: BrowserContext, problems: list[str]) -> Page:
    """A page whose script errors are collected."""
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    return page


def sign_in(page: Page, point: ExamPoint, ticket: Ticket, *, compare: bool = True) -> None:
    """Ticket and code, then the consent page."""
    page.goto(point.origin + "/")
    page.fill("input[name=ticket]", ticket.ticket)
    page.fill("input[name=code]", ticket.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/candidate")
    choice = "同意人脸核验" if compare else "不同意，核对身份证"
    page.get_by_text(choice, exact=True).click()
    page.keyboard.press("Enter")


def open_wall(context: BrowserContext, point: ExamPoint, problems: list[str]) -> Page:
    """The invigilator's wall."""
    page = new_page(context, problems)
    page.goto(point.origin + "/staff")
    page.fill("input[name=username]", "jiankao")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall")
    page.goto(f"{point.origin}/wall/{point.administration_id}")
    page.get_by_text("座位图").wait_for()
    return page


def wait_for_items(page: Page, timeout_ms: float = MINUTE_MS) -> None:
    """Until the exam page shows an item."""
    page.get_by_text(re.compile(r"第\s*\d+\s*题")).first.wait_for(timeout=timeout_ms)


def tick_all(place: Page | Locator) -> None:
    """Every check of the reviewer's list."""
    for box in place.locator("[name=check]").all():
        box.check()


def act_on_all(page: Page, act: str) -> None:
    """An act on everything listed, confirmed."""
    page.get_by_role("button", name=act, exact=True).click()
    tick_all(page.locator("dialog"))
    page.locator("dialog").get_by_role("button", name=act, exact=True).click()
