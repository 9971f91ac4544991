"""From entries to lanes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.audit.entries import Entry, Head, link
from app.replay.timeline import Lanes, lanes

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


def day(*acts: tuple[int, str, dict[str, Any]]) -> Lanes:
    """The lanes of (milliseconds, type, data)."""
    head, entries = Head(), []
    for at_ms, kind, data in acts:
        at = START + timedelta(milliseconds=at_ms)
        entry, head = link(head, stream="sitting:1", kind=kind, actor="candidate:1", data=data, at=at)
        entries.append(entry)
    return lanes(entries, START)


def spans(found: list[dict[str, Any]]) -> list[tuple[int, int | None]]:
    return [(span["from_ms"], span["to_ms"]) for span in found]


def test_visits_end_where_the_next_begins() -> None:
    made = day(
        (0, "sitting.started", {"minutes": 60}),
        (5_000, "item.visited", {"position": 2}),
        (9_000, "item.visited", {"position": 1}),
        (20_000, "sitting.submitted", {"answered": 1}),
    )
    assert spans(made.visits) == [(0, 5_000), (5_000, 9_000), (9_000, 20_000)]
    assert [visit["position"] for visit in made.visits] == [1, 2, 1]


def test_answers_keep_what_was_given_and_clearing() -> None:
    made = day(
        (10, "response.saved", {"position": 1, "response": ["A", "C"]}),
        (20, "response.saved", {"position": 1, "response": []}),
        (30, "message.refused", {"message": "answer", "code": "time_is_up"}),
    )
    assert made.answers == [
        {"at_ms": 10, "position": 1, "response": ["A", "C"]},
        {"at_ms": 20, "position": 1, "response": []},
    ]


def test_page_events_are_spans_and_moments() -> None:
    made = day(
        (10, "page.focus_lost", {}),
        (15, "page.focus_lost", {}),
        (20, "page.copy_refused", {}),
        (30, "page.focus_gained", {}),
        (35, "page.focus_gained", {}),
        (40, "page.camera_lost", {}),
    )
    assert [(span["kind"], span["from_ms"], span["to_ms"]) for span in made.page_events] == [
        ("focus_lost", 10, 30),
        ("copy_refused", 20, 20),
        ("camera_lost", 40, None),
    ]


def test_the_connection_is_lost_when_the_last_one_closes() -> None:
    made = day(
        (0, "connection.opened", {"tab": "a"}),
        (10, "connection.opened", {"tab": "b"}),
        (20, "connection.closed", {"tab": "a"}),
        (30, "connection.closed", {"tab": "b"}),
        (40, "connection.opened", {"tab": "c"}),
    )
    assert spans(made.connection) == [(30, 40)]


def test_a_restart_of_the_server_is_a_gap_until_somebody_is_back() -> None:
    made = day(
        (0, "connection.opened", {"tab": "a"}),
        (5, "connection.opened", {"tab": "b"}),
        (100, "gap", {"cause": "server_restarted"}),
        (150, "gap", {"cause": "server_restarted"}),
        (200, "connection.opened", {"tab": "a"}),
        (300, "connection.closed", {"tab": "a"}),
    )
    assert spans(made.connection) == [(100, 200), (300, None)]
    assert [act["type"] for act in made.acts] == ["gap", "gap"]


def test_pauses_are_spans_and_the_end_closes_them() -> None:
    made = day(
        (10, "staff.pause", {"reason": "P-01", "by": "周敏"}),
        (20, "staff.resume", {"by": "周敏"}),
        (30, "staff.pause", {"reason": "P-01", "by": "周敏"}),
        (40, "staff.end", {"reason": "E-01", "by": "周敏"}),
    )
    assert spans(made.pauses) == [(10, 20), (30, 40)]


def test_acts_name_the_person_or_the_role() -> None:
    made = day(
        (1, "staff.warn", {"by": "周敏", "text": "请坐好", "note": "看右边"}),
        (2, "candidate.signed_in", {}),
        (3, "identity.checked", {"outcome": "look", "reason": "mismatch", "frame": 7}),
        (3, "page.focus_lost", {}),
    )
    assert [(act["type"], act["by"], act["text"]) for act in made.acts] == [
        ("staff.warn", "周敏", "请坐好 · 看右边"),
        ("candidate.signed_in", "candidate", ""),
        ("identity.checked", "candidate", ""),
    ]
    assert [act["codes"] for act in made.acts] == [{}, {}, {"outcome": "look", "reason": "mismatch"}]


def test_nothing_gives_empty_lanes() -> None:
    empty: list[Entry] = []
    made = lanes(empty, START)
    assert (made.visits, made.answers, made.connection, made.acts) == ([], [], [], [])
