"""What the staff do and what the candidate's page shows, with the real service and no vision workers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from app.administrations.service import Person
from tests.browser import needs_chromium
from tests.e2e.exam_point import PASSWORD, ExamPoint, exam_point, id_number
from tests.e2e.pages import new_page, open_wall, sign_in, wait_for_items, window

pytestmark = [pytest.mark.browser, needs_chromium]
PEOPLE = (Person(name="赵秀兰", id_number=id_number(31), enterprise="东城机械厂", category=""),)


@pytest.fixture(scope="module")
def point(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamPoint]:
    """One candidate without a photo, who declines face comparison."""
    folder = tmp_path_factory.mktemp("staff")
    models = Path(os.environ.get("KAOCHANG_DATA", "data")) / "models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAOCHANG_VISION__WORKERS", "0")
        with exam_point(folder / "data", models, PEOPLE) as made:
            yield made


@pytest.fixture(scope="module")
def playwright(point: ExamPoint) -> Iterator[Playwright]:
    """After the service: its seeding needs an event loop of its own."""
    assert point.tickets
    with sync_playwright() as driver:
        yield driver


def command(wall: Page, key: str, *, reason: str = "", text: str = "") -> None:
    """A command by keys: the letter, the reason's digit, the words, Ctrl+Enter."""
    wall.bring_to_front()
    wall.keyboard.press(key)
    dialog = wall.get_by_role("dialog")
    dialog.wait_for()
    if reason:
        dialog.get_by_role("radio").first.wait_for()
        wall.keyboard.press(reason)
    if text:
        dialog.locator("textarea").fill(text)
    wall.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)


def confirm(page: Page, text: str) -> None:
    """The staff's words stand on the candidate's page until they are confirmed; keys do not reach behind."""
    page.bring_to_front()
    notice = page.locator("dialog.notice[open]")
    expect(notice).to_contain_text(text)
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(notice).to_have_count(0)


def refused_then_admitted(wall: Page, page: Page) -> None:
    wall.keyboard.press("q")
    expect(wall.locator(".side h2")).to_contain_text("赵秀兰")
    wall.get_by_role("button", name="不准入").click()
    wall.get_by_role("dialog").get_by_role("radio").first.check()
    wall.keyboard.press("Control+Enter")
    confirm(page, "没有带身份证")
    page.get_by_role("main").get_by_role("button", name="找监考员").click()
    page.get_by_text("请坐好，监考员会过来").wait_for()
    expect(wall.locator(".side")).to_contain_text("等待准入")
    command(wall, "a", reason="4")
    wait_for_items(page)


def told_and_paused(wall: Page, page: Page) -> None:
    command(wall, "m", text="请坐正")
    confirm(page, "请坐正")
    command(wall, "w", text="请不要左右看")
    confirm(page, "请不要左右看")
    expect(page.locator(".opt-on")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator(".opt-on")).to_have_count(1)
    command(wall, "p", reason="2")
    expect(page.locator("#cover-title")).to_have_text("监考员暂停了您的考试")
    expect(wall.get_by_role("button", name="恢复")).to_be_enabled()
    wall.keyboard.press("p")
    expect(page.locator(".cover")).to_be_hidden()
    command(wall, "t", reason="1")
    expect(page.locator(".toast")).to_contain_text("延长了 5 分钟")
    expect(page.locator("time-left")).to_contain_text("02:04")
    expect(wall.locator(".side table")).to_contain_text("延时 补设备故障的时间 · 5 分钟")


def ended(wall: Page, page: Page) -> None:
    command(wall, "n", reason="2", text="当面核对，是本人，换了眼镜。")
    expect(wall.locator(".side table")).to_contain_text("记事件 到座位当面核对身份")
    wall.keyboard.press("x")
    dialog = wall.get_by_role("dialog")
    dialog.get_by_role("radio").first.wait_for()
    wall.keyboard.press("4")
    dialog.locator("textarea").fill("身体不舒服，要求离场休息。")
    dialog.locator(".btn-hold").hover()
    wall.mouse.down()
    expect(dialog).to_have_count(0)
    wall.mouse.up()
    expect(page.locator("main h1")).to_have_text("考试已由监考员终止")
    expect(page.locator("main")).to_contain_text("原因：身体原因不能继续。")
    expect(page.locator("main")).to_contain_text("1 / 90 题")


def decided(page: Page, point: ExamPoint) -> None:
    """The regulator finds the sitting, sees the acts in words and decides the incident."""
    page.context.clear_cookies()
    page.goto(f"{point.origin}/staff")
    page.fill("input[name=username]", "jianguan")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sittings")
    page.get_by_label("场次").select_option(index=1)
    page.get_by_role("link", name="赵秀兰").click()
    page.get_by_role("button", name="列表").click()
    expect(page.locator(".tl-list")).to_contain_text("周敏 暂停 · 设备故障")
    page.keyboard.press("1")
    page.select_option("#reason", "D-01")
    page.fill("#note", "看过全部画面和记录，考生因身体原因离场，没有别的问题。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".replay-form")).to_contain_text("赵文 已处置：不成立")


def test_acts_of_the_staff_are_seen_on_both_sides(
    point: ExamPoint, playwright: Playwright, tmp_path: Path
) -> None:
    faults: list[str] = []
    with (
        window(playwright, None, tmp_path / "seat") as seat,
        window(playwright, None, tmp_path / "desk") as desk,
    ):
        page = new_page(seat, faults)
        sign_in(page, point, point.tickets[0], compare=False)
        page.get_by_text("请坐好，监考员会过来").wait_for()
        wall = open_wall(desk, point, faults)
        wall.locator("[data-wait]").wait_for()
        refused_then_admitted(wall, page)
        told_and_paused(wall, page)
        ended(wall, page)
        decided(wall, point)
    assert faults == []
