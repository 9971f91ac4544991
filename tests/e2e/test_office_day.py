"""The exam office's day with the real service: bank, exam, administration, roster, tickets, a candidate."""

import os
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Playwright, expect, sync_playwright

from tests.browser import needs_chromium
from tests.e2e.exam_point import PASSWORD, ROOT, ExamPoint, exam_point, id_number
from tests.e2e.pages import act_on_all, new_page, window
from tests.e2e.rosters import roster_file

pytestmark = [pytest.mark.browser, needs_chromium]
BANK = ROOT / "app" / "demo" / "bank.csv"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def point(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamPoint]:
    """A service without vision workers: no face is needed here."""
    folder = tmp_path_factory.mktemp("office")
    models = Path(os.environ.get("KAOCHANG_DATA", "data")) / "models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAOCHANG_VISION__WORKERS", "0")
        with exam_point(folder / "data", models, ()) as made:
            yield made


def photos() -> bytes:
    """A photo folder with the mistakes of offices: one right, one nobody's, one not a picture."""
    done, jpeg = cv2.imencode(".jpg", np.full((480, 360, 3), 128, np.uint8))
    assert done
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{id_number(41)}.jpg", jpeg.tobytes())
        archive.writestr("不认识.jpg", jpeg.tobytes())
        archive.writestr(f"{id_number(44)}.jpg", b"text")
    return made.getvalue()


def local(moment: datetime) -> str:
    """As a datetime-local field takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def sign_in(page: Page, point: ExamPoint, username: str, home: str) -> None:
    page.goto(f"{point.origin}/staff")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{home}")


def import_bank(page: Page, point: ExamPoint) -> str:
    """An author makes the bank and imports a file; who reviews it is somebody else. The bank's address."""
    page.goto(f"{point.origin}/banks")
    page.get_by_role("button", name="新的题库").click()
    page.fill("dialog [name=name]", "七月题库")
    page.get_by_role("button", name="建立题库").click()
    page.wait_for_url("**/banks/*#import")
    page.set_input_files("[name=file]", str(BANK))
    page.get_by_role("button", name="检查", exact=True).click()
    expect(page.locator(".sums")).to_contain_text("165")
    page.get_by_role("button", name="导入 165 题").click()
    page.get_by_role("link", name="看这些题").click()
    act_on_all(page, "送审")
    expect(page.locator(".note-ok")).to_contain_text("送审：165 题。")
    return page.url.split("#")[0]


def review_bank(page: Page, bank: str) -> None:
    """A colleague approves all of it and publishes it for exams."""
    page.goto(f"{bank}#items")
    act_on_all(page, "通过并发布")
    expect(page.locator(".note-ok")).to_contain_text("通过并发布：165 题。")
    page.goto(f"{bank}#publish")
    page.get_by_role("button", name="发布 165 题供考试使用").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def section(page: Page, row: int, number: int, points: str) -> None:
    fields = page.locator(".section-row").nth(row)
    fields.locator("[name=count]").fill(str(number))
    fields.locator("[name=points]").fill(points)


def ask_for_more(page: Page) -> None:
    """A rule over the whole form: its fault beside it, supply against demand while typing, and taken back."""
    expect(page.locator(".section-row").nth(1)).to_contain_text("需要 10，题库有 70")
    page.get_by_role("button", name="加一条规则").click()
    rule = page.locator(".rule-row")
    rule.get_by_label("名称").fill("难题")
    rule.get_by_label("至少").fill("200")
    condition = rule.get_by_label("条件", exact=True)
    condition.fill("difficulty = hard and")
    expect(rule).to_contain_text("条件没有写完")
    condition.fill("difficulty = hard")
    expect(rule).to_contain_text("至少 200，题库有 10")
    rule.get_by_role("button", name="去掉这条规则").click()
    expect(rule).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(rule).to_have_count(1)
    rule.get_by_role("button", name="去掉这条规则").click()


def audit(page: Page) -> None:
    """1,000 forms, matched at the cut score, drawn as pictures beside plain random ones."""
    page.get_by_label("各卷难度一致").check()
    page.get_by_role("button", name="发布审核").click()
    panel = page.get_by_role("region", name="发布审核")
    expect(panel).to_contain_text("可以发布：按这份蓝图抽了 1000 份卷", timeout=60_000)
    expect(panel).to_contain_text("专家标的难易")
    expect(panel.get_by_role("img")).to_have_count(2)
    expect(panel).to_contain_text("恰在合格线上的考生的合格机会")


def define_exam(page: Page, point: ExamPoint) -> None:
    """First with more than the bank has, then with what it has; one topic is fixed."""
    page.goto(f"{point.origin}/office#exams")
    page.get_by_role("button", name="新的考试").click()
    page.fill("[name=name]", "七月考核")
    newest = page.locator("[name=snapshot_id] option").first
    expect(newest).to_contain_text("七月题库（165 题")
    page.locator("[name=snapshot_id]").select_option(newest.get_attribute("value"))
    page.fill("[name=minutes]", "60")
    page.fill("[name=pass_points]", "12")
    section(page, 0, 70, "1")
    section(page, 1, 10, "1")
    page.get_by_role("button", name="建立考试").click()
    expect(page.locator("main [role=alert]")).to_contain_text("判断题")
    section(page, 0, 5, "1")
    first = page.locator(".section-row").first
    first.get_by_role("button", name="限定知识点").click()
    first.locator("[data-topic] input").fill("2")
    page.get_by_role("button", name="建立考试").click()
    expect(page.locator("main [role=alert]")).to_contain_text("共 2 题，题数是 5")
    first.get_by_role("button", name="限定知识点").click()
    first.locator("[data-topic] select").last.select_option("高处作业")
    expect(first.locator("[data-topic] input").last).to_have_value("3")
    expect(page.locator(".exam-total")).to_have_text("共 15 题，15 分")
    ask_for_more(page)
    audit(page)
    page.get_by_role("button", name="建立考试").click()
    expect(page.locator("tbody tr").first).to_contain_text("七月考核")


def open_administration(page: Page, point: ExamPoint) -> None:
    page.goto(f"{point.origin}/office#administrations")
    page.get_by_role("button", name="新的场次").click()
    page.fill("[name=name]", "第 8 期")
    page.locator("[name=exam_id]").select_option(label="七月考核")
    now = datetime.now().astimezone()
    page.fill("[name=starts_at]", local(now - timedelta(minutes=2)))
    page.fill("[name=closes_at]", local(now + timedelta(hours=1)))
    page.get_by_role("button", name="建立场次").click()
    page.get_by_role("link", name="第 8 期").click()


def import_roster(page: Page) -> None:
    """The report names each mistake; what is right is imported."""
    page.get_by_role("button", name="导入报名表").click()
    sheet = FilePayload(name="报名表.xlsx", mimeType="application/octet-stream", buffer=roster_file())
    page.locator("[name=table]").set_input_files([sheet])
    folder = FilePayload(name="照片.zip", mimeType="application/zip", buffer=photos())
    page.locator("[name=photos][accept]").set_input_files([folder])
    page.get_by_role("button", name="检查").click()
    table = page.locator(".importtbl")
    expect(table).to_contain_text("3.70882E+17")
    expect(page.locator(".note")).to_contain_text("不认识.jpg")
    expect(page.locator(".note")).not_to_contain_text(id_number(44))
    expect(page.locator(".sums")).to_contain_text("不能导入")
    page.get_by_role("button", name=re.compile(r"导入 \d+ 行")).click()
    expect(page.locator("tbody")).to_contain_text("陈国栋")


def print_tickets(page: Page) -> tuple[str, str]:
    """Ticket number and entry code of the first candidate, as printed."""
    page.get_by_role("button", name="打印准考证").click()
    page.get_by_role("button", name="发新码并打印").click()
    first = page.locator(".ticket", has_text="陈国栋")
    number = first.locator("dd .mono").inner_text()
    return number, first.locator(".ticket-code b").inner_text()


def candidate_enters(
    context: BrowserContext, point: ExamPoint, printed: tuple[str, str], faults: list[str]
) -> None:
    page = new_page(context, faults)
    page.goto(point.origin + "/")
    page.fill("input[name=ticket]", printed[0])
    page.fill("input[name=code]", printed[1].lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/candidate")
    expect(page.locator("aside")).to_contain_text("陈国栋")
    expect(page.locator("aside")).to_contain_text("七月考核")
    expect(page.locator("aside")).to_contain_text("共 15 分，12 分合格")


def test_from_the_bank_to_a_candidate_at_the_seat(
    point: ExamPoint, playwright: Playwright, tmp_path: Path
) -> None:
    faults: list[str] = []
    with window(playwright, None, tmp_path / "office") as office:
        page = new_page(office, faults)
        sign_in(page, point, "tiku", "/banks")
        bank = import_bank(page, point)
        sign_in(page, point, "kaowu", "/office")
        review_bank(page, bank)
        define_exam(page, point)
        open_administration(page, point)
        import_roster(page)
        printed = print_tickets(page)
        candidate_enters(office, point, printed, faults)
    assert faults == []
