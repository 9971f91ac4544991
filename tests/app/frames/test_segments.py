"""The segment format: what is written is found; what was changed, dropped or cut is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from app.frames.segments import CHAIN_START, MAGIC, chain_after, pack_record, scan, verified

JPEGS = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=8)


def packed(jpegs: list[bytes]) -> tuple[list[bytes], bytes]:
    """The records of a segment, and the chain at its end."""
    chain, records = CHAIN_START, []
    for number, jpeg in enumerate(jpegs, start=1):
        chain = chain_after(chain, number, number * 10, number * 1000, jpeg)
        records.append(pack_record(number, number * 10, number * 1000, chain, jpeg))
    return records, chain


@given(JPEGS)
def test_a_whole_segment_is_read_back(jpegs: list[bytes]) -> None:
    records, chain = packed(jpegs)
    data = MAGIC + b"".join(records)
    found, good, after = verified(data, CHAIN_START)
    assert [data[record.offset : record.offset + record.length] for record in found] == jpegs
    assert [record.number for record in found] == list(range(1, len(jpegs) + 1))
    assert (good, after) == (len(jpegs), chain)


@given(JPEGS, st.data())
def test_any_changed_byte_ends_what_fits(jpegs: list[bytes], data: st.DataObject) -> None:
    records, chain = packed(jpegs)
    whole = MAGIC + b"".join(records)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    changed = whole[:place] + bytes([other]) + whole[place + 1 :]
    found, good, after = verified(changed, CHAIN_START)
    assert (len(found), good, after) != (len(jpegs), len(jpegs), chain)
    assert good < len(jpegs)


@given(JPEGS, st.data())
def test_a_torn_end_leaves_whole_records(jpegs: list[bytes], data: st.DataObject) -> None:
    records, _ = packed(jpegs)
    whole = MAGIC + b"".join(records)
    cut = data.draw(st.integers(0, len(whole)))
    ends = [len(MAGIC) + len(b"".join(records[: n + 1])) for n in range(len(records))]
    found, good, _ = verified(whole[:cut], CHAIN_START)
    assert len(found) == good == sum(end <= cut for end in ends)


@given(JPEGS, st.data())
def test_dropped_and_swapped_pictures_are_noticed(jpegs: list[bytes], data: st.DataObject) -> None:
    records, chain = packed(jpegs)
    place = data.draw(st.integers(0, len(records) - 1))
    dropped = MAGIC + b"".join(records[:place] + records[place + 1 :])
    assert verified(dropped, CHAIN_START)[2] != chain
    assert verified(dropped, CHAIN_START)[1] == place
    other = data.draw(st.integers(0, len(records) - 1))
    if other != place:
        records[place], records[other] = records[other], records[place]
        assert verified(MAGIC + b"".join(records), CHAIN_START)[1] == min(place, other)


@given(st.binary(max_size=300))
def test_rubbish_is_no_segment(data: bytes) -> None:
    for record in scan(MAGIC + data):
        assert record.offset + record.length <= len(MAGIC) + len(data)
    if not data.startswith(MAGIC):
        assert list(scan(data)) == []
