"""Hysteresis at its boundaries, and against a plain model."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.errors import SnapshotInvalid
from proctor.flags import FlagClosed, FlagEvent, FlagKind, FlagOpened, FlagUpdated, Severity
from proctor.spans import MAX_EVIDENCE, SpanRule, SpanTrack

RULE = SpanRule(open_frames=3, open_seconds=3.0, close_seconds=2.0, gap_seconds=6.0, update_seconds=5.0)


def track(rule: SpanRule = RULE) -> SpanTrack:
    return SpanTrack(FlagKind.NO_FACE, rule)


def show(one: SpanTrack, *moments: float) -> list[FlagEvent]:
    events: list[FlagEvent] = []
    for moment in moments:
        events += one.shown(moment, int(moment * 10), 0.5, number=1)
    return events


@pytest.mark.parametrize(
    ("moments", "opens"),
    [
        ((0.0, 1.0, 2.0), False),  # three frames, too short
        ((0.0, 3.0), False),  # long enough, too few frames
        ((0.0, 1.0, 2.99), False),
        ((0.0, 1.0, 3.0), True),
        ((0.0, 0.0, 0.0, 3.0), True),
        ((0.0, 6.0, 12.0), True),  # gaps of exactly the limit are bridged
        ((0.0, 6.01, 12.0), False),  # a longer one starts anew
    ],
)
def test_a_span_opens_after_enough_frames_and_time(moments: tuple[float, ...], opens: bool) -> None:
    assert bool(show(track(), *moments)) is opens


def test_the_first_frame_that_shows_it_starts_the_span() -> None:
    (event,) = show(track(), 10.0, 11.0, 13.5)
    assert isinstance(event, FlagOpened)
    assert (event.flag.started_at, event.flag.last_at, event.flag.severity) == (10.0, 13.5, Severity.MEDIUM)
    assert event.flag.evidence == (100, 110, 135)
    assert event.flag.ended_at is None


def test_one_clear_frame_forgets_what_was_gathered() -> None:
    one = track()
    show(one, 0.0, 1.0, 2.0)
    one.not_shown(2.5)
    assert one.snapshot() is None
    assert not show(one, 3.0)


@pytest.mark.parametrize(("silence", "closes"), [(1.99, False), (2.0, True), (100.0, True)])
def test_an_open_span_closes_after_silence(silence: float, closes: bool) -> None:
    one = track()
    show(one, 0.0, 1.0, 3.0)
    events = one.tick(3.0 + silence)
    assert bool(events) is closes
    if closes:
        (event,) = events
        assert isinstance(event, FlagClosed)
        assert event.flag.ended_at == 3.0


def test_a_clear_frame_inside_the_silence_keeps_one_span() -> None:
    one = track()
    show(one, 0.0, 1.0, 3.0)
    assert one.not_shown(4.0) == []
    assert show(one, 4.5) == []
    assert one.is_open


def test_a_span_is_never_opened_by_one_frame() -> None:
    with pytest.raises(ValueError, match="one frame"):
        SpanRule(open_frames=1, open_seconds=0.0, close_seconds=1.0)


def test_held_back_spans_open_when_released() -> None:
    one = track()
    for moment in (0.0, 2.0, 4.0, 6.0):
        assert not one.shown(moment, 1, 0.5, number=1, may_open=False)
    assert one.shown(7.0, 2, 0.5, number=1)


def test_updates_are_told_seldom_and_evidence_stays_spread() -> None:
    one = track()
    events = show(one, *(moment / 2 for moment in range(100)))
    assert [type(event) for event in events] == [FlagOpened] + [FlagUpdated] * 9
    last = events[-1].flag
    assert len(last.evidence) == MAX_EVIDENCE
    gaps = [after - before for before, after in pairwise(last.evidence)]
    assert last.evidence[0] == 0
    assert max(gaps) <= (last.evidence[-1] - last.evidence[0]) / 2


def test_the_peak_is_kept_as_evidence() -> None:
    one = track()
    for moment in range(60):
        one.shown(moment, moment, 0.9 if moment == 17 else 0.4, number=1)
    (closed,) = one.tick(100.0)
    assert closed.flag.peak_at == 17
    assert 17 in closed.flag.evidence


FRAMES = st.lists(st.tuples(st.sampled_from([0.25, 1.0, 2.0, 7.0]), st.booleans()), max_size=60)


@given(FRAMES)
def test_spans_agree_with_the_rule_read_aloud(frames: list[tuple[float, bool]]) -> None:
    """Every opened span: enough frames over enough time, no clear frame or long gap before it opened."""
    one, at, events, seen = track(), 0.0, list[FlagEvent](), list[tuple[float, bool]]()
    for sequence, (step, shows) in enumerate(frames):
        at += step
        seen.append((at, shows))
        told = one.shown(at, sequence, 0.5, number=1) if shows else one.not_shown(at)
        for event in told:
            if isinstance(event, FlagOpened):
                inside = [(moment, kind) for moment, kind in seen if moment >= event.flag.started_at]
                assert all(kind for _, kind in inside)
                assert len(inside) >= RULE.open_frames
                assert at - event.flag.started_at >= RULE.open_seconds
                moments = [moment for moment, _ in inside]
                assert all(after - before <= RULE.gap_seconds for before, after in pairwise(moments))
        events += told
    kinds = [type(event) for event in events if not isinstance(event, FlagUpdated)]
    assert kinds == [FlagOpened if place % 2 == 0 else FlagClosed for place in range(len(kinds))]


@given(FRAMES, FRAMES)
def test_a_restored_track_goes_on_as_if_nothing_had_happened(
    before: list[tuple[float, bool]], after: list[tuple[float, bool]]
) -> None:
    one, at = track(SpanRule(open_frames=2, open_seconds=1.0, close_seconds=2.0)), 0.0
    for sequence, (step, shows) in enumerate(before):
        at += step
        one.shown(at, sequence, 0.5, number=1) if shows else one.not_shown(at)
    other = track(SpanRule(open_frames=2, open_seconds=1.0, close_seconds=2.0))
    other.restore(json.loads(json.dumps(one.snapshot())))
    for sequence, (step, shows) in enumerate(after):
        at += step
        if shows:
            assert one.shown(at, sequence, 0.5, number=1) == other.shown(at, sequence, 0.5, number=1)
        else:
            assert one.not_shown(at) == other.not_shown(at)


@pytest.mark.parametrize("state", [3, {}, {"run": [1], "evidence": [], "number": None, "told_at": 0}])
def test_a_broken_snapshot_is_refused(state: object) -> None:
    with pytest.raises(SnapshotInvalid):
        track().restore(state)
