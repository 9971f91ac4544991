"""Any sound blueprint, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from question_bank.blueprint import Blueprint
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget, Measure, SetRule
from question_bank.item_types import ItemType
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section, TopicQuota

# Whatever Unicode can say, but for what no UTF-8 file holds.
_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
_conditions = st.sampled_from(
    [
        "difficulty = hard",
        'topic under "电气/\\"低压\\""',
        "a is absent or not (b in [1, 2.5, x] and c != -3)",
    ]
).map(Condition.parse)


@st.composite
def _topics(draw: st.DrawFn, count: int) -> tuple[TopicQuota, ...]:
    names = draw(
        st.lists(_texts.map(lambda text: text.replace("/", "")), max_size=min(3, count), unique=True)
    )
    names = [name for name in names if name.strip()]
    if not names:
        return ()
    shares = [1] * (len(names) - 1) + [count - len(names) + 1]
    return tuple(TopicQuota(topic=name, count=n) for name, n in zip(names, shares, strict=True))


@st.composite
def _sections(draw: st.DrawFn) -> Section:
    count, points = draw(st.integers(1, 20)), draw(st.integers(2, 1_000))
    partial = draw(st.booleans())
    return Section(
        type=ItemType.MULTIPLE_CHOICE if partial else draw(st.sampled_from([None, *ItemType])),
        title=draw(_texts),
        count=count,
        points=points,
        topics=draw(_topics(count)),
        must_know=draw(st.integers(0, count)),
        scoring_rule=ScoringRule.PARTIAL_NO_WRONG if partial else ScoringRule.ALL_OR_NOTHING,
        partial_points=draw(st.integers(1, points - 1)) if partial else 0,
        where=draw(_conditions),
    )


@st.composite
def _constraints(draw: st.DrawFn, label: str) -> Constraint:
    measure, low = draw(st.sampled_from(Measure)), draw(st.integers(0, 50))
    return Constraint(
        label=label,
        where=draw(st.one_of(st.just(Condition()), _conditions)),
        measure=measure,
        attribute="reading_seconds" if measure is Measure.SUM else "",
        at_least=low,
        at_most=draw(st.one_of(st.none(), st.integers(low, 100))),
    )


@st.composite
def blueprints(draw: st.DrawFn) -> Blueprint:
    """Every part of a blueprint, at its default or not."""
    sections = tuple(draw(st.lists(_sections(), min_size=1, max_size=3)))
    total = sum(section.count * section.points for section in sections)
    labels = draw(st.lists(_texts, max_size=3, unique=True))
    at_least = draw(st.one_of(st.none(), st.integers(1, 3)))
    set_rule = SetRule(at_least=at_least, at_most=draw(st.one_of(st.none(), st.integers(3, 6))))
    target = CurveTarget(
        cut_points=draw(st.integers(1, total - 1)),
        at_cut=draw(st.integers(1, 100)),
        theta=draw(st.one_of(st.none(), st.integers(-10_000_000, 10_000_000))),
    )
    return Blueprint(
        title=draw(_texts),
        sections=sections,
        must_know=draw(st.integers(0, 2)) if sum(section.count for section in sections) > 1 else 0,
        shuffle_items=draw(st.booleans()),
        constraints=tuple(draw(_constraints(label)) for label in labels),
        enemies=tuple(
            draw(st.lists(st.lists(_texts, min_size=2, max_size=3, unique=True).map(tuple), max_size=2))
        ),
        include=tuple(draw(st.lists(_conditions, max_size=2))),
        exclude=tuple(draw(st.lists(_conditions, max_size=2))),
        together=tuple(draw(st.lists(_conditions, max_size=2))),
        sets=draw(st.sampled_from([None, set_rule])),
        order_by=tuple(draw(st.lists(_texts, max_size=3, unique=True))),
        exposure_cap=draw(st.one_of(st.none(), st.integers(1, 1_000))),
        target=draw(st.sampled_from([None, target])),
    )
