"""A wrong key from the statistics to the new results, by two people, with the real service."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.accounts.rules import Role
from app.clock import SystemClock
from tests.app.results.test_rescoring import closed_day, item_at
from tests.browser import browser as browser
from tests.browser import needs_chromium
from tests.conftest import answering, settings_for
from tests.factories.clock import HandClock
from tests.factories.databases import sqlite_url
from tests.factories.running import RunningServer, running_server
from tests.factories.sessions import COOKIES, staff_session

pytestmark = [pytest.mark.browser, needs_chromium]


@dataclass(slots=True, kw_only=True)
class ResultsDesk:
    """A closed administration of three people, whose first item is known, and staff at their pages."""

    server: RunningServer
    browser: Browser
    administration_id: str
    item_id: str
    problems: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, role: Role, path: str, lang: str = "zh-CN") -> Page:
        """A page of the administration, for a new member of staff."""
        return self.open(role, f"/office/administrations/{self.administration_id}/{path}?lang={lang}")

    def open(self, role: Role, path: str) -> Page:
        """Any page, for a new member of staff."""
        token = self.server.call(staff_session(self.server.service, role))
        context = self.browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": COOKIES[False], "value": token, "url": self.server.origin}])
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(self.server.origin + path)
        return page


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path, browser: Browser) -> Iterator[ResultsDesk]:
    shutil.copy(sqlite_template, tmp_path / "kaochang.sqlite3")

    async def yesterday() -> tuple[str, str]:
        clock = HandClock(SystemClock().now() - timedelta(days=1))
        async with answering(tmp_path, sqlite_url(tmp_path / "kaochang.sqlite3"), clock) as service:
            day = await closed_day(service, clock)
            return day.administration_id, await item_at(day, 0, 1)

    # The browser's driver keeps an event loop in this thread.
    with ThreadPoolExecutor(1) as aside:
        administration_id, item_id = aside.submit(asyncio.run, yesterday()).result()
    with running_server(settings_for(tmp_path, None)) as server:
        made = ResultsDesk(
            server=server, browser=browser, administration_id=administration_id, item_id=item_id
        )
        yield made
        for context in made.contexts:
            context.close()
    assert made.problems == []


def test_a_wrong_key_is_corrected_by_two_people(desk: ResultsDesk) -> None:
    ann = desk.page(Role.EXAM_OFFICE, "statistics")
    ann.get_by_role("link", name=f"更正 {desk.item_id} 的答案").click()
    expect(ann.get_by_text("现在的答案：")).to_be_visible()
    # By keyboard: the last way but for the bank's own key voids the item.
    ann.get_by_role("radio", name="换一个答案").focus()
    ann.keyboard.press("ArrowDown")
    ann.keyboard.press("ArrowDown")
    expect(ann.get_by_role("radio", name="作废，全体给分")).to_be_checked()
    ann.keyboard.press("Enter")
    result = ann.locator(".correction-result")
    expect(result.get_by_role("heading", name="试算结果")).to_be_focused()
    expect(result.locator(".sums b").first).to_have_text("3 人")
    expect(result).to_contain_text("全体给分")
    # Trying out has proposed nothing, and a proposal needs its reason.
    ann.get_by_role("button", name="提出更正").click()
    expect(ann.locator("[name=note]")).to_be_focused()
    ann.fill("[name=note]", "规程已改")
    ann.get_by_role("button", name="提出更正").click()
    expect(ann.get_by_text("已提出，等别人确认。")).to_be_focused()
    expect(ann.get_by_text("这是您自己提出的，要由别人确认。")).to_be_visible()
    expect(ann.get_by_role("button", name="确认生效")).to_have_count(0)

    ben = desk.page(Role.REGULATOR, "corrections", "en")
    expect(ben.locator("main")).to_contain_text("规程已改")
    ben.get_by_role("button", name="Confirm", exact=True).click()
    ben.locator("dialog").get_by_role("button", name="Confirm", exact=True).click()
    expect(ben.get_by_text("Confirmed: the new results hold.")).to_be_visible()
    ben.get_by_role("button", name="What run 2 changed").click()
    expect(ben.locator(".comparison")).to_contain_text("full points for everybody")
    # The next correction starts from what holds; the bank's key can come back.
    ben.goto(ben.url.split("?")[0] + f"#item/{desk.item_id}")
    ben.get_by_role("radio", name="Back to the key in the bank").check()
    ben.get_by_role("button", name="Try it out").click()
    turned = re.compile("full points for everybody.*becomes")
    expect(ben.locator(".correction-result")).to_contain_text(turned)
    assert ben.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_proposal_can_be_refused_and_what_cannot_be_is_said(desk: ResultsDesk) -> None:
    ann = desk.page(Role.EXAM_OFFICE, "corrections")
    ann.goto(ann.url.split("?")[0] + f"#item/{desk.item_id}")
    several = ann.get_by_role("radio", name="几种答案都算对")
    several.check()
    boxes = ann.locator(".correction-form input[type=checkbox]")
    ann.get_by_role("button", name="试算").click()
    expect(ann.get_by_role("alert").first).to_contain_text("请至少给出两种答案。")
    for box in boxes.all():
        box.check()
    ann.get_by_role("button", name="试算").click()
    expect(ann.locator(".correction-result")).to_contain_text("或")
    ann.get_by_role("button", name=f"去掉 {desk.item_id}").click()
    expect(ann.get_by_text("选一道题，说明怎样更正")).to_be_visible()
    ann.get_by_role("button", name="试算").click()
    ann.fill("[name=note]", "两种说法都对")
    ann.get_by_role("button", name="提出更正").click()
    expect(ann.get_by_text("等待确认：第 2 次计分")).to_be_visible()
    ben = desk.page(Role.EXAM_OFFICE, "corrections")
    ben.get_by_role("button", name="不同意").click()
    ben.locator("dialog").get_by_role("button", name="不同意").click()
    expect(ben.get_by_text("没有生效，成绩不变。")).to_be_visible()
    # The page of the proposer does not know it yet.
    ann.get_by_role("button", name="撤回").click()
    ann.locator("dialog").get_by_role("button", name="撤回").click()
    expect(ann.locator("dialog [role=alert]")).not_to_be_empty()
    author = desk.page(Role.BANK_AUTHOR, "statistics")
    expect(author.locator("tbody tr").first).to_be_visible()
    expect(author.get_by_text("更正答案")).to_have_count(0)


def test_a_bank_author_sees_how_items_did_and_no_people(desk: ResultsDesk) -> None:
    service = desk.server.service
    desk.server.call(service.counting.count_due())
    [bank] = desk.server.call(service.banks.summaries())
    author = desk.open(Role.BANK_AUTHOR, f"/banks/{bank.id}?lang=en#items?text={desk.item_id}")
    row = author.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row.get_by_role("img", name=re.compile(r"^Facility \d+%, interval"))).to_be_visible()
    expect(row.get_by_role("img", name=re.compile(r"^Exposure by administration"))).to_be_visible()
    expect(row).to_contain_text("Too few sittings to judge")
    author.get_by_label("To look at").select_option("any")
    expect(author.get_by_text("0 items")).to_be_visible()
    author.goto(f"{desk.server.origin}/banks/{bank.id}#item/{desk.item_id}")
    figures = author.get_by_role("region", name="Item statistics")
    expect(figures.get_by_role("link", name="演示场")).to_be_visible()
    expect(figures.locator("tbody tr")).to_contain_text("v1")
    author.goto(f"{desk.server.origin}/banks/{bank.id}#statistics")
    author.get_by_role("link", name="演示场").click()
    expect(author.get_by_role("heading", name="Item statistics: 演示场")).to_be_visible()
    expect(author.get_by_text("Correct the key")).to_have_count(0)
    author.get_by_role("link", name="Back").click()
    author.wait_for_url("**/banks")


def test_a_regulator_comes_from_the_search_of_sittings(desk: ResultsDesk) -> None:
    page = desk.open(Role.REGULATOR, f"/sittings?lang=zh-CN&administration={desk.administration_id}")
    page.get_by_role("link", name="试题统计").click()
    expect(page.locator("tbody tr").first).to_be_visible()
    page.get_by_role("link", name="更正与重新计分").click()
    expect(page.get_by_role("heading", name="历次计分")).to_be_visible()
