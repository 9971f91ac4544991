"""The watch over made-up frames: each flag opens and closes as its rule says, and nothing else does."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from proctor.errors import SnapshotInvalid
from proctor.faces import FaceFound, FrameAnalysis, FrameRequest, QualityReason
from proctor.flags import Flag, FlagClosed, FlagKind, FlagOpened
from proctor.objects import ObjectFound, ObjectKind
from proctor.watch import SittingWatch, WatchPolicy
from tests.proctor.made_up import ANNA, BEHIND, BERT, CALIBRATION, FACE, covered, direction, frame, unusable

POLICY = WatchPolicy(calibration=CALIBRATION)
Scene = Callable[[int, FrameRequest], FrameAnalysis]


class Clock:
    """Drives a watch at the rate it asks for."""

    def __init__(self, watch: SittingWatch) -> None:
        self.watch = watch
        self.at = 0.0
        self.sequence = 0
        self.opened: list[tuple[float, Flag]] = []
        self.closed: list[Flag] = []
        self.rates: list[float] = []

    def run(self, seconds: float, scene: Scene) -> "Clock":
        end = self.at + seconds
        while self.at < end:
            analysis = scene(self.sequence, self.watch.request(self.at))
            observation = self.watch.observe(self.at, self.sequence, analysis)
            for event in observation.events:
                if isinstance(event, FlagOpened):
                    self.opened.append((self.at, event.flag))
                if isinstance(event, FlagClosed):
                    self.closed.append(event.flag)
            self.rates.append(observation.wanted_fps)
            self.sequence += 1
            self.at += 1 / observation.wanted_fps
        return self

    @property
    def kinds(self) -> list[FlagKind]:
        return [flag.kind for _, flag in self.opened]


def person(*, presentation: float = 0.99, yaw: float = 0.0, faces: tuple[FaceFound, ...] = (FACE,)) -> Scene:
    return lambda number, request: replace(
        frame(
            number,
            faces=faces,
            embedding=ANNA if request.embed else None,
            presentation=presentation if request.presentation else None,
            yaw=yaw if request.pose else None,
        ),
        objects=() if request.objects else None,
    )


def bert(number: int, request: FrameRequest) -> FrameAnalysis:
    return frame(number, embedding=BERT if request.embed else None, presentation=0.99)


def empty(number: int, request: FrameRequest) -> FrameAnalysis:
    del request
    return frame(number, faces=())


def test_an_ordinary_hour_has_no_flag_and_no_doubt() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,), ANNA)).run(3600, person())
    assert clock.opened == []
    assert set(clock.rates) == {1.0}


def test_dear_models_run_every_few_seconds() -> None:
    watch = SittingWatch(POLICY, (ANNA,) * 6, ANNA)
    asked: list[FrameRequest] = []

    def scene(number: int, request: FrameRequest) -> FrameAnalysis:
        asked.append(request)
        return person()(number, request)

    clock = Clock(watch).run(30, person())
    clock.run(400, scene)
    assert sum(request.embed for request in asked) == 80
    assert all(request.quick for request in asked if request.embed)
    assert sum(request.presentation for request in asked) == 50
    assert sum(request.pose for request in asked) == 50
    assert sum(request.objects for request in asked) == 40


def test_another_person_is_one_high_flag_soon_and_closes_when_the_first_is_back() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,) * 6, ANNA)).run(60, person()).run(60, bert)
    ((told, flag),) = clock.opened
    assert flag.kind is FlagKind.ANOTHER_PERSON
    assert flag.severity == "high"
    assert told - 60 <= 6.0
    assert flag.started_at >= 60
    assert len(flag.evidence) >= 3
    clock.run(60, person())
    (closed,) = clock.closed
    assert closed.ended_at is not None
    assert 110 < closed.ended_at <= 121
    assert closed.number == flag.number


def test_doubt_raises_the_rate_and_one_bad_comparison_flags_nobody() -> None:
    watch = SittingWatch(POLICY, (ANNA,) * 6, None)
    clock = Clock(watch).run(10, person())
    embeds = 0

    def once_strange(number: int, request: FrameRequest) -> FrameAnalysis:
        nonlocal embeds
        embeds += request.embed
        return bert(number, request) if request.embed and embeds == 1 else person()(number, request)

    clock.run(30, once_strange)
    assert clock.opened == []
    assert 4.0 in clock.rates
    assert clock.rates[-1] == 1.0


def test_unusable_frames_are_no_mismatch() -> None:
    def dim(number: int, request: FrameRequest) -> FrameAnalysis:
        return replace(bert(number, request), quality=unusable(QualityReason.TOO_DARK))

    clock = Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(30, person()).run(120, dim)
    assert clock.opened == []


def test_the_registered_photo_speaks_in_favour_only() -> None:
    changed = direction(0.3, 0.0, 1.0)
    watch = SittingWatch(POLICY, (ANNA,) * 6, changed)

    def new_glasses(number: int, request: FrameRequest) -> FrameAnalysis:
        return frame(number, embedding=changed if request.embed else None)

    assert Clock(watch).run(60, new_glasses).opened == []


def test_a_gallery_is_built_from_live_frames_when_admitted_by_hand() -> None:
    watch = SittingWatch(POLICY, (), None)
    clock = Clock(watch).run(60, person())
    assert len(watch.gallery) == 6
    assert clock.opened == []
    clock.run(10, bert)
    assert clock.kinds == [FlagKind.ANOTHER_PERSON]
    assert all(float(one @ ANNA) > 0.9 for one in watch.gallery)


def test_frames_in_a_row_at_the_door_are_one_picture_of_the_gallery() -> None:
    turned = direction(0.6, 0.0, 0.8)
    assert len(SittingWatch(POLICY, (ANNA,) * 5, None).gallery) == 1
    assert len(SittingWatch(POLICY, (ANNA, turned, ANNA), None).gallery) == 2


def test_nobody_there_is_one_flag_from_the_first_empty_frame() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,), None)).run(20, person()).run(30, empty).run(20, person())
    ((told, flag),) = clock.opened
    assert (flag.kind, flag.started_at, told) == (FlagKind.NO_FACE, 20.0, 23.0)
    (closed,) = clock.closed
    assert closed.ended_at == pytest.approx(49.0)


def test_a_short_absence_is_no_flag() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,), None)).run(20, person()).run(2.9, empty).run(20, person())
    assert clock.opened == []


def test_a_covered_camera_is_blocked_not_empty_and_not_frozen() -> None:
    def dark(number: int, request: FrameRequest) -> FrameAnalysis:
        del request
        return replace(covered(number), digest=7)

    assert Clock(SittingWatch(POLICY, (), None)).run(30, dark).kinds == [FlagKind.CAMERA_BLOCKED]


def test_the_same_pixels_for_five_seconds_are_a_frozen_camera() -> None:
    def still(number: int, request: FrameRequest) -> FrameAnalysis:
        return replace(person()(number, request), digest=7)

    clock = Clock(SittingWatch(POLICY, (ANNA,), None)).run(20, person()).run(5.9, still)
    assert clock.opened == []
    assert clock.run(10, still).kinds == [FlagKind.CAMERA_FROZEN]


def test_a_looped_feed_is_a_repeated_feed() -> None:
    def loop(number: int, request: FrameRequest) -> FrameAnalysis:
        return replace(person()(number, request), digest=number % 60)

    assert Clock(SittingWatch(POLICY, (ANNA,), None)).run(90, loop).kinds == [FlagKind.REPEATED_FEED]


def desk(phone_score: float, *, others: tuple[ObjectFound, ...] = ()) -> Scene:
    """Anna with a telephone in her hand."""
    things = (ObjectFound(kind=ObjectKind.PHONE, box=(0.7, 0.5, 0.8, 0.7), score=phone_score), *others)
    return lambda number, request: replace(
        person()(number, request), objects=things if request.objects else None
    )


def test_a_telephone_is_looked_into_at_once_and_flagged_low() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(60, person()).run(20, desk(0.3))
    ((told, flag),) = clock.opened
    assert (flag.kind, flag.severity) == (FlagKind.PHONE, "low")
    assert told - 60 <= POLICY.pace.objects_seconds + 3.0
    assert 4.0 in clock.rates


def test_a_telephone_seen_once_or_faintly_is_nothing() -> None:
    once = Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(60, person()).run(0.9, desk(0.5))
    assert once.run(60, person()).opened == []
    assert Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(60, person()).run(60, desk(0.19)).opened == []


def test_what_looks_like_a_telephone_from_the_start_belongs_to_the_room() -> None:
    assert Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(200, desk(0.6)).opened == []


def test_a_lit_window_on_a_screen_is_no_telephone() -> None:
    screen = ObjectFound(kind=ObjectKind.SCREEN, box=(0.6, 0.3, 0.95, 0.9), score=0.4)
    lit = desk(0.6, others=(screen,))
    assert Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(60, person()).run(60, lit).opened == []


def faceless(*objects: ObjectFound) -> Scene:
    return lambda number, request: replace(
        frame(number, faces=()), objects=objects if request.objects else None
    )


SOMEBODY = ObjectFound(kind=ObjectKind.PERSON, box=(0.2, 0.2, 0.8, 1.0), score=0.9)
PASSING = ObjectFound(kind=ObjectKind.PERSON, box=(0.8, 0.2, 0.9, 0.6), score=0.9)


def test_somebody_without_a_face_is_covered_and_an_empty_seat_is_no_face() -> None:
    start = Clock(SittingWatch(POLICY, (ANNA,) * 6, None)).run(10, person())
    assert start.run(10, faceless(SOMEBODY)).kinds == [FlagKind.FACE_COVERED]
    start.run(10, person())
    assert start.run(10, faceless(PASSING)).kinds == [FlagKind.FACE_COVERED, FlagKind.NO_FACE]


def test_without_an_object_detector_a_missing_face_is_still_told() -> None:
    def blind(number: int, request: FrameRequest) -> FrameAnalysis:
        del request
        return replace(frame(number, faces=()), objects=None)

    assert Clock(SittingWatch(POLICY, (ANNA,), None)).run(10, blind).kinds == [FlagKind.NO_FACE]


def test_one_frame_sent_twice_is_nothing() -> None:
    def twice(number: int, request: FrameRequest) -> FrameAnalysis:
        return replace(person()(number, request), digest=1000 + (19 if number == 20 else number))

    assert Clock(SittingWatch(POLICY, (ANNA,), None)).run(60, twice).opened == []


def test_two_people_are_several_faces() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,), None)).run(10, person()).run(10, person(faces=(FACE, BEHIND)))
    assert clock.kinds == [FlagKind.SEVERAL_FACES]


def test_a_neighbour_far_behind_is_nobody_s_business() -> None:
    far = FaceFound(box=(0.8, 0.3, 0.85, 0.4), score=0.9, eye_distance_px=0.0)
    assert Clock(SittingWatch(POLICY, (ANNA,), None)).run(60, person(faces=(FACE, far))).opened == []


def test_a_picture_before_the_camera_is_flagged_within_ten_seconds() -> None:
    clock = Clock(SittingWatch(POLICY, (ANNA,), None)).run(30, person()).run(60, person(presentation=0.01))
    ((told, flag),) = clock.opened
    assert flag.kind is FlagKind.PRESENTATION_ATTACK
    assert told - 30 <= 10


def test_presentation_is_not_asked_for_when_switched_off() -> None:
    watch = SittingWatch(replace(POLICY, check_presentation=False), (ANNA,), None)
    assert not watch.request(0.0).presentation
    assert Clock(watch).run(30, person(presentation=0.01)).opened == []


def test_turned_away_counts_from_the_sitting_s_own_baseline() -> None:
    watch = SittingWatch(POLICY, (ANNA,), None)
    clock = Clock(watch).run(30, person(yaw=30)).run(20, person(yaw=-2))
    assert clock.opened == []  # 32 degrees from where the head usually is
    clock.run(20, person(yaw=-30))
    ((_, flag),) = clock.opened
    assert (flag.kind, flag.severity) == (FlagKind.TURNED_AWAY, "low")


def test_ticks_close_spans_when_no_frames_come() -> None:
    watch = SittingWatch(POLICY, (ANNA,), None)
    clock = Clock(watch).run(20, empty)
    assert clock.kinds == [FlagKind.NO_FACE]
    (event,) = watch.tick(clock.at + 60).events
    assert isinstance(event, FlagClosed)
    assert event.flag.ended_at == 19.0
    assert watch.tick(clock.at + 120).events == ()


def test_the_end_of_a_sitting_closes_every_span() -> None:
    watch = SittingWatch(POLICY, (ANNA,), None)
    clock = Clock(watch).run(10, empty)
    (event,) = watch.finish().events
    assert isinstance(event, FlagClosed)
    assert event.flag.ended_at == clock.at - 1
    assert watch.finish().events == ()


def test_a_restart_goes_on_with_the_same_flag() -> None:
    watch = SittingWatch(POLICY, (ANNA,) * 6, None)
    clock = Clock(watch).run(20, person()).run(20, bert)
    ((_, flag),) = clock.opened
    again = SittingWatch(POLICY, watch.gallery, None)
    again.restore(json.loads(json.dumps(watch.snapshot())))
    clock.watch = again
    clock.run(20, bert)
    assert len(clock.opened) == 1
    clock.run(60, person())
    (closed,) = clock.closed
    assert (closed.number, closed.started_at) == (flag.number, flag.started_at)
    clock.run(20, empty)
    assert clock.opened[-1][1].number == flag.number + 1


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"version": 0},
        {"version": 1, "tracks": {}, "next_number": "1", "identity": 0.0, "turn": []},
        {"version": 1, "tracks": {"no_face": 3}, "next_number": 1, "identity": 0.0, "turn": []},
        {"version": 1, "tracks": {}, "next_number": 1, "identity": 0.0, "turn": None},
    ],
)
def test_a_snapshot_that_cannot_be_read_is_refused(state: dict[str, object]) -> None:
    with pytest.raises(SnapshotInvalid):
        SittingWatch(POLICY, (), None).restore(state)
