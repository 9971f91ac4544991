"""Screenshots of the liveness challenge: `python -m tests.e2e.challenge_screenshots [FOLDER]`.

The demonstration's pictures are prints in the eyes of the presentation check and never come to a challenge.
So a clip of a living person is the webcam here. It does nothing of what is asked: the invigilator's panel
afterwards shows that. Faces are blurred: the people of the evaluation data are not ours to publish.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.administrations.service import Person
from tests.e2e.exam_point import PASSWORD, ROOT, ExamPoint, exam_point, id_number
from tests.e2e.pages import new_page, window
from tests.e2e.screenshots import LANGUAGES
from tests.e2e.test_camera import MODELS, VIDEO, portrait
from tests.e2e.webcam import mjpeg_of

NAMES = ("刘永刚", "郑国华")
BLUR = "document.querySelectorAll('img, video').forEach((e) => e.style.setProperty('filter', 'blur(10px)'))"


def shoot(page: Page, path: Path) -> None:
    """One picture, blurred where there are people."""
    page.evaluate(BLUR)
    page.wait_for_timeout(300)
    page.screenshot(path=path)


def candidate(page: Page, point: ExamPoint, place: int, folder: Path) -> None:
    """From sign-in to the first step that is asked for, then the wait for the invigilator."""
    language = LANGUAGES[place]
    page.goto(f"{point.origin}/?lang={language}")
    page.fill("input[name=ticket]", point.tickets[place].ticket)
    page.fill("input[name=code]", point.tickets[place].code)
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("^(I agree to face comparison|同意人脸核验)$")).click()
    page.keyboard.press("Enter")
    page.locator(".ch-drawing").wait_for(timeout=60_000)
    shoot(page, folder / f"challenge.{language}.png")
    page.locator(".facepair").wait_for(timeout=60_000)


def invigilator(page: Page, point: ExamPoint, place: int, folder: Path) -> None:
    """The panel of who waits."""
    language = LANGUAGES[place]
    page.goto(f"{point.origin}/staff?lang={language}")
    page.fill("input[name=username]", "jiankao")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall")
    page.goto(f"{point.origin}/wall/{point.administration_id}")
    page.locator(".seat", has_text=NAMES[place]).click()
    page.locator(".strip-door").wait_for()
    page.wait_for_timeout(1_500)
    shoot(page, folder / f"wall-challenge.{language}.png")


def take(folder: Path, work: Path) -> None:
    """Both pages in both languages."""
    people = [
        Person(
            name=name,
            id_number=id_number(seat),
            enterprise="诚信建设有限公司",
            category="安全生产管理人员",
            photo=portrait("nuaa_0004", "01"),
        )
        for seat, name in enumerate(NAMES)
    ]
    webcam = mjpeg_of(VIDEO / "nuaa_0004_s3_live.mp4", work)
    # The point is made in a loop of its own, which is over before the browser's begins.
    making = exam_point(work / "data", MODELS, people, liveness_challenge=True)
    with making as point, sync_playwright() as playwright:
        for place, language in enumerate(LANGUAGES):
            with window(playwright, webcam, work / language) as context:
                problems: list[str] = []
                candidate(new_page(context, problems), point, place, folder)
                invigilator(new_page(context, problems), point, place, folder)
                assert problems == []


def main() -> None:
    """Take them into the folder given, or docs/screenshots."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    with tempfile.TemporaryDirectory() as work:
        take(folder, Path(work))


if __name__ == "__main__":
    main()
