"""What one wall is told: latest pictures, a window of credits, coalesced seats."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.frames.analysis import PictureReady
from app.live.watchers import FULL, HEADER, MAGIC, PICTURE_WINDOW, THUMBNAIL, VERSION, WallLink

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def picture(sitting_id: str = "s-1", number: int = 1, age_ms: int = 0) -> PictureReady:
    return PictureReady(
        sitting_id=sitting_id,
        number=number,
        received_at=NOW - timedelta(milliseconds=age_ms),
        thumbnail=b"small%d" % number,
        jpeg=b"large%d" % number,
    )


def taken(link: WallLink) -> list[tuple[int, int, int, bytes]]:
    """(kind, seat index, frame number, JPEG) of everything the window lets out."""
    found = []
    while (data := link.take_picture(NOW)) is not None:
        magic, version, kind, index, number, _ = HEADER.unpack_from(data)
        assert (magic, version) == (MAGIC, VERSION)
        found.append((kind, index, number, data[HEADER.size :]))
    return found


def test_the_newest_picture_replaces_one_not_yet_sent_and_keeps_its_turn() -> None:
    link = WallLink()
    link.offer(4, picture("s-1", 1))
    link.offer(2, picture("s-2", 7))
    link.offer(4, picture("s-1", 3))
    assert taken(link) == [(THUMBNAIL, 4, 3, b"small3"), (THUMBNAIL, 2, 7, b"small7")]
    assert taken(link) == []


def test_no_more_than_the_window_are_under_way() -> None:
    link = WallLink()
    for index in range(PICTURE_WINDOW + 10):
        link.offer(index, picture(f"s-{index}"))
    assert len(taken(link)) == PICTURE_WINDOW
    link.shown(3)
    assert len(taken(link)) == 3
    link.shown(1000)  # more than was sent: credits do not add up
    assert len(taken(link)) == 7
    for index in range(2 * PICTURE_WINDOW):
        link.offer(index, picture())
    assert len(taken(link)) == PICTURE_WINDOW - 7


def test_the_opened_seat_comes_in_full_and_first() -> None:
    link = WallLink()
    link.focus("s-2")
    link.offer(1, picture("s-1", 1))
    link.offer(2, picture("s-2", 2))
    assert [kind for kind, *_ in taken(link)] == [FULL, THUMBNAIL, THUMBNAIL]
    link.focus(None)
    link.offer(2, picture("s-2", 3))
    assert [kind for kind, *_ in taken(link)] == [THUMBNAIL]


def test_a_picture_of_the_seat_before_is_not_sent_in_full() -> None:
    link = WallLink()
    link.focus("s-1")
    link.offer(1, picture("s-1", 1))
    link.focus("s-2")
    assert [kind for kind, *_ in taken(link)] == [THUMBNAIL]


def test_seat_changes_are_coalesced() -> None:
    link = WallLink()
    link.touch(["b", "a"])
    link.touch(["a"])
    assert link.take_touched() == ["a", "b"]
    assert link.take_touched() == []


def test_ages_are_measured_once() -> None:
    link = WallLink()
    for index, age_ms in enumerate(range(100, 2100, 100)):
        link.offer(index, picture(age_ms=age_ms))
    taken(link)
    assert link.take_ages() == (1100, 2000)
    assert link.take_ages() == (0, 0)


@given(st.lists(st.one_of(st.integers(0, 9), st.sampled_from(["take", "shown"])), max_size=300))
def test_under_any_order_the_window_holds(steps: list[object]) -> None:
    link = WallLink()
    link.focus("s-3")
    under_way = 0
    for step in steps:
        if isinstance(step, int):
            link.offer(step, picture(f"s-{step}"))
        elif step == "shown":
            link.shown(5)
            under_way = max(0, under_way - 5)
        elif link.take_picture(NOW) is not None:
            under_way += 1
        assert under_way <= PICTURE_WINDOW
