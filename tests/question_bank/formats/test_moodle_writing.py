"""Native to GIFT and Moodle XML and back: identical for what the format holds, said for what it does not."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.formats.gift.reading import import_gift
from question_bank.formats.gift.writing import bank_to_gift
from question_bank.formats.moodle_xml.reading import import_moodle_xml
from question_bank.formats.moodle_xml.writing import bank_to_moodle_xml
from question_bank.formats.reports import ImportResult, Loss, Written
from question_bank.interactions import (
    Choice,
    Cloze,
    Gap,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
)
from question_bank.item_types import ItemType
from question_bank.items import Item, ItemSet
from question_bank.media import picture_of
from tests.question_bank.formats.test_moodle_items import PICTURE, REFERENCE
from tests.question_bank.item_strategies import items

Writer = Callable[[Bank], Written]
Reader = Callable[[bytes], ImportResult]


def to_xml(bank: Bank) -> Written:
    return bank_to_moodle_xml(bank, {picture_of(PICTURE).digest: PICTURE})


FORMATS = [
    pytest.param(bank_to_gift, import_gift, id="gift"),
    pytest.param(to_xml, import_moodle_xml, id="moodlexml"),
]
# What comes back for a field that is said to be lost.
_EMPTY: dict[str, object] = {
    "source": "",
    "clause": "",
    "industry": "",
    "enemy_set": "",
    "scoring_rules": (),
    "attributes": (),
    "unit": "",
}
_INTERACTION = {"options", "gaps", "unit"}


def bank_of(*items: Item, sets: tuple[ItemSet, ...] = ()) -> Bank:
    pictures = (picture_of(PICTURE),)
    return Bank(name="b", industry="", items=items, sets=sets, media=pictures)


def as_html(item: Item) -> Item:
    """The same item with its words in HTML, some of them emphasised."""

    def marked(text: str) -> str:
        return f"<p>{html.escape(text, quote=False)} <em>!</em></p>"

    def options(plain: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple(replace(option, text=marked(option.text)) for option in plain)

    interaction: Interaction = item.interaction
    match interaction:
        case Choice() if item.type is not ItemType.TRUE_FALSE:
            interaction = replace(interaction, options=options(interaction.options))
        case Ordering():
            interaction = replace(interaction, options=options(interaction.options))
        case Matching():
            interaction = replace(interaction, sources=options(interaction.sources))
            escaped = (replace(o, text=html.escape(o.text, quote=False)) for o in interaction.targets)
            interaction = replace(interaction, targets=tuple(escaped))
        case _:
            pass
    rationale = marked(item.rationale) if item.rationale else ""
    return replace(
        item, markup=Markup.HTML, stem=marked(item.stem), interaction=interaction, rationale=rationale
    )


def check_round_trip(item: Item, write: Writer, read: Reader) -> None:
    """What comes back is the item but for what is said to be lost."""
    written = write(bank_of(item))
    result = read(written.data)
    assert all(row.problems == () for row in result.rows)
    lost = {loss.field for loss in written.losses}
    assert all(loss.item_id == item.id for loss in written.losses)
    if "item" in lost:
        assert result.items == ()
        return
    (back,) = result.items
    if lost & _INTERACTION:
        assert back.interaction != item.interaction or item.type is ItemType.NUMERIC
        item = replace(item, interaction=back.interaction)
        lost -= _INTERACTION
    assert lost <= _EMPTY.keys()
    assert back == replace(item, **{field: _EMPTY[field] for field in lost})  # type: ignore[arg-type]


@settings(max_examples=300)
@pytest.mark.parametrize(("write", "read"), FORMATS)
@given(item=items())
def test_items_come_back(write: Writer, read: Reader, item: Item) -> None:
    check_round_trip(item, write, read)


@settings(max_examples=200)
@pytest.mark.parametrize(("write", "read"), FORMATS)
@given(item=items().map(as_html))
def test_items_in_html_come_back(write: Writer, read: Reader, item: Item) -> None:
    check_round_trip(item, write, read)


@settings(max_examples=50)
@pytest.mark.parametrize(("write", "read"), FORMATS)
@given(
    many=st.lists(
        items(types=(ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE, ItemType.NUMERIC), bare=True),
        max_size=8,
        unique_by=lambda item: item.id,
    )
)
def test_whole_banks_come_back(write: Writer, read: Reader, many: list[Item]) -> None:
    numbered = [replace(item, stem=f"{place}: {item.stem}") for place, item in enumerate(many)]
    written = write(bank_of(*numbered))
    assert {loss.field for loss in written.losses} <= {"unit"}
    back = bank_of(*read(written.data).items)
    same = [replace(i, interaction=back.by_id[i.id].interaction) for i in numbered]
    assert back == bank_of(*same)


def single(stem: str = "Which?", *texts: str, markup: Markup = Markup.TEXT) -> Item:
    options = tuple(
        Option(id=letter, text=text) for letter, text in zip("ABCDEFGH", texts or ("a", "b"), strict=False)
    )
    return Item(
        id="i",
        type=ItemType.SINGLE_CHOICE,
        stem=stem,
        interaction=Choice(options=options, key=frozenset("A")),
        topic="t",
        markup=markup,
    )


def asked(item_type: ItemType, interaction: Interaction, stem: str = "What?") -> Item:
    return Item(id="i", type=item_type, stem=stem, interaction=interaction, topic="t")


def losses(write: Writer, item: Item) -> list[tuple[str, str]]:
    return [(loss.field, loss.code) for loss in write(bank_of(item)).losses]


@pytest.mark.parametrize(("write", "read"), FORMATS)
@pytest.mark.parametrize(
    "item",
    [
        single("Line\nand line", "%50% off", "[html]x", "= ~ # { } : \\ \\n", "\\", "// x", "::"),
        single("<p>a &amp; b</p>", "<em>x</em>", "y<br>z", markup=Markup.HTML),
        single("\\(\\frac{1}{2}\\)", "\\[x\\]", "y", markup=Markup.HTML),
        single("（　　）是？"),
        asked(ItemType.TEXT_ENTRY, TextEntry(accepted=("*", "\\*", "a*b", "%5%x", "[plain]"))),
        asked(ItemType.TEXT_ENTRY, TextEntry(accepted=("true",))),
        asked(ItemType.NUMERIC, Numeric(value=Decimal("-0.001"), tolerance=Decimal("1E-10"), unit="℃")),
    ],
    ids=lambda item: item.stem[:10],
)
def test_awkward_items_come_back(write: Writer, read: Reader, item: Item) -> None:
    written = write(bank_of(item))
    assert written.losses == ()
    assert read(written.data).items == (item,)


@pytest.mark.parametrize(("write", "read"), FORMATS)
def test_spaces_are_kept_or_said(write: Writer, read: Reader) -> None:
    item = single("two  spaces", " a", "b ")
    written = write(bank_of(item))
    (back,) = read(written.data).items
    changed = {field for field in ("stem", "interaction") if getattr(back, field) != getattr(item, field)}
    said = {"interaction" if loss.field == "options" else loss.field for loss in written.losses}
    assert said == changed


@pytest.mark.parametrize(
    ("item", "in_gift", "in_xml"),
    [
        (
            asked(ItemType.ORDERING, Ordering(options=single("x", "a", "b").choice.options, key=("B", "A"))),
            [("item", "loss.type")],
            [("options", "loss.order")],
        ),
        (
            asked(ItemType.CLOZE, Cloze(gaps=(Gap(id="x", entry=TextEntry(accepted=("a",))),)), "[[x]]"),
            [("item", "loss.type")],
            [("gaps", "loss.gap_ids")],
        ),
        (
            asked(
                ItemType.CLOZE,
                Cloze(gaps=(Gap(id="1", entry=Numeric(value=Decimal(1), unit="m")),)),
                "[[1]] {1:SA:=a}",
            ),
            [("item", "loss.embedded_answer")],
            [("item", "loss.embedded_answer")],
        ),
        (
            asked(ItemType.TEXT_ENTRY, TextEntry(accepted=("a -> b",))),
            [("item", "loss.arrow")],
            [],
        ),
        (
            asked(
                ItemType.MATCHING,
                Matching(
                    sources=(Option(id="1", text="s"),),
                    targets=(Option(id="A", text="t"), Option(id="B", text="u")),
                    key=frozenset({Pair(source="1", target="A"), Pair(source="1", target="B")}),
                    multiple=True,
                ),
            ),
            [("item", "loss.several_targets")],
            [("item", "loss.several_targets")],
        ),
        (single(f'<img src="{REFERENCE}" alt="">', markup=Markup.HTML), [("item", "loss.picture")], []),
        (
            replace(single(), source="s" * 60, clause="a<b"),
            [("source", "loss.tag"), ("clause", "loss.tag")],
            [("source", "loss.tag"), ("clause", "loss.tag")],
        ),
        (single("a\ufffeb"), [], [("item", "loss.character")]),
    ],
    ids=lambda value: value.type.value if isinstance(value, Item) else "",
)
def test_what_is_lost_is_named(
    item: Item, in_gift: list[tuple[str, str]], in_xml: list[tuple[str, str]]
) -> None:
    assert losses(bank_to_gift, item) == in_gift
    assert losses(to_xml, item) == in_xml


def test_the_targets_of_a_matching_lose_their_markup() -> None:
    matching = Matching(
        sources=(Option(id="1", text="s"),),
        targets=(Option(id="A", text="<em>t</em>"), Option(id="B", text="u")),
        key=frozenset({Pair(source="1", target="A")}),
    )
    item = replace(asked(ItemType.MATCHING, matching, "<p>What?</p>"), markup=Markup.HTML)
    assert losses(bank_to_gift, item) == losses(to_xml, item) == [("options", "loss.target_markup")]


@pytest.mark.parametrize(("write", "read"), FORMATS)
def test_sets_come_back_with_their_items(write: Writer, read: Reader) -> None:
    sets = (
        ItemSet(id="s1", title="Case: 1", stimulus="<p>A {case}</p>", markup=Markup.HTML),
        ItemSet(id="s2", stimulus="Another # case"),
    )
    members = [
        replace(single(f"Which {n}?"), id=f"i{n}", item_set=f"s{n % 2 + 1}", topic=f"t{n % 3}")
        for n in range(6)
    ]
    bank = bank_of(*members, sets=sets)
    written = write(bank)
    assert written.losses == ()
    result = read(written.data)
    assert bank_of(*result.items, sets=result.sets) == bank
    assert len(result.rows) == 6


def test_pictures_come_back() -> None:
    item = single(
        f'<p><img src="{REFERENCE}" alt="x"></p>', f'<img src="{REFERENCE}">', "b", markup=Markup.HTML
    )
    written = to_xml(bank_of(item))
    result = import_moodle_xml(written.data)
    assert (result.items, written.losses) == ((item,), ())
    assert dict(result.media) == {picture_of(PICTURE).digest: PICTURE}


def test_a_picture_that_the_caller_does_not_have_leaves_the_item_out() -> None:
    item = single(f'<img src="{REFERENCE}">', markup=Markup.HTML)
    (loss,) = bank_to_moodle_xml(bank_of(item), {}).losses
    assert loss == Loss(item_id="i", field="item", code="loss.picture", value=picture_of(PICTURE).digest)


def test_an_empty_bank_is_an_empty_file() -> None:
    assert import_gift(bank_to_gift(bank_of()).data).items == ()
    assert import_moodle_xml(to_xml(bank_of()).data).items == ()
