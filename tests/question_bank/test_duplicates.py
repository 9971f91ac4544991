"""Repeats of items: exact ones, contradictions, shared stems, near ones."""

from __future__ import annotations

import dataclasses
import random
import time

from question_bank.duplicates import NEAR_THRESHOLD, DuplicateKind, find_duplicates
from question_bank.interactions import Choice, Option
from question_bank.item_types import ItemType
from question_bank.items import Item


def item(item_id: str, stem: str, options: str = "甲乙丙丁", key: str = "A") -> Item:
    texts = tuple(Option(id=i, text=f"选项{t}") for i, t in zip("ABCD", options, strict=True))
    return Item(
        id=item_id,
        type=ItemType.SINGLE_CHOICE,
        stem=stem,
        interaction=Choice(options=texts, key=frozenset(key)),
        topic="t",
    )


def kinds(*items: Item) -> list[tuple[DuplicateKind, tuple[str, ...]]]:
    return [(found.kind, found.item_ids) for found in find_duplicates(items)]


def test_the_same_item_with_its_options_turned_round_is_a_repeat() -> None:
    one, other = item("q1", "安全电压是多少？"), item("q2", "安全电压 是多少？", "乙甲丙丁", "B")
    assert kinds(one, other) == [(DuplicateKind.REPEATED, ("q1", "q2"))]


def test_another_key_is_a_contradiction_even_under_the_same_letter() -> None:
    one, other = item("q1", "安全电压是多少？"), item("q2", "安全电压是多少？", "乙甲丙丁", "A")
    assert kinds(one, other) == [(DuplicateKind.OTHER_KEY, ("q1", "q2"))]


def test_other_options_share_only_the_stem() -> None:
    one, other = item("q1", "哪一项正确？"), item("q2", "哪一项正确？", "一二三四")
    assert kinds(one, other) == [(DuplicateKind.SAME_STEM, ("q1", "q2"))]


def test_a_changed_word_is_a_near_repeat() -> None:
    stem = "生产经营单位的主要负责人对本单位的安全生产工作全面负责，其他负责人对职责范围内的工作负责。"
    one, other = item("q1", stem), item("q2", stem.replace("全面", "全部"))
    (found,) = find_duplicates((one, other))
    assert (found.kind, found.item_ids) == (DuplicateKind.NEAR, ("q1", "q2"))
    assert 800 <= found.likeness < 1000
    far = item("q3", "高处作业的高度是几米以上？")
    assert find_duplicates((one, far)) == ()


def test_other_types_are_no_repeats() -> None:
    one = item("q1", "哪些正确？")
    other = dataclasses.replace(
        one,
        id="q2",
        type=ItemType.MULTIPLE_CHOICE,
        interaction=Choice(options=one.choice.options, key=frozenset("AB")),
    )
    assert [found.kind for found in find_duplicates((one, other))] == [DuplicateKind.NEAR]


def test_near_repeats_are_those_that_comparing_all_pairs_finds() -> None:
    chooser = random.Random(7)
    words = [f"词{number}" for number in range(60)]
    items = []
    for number in range(60):
        stem = [chooser.choice(words) for _ in range(20)]
        for copy in range(3):
            changed = list(stem)
            for _ in range(copy):
                changed[chooser.randrange(20)] = chooser.choice(words)
            items.append(item(f"q{number}-{copy}", "".join(changed)))
    found = {pair.item_ids for pair in find_duplicates(items) if pair.kind is DuplicateKind.NEAR}
    expected = {
        tuple(sorted((one.id, other.id)))
        for place, one in enumerate(items)
        for other in items[:place]
        if one.stem != other.stem and _likeness(one, other) >= NEAR_THRESHOLD
    }
    assert expected
    assert found == expected


def test_ten_thousand_items_take_seconds() -> None:
    chooser = random.Random(3)
    signs = "安全生产法规责任监督管理单位人员作业电气高处焊接设备检查培训应急"
    items = [item(f"q{number}", "".join(chooser.choices(signs, k=40))) for number in range(10_000)]
    items.append(dataclasses.replace(items[0], id="copy", stem=items[0].stem + "？"))
    begun = time.process_time()
    found = find_duplicates(items)
    assert time.process_time() - begun < 20
    assert [pair.item_ids for pair in found] == [("copy", "q0")]


def _likeness(one: Item, other: Item) -> float:
    """Jaccard likeness worked out anew."""

    def shingles(of: Item) -> set[str]:
        text = of.stem + "|" + "|".join(sorted(option.text for option in of.choice.options))
        return {text[start : start + 3] for start in range(len(text) - 2)}

    mine, theirs = shingles(one), shingles(other)
    return len(mine & theirs) / len(mine | theirs)
