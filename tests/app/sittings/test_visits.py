"""How long which item was in front of a candidate, from the entries of a sitting."""

from datetime import timedelta
from typing import Any

from app.sittings.visits import CATCH_UP, Moment, interruptions, item_seconds, pauses, visits
from tests.factories.clock import NINE


def at(seconds: float, kind: str, **data: Any) -> Moment:
    return Moment(kind=kind, at=NINE + timedelta(seconds=seconds), data=data)


def shown(seconds: float, position: int) -> Moment:
    return at(seconds, "item.visited", position=position)


def answered(seconds: float, position: int) -> Moment:
    return at(seconds, "response.saved", position=position, response=["A"])


START = at(0, "sitting.started", minutes=60)


def test_visits_to_an_item_add_up() -> None:
    moments = [START, shown(0, 1), answered(9, 1), shown(10, 2), shown(40, 1), shown(44, 3), answered(50, 3)]
    moments.append(at(90, "sitting.submitted"))
    assert item_seconds(moments) == {1: 14.0, 2: 30.0, 3: 6.0}
    assert [(visit.position, visit.last) for visit in visits(moments)] == [
        (1, False),
        (2, False),
        (1, False),
        (3, True),
    ]


def test_the_look_before_handing_in_is_nobodys_time() -> None:
    unanswered = [START, shown(10, 2), at(600, "sitting.expired")]
    assert item_seconds(unanswered) == {1: 10.0}
    # What was answered on an earlier visit says nothing of the last one.
    back = [START, answered(5, 1), shown(10, 2), shown(20, 1), at(30, "sitting.submitted")]
    assert item_seconds(back) == {2: 10.0}


def test_pauses_are_taken_out() -> None:
    moments = [START, at(20, "staff.pause"), at(80, "staff.resume"), shown(100, 2), at(130, "staff.pause")]
    moments += [at(140, "staff.end")]
    assert item_seconds(moments) == {1: 40.0}
    assert [span.ends_at for span in pauses(moments)] == [
        NINE + timedelta(seconds=80),
        NINE + timedelta(seconds=140),
    ]


def test_what_waited_in_an_outbox_has_no_time() -> None:
    """Ten items answered without network arrive in a moment: nobody was that fast."""
    moments = [
        at(-5, "connection.opened", tab="a"),
        START,
        shown(30, 2),
        at(50, "connection.closed", tab="a"),
    ]
    moments.append(at(200, "connection.opened", tab="a"))
    moments += [shown(200.1 + position / 10, position) for position in range(3, 10)]
    settled = 200 + CATCH_UP.total_seconds() + 1
    moments += [shown(settled, 10), shown(settled + 25, 11), at(400, "sitting.submitted")]
    assert item_seconds(moments) == {1: 30.0, 10: 25.0}
    assert len(interruptions(moments)) == 1


def test_another_tab_that_ends_interrupts_nothing() -> None:
    moments = [at(-5, "connection.opened", tab="a"), START, at(5, "connection.opened", tab="b")]
    moments += [at(6, "connection.closed", tab="a"), shown(30, 2), at(40, "gap"), shown(60, 3)]
    assert item_seconds(moments) == {1: 30.0}
    assert [span.ends_at for span in interruptions(moments)] == [None]


def test_without_entries_there_is_no_time() -> None:
    assert item_seconds([]) == {}
    assert item_seconds([at(1, "sitting.submitted")]) == {}
