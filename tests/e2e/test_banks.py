"""A bank's life in the browser, with the real service: import, browse, write, review, publish, undo."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.accounts.rules import Role
from tests.browser import browser as browser
from tests.browser import needs_chromium
from tests.e2e.pages import act_on_all, tick_all
from tests.factories.running import RunningServer
from tests.factories.sessions import COOKIES, staff_session

pytestmark = [pytest.mark.browser, needs_chromium]
DEMO = Path(__file__).parents[2] / "app" / "demo" / "bank.csv"
# One row whose topic column has an unknown title, one that cannot come in, one that repeats another.
SMALL = """编号,题型,题干,选项A,选项B,选项C,选项D,答案,归属
K-1,单选题,灭火器应当多久检查一次,每日,每周,每月,每年,C,消防
K-2,单选题,没有答案的题,甲,乙,丙,丁,,消防
K-3,判断题,电焊作业要有监护人,,,,,正确,动火
"""


class Desk:
    """Two bank authors at their pages; script errors are collected."""

    def __init__(self, server: RunningServer, browser: Browser) -> None:
        self.server = server
        self.problems: list[str] = []
        self.contexts: list[BrowserContext] = []
        self._browser = browser

    def author(self) -> Page:
        """The page of a new bank author."""
        token = self.server.call(staff_session(self.server.service, Role.BANK_AUTHOR))
        context = self._browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.add_cookies([{"name": COOKIES[False], "value": token, "url": self.server.origin}])
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def new_bank(self, page: Page, name: str = "消防") -> str:
        """Make a bank; the address of its page."""
        page.goto(f"{self.server.origin}/banks")
        page.get_by_role("button", name="新的题库").click()
        page.fill("dialog [name=name]", name)
        page.get_by_role("button", name="建立题库").click()
        page.wait_for_url("**/banks/*#import")
        return page.url.split("#")[0]


@pytest.fixture
def desk(server: RunningServer, browser: Browser) -> Iterator[Desk]:
    made = Desk(server, browser)
    yield made
    for context in made.contexts:
        context.close()
    assert made.problems == []


def go(page: Page, address: str, tab: str) -> None:
    """Open a tab of a bank."""
    page.goto("about:blank")
    page.goto(f"{address}#{tab}")


def upload(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="检查", exact=True).click()


def submit_item(page: Page) -> None:
    """Submit the item that is open in the editor."""
    page.get_by_role("button", name="送审").click()
    page.locator("dialog").get_by_role("button", name="送审").click()
    expect(page.locator("h1 + .tag")).to_contain_text("待审")


def test_a_bank_from_the_file_to_the_exam(desk: Desk) -> None:
    ann, ben = desk.author(), desk.author()
    bank = desk.new_bank(ann)
    upload(ann, "bank.csv", DEMO.read_bytes())
    expect(ann.locator(".sums")).to_contain_text("165")
    ann.get_by_role("button", name="导入 165 题").click()
    expect(ann.get_by_text("已导入 165 题。")).to_be_visible()
    go(ann, bank, "items")
    expect(ann.get_by_text("共 165 题")).to_be_visible()
    expect(ann.locator("tbody tr")).to_have_count(50)
    act_on_all(ann, "送审")
    expect(ann.get_by_text("送审：165 题。")).to_be_visible()
    act_on_all(ann, "通过并发布")
    expect(ann.get_by_text("165 题没有动。")).to_contain_text("要由别人审核")
    go(ben, bank, "items")
    act_on_all(ben, "通过并发布")
    expect(ben.get_by_text("通过并发布：165 题。")).to_be_visible()
    go(ben, bank, "publish")
    ben.get_by_role("button", name="发布 165 题供考试使用").click()
    expect(ben.get_by_text("已发布，可以用来设考试。")).to_be_visible()
    expect(ben.locator("tbody tr")).to_have_count(1)
    with ben.expect_download() as download:
        ben.get_by_role("button", name="下载", exact=True).click()
    assert download.value.suggested_filename == "消防.json"


def test_columns_are_corrected_and_an_import_is_undone(desk: Desk) -> None:
    page = desk.author()
    desk.new_bank(page)
    upload(page, "七月.csv", SMALL.encode("gbk"))
    expect(page.locator(".columns")).to_be_visible()
    page.get_by_label("归属").select_option("topic")
    page.get_by_role("button", name="按这样重新检查").click()
    expect(page.locator("summary .tag")).to_have_count(0)
    rows = page.locator(".report-rows tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("没有答案")
    page.get_by_role("button", name=re.compile("^全部 ?3")).click()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="导入 2 题").click()
    page.get_by_role("link", name="看这些题").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("动火")
    page.go_back()
    page.get_by_role("button", name="撤销这次导入").click()
    page.locator("dialog").get_by_role("button", name="撤销这次导入").click()
    expect(page.get_by_text("已撤销")).to_be_visible()


def test_a_file_that_cannot_be_read_is_named(desk: Desk) -> None:
    page = desk.author()
    desk.new_bank(page)
    upload(page, "x.csv", "姓名,电话\n张,1\n".encode())
    expect(page.locator("main [role=alert]")).to_contain_text("表头")


def test_writing_reviewing_and_sending_back(desk: Desk) -> None:
    ann, ben = desk.author(), desk.author()
    bank = desk.new_bank(ann)
    go(ann, bank, "item/")
    ann.fill("[name=id]", "X-1")
    ann.fill("[name=topic]", "消防/灭火器")
    ann.fill("[name=stem]", "灭火器压力表指针在哪个区表示正常")
    for place, text in enumerate(("红区", "绿区", "黄区", "红区")):
        ann.locator("[name=option]").nth(place).fill(text)
    ann.get_by_label("B 是答案").check()
    expect(ann.locator(".preview [role=status]")).to_contain_text("两个选项内容相同")
    expect(ann.locator("fieldset[aria-invalid=true]")).to_have_count(1)
    ann.get_by_role("button", name="去掉选项 D").click()
    expect(ann.locator(".preview .opt")).to_have_count(3)
    expect(ann.locator(".preview .stem")).to_contain_text("压力表")
    ann.keyboard.press("Control+Enter")
    expect(ann.get_by_text("已保存为第 1 版。")).to_be_visible()
    submit_item(ann)
    go(ann, bank, "review")
    expect(ann.get_by_role("button", name="通过并发布")).to_be_disabled()
    go(ben, bank, "review")
    ben.get_by_role("button", name="退回修改").click()
    expect(ben.locator("[role=alert]")).to_contain_text("请写明要改什么")
    # Without a comment the key only leads to its field.
    ben.keyboard.press("b")
    expect(ben.get_by_label("意见")).to_be_focused()
    ben.get_by_label("意见").fill("题干加上“手提式”。")
    ben.get_by_role("button", name="退回修改").click()
    expect(ben.get_by_text("没有待审的题。")).to_be_visible()
    go(ann, bank, "item/X-1")
    ann.get_by_text("历史：1 版").click()
    expect(ann.locator(".history")).to_contain_text("题干加上“手提式”。")
    ann.fill("[name=stem]", "手提式灭火器压力表指针在哪个区表示正常")
    ann.get_by_role("button", name="保存").click()
    expect(ann.get_by_text("已保存为第 2 版。")).to_be_visible()
    submit_item(ann)
    go(ben, bank, "review")
    expect(ben.locator(".diff ins").first).to_have_text("手提式")
    expect(ben.get_by_role("button", name="通过并发布，还差 5 项")).to_be_disabled()
    tick_all(ben)
    ben.get_by_role("button", name="通过并发布").click()
    expect(ben.get_by_text("没有待审的题。")).to_be_visible()


TYPES: dict[str, dict[str, str | bool]] = {
    "true_false": {"[aria-label='正确 是答案']": True},
    "numeric": {"[name=value]": "36", "[name=tolerance]": "1", "[name=unit]": "V"},
    "text_entry": {"[name=accepted]": "安全帽\n头盔"},
    "ordering": {"[name=ordered]": "断电\n验电\n接地"},
    "matching": {"[name=sources]": "红 = A\n黄 = B", "[name=targets]": "禁止\n警告\n指令"},
    "cloze": {"[name=stem]": "安全电压是 [[1]] 伏", "[data-gap='1'] [name=text]": "36"},
}


def test_every_type_can_be_written_and_is_shown_as_candidates_see_it(desk: Desk) -> None:
    page = desk.author()
    bank = desk.new_bank(page)
    for kind in TYPES:
        go(page, bank, "item/")
        page.locator("[name=type]").select_option(kind)
        page.fill("[name=topic]", "用电")
        page.fill("[name=stem]", f"题干 {kind}")
        for field, value in TYPES[kind].items():
            if value is True:
                page.locator(field).check()
            else:
                page.fill(field, str(value))
        expect(page.locator(".preview [role=status]")).to_be_empty()
        expect(page.locator(".preview .stem")).not_to_be_empty()
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("已保存为第 1 版。")).to_be_visible()
        expect(page.locator("[name=type]")).to_have_value(kind)
        # What was read back is what was written: saving it again makes no version.
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("历史：1 版")).to_be_visible()


def test_a_picture_goes_into_the_stem(desk: Desk) -> None:
    page = desk.author()
    bank = desk.new_bank(page)
    go(page, bank, "item/")
    page.fill("[name=topic]", "用电")
    page.fill("[name=stem]", "看图：电压 < 36 V")
    for place in range(4):
        page.locator("[name=option]").nth(place).fill(f"答 {place}")
    page.get_by_label("A 是答案").check()
    picture = Path(__file__).parents[2] / "docs" / "screenshots" / "sign-in.en.png"
    page.set_input_files("input[type=file]", str(picture))
    page.fill("dialog [name=alt]", "接线图")
    page.locator("dialog").get_by_role("button", name="插入图片").click()
    shown = page.locator(".preview img")
    expect(shown).to_have_attribute("alt", "接线图")
    expect(page.locator(".preview .stem")).to_contain_text("电压 < 36 V")
    page.wait_for_function("document.querySelector('.preview img').naturalWidth > 0")
