"""The day in a real browser whose webcam plays real clips (they are looped)."""

import csv
import itertools
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from app.administrations.service import Person
from app.clock import parse_instant
from app.sittings.registration import Ticket
from tests.browser import needs_chromium
from tests.e2e.exam_point import ExamPoint, as_regulator, exam_point, id_number, kinds_of
from tests.e2e.pages import new_page, open_wall, sign_in, wait_for_items, window
from tests.e2e.webcam import letterboxed, mjpeg_of
from tests.shared_data import SHARED_DATA, needs_shared_data

FACES = SHARED_DATA / "faces"
VIDEO = FACES / "video"
MODELS = Path(os.environ.get("KAOCHANG_DATA", "data")) / "models"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.shared,
    needs_chromium,
    needs_shared_data,
    pytest.mark.skipif(not MODELS.is_dir(), reason="the model pack is not installed"),
]

# seat order: who is registered; the clip that sits there is named in each test
RIGHT, WRONG, SWAPPED, LIVE, EMPTY = range(5)
SWAP_AT_S = 10.0


def portrait(person: str, session: str) -> bytes:
    """A live picture of a person on one day."""
    with (FACES / "manifest.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["person_id"] == person and row["label"] == "live" and row["extra"] == f"session={session}":
                return (FACES / row["path"]).read_bytes()
    raise AssertionError(f"no picture of {person} on day {session}")


@pytest.fixture(scope="module")
def point(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamPoint]:
    registered = {
        RIGHT: ("刘永刚", "nuaa_0004", "01"),
        WRONG: ("郑国华", "nuaa_0007", "01"),
        SWAPPED: ("孙海燕", "nuaa_0007", "02"),
        LIVE: ("杨卫东", "nuaa_0012", "03"),
        EMPTY: ("宋春梅", "nuaa_0001", "01"),
    }
    people = [
        Person(
            name=name,
            id_number=id_number(seat),
            enterprise="诚信建设有限公司",
            category="安全生产管理人员",
            photo=portrait(person, session),
        )
        for seat, (name, person, session) in registered.items()
    ]
    with exam_point(tmp_path_factory.mktemp("point"), MODELS, people) as running:
        yield running


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def test_the_right_person_is_admitted_by_herself_and_sits_the_exam(
    point: ExamPoint, clips: Path, playwright: Playwright, tmp_path: Path
) -> None:
    problems: list[str] = []
    ticket = point.tickets[RIGHT]
    webcam = mjpeg_of(VIDEO / "nuaa_0004_s3_live.mp4", clips)
    with window(playwright, webcam, tmp_path / "pc") as context:
        page = new_page(context, problems)
        sign_in(page, point, ticket)
        wait_for_items(page)
        sitting = page.request.get(point.origin + "/api/candidate/sitting").json()
        assert sitting["admitted_by"] == "machine"
        for _ in range(3):
            page.keyboard.press("A")
            page.keyboard.press("ArrowRight")
        expect(page.get_by_text(re.compile("已保存")).first).to_be_visible()
        page.reload()
        wait_for_items(page)
        expect(page.get_by_text(re.compile(r"第\s*4\s*题")).first).to_be_visible()
        form = page.request.get(point.origin + "/api/candidate/form").json()
        assert form["responses"] == {"1": ["A"], "2": ["A"], "3": ["A"]}
        second = new_page(context, problems)
        second.goto(point.origin + "/candidate")
        expect(second.get_by_text("考试在另一个窗口里打开着")).to_be_visible()
        second.get_by_role("button", name="在这里继续").click()
        expect(page.get_by_text("考试在另一个窗口里打开着")).to_be_visible()
        wait_for_items(second)
    # the browser is gone; the same PC starts again
    with window(playwright, webcam, tmp_path / "pc") as context:
        page = new_page(context, problems)
        page.goto(point.origin + "/candidate")
        wait_for_items(page)
        expect(page.get_by_text(re.compile(r"第\s*4\s*题")).first).to_be_visible()
        page.get_by_role("button", name="检查并交卷").click()
        page.get_by_role("button", name="交卷", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="交卷", exact=True).click()
        expect(page.get_by_role("heading", name=re.compile(r"\d+ 分，"))).to_be_visible(timeout=15_000)
    assert "another_person" not in kinds_of(point, ticket)
    assert problems == []


def test_another_person_waits_for_the_invigilator_who_admits_by_hand(
    point: ExamPoint, clips: Path, playwright: Playwright, tmp_path: Path
) -> None:
    problems: list[str] = []
    ticket = point.tickets[WRONG]
    with window(playwright, mjpeg_of(VIDEO / "nuaa_0004_s3_live.mp4", clips), tmp_path / "pc") as context:
        page = new_page(context, problems)
        sign_in(page, point, ticket)
        expect(page.get_by_text("请坐好，监考员会过来")).to_be_visible(timeout=60_000)
        wall = open_wall(context, point, problems)
        expect(wall.get_by_text("待准入").first).to_be_visible()
        admit(wall, "郑国华")
        wait_for_items(page, 15_000)
        sitting = page.request.get(point.origin + "/api/candidate/sitting").json()
        assert sitting["admitted_by"] == "invigilator"
    assert problems == []


def admit(wall: Page, name: str) -> None:
    """Admit by hand with the first coded reason."""
    wall.locator(".seat", has_text=name).click()
    wall.get_by_role("button", name=re.compile(r"^准入")).click()
    dialog = wall.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name=re.compile("发出")).click()


def clip_second(frame: bytes, clip: list[np.ndarray], fps: float) -> float:
    """Which moment of the clip a recorded frame shows (nearest picture)."""
    decoded = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    small = shrunk(decoded)
    distances = [float(np.abs(small - other).mean()) for other in clip]
    return int(np.argmin(distances)) / fps


def shrunk(picture: np.ndarray) -> np.ndarray:
    """40x30 grey, float32."""
    small = cv2.resize(picture, (40, 30), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)


def read_clip(path: Path) -> tuple[list[np.ndarray], float]:
    """Every frame of a clip, shrunk, and its frames a second."""
    video = cv2.VideoCapture(str(path))
    fps = float(video.get(cv2.CAP_PROP_FPS))
    frames: list[np.ndarray] = []
    while True:
        ok, frame = video.read()
        if not ok:
            video.release()
            return frames, fps
        frames.append(shrunk(letterboxed(frame)))


def test_a_swap_of_persons_is_flagged_on_the_wall_within_ten_seconds_of_the_cut(
    point: ExamPoint, clips: Path, playwright: Playwright, tmp_path: Path
) -> None:
    problems: list[str] = []
    ticket = point.tickets[SWAPPED]
    source = VIDEO / "nuaa_swap_0007_to_0012.mp4"
    with window(playwright, mjpeg_of(source, clips), tmp_path / "pc") as context:
        wall = open_wall(context, point, problems)
        page = new_page(context, problems)
        sign_in(page, point, ticket)
        wait_for_items(page)
        sitting = page.request.get(point.origin + "/api/candidate/sitting").json()
        assert sitting["admitted_by"] == "machine"
        wall.locator(".worst-card", has_text="孙海燕").get_by_text("人脸不一致").wait_for(timeout=60_000)
        on_the_wall_ms = time.time() * 1000
    assert "another_person" in kinds_of(point, ticket)
    with as_regulator(point) as client:
        path = f"/api/sittings/{ticket.sitting_id}"
        timeline = client.get(f"{path}/timeline").json()
        base_ms = parse_instant(timeline["starts_at"]).timestamp() * 1000
        frames, fps = read_clip(source)
        shown = [
            (base_ms + at_ms, clip_second(client.get(f"{path}/frames/{number}.jpg").content, frames, fps))
            for number, at_ms in timeline["frames"]
        ]
    admitted_ms = base_ms + timeline["admitted_ms"]
    cuts = [
        at_ms
        for (_, before), (at_ms, second) in itertools.pairwise(shown)
        if before < SWAP_AT_S <= second and at_ms > admitted_ms
    ]
    assert cuts, "the clip's cut was never recorded"
    assert on_the_wall_ms - cuts[0] < 10_000


def test_one_live_person_raises_no_identity_flag(
    point: ExamPoint, clips: Path, playwright: Playwright, tmp_path: Path
) -> None:
    problems: list[str] = []
    ticket = point.tickets[LIVE]
    with window(playwright, mjpeg_of(VIDEO / "nuaa_0012_s3_live.mp4", clips), tmp_path / "pc") as context:
        page = new_page(context, problems)
        sign_in(page, point, ticket)
        wait_for_items(page)
        recorded = frames_recorded(point, ticket)
        while frames_recorded(point, ticket) < recorded + 25:
            page.wait_for_timeout(1_000)
    assert "another_person" not in kinds_of(point, ticket)
    assert "presentation_attack" not in kinds_of(point, ticket)
    assert problems == []


def frames_recorded(point: ExamPoint, ticket: Ticket) -> int:
    """How many frames of the sitting are recorded."""
    with as_regulator(point) as client:
        return len(client.get(f"/api/sittings/{ticket.sitting_id}/timeline").json()["frames"])


def test_an_empty_seat_is_flagged_as_no_face(
    point: ExamPoint, clips: Path, playwright: Playwright, tmp_path: Path
) -> None:
    problems: list[str] = []
    ticket = point.tickets[EMPTY]
    webcam = mjpeg_of(VIDEO / "intel_room_empty_then_person.mp4", clips)
    with window(playwright, webcam, tmp_path / "pc") as context:
        page = new_page(context, problems)
        sign_in(page, point, ticket)
        page.get_by_role("button", name=re.compile("画面不对，找监考员")).click()
        expect(page.get_by_text("请坐好，监考员会过来")).to_be_visible()
        wall = open_wall(context, point, problems)
        admit(wall, "宋春梅")
        wait_for_items(page, 15_000)
        wall.locator(".worst-card", has_text="宋春梅").get_by_text("看不到人脸").wait_for(timeout=30_000)
    assert "no_face" in kinds_of(point, ticket)
    assert problems == []
