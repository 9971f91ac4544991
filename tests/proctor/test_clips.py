"""The whole decision over real clips, and the door over real pictures. Skips without data or models."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from proctor.__main__ import main
from proctor.analysis import FrameAnalyser
from proctor.clips import ClipEvent, as_sent, read_frames, watch_frames
from proctor.door import (
    DoorCheck,
    DoorOutcome,
    DoorPolicy,
    DoorReason,
    DoorState,
    reference_from_photo,
)
from proctor.errors import FrameRejected
from proctor.flags import FlagKind, FlagOpened
from proctor.frames import Picture
from proctor.watch import WatchPolicy
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = needs_shared_data
FACES = SHARED_DATA / "faces"
VIDEO = FACES / "video"
SWAP = VIDEO / "nuaa_swap_0007_to_0012.mp4"
ONE_PERSON = ("one_person_moving", "one_person_occlusion", "one_person_head_turn", "one_person_upper_body")


def clips(*labels: str) -> list[str]:
    """Clips with one of these labels; none where the data are not here."""
    manifest = FACES / "manifest.csv"
    if not manifest.is_file():
        return []
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["path"] for row in rows if row["set"] == "video" and row["label"] in labels]


def padded(frames: Iterator[tuple[float, Picture]]) -> Iterator[tuple[float, Picture]]:
    """As a fake webcam plays a clip: black bars to 4:3."""
    for at, picture in frames:
        rows, columns = picture.shape[:2]
        bar = max(0, (columns * 3 // 4 - rows) // 2)
        yield at, np.asarray(cv2.copyMakeBorder(picture, bar, bar, 0, 0, cv2.BORDER_CONSTANT), np.uint8)


@cache
def events(analyser: FrameAnalyser, clip: str, bars: bool = False) -> tuple[ClipEvent, ...]:
    policy = WatchPolicy(calibration=analyser.engine.calibration)
    frames = read_frames(FACES / clip)
    return tuple(watch_frames(analyser, padded(frames) if bars else frames, policy, None))


def opened(told: tuple[ClipEvent, ...]) -> dict[FlagKind, float]:
    """When each kind was first told."""
    first: dict[FlagKind, float] = {}
    for one in told:
        if isinstance(one.event, FlagOpened):
            first.setdefault(one.event.flag.kind, one.at)
    return first


def test_a_swap_is_flagged_within_three_seconds_of_the_cut(analyser: FrameAnalyser) -> None:
    told = opened(events(analyser, "video/nuaa_swap_0007_to_0012.mp4"))
    assert set(told) == {FlagKind.ANOTHER_PERSON}
    assert 10.0 < told[FlagKind.ANOTHER_PERSON] <= 13.0


@pytest.mark.parametrize("bars", [False, True])
@pytest.mark.parametrize("clip", clips(*ONE_PERSON, "one_person_live"))
def test_one_live_person_raises_neither_identity_nor_presentation(
    analyser: FrameAnalyser, clip: str, bars: bool
) -> None:
    told = opened(events(analyser, clip, bars))
    assert FlagKind.ANOTHER_PERSON not in told
    assert FlagKind.PRESENTATION_ATTACK not in told
    assert FlagKind.CAMERA_FROZEN not in told
    assert FlagKind.REPEATED_FEED not in told


def test_a_printed_photo_is_flagged_within_five_seconds(analyser: FrameAnalyser) -> None:
    told = opened(events(analyser, "video/nuaa_photo_0004.mp4"))
    assert FlagKind.ANOTHER_PERSON not in told
    assert 8.0 < told[FlagKind.PRESENTATION_ATTACK] <= 13.0


def test_an_empty_room_has_no_face(analyser: FrameAnalyser) -> None:
    told = opened(events(analyser, "video/intel_room_empty_then_person.mp4"))
    assert told[FlagKind.NO_FACE] <= 5.0
    assert FlagKind.ANOTHER_PERSON not in told


def test_an_empty_room_picture_has_no_face(analyser: FrameAnalyser) -> None:
    room = cv2.imread(str(FACES / "scene" / "intel_empty_room_0.jpg"))
    assert room is not None
    generator = np.random.default_rng(1)

    def frames() -> Iterator[tuple[float, Picture]]:
        for second in range(10):
            noise = generator.normal(0, 3, room.shape)
            yield float(second), np.clip(room + noise, 0, 255).astype(np.uint8)

    policy = WatchPolicy(calibration=analyser.engine.calibration)
    assert set(opened(tuple(watch_frames(analyser, frames(), policy, None)))) == {FlagKind.NO_FACE}


def test_two_people_are_several_faces(analyser: FrameAnalyser) -> None:
    assert FlagKind.SEVERAL_FACES in opened(events(analyser, "video/intel_headpose_female-and-male.mp4"))


def test_a_still_picture_is_a_frozen_camera(analyser: FrameAnalyser) -> None:
    _, first = next(read_frames(SWAP))
    still = ((float(second), first) for second in range(12))
    policy = WatchPolicy(calibration=analyser.engine.calibration)
    told = opened(tuple(watch_frames(analyser, still, policy, None)))
    assert set(told) == {FlagKind.CAMERA_FROZEN}
    assert 5.0 <= told[FlagKind.CAMERA_FROZEN] <= 8.0


@pytest.mark.parametrize("clip", [path.name for path in sorted(VIDEO.glob("*.mp4"))])
def test_no_clip_shows_a_telephone(analyser: FrameAnalyser, clip: str) -> None:
    assert FlagKind.PHONE not in opened(events(analyser, f"video/{clip}"))


def nuaa(person: str, session: str) -> list[Path]:
    return sorted((FACES / "nuaa" / "live" / person).glob(f"*_{session}_*.jpg"))


def at_the_door(analyser: FrameAnalyser, photo: Path, live: list[Path]) -> DoorState:
    reference = reference_from_photo(analyser, photo.read_bytes())
    check = DoorCheck(reference.embedding, DoorPolicy(calibration=analyser.engine.calibration))
    for number, path in enumerate(live):
        picture = cv2.imread(str(path))
        assert picture is not None
        analysis = analyser.analyse(as_sent(np.asarray(picture, np.uint8)), check.request())
        check.observe(number / 2, number, analysis)
    return check.state


@pytest.mark.parametrize("person", ["0004", "0007", "0012"])
def test_the_right_person_on_another_day_matches(analyser: FrameAnalyser, person: str) -> None:
    state = at_the_door(analyser, nuaa(person, "01")[0], nuaa(person, "03"))
    assert (state.outcome, state.reason) == (DoorOutcome.MATCH, None)
    assert state.score is not None
    assert state.score >= state.threshold


@pytest.mark.parametrize(("registered", "present"), [("0004", "0007"), ("0007", "0012"), ("0012", "0004")])
def test_another_person_is_looked_at(analyser: FrameAnalyser, registered: str, present: str) -> None:
    state = at_the_door(analyser, nuaa(registered, "01")[0], nuaa(present, "03"))
    assert (state.outcome, state.reason) == (DoorOutcome.LOOK, DoorReason.MISMATCH)


def test_a_printed_photo_at_the_door_is_looked_at(analyser: FrameAnalyser) -> None:
    prints = sorted((FACES / "nuaa" / "spoof_print" / "0004").glob("*.jpg"))
    state = at_the_door(analyser, nuaa("0004", "01")[0], prints)
    assert (state.outcome, state.reason) == (DoorOutcome.LOOK, DoorReason.PRESENTATION_ATTACK)


def test_the_command_line_writes_flags(analyser: FrameAnalyser, data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "flags.jsonl"
    photo = nuaa("0007", "01")[0]
    arguments = ["watch", str(SWAP), "--reference", str(photo), "--out", str(out), "--models", str(data_dir)]
    assert main(arguments) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines if line["event"] != "updated"] == ["opened", "closed"]
    assert lines[0]["kind"] == "another_person"
    assert lines[0]["severity"] == "high"


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no video")
    with pytest.raises(FrameRejected):
        next(read_frames(path))
