"""The challenge: each step is done by doing it, by nothing else, in its time; at the door only one person."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import cv2
import numpy as np
import pytest

from proctor.analysis import FrameAnalyser
from proctor.challenge import Challenge, ChallengeProgress, ChallengeStep
from proctor.clips import as_sent, read_frames
from proctor.door import DoorCheck, DoorOutcome, DoorPolicy, DoorReason, DoorState
from proctor.faces import FaceFound, FrameAnalysis, FrameRequest, QualityReason
from tests.proctor.made_up import ANNA, BERT, CALIBRATION, frame, unusable
from tests.shared_data import SHARED_DATA, needs_shared_data

FACES = SHARED_DATA / "faces"
STRAIGHT = frame(0, yaw=3.0, embedding=ANNA, presentation=0.99)
NEAR = FaceFound(box=(0.25, 0.1, 0.65, 0.75), score=0.99, eye_distance_px=80.0)
DOING: dict[ChallengeStep, FrameAnalysis] = {
    ChallengeStep.TURN_LEFT: replace(frame(0, yaw=25.0), quality=unusable(QualityReason.TURNED)),
    ChallengeStep.TURN_RIGHT: replace(frame(0, yaw=-25.0), quality=unusable(QualityReason.TURNED)),
    ChallengeStep.CLOSE_EYES: replace(STRAIGHT, eye_openness=0.2),
    ChallengeStep.COME_CLOSER: replace(STRAIGHT, faces=(NEAR,)),
}


def shown(challenge: Challenge, frames: list[FrameAnalysis], start: float = 0.0) -> ChallengeProgress:
    progress = challenge.progress
    for number, one in enumerate(frames):
        progress = challenge.observe(start + number / 4, number, one)
    return progress


@pytest.mark.parametrize("steps", list(permutations(ChallengeStep, 2)))
def test_two_steps_in_their_order(steps: tuple[ChallengeStep, ...]) -> None:
    challenge = Challenge(steps, [STRAIGHT] * 3)
    progress = shown(challenge, [STRAIGHT, *[DOING[steps[0]]] * 3, STRAIGHT])
    assert (progress.step, progress.done, progress.failed) == (steps[1], 1, False)
    progress = shown(challenge, [*[DOING[steps[1]]] * 3, STRAIGHT], start=2.0)
    assert (progress.step, progress.done, progress.steps) == (None, 2, steps)
    assert len(progress.shown) == 2


@pytest.mark.parametrize("step", ChallengeStep)
def test_nothing_but_the_step_does_it_and_time_runs_out(step: ChallengeStep) -> None:
    others = [DOING[other] for other in ChallengeStep if other is not step]
    challenge = Challenge([step], [STRAIGHT])
    frames = [one for one in (*others, STRAIGHT, frame(0, faces=())) for _ in range(4)]
    assert shown(challenge, frames).step is step
    assert not challenge.progress.failed
    assert challenge.observe(12.0, 99, STRAIGHT).failed
    # What comes too late changes nothing.
    assert shown(challenge, [DOING[step]] * 4 + [STRAIGHT], start=13.0).failed


def test_one_frame_and_eyes_that_stay_closed_do_nothing() -> None:
    challenge = Challenge([ChallengeStep.TURN_LEFT], [STRAIGHT])
    left = DOING[ChallengeStep.TURN_LEFT]
    assert shown(challenge, [left, STRAIGHT, left, STRAIGHT]).done == 0
    eyes = Challenge([ChallengeStep.CLOSE_EYES], [STRAIGHT])
    assert shown(eyes, [DOING[ChallengeStep.CLOSE_EYES]] * 20).done == 0
    assert eyes.observe(6.0, 20, STRAIGHT).done == 1


LATER = (ChallengeStep.CLOSE_EYES, ChallengeStep.COME_CLOSER)
POLICY = DoorPolicy(
    calibration=CALIBRATION, frames=3, challenge=(ChallengeStep.TURN_LEFT, ChallengeStep.CLOSE_EYES)
)
Look = Callable[[FrameRequest], FrameAnalysis]


def looks(analysis: FrameAnalysis, embedding: np.ndarray = ANNA) -> Look:
    return lambda request: replace(
        analysis,
        embedding=embedding if request.embed else None,
        presentation=0.99 if request.presentation else None,
    )


def at_the_door(check: DoorCheck, frames: list[Look], start: int = 0) -> DoorState:
    state = check.state
    for number, look in enumerate(frames, start):
        state = check.observe(number / 4, number, look(check.request()))
    return state


def test_a_match_comes_after_the_challenge_with_its_frames_as_evidence() -> None:
    check = DoorCheck(ANNA, POLICY)
    state = at_the_door(check, [looks(STRAIGHT)] * 4)
    assert state.outcome is None
    assert state.challenge is not None
    assert state.challenge.step is ChallengeStep.TURN_LEFT
    turned, closed = looks(DOING[ChallengeStep.TURN_LEFT]), looks(DOING[ChallengeStep.CLOSE_EYES])
    state = at_the_door(check, [turned, turned, closed, closed, looks(STRAIGHT)], start=4)
    assert (state.outcome, state.reason) == (DoorOutcome.MATCH, None)
    assert state.evidence == (1, 2, 3, 5, 7)
    assert len(state.gallery) == 3


def test_who_does_not_do_it_is_looked_at() -> None:
    state = at_the_door(DoorCheck(ANNA, POLICY), [looks(STRAIGHT)] * 60)
    assert (state.outcome, state.reason) == (DoorOutcome.LOOK, DoorReason.CHALLENGE)


def test_another_face_in_the_challenge_begins_everything_anew() -> None:
    check = DoorCheck(ANNA, POLICY)
    at_the_door(check, [looks(STRAIGHT)] * 4)
    state = at_the_door(check, [looks(STRAIGHT, BERT)] * 2, start=4)
    assert state.challenge is None
    # The frame that gave it away was not looked at as one that decides is.
    assert state.evidence == (5,)


def test_what_an_engine_cannot_tell_is_not_asked_and_nothing_is_free() -> None:
    without_pose = replace(STRAIGHT, pose=None)
    every = (ChallengeStep.TURN_LEFT, ChallengeStep.TURN_RIGHT, *LATER)
    check = DoorCheck(ANNA, replace(POLICY, challenge=every))
    state = at_the_door(check, [looks(without_pose)] * 4)
    assert state.challenge is not None
    assert state.challenge.steps == LATER
    assert state.outcome is None


def test_while_something_is_asked_less_is_computed() -> None:
    check = DoorCheck(ANNA, POLICY)
    at_the_door(check, [looks(STRAIGHT)] * 3)
    deciding = check.request()
    assert (deciding.embed, deciding.quick, deciding.presentation, deciding.pose) == (True, False, True, True)
    at_the_door(check, [looks(STRAIGHT)], start=3)
    asking = check.request()
    assert (asking.embed, asking.quick, asking.presentation, asking.pose) == (True, True, False, True)


def test_a_mismatch_asks_for_no_challenge() -> None:
    state = at_the_door(DoorCheck(ANNA, POLICY), [looks(STRAIGHT, BERT)] * 4)
    assert (state.outcome, state.reason, state.challenge) == (DoorOutcome.LOOK, DoorReason.MISMATCH, None)


def analysed(analyser: FrameAnalyser, pictures: list[bytes]) -> list[FrameAnalysis]:
    return [analyser.analyse(jpeg, FrameRequest(pose=True)) for jpeg in pictures]


@needs_shared_data
def test_real_eyes_that_close_and_real_heads_that_turn(analyser: FrameAnalyser) -> None:
    # From 6 s on, at about 4 fps: the eyes are closed for most of a second at 8.2 s.
    talking = list(read_frames(FACES / "video" / "woman_talking_zlab.mp4"))[180::7]
    frames = analysed(analyser, [as_sent(picture) for _, picture in talking])
    open_eyes = frames[:5]
    assert shown(Challenge([ChallengeStep.CLOSE_EYES], open_eyes), frames[:9]).done == 0
    assert shown(Challenge([ChallengeStep.CLOSE_EYES], open_eyes), frames).done == 1
    turning = list(read_frames(FACES / "video" / "intel_headpose_female.mp4"))[::3]
    heads = analysed(analyser, [as_sent(picture) for _, picture in turning])
    yaws = [one.pose.yaw for one in heads if one.pose is not None]
    assert max(yaws) - min(yaws) > 16


@needs_shared_data
@pytest.mark.parametrize("step", ChallengeStep)
def test_a_printed_photo_moved_about_does_no_two_steps(analyser: FrameAnalyser, step: ChallengeStep) -> None:
    passed = 0
    for person in ("0004", "0007", "0012"):
        paths = sorted((FACES / "nuaa" / "spoof_print" / person).glob("*.jpg"))[:24]
        prints = [np.asarray(cv2.imread(str(path)), np.uint8) for path in paths]
        frames = [one for one in analysed(analyser, [as_sent(picture) for picture in prints]) if one.faces]
        progress = shown(Challenge([step, *(s for s in ChallengeStep if s is not step)], frames[:3]), frames)
        passed += progress.done >= 2
    assert passed == 0
