"""Screenshots of the running product for docs/screenshots: `python -m tests.e2e.screenshots [FOLDER]`.

Runs the demonstration on a temporary data folder, does what people do, and takes every page in both
languages at 1366x768. Faces are blurred in the pictures: the people of the demonstration's data
package are not ours to publish.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from app.demo.faces import Webcam, packaged_people
from app.demo.past import MISREAD, PREFERRED, REPEATED
from tests.browser import CHROMIUM
from tests.e2e.exam_point import ROOT, free_port
from tests.e2e.rosters import roster_file
from tests.e2e.webcam import chromium_arguments

LANGUAGES = ("zh-CN", "en")
BLUR = "img, video, canvas, svg image, figure.photo image { filter: blur(10px) !important; }"
CAMERA_FRAMES = 90
TAKEOVER_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The printed sign-ins."""

    base: str
    ticket: str
    code: str
    wall: str
    passwords: dict[str, str]


@contextmanager
def demonstration(data: Path) -> Iterator[Demo]:
    """The demonstration, running."""
    models = Path(os.environ.get("KAOCHANG_DATA", "data")) / "models"
    (data / "models").symlink_to(models.resolve(), target_is_directory=True)
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "demo", "--port", str(port)]
    command += ["--takeover-after", str(TAKEOVER_S)]
    log = data / "demo.log"
    with log.open("wb") as out:
        environment = os.environ | {"KAOCHANG_DATA": str(data)}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 90
        while "Ctrl-C" not in (text := log.read_text("utf-8")):
            assert time.monotonic() < deadline, text
            assert process.poll() is None, text
            time.sleep(0.2)
        yield _signins(text)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _signins(text: str) -> Demo:
    def first(pattern: str) -> str:
        found = re.search(pattern, text)
        assert found is not None, pattern
        return found.group(1)

    names = re.findall(r"user name (\S+)", text)
    return Demo(
        base=first(r"Kaochang\s+(http\S+)"),
        ticket=first(r"ticket\s+(\d+)"),
        code=first(r"code\s+(\S+)"),
        wall=first(r"(http\S+/wall/\S+)"),
        passwords=dict(zip(names, re.findall(r"password\s+(\S+)", text), strict=True)),
    )


class Photographer:
    """Takes a page in both languages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str, *, reload: bool = True) -> None:
        """Both languages where the page can be opened anew; else the language it is in."""
        if not reload:
            language = page.evaluate("document.documentElement.lang")
            self._shoot(page, f"{name}.{language}")
            return
        for language in reversed(LANGUAGES):
            page.goto(_with_language(page.url, language))
            page.wait_for_load_state("networkidle") if "/wall/" not in page.url else None
            page.wait_for_timeout(2_500)
            self._shoot(page, f"{name}.{language}")

    def _shoot(self, page: Page, name: str) -> None:
        page.add_style_tag(content=BLUR)
        page.wait_for_timeout(300)
        page.screenshot(path=self._folder / f"{name}.png")


def _with_language(url: str, language: str) -> str:
    bare, _, fragment = url.partition("#")
    bare = re.sub(r"[?&]lang=[^&]*", "", bare).rstrip("?")
    joined = f"{bare}{'&' if '?' in bare else '?'}lang={language}"
    return f"{joined}#{fragment}" if fragment else joined


@contextmanager
def pc(playwright: Playwright, profile: Path, webcam: Path | None = None) -> Iterator[BrowserContext]:
    """A browser of its own, Chinese first."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=chromium_arguments(webcam),
        viewport={"width": 1366, "height": 768},
        permissions=["camera"],
        locale="zh-CN",
        bypass_csp=True,
    )
    try:
        yield context
    finally:
        context.close()


def staff(context: BrowserContext, demo: Demo, username: str) -> Page:
    """A signed-in page."""
    page = context.new_page()
    page.goto(f"{demo.base}/staff")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", demo.passwords[username])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/staff"))
    page.wait_for_timeout(800)
    return page


def candidate_pages(context: BrowserContext, demo: Demo, wall: Page, camera: Photographer) -> None:
    """From sign-in to the item."""
    page = context.new_page()
    page.goto(demo.base + "/")
    camera.take(page, "sign-in")
    page.goto(demo.base + "/?lang=zh-CN")
    page.fill("input[name=ticket]", demo.ticket)
    page.fill("input[name=code]", demo.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/candidate")
    camera.take(page, "consent")
    page.get_by_text("I agree to face comparison").or_(page.get_by_text("同意人脸核验", exact=True)).click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("拍照|Take")).click()
    page.wait_for_timeout(800)
    page.get_by_role("button", name=re.compile("就用这张|Use")).click()
    page.wait_for_timeout(1_500)
    camera.take(page, "identity", reload=False)
    page.get_by_text(re.compile("请坐好，监考员会过来|invigilator will come|Please stay")).first.wait_for(
        timeout=60_000
    )
    camera.take(page, "waiting-for-invigilator")
    camera.take(wall, "wall-admission", reload=False)
    wall.locator(".seat", has_text="来宾").click()
    wall.keyboard.press("a")
    dialog = wall.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name=re.compile("发出|Send")).click()
    page.get_by_text(re.compile(r"第\s*\d+\s*题|Item\s*\d+|\d+ of \d+")).first.wait_for(timeout=20_000)
    for letter in "ABABBA":
        page.keyboard.press(letter)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    camera.take(page, "exam")


def staff_pages(context: BrowserContext, demo: Demo, camera: Photographer, folder: Path) -> None:
    """Regulator and exam office."""
    page = staff(context, demo, "jianguan")
    camera.take(page, "sittings")
    page.get_by_text("孙海燕").first.click()
    page.wait_for_timeout(2_000)
    camera.take(page, "replay")
    context.clear_cookies()
    page = staff(context, demo, "kaowu")
    camera.take(page, "administrations")
    page.goto(page.url.replace("lang=en", "lang=zh-CN"))
    page.wait_for_timeout(1_000)
    roster = folder / "七月上半月报名表.xlsx"
    roster.write_bytes(roster_file())
    page.get_by_text("演示场").first.click()
    page.wait_for_timeout(1_000)
    page.get_by_role("button", name=re.compile("导入报名表|导入")).first.click()
    page.set_input_files("input[type=file]", str(roster))
    page.get_by_role("button", name=re.compile("检查")).first.click()
    page.wait_for_timeout(2_500)
    camera.take(page, "roster", reload=False)


def bank_pages(context: BrowserContext, demo: Demo, camera: Photographer) -> None:
    """Bank author: the banks, one bank's items and how they did, the editor; a colleague's review queue."""
    page = staff(context, demo, "tiku")
    camera.take(page, "banks")
    link = page.locator("main td a[href^='/banks/']").first.get_attribute("href")
    assert link is not None
    bank = demo.base + link.partition("#")[0].partition("?")[0]
    page.goto(f"{bank}#items")
    camera.take(page, "bank-items")
    page.goto(f"{bank}#items?look=any")
    camera.take(page, "bank-items-to-look-at")
    # Not one in review: an author sees fields to write in.
    page.goto(f"{bank}#item/{REPEATED}")
    camera.take(page, "item-editor")
    page.goto(f"{bank}#statistics")
    camera.take(page, "bank-statistics")
    context.clear_cookies()
    page = staff(context, demo, "kaowu")
    page.goto(f"{bank}#review/{MISREAD}")
    camera.take(page, "bank-review")


def exam_pages(context: BrowserContext, demo: Demo, camera: Photographer) -> None:
    """Exam office: a new exam, half written, and its publish audit."""
    page = staff(context, demo, "kaowu")
    for language in reversed(LANGUAGES):
        page.goto(f"{demo.base}/office?lang={language}#exams")
        page.get_by_role("button", name=re.compile("^(新的考试|New exam)$")).click()
        page.fill("[name=name]", "低压电工")
        rows = page.locator(".section-row")
        for row, count, points in ((0, "30", "1"), (1, "35", "2")):
            rows.nth(row).locator("[name=count]").fill(count)
            rows.nth(row).locator("[name=points]").fill(points)
        page.get_by_label(re.compile("^(各卷难度一致|Match the difficulty of forms)$")).check()
        rows.nth(1).get_by_text(re.compile("35.*70")).wait_for()
        page.locator("[name=name]").scroll_into_view_if_needed()
        camera.take(page, "new-exam", reload=False)
        page.get_by_role("button", name=re.compile("^(发布审核|Publish audit)$")).click()
        panel = page.get_by_role("region", name=re.compile("^(发布审核|Publish audit)$"))
        panel.get_by_role("img").last.wait_for(timeout=60_000)
        panel.get_by_role("img").first.scroll_into_view_if_needed()
        camera.take(page, "audit", reload=False)


def results_pages(context: BrowserContext, demo: Demo, camera: Photographer) -> None:
    """Exam office: how the items of the finished administration did, and a key that is corrected."""
    page = staff(context, demo, "kaowu")
    page.get_by_text("上午场").first.click()
    page.get_by_role("link", name=re.compile("试题统计|Item statistics")).click()
    page.locator("tbody tr").first.wait_for()
    camera.take(page, "item-statistics")
    address = page.url.partition("?")[0].replace("/statistics", "/corrections")
    for language in reversed(LANGUAGES):
        page.goto(f"{address}?lang={language}#item/{MISREAD}")
        page.get_by_role("radio", name=re.compile("几种答案都算对|Several keys")).check()
        page.get_by_role("checkbox", name=re.compile(f"^{PREFERRED}")).check()
        page.get_by_role("button", name=re.compile("^(试算|Try it out)$")).click()
        page.locator(".correction-result tbody tr").first.wait_for()
        camera.take(page, "corrections", reload=False)


def forensics_pages(context: BrowserContext, demo: Demo, camera: Photographer) -> None:
    """Regulator: the leads of the finished administration, and its exposure."""
    page = staff(context, demo, "jianguan")
    choice = page.locator("select[name=administration]")
    choice.select_option(label=choice.locator("option", has_text="上午场").inner_text())
    page.get_by_role("link", name=re.compile("作答核查|Forensics")).click()
    page.locator(".lead-look form").wait_for()
    camera.take(page, "forensics")
    page.goto(f"{page.url.partition('?')[0]}#exposure")
    page.locator(".forensics-part svg.chart").first.wait_for()
    camera.take(page, "exposure")
    address = page.url.partition("?")[0].partition("#")[0]
    for language in reversed(LANGUAGES):
        page.goto(f"{address}?lang={language}")
        page.locator(".lead-row").nth(1).click()
        page.locator(".lead-detail svg.chart").first.wait_for()
        camera.take(page, "forensics-times", reload=False)


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    camera = Photographer(folder)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        temporary = Path(made)
        data = temporary / "data"
        data.mkdir()
        clip = temporary / "webcam.mjpeg"
        webcam = Webcam(packaged_people()[20], 99)
        pictures = [webcam.picture() for _ in range(CAMERA_FRAMES)]
        # Chromium plays 30 frames a second; each picture stays for a third of one.
        clip.write_bytes(b"".join(picture for picture in pictures for _ in range(10)))
        with demonstration(data) as demo, pc(playwright, temporary / "seat", clip) as seat:
            urllib.request.urlopen(f"{demo.base}/health", timeout=5).close()
            with pc(playwright, temporary / "desk") as desk:
                wall = staff(desk, demo, "jiankao")
                wall.goto(demo.wall)
                wall.locator(".worst-card").first.wait_for(timeout=60_000)
                candidate_pages(seat, demo, wall, camera)
                wall.bring_to_front()
                for language in reversed(LANGUAGES):
                    wall.goto(_with_language(demo.wall, language))
                    wall.locator(".worst-card").first.wait_for(timeout=30_000)
                    wall.wait_for_timeout(2_000)
                    wall.keyboard.press("1")
                    wall.wait_for_timeout(2_000)
                    camera.take(wall, "wall", reload=False)
                desk.clear_cookies()
                staff_pages(desk, demo, camera, temporary)
                desk.clear_cookies()
                bank_pages(desk, demo, camera)
                desk.clear_cookies()
                exam_pages(desk, demo, camera)
                desk.clear_cookies()
                results_pages(desk, demo, camera)
                desk.clear_cookies()
                forensics_pages(desk, demo, camera)


if __name__ == "__main__":
    main()
