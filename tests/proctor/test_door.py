"""The door's rules: framing in order, enough frames of one person, one outcome that stays."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from proctor.door import Advice, DoorCheck, DoorOutcome, DoorPolicy, DoorReason, DoorState, FramingName
from proctor.faces import Embedding, FaceFound, FrameAnalysis, QualityReason
from tests.proctor.made_up import (
    ANNA,
    BEHIND,
    BERT,
    CALIBRATION,
    FACE,
    covered,
    direction,
    frame,
    unusable,
)

POLICY = DoorPolicy(calibration=CALIBRATION, frames=3, give_up_after_seconds=10.0)
SMALL = FaceFound(box=(0.45, 0.4, 0.5, 0.5), score=0.99, eye_distance_px=15.0)
LARGE = FaceFound(box=(0.0, 0.0, 1.0, 0.95), score=0.99, eye_distance_px=200.0)


def face_to_face(
    check: DoorCheck, shown: Sequence[Embedding], presentation: float = 0.99, start: int = 0
) -> DoorState:
    """Half a second a frame; gives what is asked for and nothing else."""
    state = check.state
    for number, embedding in enumerate(shown, start):
        request = check.request()
        analysis = frame(
            number,
            embedding=embedding if request.embed else None,
            presentation=presentation if request.presentation else None,
        )
        state = check.observe(number / 2, number, analysis)
    return state


@pytest.mark.parametrize(
    ("analysis", "name", "advice"),
    [
        (covered(1), FramingName.CAMERA_OPEN, Advice.UNCOVER_CAMERA),
        (frame(1, faces=()), FramingName.ONE_PERSON, Advice.NOBODY),
        (frame(1, faces=(FACE, BEHIND)), FramingName.ONE_PERSON, Advice.SEVERAL_PEOPLE),
        (replace(frame(1), brightness=20.0), FramingName.LIGHT, Advice.TOO_DARK),
        (replace(frame(1), brightness=240.0), FramingName.LIGHT, Advice.TOO_BRIGHT),
        (frame(1, quality=unusable(QualityReason.TOO_DARK)), FramingName.LIGHT, Advice.TOO_DARK),
        (frame(1, quality=unusable(QualityReason.TOO_BRIGHT)), FramingName.LIGHT, Advice.TOO_BRIGHT),
        (frame(1, faces=(SMALL,)), FramingName.DISTANCE, Advice.COME_CLOSER),
        (frame(1, faces=(LARGE,)), FramingName.DISTANCE, Advice.MOVE_BACK),
        (frame(1, quality=unusable(QualityReason.CUT_OFF)), FramingName.DISTANCE, Advice.MOVE_TO_CENTRE),
        (frame(1, quality=unusable(QualityReason.BLURRED)), FramingName.SHARPNESS, Advice.HOLD_STILL),
        (frame(1, quality=unusable(QualityReason.TURNED)), FramingName.SHARPNESS, Advice.LOOK_STRAIGHT),
    ],
)
def test_the_first_failing_check_gives_the_advice(
    analysis: FrameAnalysis, name: FramingName, advice: Advice
) -> None:
    framing = DoorCheck(ANNA, POLICY).observe(0.0, 0, analysis).framing
    assert [check.name for check in framing] == list(FramingName)
    place = list(FramingName).index(name)
    assert [check.ok for check in framing] == [True] * place + [False] * (5 - place)
    assert [check.advice for check in framing if check.advice is not None] == [advice]


def test_a_neighbour_far_behind_does_not_count() -> None:
    far = FaceFound(box=(0.8, 0.3, 0.85, 0.4), score=0.9, eye_distance_px=0.0)
    assert DoorCheck(ANNA, POLICY).observe(0.0, 0, frame(0, faces=(FACE, far))).framed


def test_dear_models_run_only_once_framed() -> None:
    check = DoorCheck(ANNA, POLICY)
    assert not check.request().embed
    check.observe(0.0, 0, frame(0))
    assert check.request().embed
    assert check.request().presentation
    check.observe(0.5, 1, frame(1, faces=()))
    assert not check.request().embed


def test_the_registered_person_matches_with_evidence_and_gallery() -> None:
    check = DoorCheck(ANNA, POLICY)
    assert face_to_face(check, [ANNA] * 3).outcome is None
    state = face_to_face(check, [ANNA], start=3)
    assert state.outcome is DoorOutcome.MATCH
    assert state.reason is None
    assert state.score == pytest.approx(1.0)
    assert state.evidence == (1, 2, 3)
    assert len(state.gallery) == 3


def test_another_person_is_looked_at() -> None:
    state = face_to_face(DoorCheck(ANNA, POLICY), [BERT] * 4)
    assert (state.outcome, state.reason) == (DoorOutcome.LOOK, DoorReason.MISMATCH)
    assert state.threshold == CALIBRATION.door_threshold


@pytest.mark.parametrize(
    ("similar", "frames", "outcome"),
    [
        (0.51, 3, DoorOutcome.MATCH),
        (0.45, 3, None),  # between both thresholds more frames are taken
        (0.45, 6, DoorOutcome.LOOK),
        (0.39, 3, DoorOutcome.LOOK),
    ],
)
def test_scores_near_the_threshold_take_more_frames(
    similar: float, frames: int, outcome: DoorOutcome | None
) -> None:
    shown = direction(similar, (1 - similar**2) ** 0.5)
    assert face_to_face(DoorCheck(ANNA, POLICY), [shown] * (frames + 1)).outcome is outcome


def test_a_picture_of_the_right_person_is_looked_at() -> None:
    state = face_to_face(DoorCheck(ANNA, POLICY), [ANNA] * 4, presentation=0.01)
    assert (state.outcome, state.reason) == (DoorOutcome.LOOK, DoorReason.PRESENTATION_ATTACK)


def test_without_presentation_check_it_is_neither_asked_nor_needed() -> None:
    check = DoorCheck(ANNA, replace(POLICY, check_presentation=False))
    check.observe(0.0, 0, frame(0))
    assert not check.request().presentation
    assert face_to_face(check, [ANNA] * 3, start=1).outcome is DoorOutcome.MATCH


def test_an_engine_without_a_presentation_model_still_decides() -> None:
    plain = replace(CALIBRATION, presentation_threshold=0.0, presentation_sustained=0.0)
    check = DoorCheck(ANNA, replace(POLICY, calibration=plain))
    check.observe(0.0, 0, frame(0))
    assert not check.request().presentation
    assert face_to_face(check, [ANNA] * 3, start=1).outcome is DoorOutcome.MATCH


def test_without_a_registered_photo_a_person_looks() -> None:
    state = face_to_face(DoorCheck(None, POLICY), [ANNA] * 4)
    assert (state.outcome, state.reason) == (DoorOutcome.LOOK, DoorReason.NO_REFERENCE)
    assert state.score is None
    assert len(state.gallery) == 3


def test_a_change_of_face_starts_the_count_again() -> None:
    state = face_to_face(DoorCheck(ANNA, POLICY), [ANNA, ANNA, ANNA, BERT, BERT])
    assert state.outcome is None
    assert state.evidence == (3, 4)


@pytest.mark.parametrize(("at", "outcome"), [(9.99, None), (10.0, DoorOutcome.UNUSABLE)])
def test_time_without_a_decision_ends_unusable(at: float, outcome: DoorOutcome | None) -> None:
    check = DoorCheck(ANNA, POLICY)
    check.observe(0.0, 0, frame(0, faces=()))
    assert check.observe(at, 1, frame(1, faces=())).outcome is outcome


def test_a_decision_stays() -> None:
    check = DoorCheck(ANNA, POLICY)
    decided = face_to_face(check, [ANNA] * 4)
    state = check.observe(100.0, 50, frame(50, faces=()))
    assert (state.outcome, state.evidence) == (decided.outcome, decided.evidence)
    assert not state.framed
    assert not check.request().embed
