"""What follows from an outcome at the door."""

import pytest

from app.checkin.rules import Door, DoorResult, Step, checks_identity, next_step, retries_left


def result(outcome: Door) -> DoorResult:
    return DoorResult(outcome=outcome, reason=None, score_milli=None, threshold_milli=363, frame=None)


@pytest.mark.parametrize(
    ("outcome", "attempts", "step"),
    [
        (Door.MATCH, 1, Step.ADMIT),
        (Door.MATCH, 99, Step.ADMIT),
        (Door.LOOK, 1, Step.WAIT),
        (Door.LOOK, 99, Step.WAIT),
        (Door.UNUSABLE, 1, Step.TRY_AGAIN),
        (Door.UNUSABLE, 2, Step.TRY_AGAIN),
        (Door.UNUSABLE, 3, Step.WAIT),
    ],
)
def test_the_next_step(outcome: Door, attempts: int, step: Step) -> None:
    assert next_step(result(outcome), attempts, retries=2) is step


def test_nobody_is_ever_turned_away() -> None:
    steps = {next_step(result(door), attempts, 2) for door in Door for attempts in range(1, 9)}
    assert steps == {Step.ADMIT, Step.WAIT, Step.TRY_AGAIN}


@pytest.mark.parametrize(("attempts", "left"), [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
def test_retries_are_counted(attempts: int, left: int) -> None:
    assert retries_left(attempts, 2) == left


def test_faces_are_compared_only_with_consent_and_a_photo() -> None:
    assert checks_identity(consent=True, face_comparison=True, has_reference=True)
    assert not checks_identity(consent=False, face_comparison=True, has_reference=True)
    assert not checks_identity(consent=True, face_comparison=True, has_reference=False)
    for answer in (False, None):
        assert not checks_identity(consent=True, face_comparison=answer, has_reference=True)
