"""The bank author's and the reviewer's desk in the browser, with the real service."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.accounts.rules import Role
from tests.browser import browser as browser
from tests.browser import needs_chromium
from tests.e2e.pages import tick_all
from tests.e2e.test_banks import SMALL, Desk, go, upload
from tests.e2e.test_banks import desk as desk
from tests.factories.sessions import cookie_header, staff_session

pytestmark = [pytest.mark.browser, needs_chromium]


class Colleague:
    """A bank author without a browser."""

    def __init__(self, desk: Desk) -> None:
        token = desk.server.call(staff_session(desk.server.service, Role.BANK_AUTHOR))
        cookie = cookie_header(Role.BANK_AUTHOR, token)
        origin = desk.server.origin
        headers = {"Cookie": cookie, "Origin": origin}
        self._client = httpx.Client(base_url=origin, headers=headers, timeout=20)

    def post(self, path: str, body: object) -> dict[str, object]:
        """The answer, which is no refusal."""
        answer = self._client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    def written(self, bank: str, *item_ids: str) -> None:
        """Items in the bank (its page's address), in review."""
        base = f"/api/banks/{bank.rsplit('/', 1)[1]}"
        for item_id in item_ids:
            options = [{"id": letter, "text": f"{item_id} 的说法 {letter}"} for letter in "ABCD"]
            item: dict[str, object] = {
                "id": item_id,
                "type": "single_choice",
                "stem": f"{item_id} 的题干",
                "options": options,
            }
            item |= {"key": ["A"], "topic": "用电", "must_know": False, "rationale": "", "difficulty": ""}
            self.post(f"{base}/items", {"item": item | {"source": ""}, "item_set": None})
        versions = [{"item": item_id, "version": 1} for item_id in item_ids]
        self.post(f"{base}/acts", {"event": "submit", "versions": versions})

    def close(self) -> None:
        """Leave the service."""
        self._client.close()


def fill_item(page: Page, item_id: str, stem: str, key: str) -> None:
    """The fields of a new single choice."""
    page.fill("[name=id]", item_id)
    page.fill("[name=topic]", "用电")
    page.fill("[name=stem]", stem)
    for place, letter in enumerate("ABCD"):
        page.locator("[name=option]").nth(place).fill(f"说法 {letter}")
    page.get_by_label(f"{key} 是答案").check()


def test_every_field_of_an_item_is_written_and_read_back(desk: Desk) -> None:
    page = desk.author()
    bank = desk.new_bank(page)
    go(page, bank, "item/")
    expect(page.locator("[name=rule]")).to_have_count(1)
    page.locator("[name=type]").select_option("multiple_choice")
    expect(page.locator("[name=rule]")).to_have_count(6)
    fill_item(page, "F-1", "哪些做法符合规定", "A")
    page.get_by_label("C 是答案").check()
    page.get_by_text("更多：行业").click()
    wanted = {"industry": "电力", "language": "en-GB", "enemy_set": "接地", "a": "1.25", "b": "-0.000001"}
    wanted |= {"c": "0.2", "clause": "第十条", "source": "教材"}
    for name, value in wanted.items():
        page.fill(f"[name={name}]", value)
    page.get_by_label("按答对的比例得分").check()
    page.locator("[name=set_chosen]").select_option("+")
    page.fill("[name=set_id]", "case-1")
    page.fill("[name=stimulus]", "某工地临时用电情况如下")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已保存为第 1 版。")).to_be_visible()
    for name, value in wanted.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    expect(page.get_by_label("按答对的比例得分")).to_be_checked()
    expect(page.locator("[name=set_chosen]")).to_have_value("case-1")
    # Read back as written: saving makes no other version.
    with page.expect_response(
        lambda answer: answer.request.method == "GET" and "/items/" in answer.url
    ) as read:
        page.keyboard.press("Control+Enter")
    assert read.value.json()["version"] == 1


def test_what_is_wrong_stands_beside_its_field(desk: Desk) -> None:
    page = desk.author()
    bank = desk.new_bank(page)
    go(page, bank, "item/")
    fill_item(page, "F-1", "题干", "A")
    page.get_by_text("更多：行业").click()
    page.fill("[name=a]", "1.1234567")
    page.keyboard.press("Control+Enter")
    parameters = page.locator("fieldset[data-field=parameters]")
    expect(parameters).to_have_attribute("aria-invalid", "true")
    expect(page.locator("fieldset[data-field=parameters] + .beside")).to_contain_text("至多 6 位小数")
    expect(page.locator("[name=a]")).to_be_focused()
    for name, value in {"a": "99", "b": "0", "c": "0"}.items():
        page.fill(f"[name={name}]", value)
    expect(page.locator(".beside")).not_to_contain_text("小数")
    page.fill("[name=a]", "1")
    page.fill("[name=language]", "中文")
    expect(page.locator("[name=language] + .beside")).to_be_visible()
    page.fill("[name=language]", "en")
    expect(page.locator(".beside")).to_have_count(0)
    page.locator("[name=type]").select_option("numeric")
    page.fill("[name=value]", "三十六")
    expect(page.locator("fieldset[data-field~=key] + .beside")).to_contain_text("答案或误差不是可用的数。")


def test_another_key_to_the_same_item_is_said_loudly(desk: Desk) -> None:
    page, bank = desk.author(), ""
    bank = desk.new_bank(page)
    for item_id, key in (("S-1", "A"), ("S-2", "B")):
        go(page, bank, "item/")
        fill_item(page, item_id, "发现有人触电，首先应当做什么", key)
        if item_id == "S-2":
            expect(page.locator(".hints .note")).to_contain_text("和 S-1 题干、选项相同，答案不同！")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("已保存为第 1 版。")).to_be_visible()
    page.get_by_role("button", name="送审").click()
    expect(page.locator("dialog .note")).to_contain_text("答案不同！")
    page.locator("dialog").get_by_role("button", name="送审").click()
    reviewer = desk.author()
    go(reviewer, bank, "review")
    expect(reviewer.locator(".review-main .hints .note")).to_contain_text("和 S-1")


def test_a_changed_stimulus_goes_into_the_whole_set(desk: Desk) -> None:
    page = desk.author()
    bank = desk.new_bank(page)
    for item_id in ("T-1", "T-2"):
        go(page, bank, "item/")
        fill_item(page, item_id, f"{item_id} 的题干", "A")
        if item_id == "T-1":
            page.locator("[name=set_chosen]").select_option("+")
            page.fill("[name=set_id]", "case")
            page.fill("[name=stimulus]", "旧的材料")
        else:
            page.locator("[name=set_chosen]").select_option("case")
            expect(page.locator("[name=stimulus]")).to_have_value("旧的材料")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("已保存为第 1 版。")).to_be_visible()
    page.fill("[name=stimulus]", "新的材料")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("dialog")).to_contain_text("题组里还有 1 题")
    page.locator("dialog").get_by_role("button", name="一起改").click()
    expect(page.get_by_text("已写入 1 题。")).to_be_visible()
    go(page, bank, "item/T-1")
    expect(page.locator("[name=stimulus]")).to_have_value("新的材料")


def test_the_queue_is_narrowed_and_turned(desk: Desk) -> None:
    page, colleague = desk.author(), Colleague(desk)
    bank = desk.new_bank(page, "电工")
    other = desk.new_bank(page, "焊工")
    colleague.written(bank, *(f"Q-{number:02}" for number in range(52)))
    colleague.written(other, "H-1")
    colleague.close()
    go(page, bank, "review")
    items = page.locator(".queue-item")
    expect(items).to_have_count(50)
    expect(items.first).to_contain_text("Q-00")
    expect(items.first).to_contain_text("职员 bank_author")
    page.get_by_role("button", name="下一页").click()
    expect(items).to_have_count(2)
    expect(page.locator(".review-main h2").first).to_have_text("Q-50")
    page.keyboard.press("j")
    expect(page.locator(".review-main h2").first).to_have_text("Q-51")
    page.get_by_text("筛选").click()
    page.locator("[name=bank]").select_option(label="焊工")
    expect(items).to_have_count(1)
    expect(page.locator(".review-main h2").first).to_have_text("H-1")
    tick_all(page)
    page.get_by_role("button", name="通过并发布", exact=True).click()
    expect(page.get_by_text("没有待审的题。")).to_be_visible()
    page.locator("[name=bank]").select_option(label="所有题库")
    expect(items).to_have_count(50)
    page.get_by_label("等了多久").select_option("1")
    expect(items).to_have_count(0)


def test_rejected_rows_are_taken_home_and_a_package_comes_back(desk: Desk) -> None:
    page = desk.author()
    bank = desk.new_bank(page, "消防")
    upload(page, "七月.csv", SMALL.encode("gbk"))
    with page.expect_download() as rows:
        page.get_by_role("link", name="下载要改的 1 行（.xlsx）").click()
    assert rows.value.suggested_filename == "rejected.xlsx"
    page.get_by_role("button", name="导入 2 题").click()
    expect(page.get_by_text("已导入 2 题。")).to_be_visible()
    go(page, bank, "publish")
    page.locator("[name=format]").select_option("package")
    page.locator("[name=state]").select_option("current")
    with page.expect_download() as package:
        page.get_by_role("button", name="下载", exact=True).click()
    assert package.value.suggested_filename == "消防.zip"
    desk.new_bank(page, "消防二")
    upload(page, "消防.zip", package.value.path().read_bytes())
    expect(page.get_by_role("button", name="导入 2 题")).to_be_visible()
