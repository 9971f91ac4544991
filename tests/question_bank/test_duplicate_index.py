"""The index says of one item what comparing all with all says of it."""

from __future__ import annotations

import dataclasses
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.content import Markup
from question_bank.duplicate_index import DuplicateIndex
from question_bank.duplicates import DuplicateKind, find_duplicates
from question_bank.items import Item
from tests.question_bank.test_duplicates import item

WORDS = ("安全电压", "高处作业的高度", "灭火器", "应当", "不得", "由谁批准")
STEMS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map("".join)
OPTIONS = st.sampled_from(("甲乙丙丁", "乙甲丙丁", "一二三四"))
KEYS = st.sampled_from("AB")


def pictured(made: Item, digit: str) -> Item:
    """The same item with a picture."""
    stem = f'{made.stem}<img src="media:{digit * 64}" alt="">'
    return dataclasses.replace(made, stem=stem, markup=Markup.HTML)


@st.composite
def banks(draw: st.DrawFn) -> list[Item]:
    made = []
    for place in range(draw(st.integers(2, 12))):
        one = item(f"q{place:02}", draw(STEMS), draw(OPTIONS), draw(KEYS))
        made.append(pictured(one, "ab"[place % 2]) if draw(st.integers(0, 4)) == 0 else one)
    return made


@settings(max_examples=150, deadline=None)
@given(banks(), st.data())
def test_it_finds_what_all_against_all_finds(items: list[Item], data: st.DataObject) -> None:
    index = DuplicateIndex()
    for one in items:
        # Held before in other words: only the last words count.
        index.add(dataclasses.replace(one, stem="另一道题"))
        index.add(one)
    gone = data.draw(st.sampled_from(items))
    index.discard(gone.id)
    left = [one for one in items if one is not gone]
    wanted: dict[tuple[str, str], set[DuplicateKind]] = {}
    for group in find_duplicates(left):
        for pair in permutations(group.item_ids, 2):
            wanted.setdefault((pair[0], pair[1]), set()).add(group.kind)
    found = {(one.id, like.item_id): like.kind for one in left for like in index.like(one)}
    assert found.keys() == wanted.keys()
    for pair, kind in found.items():
        # Two that agree are a repeat, though a third of their group has another key.
        agrees = kind is DuplicateKind.REPEATED and DuplicateKind.OTHER_KEY in wanted[pair]
        assert kind in wanted[pair] or agrees, pair
    assert len(index) == len(left)


def test_another_key_comes_first_and_the_item_itself_not_at_all() -> None:
    index = DuplicateIndex()
    near = item("near", "低压电工作业人员必须经过安全技术培训并考核合格后方可上岗")
    same = item("same", "低压电工作业人员应当经过安全技术培训并考核合格后方可上岗")
    for one in (near, same, item("far", "灭火器多久检查一次")):
        index.add(one)
    asked = dataclasses.replace(same, id="new", interaction=item("x", "x", key="B").interaction)
    found = [(like.item_id, like.kind, like.other_key) for like in index.like(asked)]
    assert found == [("same", DuplicateKind.OTHER_KEY, True), ("near", DuplicateKind.NEAR, True)]
    assert [like.item_id for like in index.like(same)] == ["near"]
