"""What one camera is used for, as the sitting moves on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import numpy as np

from app.checkin.rules import Door, DoorResult
from app.frames.watching import (
    CHALLENGES_AT_MOST,
    CameraWatch,
    DoorDecided,
    Effect,
    FramingSeen,
    Known,
    Rates,
    RateWanted,
)
from app.sittings.lifecycle import State
from app.sittings.records import Sitting
from proctor.calibration import load_calibration
from proctor.challenge import ChallengeStep
from proctor.faces import FrameAnalysis
from tests.factories.vision import DOING, person_seen, seen

RATES = Rates(normal=1.0, check_in=2.0, challenge=4.0)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FACE = np.full(512, 512**-0.5, np.float32)
KNOWN = Known(has_photo=True, photo_at_check_in=False, reference=FACE, gallery=())
FRAMED = seen(face=True)


def checking_in() -> Sitting:
    """A candidate before the camera who agreed to face comparison."""
    empty = dict.fromkeys(Sitting.__dataclass_fields__, None)
    known = {
        "id": "a" * 32,
        "state": State.CHECKING_IN,
        "presentation_check": True,
        "liveness_challenge": False,
        "recording_consent_at": NOW,
        "face_comparison": True,
        "identity_attempts": 0,
    }
    return Sitting(**(empty | known))  # type: ignore[arg-type]


STRANGER = np.concatenate([np.ones(1, np.float32), np.zeros(511, np.float32)])
STRAIGHT = person_seen(FACE)


class AtTheDoor:
    """A candidate before one camera who is asked to move; four frames a second."""

    def __init__(self, seed: int = 1) -> None:
        sitting = replace(checking_in(), liveness_challenge=True)
        self.watch = CameraWatch(sitting, KNOWN, load_calibration("fr"), RATES, Random(seed))
        self.number = 0
        self.effects: list[Effect] = []

    def show(self, analysis: FrameAnalysis = STRAIGHT, times: int = 1) -> None:
        """So many frames, each analysed as the watch asks."""
        for _ in range(times):
            self.number += 1
            at = self.number / 4
            wanted = self.watch.request(at)
            seen = replace(
                analysis,
                embedding=analysis.embedding if wanted.embed else None,
                presentation=analysis.presentation if wanted.presentation else None,
                pose=analysis.pose if wanted.pose else None,
            )
            self.effects += self.watch.observe(at, self.number, seen)

    def do(self, step: ChallengeStep) -> None:
        """Do a step, then look straight again."""
        self.show(replace(STRAIGHT, **DOING[step.value]), times=2)
        self.show()

    @property
    def asked(self) -> ChallengeStep | None:
        """The step asked for after the last frame."""
        last = [effect for effect in self.effects if isinstance(effect, FramingSeen)][-1]
        return last.challenge.step if last.challenge else None

    @property
    def rates(self) -> list[float]:
        return [effect.fps for effect in self.effects if isinstance(effect, RateWanted)]

    @property
    def result(self) -> DoorResult | None:
        decided = [effect.result for effect in self.effects if isinstance(effect, DoorDecided)]
        return decided[-1] if decided else None

    def until_asked(self, frames: Iterable[int] = range(20)) -> ChallengeStep:
        """Look into the camera until something is asked."""
        for _ in frames:
            self.show()
            if self.asked is not None:
                return self.asked
        raise AssertionError("nothing is asked")


def compares(watch: CameraWatch, at: float) -> bool:
    """Whether a well framed face is compared."""
    watch.observe(at, int(at), FRAMED)
    return watch.request(at + 0.5).embed


def test_trying_again_compares_again() -> None:
    sitting = checking_in()
    watch = CameraWatch(sitting, KNOWN, load_calibration("fr"), RATES)
    assert compares(watch, 1.0)
    held = replace(sitting, identity_outcome="unusable", identity_attempts=1)
    watch.update(held, KNOWN)
    assert not compares(watch, 2.0)
    watch.update(replace(held, identity_outcome=None), KNOWN)
    assert compares(watch, 3.0)


def test_without_consent_to_comparison_no_template_is_asked_for() -> None:
    watch = CameraWatch(replace(checking_in(), face_comparison=False), KNOWN, load_calibration("fr"), RATES)
    assert not compares(watch, 1.0)
    running = replace(checking_in(), face_comparison=False, state=State.IN_PROGRESS)
    watch.update(running, KNOWN)
    assert not compares(watch, 2.0)


def test_a_reference_that_comes_later_starts_the_comparison() -> None:
    waiting = replace(KNOWN, reference=None, has_photo=False, photo_at_check_in=True)
    watch = CameraWatch(checking_in(), waiting, load_calibration("fr"), RATES)
    assert not compares(watch, 1.0)
    watch.update(checking_in(), KNOWN)
    assert compares(watch, 2.0)


def test_two_steps_drawn_at_random_are_asked_in_order_at_four_frames_a_second_then_it_matches() -> None:
    orders: set[tuple[ChallengeStep, ...]] = set()
    for seed in range(40):
        door = AtTheDoor(seed)
        first = door.until_asked()
        assert door.rates == [4.0]
        door.do(first)
        second = door.asked
        assert second is not None
        assert second is not first
        assert not any(isinstance(effect, DoorDecided) for effect in door.effects)
        door.do(second)
        result = door.result
        assert result is not None
        assert (result.outcome, result.reason) == (Door.MATCH, None)
        assert result.challenge is not None
        assert result.challenge.asked == result.challenge.done == (first.value, second.value)
        # The picture of the admission is one that was compared; what showed the steps comes after it.
        assert result.frame is not None
        assert result.frame < result.challenge.frames[0] < result.challenge.frames[1]
        orders.add((first, second))
        assert door.rates == [4.0, 2.0]
        admitted = replace(door.watch.sitting, state=State.READY, identity_outcome="match")
        assert door.watch.update(admitted, KNOWN) == [RateWanted(sitting_id="a" * 32, fps=1.0)]
    assert len(orders) > 8  # of twelve


def test_who_does_not_do_a_step_in_its_time_is_looked_at_with_what_was_done() -> None:
    door = AtTheDoor()
    first = door.until_asked()
    door.do(first)
    second = door.asked
    assert second is not None
    door.show(times=60)
    result = door.result
    assert result is not None
    assert (result.outcome, result.reason) == (Door.LOOK, "challenge")
    assert result.challenge is not None
    assert (result.challenge.asked, result.challenge.done) == ((first.value, second.value), (first.value,))
    assert door.rates == [4.0, 2.0]


def test_another_face_or_a_new_connection_begins_anew_and_not_for_ever() -> None:
    door = AtTheDoor()
    door.do(door.until_asked())
    door.show(replace(STRAIGHT, embedding=STRANGER))
    assert door.asked is None
    asked = [door.until_asked()]
    door.do(asked[0])
    assert door.watch.reconnected() == [RateWanted(sitting_id="a" * 32, fps=2.0)]
    door.show()
    assert (door.asked, door.result) == (None, None)
    asked.append(door.until_asked())
    door.watch.reconnected()
    assert len(asked) + 1 == CHALLENGES_AT_MOST
    door.show(times=8)
    assert door.result is not None
    assert (door.result.outcome, door.result.reason) == (Door.LOOK, "challenge")


def test_each_attempt_draws_again_and_counts_anew() -> None:
    door = AtTheDoor(seed=3)
    drawn = set()
    for attempt in range(1, 12):
        drawn.add(door.until_asked())
        held = replace(door.watch.sitting, identity_outcome="look", identity_attempts=attempt)
        door.watch.update(held, KNOWN)
        door.watch.update(replace(held, identity_outcome=None), KNOWN)
    assert door.result is None
    assert drawn == set(ChallengeStep)


def test_unusable_pictures_say_what_to_change_most() -> None:
    door = AtTheDoor()
    far = replace(FRAMED, faces=(replace(FRAMED.faces[0], box=(0.45, 0.45, 0.55, 0.55)),))
    door.show(replace(FRAMED, faces=()), times=20)
    door.show(far, times=180)
    assert door.result is not None
    assert (door.result.outcome, door.result.reason) == (Door.UNUSABLE, "come_closer")
    assert door.result.challenge is None


def test_during_the_sitting_everything_the_watch_wants_is_asked_for() -> None:
    sitting = replace(checking_in(), state=State.IN_PROGRESS)
    watch = CameraWatch(sitting, KNOWN, load_calibration("fr"), RATES)
    asked: set[str] = set()
    for second in range(30):
        wanted = watch.request(float(second))
        assert wanted.thumbnail
        asked |= {
            name for name in ("embed", "quick", "presentation", "pose", "objects") if getattr(wanted, name)
        }
        shown = replace(
            STRAIGHT,
            digest=second,
            embedding=FACE if wanted.embed else None,
            presentation=0.99 if wanted.presentation else None,
            pose=STRAIGHT.pose if wanted.pose else None,
            objects=() if wanted.objects else None,
        )
        watch.observe(float(second), second, shown)
    assert asked >= {"embed", "presentation", "pose", "objects"}
