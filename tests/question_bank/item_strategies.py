"""Sound items of every type, as Hypothesis strategies."""

from __future__ import annotations

import dataclasses
import html
import io
from decimal import Decimal

from hypothesis import reject
from hypothesis import strategies as st
from PIL import Image

from question_bank.bank import Bank
from question_bank.content import Markup, clean_html
from question_bank.duplicates import asked
from question_bank.errors import ItemInvalid
from question_bank.interactions import (
    TRUE_FALSE_OPTIONS,
    Choice,
    Cloze,
    Gap,
    GapEntry,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
)
from question_bank.item_types import ItemType
from question_bank.items import Difficulty, Item, ItemSet, Parameters
from question_bank.media import picture_of
from question_bank.scoring_rules import RULES_OF

_ALPHABET = "安全生产法律甲乙abcXYZ019 .,;:!?=~#{}[]()%&<>\"'\\/|*@+-×²（）：，。"
words = (
    st.text(_ALPHABET, min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: bool(text) and "[[" not in text)
)
identifiers = st.from_regex(r"[A-Za-z0-9_.\-]{1,20}", fullmatch=True)
numbers = st.decimals(-(10**6), 10**6, places=3).map(lambda number: Decimal(format(number.normalize(), "f")))


def _options(texts: list[str], ids: str = "ABCDEFGHIJKLMNOP") -> tuple[Option, ...]:
    return tuple(Option(id=option_id, text=text) for option_id, text in zip(ids, texts, strict=False))


@st.composite
def choices(draw: st.DrawFn, many: bool, most: int = 6) -> Choice:
    """A choice with one right option, or several when `many`."""
    options = _options(draw(st.lists(words, min_size=2, max_size=most, unique=True)))
    ids = [option.id for option in options]
    key = draw(st.sets(st.sampled_from(ids), min_size=2)) if many else {draw(st.sampled_from(ids))}
    return Choice(options=options, key=frozenset(key))


@st.composite
def text_entries(draw: st.DrawFn) -> TextEntry:
    """Accepted texts that stay different after folding."""
    accepted = draw(st.lists(words, min_size=1, max_size=3, unique_by=TextEntry(accepted=()).folded))
    return TextEntry(accepted=tuple(accepted), fold_case=draw(st.booleans()), fold_width=draw(st.booleans()))


@st.composite
def orderings(draw: st.DrawFn) -> Ordering:
    """Options and a permutation of them."""
    options = _options(draw(st.lists(words, min_size=2, max_size=5, unique=True)))
    return Ordering(options=options, key=tuple(draw(st.permutations([option.id for option in options]))))


@st.composite
def matchings(draw: st.DrawFn) -> Matching:
    """Every source with one target, or with one and more."""
    sources = _options(draw(st.lists(words, min_size=1, max_size=4, unique=True)), "1234")
    targets = _options(draw(st.lists(words, min_size=2, max_size=5, unique=True)))
    multiple = draw(st.booleans())
    key = set()
    for source in sources:
        ids = st.sampled_from([target.id for target in targets])
        chosen = draw(st.sets(ids, min_size=1, max_size=3 if multiple else 1))
        key |= {Pair(source=source.id, target=target) for target in chosen}
    return Matching(sources=sources, targets=targets, key=frozenset(key), multiple=multiple)


@st.composite
def clozes(draw: st.DrawFn) -> Cloze:
    """Gaps 1, 2... of all kinds."""
    entries: list[GapEntry] = draw(
        st.lists(
            st.one_of(
                choices(many=False),
                st.builds(Numeric, value=numbers, tolerance=numbers.map(abs)),
                text_entries(),
            ),
            min_size=1,
            max_size=4,
        )
    )
    return Cloze(
        gaps=tuple(
            Gap(id=str(place), entry=entry, weight=draw(st.integers(1, 3)))
            for place, entry in enumerate(entries, start=1)
        )
    )


def interactions(item_type: ItemType) -> st.SearchStrategy[Interaction]:
    """The interactions of one type."""
    strategies: dict[ItemType, st.SearchStrategy[Interaction]] = {
        ItemType.TRUE_FALSE: st.sampled_from("TF").map(
            lambda key: Choice(options=TRUE_FALSE_OPTIONS, key=frozenset(key))
        ),
        ItemType.SINGLE_CHOICE: choices(many=False),
        ItemType.MULTIPLE_CHOICE: choices(many=True),
        ItemType.NUMERIC: st.builds(
            Numeric, value=numbers, tolerance=numbers.map(abs), unit=st.one_of(st.just(""), words)
        ),
        ItemType.TEXT_ENTRY: text_entries(),
        ItemType.ORDERING: orderings(),
        ItemType.MATCHING: matchings(),
        ItemType.CLOZE: clozes(),
    }
    return strategies[item_type]


@st.composite
def items(draw: st.DrawFn, types: tuple[ItemType, ...] = tuple(ItemType), bare: bool = False) -> Item:
    """One sound plain-text item; `bare` leaves out what only the native format holds."""
    item_type = draw(st.sampled_from(types))
    interaction = draw(interactions(item_type))
    stem = draw(words)
    if isinstance(interaction, Cloze):
        stem += "".join(f" [[{gap.id}]] {draw(words)}" for gap in interaction.gaps)
    item = Item(
        id=draw(identifiers),
        type=item_type,
        stem=stem,
        interaction=interaction,
        topic=draw(st.sampled_from(["电工", "电工/触电", "a/b/c"])),
        rationale=draw(st.one_of(st.just(""), words)),
    )
    return item if bare else draw(_enriched(item))


@st.composite
def _enriched(draw: st.DrawFn, item: Item) -> Item:
    rules = st.sampled_from(sorted(RULES_OF[item.type]))
    return Item(
        id=item.id,
        type=item.type,
        stem=item.stem,
        interaction=item.interaction,
        topic=item.topic,
        rationale=item.rationale,
        must_know=draw(st.booleans()),
        difficulty=draw(st.one_of(st.none(), st.sampled_from(Difficulty))),
        source=draw(st.one_of(st.just(""), words)),
        markup=Markup.TEXT,
        industry=draw(st.one_of(st.just(""), words)),
        parameters=draw(
            st.one_of(
                st.none(),
                st.builds(
                    Parameters,
                    a=st.integers(1, 3_000_000),
                    b=st.integers(-4_000_000, 4_000_000),
                    c=st.integers(0, 500_000),
                ),
            )
        ),
        enemy_set=draw(st.one_of(st.just(""), words)),
        clause=draw(st.one_of(st.just(""), words)),
        language=draw(st.sampled_from(["zh-CN", "en"])),
        scoring_rules=tuple(draw(st.lists(rules, unique=True, max_size=2))),
        attributes=tuple(
            draw(st.dictionaries(st.sampled_from(["认知层次", "reading_seconds"]), words, max_size=2)).items()
        ),
    )


def _picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (3, 2), colour).save(stream, "PNG")
    return stream.getvalue()


# By SHA-256, as a bank's pictures are kept.
PICTURES = {picture_of(data).digest: data for data in map(_picture, ("red", "green", "blue"))}
_FORMULAS = (r"\(x^2\)", r"\[\frac{1}{2} &lt; y\]", r"\(a &amp; b\)")
_MATHML = "<math><mfrac><mn>1</mn><mi>x</mi></mfrac></math>"
_inline = st.one_of(
    words.map(html.escape),
    words.map(lambda text: f"<b>{html.escape(text)}</b>"),
    words.map(lambda text: f"<u>{html.escape(text)}</u><s>-</s>"),
    st.sampled_from(["&nbsp;", "<br>", _MATHML, *_FORMULAS]),
    st.builds(
        lambda digest, alt: f'<img src="media:{digest}" alt="{html.escape(alt)}" width="30">',
        st.sampled_from(sorted(PICTURES)),
        st.one_of(st.just(""), words),
    ),
)
_blocks = st.one_of(
    st.lists(_inline, min_size=1, max_size=3).map("".join),
    st.lists(_inline, min_size=1, max_size=3).map(lambda parts: f"<p>{' '.join(parts)}</p>"),
    st.lists(words.map(html.escape), min_size=1, max_size=3).map(
        lambda rows: "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
    ),
    st.lists(words.map(html.escape), min_size=1, max_size=3).map(
        lambda cells: (
            "<table><tr>" + "".join(f'<td rowspan="1">{cell}</td>' for cell in cells) + "</tr></table>"
        )
    ),
)
# Rich content as it is stored: cleaned, with something to read in it.
html_texts = (
    st.tuples(words.map(html.escape), st.lists(_blocks, max_size=2))
    .map(lambda parts: clean_html(parts[0] + "".join(parts[1])).text)
    .filter(lambda text: "[[" not in text)
)


@st.composite
def html_items(draw: st.DrawFn, types: tuple[ItemType, ...] = tuple(ItemType)) -> Item:
    """One sound item with rich content; its pictures are of PICTURES."""
    item = draw(items(types=types))
    stem = draw(html_texts)
    interaction = item.interaction
    if isinstance(interaction, Cloze):
        stem += "".join(f"<p>[[{gap.id}]] {draw(_inline)}</p>" for gap in interaction.gaps)
        stem = clean_html(stem).text
    elif item.type is not ItemType.TRUE_FALSE:
        interaction = _rich_options(draw, interaction)
    rationale = draw(st.one_of(st.just(""), html_texts))
    try:
        return dataclasses.replace(
            item, markup=Markup.HTML, stem=stem, interaction=interaction, rationale=rationale
        )
    except ItemInvalid:
        # Pieces side by side can make a formula that is none.
        reject()


def _rich_options(draw: st.DrawFn, interaction: Interaction) -> Interaction:
    def rich(options: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple(
            Option(id=option.id, text=clean_html(html.escape(option.text) + draw(_inline)).text)
            for option in options
        )

    match interaction:
        case Choice() | Ordering():
            return dataclasses.replace(interaction, options=rich(interaction.options))
        case Matching():
            return dataclasses.replace(
                interaction, sources=rich(interaction.sources), targets=rich(interaction.targets)
            )
        case _:
            return interaction


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """A bank of plain and rich items, some of them in sets, with all pictures listed.

    No two ask the same: readers refuse repeats.
    """
    different = (lambda item: item.id, asked)
    texts = draw(st.lists(st.one_of(items(), html_items()), max_size=5, unique_by=different))
    sets = (
        ItemSet(id="案例1", stimulus=draw(words), title=draw(st.one_of(st.just(""), words))),
        ItemSet(id="s.2", stimulus=draw(html_texts), markup=Markup.HTML),
    )
    chosen = st.sampled_from(["", "案例1", "s.2"])
    return Bank(
        name="题库",
        industry="",
        items=tuple(dataclasses.replace(item, item_set=draw(chosen)) for item in texts),
        sets=sets,
        media=tuple(picture_of(data) for data in PICTURES.values()),
    )
