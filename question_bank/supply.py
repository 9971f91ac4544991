"""Supply: what a pool has to offer for a blueprint, item by item and constraint by constraint.

Items that mean the same to every constraint form a cell; inside a cell any item may stand for any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from question_bank.blueprint import Blueprint
from question_bank.conditions import Condition, is_under, number
from question_bank.constraints import Constraint, Measure
from question_bank.curves import MICRO
from question_bank.errors import BlueprintInvalid
from question_bank.pool import Pool, PoolItem
from question_bank.sections import Section


class RowKind(StrEnum):
    """Where a row comes from; the value is the stable code in audits."""

    SECTION = "section"
    TOPIC = "topic"
    SECTION_MUST_KNOW = "section_must_know"
    FORM_MUST_KNOW = "form_must_know"
    CONSTRAINT = "constraint"
    INCLUDE = "include"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One linear rule: `low` <= sum over members of their weight <= `high` (None: no bound).

    `members` are item indices and `weights` theirs (empty: one each, and millionths for sums); `units`
    counts used units instead. `label` says it in the blueprint's words, `section` is -1 for the form, and
    `place` the path in the blueprint's document.
    """

    kind: RowKind
    label: str
    low: int
    high: int | None
    members: tuple[int, ...] = ()
    weights: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    section: int = -1
    place: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether members weigh differently, so that cells cannot stand for them."""
        return bool(self.weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Items that come together: an item set or a group of which a form has all or none.

    A form uses none of them, or between `low` and `high`.
    """

    name: str
    members: tuple[int, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Interchangeable items: indices, their section, the counting rows they belong to, their unit (or -1).

    A pinned cell holds one item that is in every form.
    """

    members: tuple[int, ...]
    section: int
    rows: tuple[int, ...]
    unit: int
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The items that can serve, by id, with rows, units, cells and enemies; all refer to items by index."""

    items: tuple[PoolItem, ...]
    sections: tuple[int, ...]
    rows: tuple[Row, ...]
    units: tuple[Unit, ...]
    cells: tuple[Cell, ...]
    enemies: tuple[tuple[int, ...], ...]

    @property
    def counting(self) -> tuple[int, ...]:
        """Indices of the rows that cells obey by themselves."""
        return tuple(index for index, row in enumerate(self.rows) if not row.is_sum and not row.units)


def supply_of(pool: Pool, blueprint: Blueprint) -> Supply:
    """Hold the pool against the blueprint.

    Raises BlueprintInvalid when an item is admitted by two sections (blueprint.sections_overlap), is in two
    groups that come together (blueprint.together_overlap), or a rule names an unknown item
    (blueprint.item_unknown).
    """
    items, sections = _admitted(pool, blueprint)
    units = _units(items, blueprint)
    items, sections, units = _without_unusable(items, sections, units)
    rows = tuple(_rows(items, sections, units, blueprint))
    pinned = {place for row in rows if row.kind is RowKind.INCLUDE for place in row.members}
    return Supply(
        items=items,
        sections=sections,
        rows=rows,
        units=units,
        cells=_cells(sections, rows, units, pinned),
        enemies=_enemies(pool, items, blueprint),
    )


def admits(section: Section, item: PoolItem) -> bool:
    """Whether an item may stand in a section: its type, its accepted scoring rules, topics and condition."""
    if section.type is not None and item.type is not section.type:
        return False
    if item.scoring_rules and section.scoring_rule not in item.scoring_rules:
        return False
    topic = item.attributes.get("topic", "")
    if section.topics and not any(is_under(topic, quota.topic) for quota in section.topics):
        return False
    return section.where.holds(item.attributes)


def _admitted(pool: Pool, blueprint: Blueprint) -> tuple[tuple[PoolItem, ...], tuple[int, ...]]:
    items, sections = [], []
    for item in pool.items:
        if any(condition.holds(item.attributes) for condition in blueprint.exclude):
            continue
        found = [index for index, section in enumerate(blueprint.sections) if admits(section, item)]
        if len(found) > 1:
            sentence, place = f"Two sections could draw {item.id}.", f"sections.{found[1]}"
            raise BlueprintInvalid("blueprint.sections_overlap", sentence, place)
        if found:
            items.append(item)
            sections.append(found[0])
    return tuple(items), tuple(sections)


def _units(items: Sequence[PoolItem], blueprint: Blueprint) -> tuple[Unit, ...]:
    units = []
    by_set: dict[str, list[int]] = defaultdict(list)
    counts_sets = any(constraint.measure is Measure.SETS for constraint in blueprint.constraints)
    if blueprint.sets is not None or counts_sets:
        for place, item in enumerate(items):
            if item.item_set:
                by_set[item.item_set].append(place)
    for name, members in sorted(by_set.items()):
        low, high = blueprint.sets.range_of(len(members)) if blueprint.sets else (1, len(members))
        units.append(Unit(name=name, members=tuple(members), low=low, high=high))
    taken = {place for unit in units for place in unit.members}
    for condition in blueprint.together:
        members = _matching(condition, items, range(len(items)))
        if taken & set(members):
            sentence = "An item is in two groups kept together."
            raise BlueprintInvalid("blueprint.together_overlap", sentence, "together")
        taken |= set(members)
        if members:
            units.append(
                Unit(name=condition.text, members=tuple(members), low=len(members), high=len(members))
            )
    return tuple(units)


def _without_unusable(
    items: tuple[PoolItem, ...], sections: tuple[int, ...], units: tuple[Unit, ...]
) -> tuple[tuple[PoolItem, ...], tuple[int, ...], tuple[Unit, ...]]:
    """Leave out sets that are too small to be used at all."""
    gone = {place for unit in units if unit.low > unit.high for place in unit.members}
    if not gone:
        return items, sections, units
    kept = [place for place in range(len(items)) if place not in gone]
    moved = {place: index for index, place in enumerate(kept)}
    usable = tuple(
        replace(unit, members=tuple(moved[place] for place in unit.members))
        for unit in units
        if unit.low <= unit.high
    )
    return tuple(items[place] for place in kept), tuple(sections[place] for place in kept), usable


def _rows(
    items: Sequence[PoolItem], sections: Sequence[int], units: Sequence[Unit], blueprint: Blueprint
) -> Iterator[Row]:
    must_know = [place for place, item in enumerate(items) if item.must_know]
    for index, section in enumerate(blueprint.sections):
        inside = [place for place, own in enumerate(sections) if own == index]
        count, at = (section.count, section.count), f"sections.{index}"
        yield _count(RowKind.SECTION, section.title, count, inside, (index, at))
        for quota in section.topics:
            members = [p for p in inside if is_under(items[p].attributes.get("topic", ""), quota.topic)]
            label, exactly = f"{section.title} · {quota.topic}", (quota.count, quota.count)
            yield _count(RowKind.TOPIC, label, exactly, members, (index, f"{at}.topics.{quota.topic}"))
        if section.must_know:
            known = [place for place in must_know if sections[place] == index]
            least = (section.must_know, None)
            yield _count(RowKind.SECTION_MUST_KNOW, section.title, least, known, (index, f"{at}.must_know"))
    if blueprint.must_know:
        least = (blueprint.must_know, None)
        yield _count(RowKind.FORM_MUST_KNOW, blueprint.title, least, must_know, (-1, "must_know"))
    for index, constraint in enumerate(blueprint.constraints):
        yield replace(_constraint_row(constraint, items, units), place=f"constraints.{index}")
    pinned = sorted({p for c in blueprint.include for p in _matching(c, items, range(len(items)))})
    for place in pinned:
        yield _count(RowKind.INCLUDE, items[place].id, (1, 1), [place], (-1, "include"))


def _count(
    kind: RowKind,
    label: str,
    bounds: tuple[int, int | None],
    members: Sequence[int],
    where: tuple[int, str] = (-1, ""),
) -> Row:
    """A row that counts; `where` is its section and its place in the document."""
    low, high = bounds
    section, place = where
    return Row(
        kind=kind, label=label, low=low, high=high, members=tuple(members), section=section, place=place
    )


def _constraint_row(constraint: Constraint, items: Sequence[PoolItem], units: Sequence[Unit]) -> Row:
    low, high = constraint.at_least or 0, constraint.at_most
    members = _matching(constraint.where, items, range(len(items)))
    if constraint.measure is Measure.SETS:
        matching = set(members)
        used = tuple(
            index
            for index, unit in enumerate(units)
            if matching >= set(unit.members) and items[unit.members[0]].item_set == unit.name
        )
        return Row(kind=RowKind.CONSTRAINT, label=constraint.label, low=low, high=high, units=used)
    if constraint.measure is Measure.ITEMS:
        return _count(RowKind.CONSTRAINT, constraint.label, (low, high), members)
    values = [(place, number(items[place].attributes.get(constraint.attribute, ""))) for place in members]
    weighted = [(place, int((value * MICRO).to_integral_value())) for place, value in values if value]
    return Row(
        kind=RowKind.CONSTRAINT,
        label=constraint.label,
        low=low * MICRO,
        high=None if high is None else high * MICRO,
        members=tuple(place for place, _ in weighted),
        weights=tuple(weight for _, weight in weighted) or (0,),
    )


def _matching(condition: Condition, items: Sequence[PoolItem], places: Iterable[int]) -> list[int]:
    return [place for place in places if condition.holds(items[place].attributes)]


def _cells(
    sections: Sequence[int], rows: Sequence[Row], units: Sequence[Unit], pinned: set[int]
) -> tuple[Cell, ...]:
    belongs: list[list[int]] = [[] for _ in sections]
    for index, row in enumerate(rows):
        if not row.is_sum:
            for place in row.members:
                belongs[place].append(index)
    unit_of = {place: index for index, unit in enumerate(units) for place in unit.members}
    grouped: dict[tuple[int, tuple[int, ...], int], list[int]] = defaultdict(list)
    for place, section in enumerate(sections):
        grouped[section, tuple(belongs[place]), unit_of.get(place, -1)].append(place)
    return tuple(
        Cell(members=tuple(members), section=section, rows=own_rows, unit=unit, pinned=members[0] in pinned)
        for (section, own_rows, unit), members in grouped.items()
    )


def _enemies(pool: Pool, items: Sequence[PoolItem], blueprint: Blueprint) -> tuple[tuple[int, ...], ...]:
    place_of = {item.id: place for place, item in enumerate(items)}
    groups: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        for name in item.enemy_sets:
            groups[name].append(place)
    found = [tuple(members) for _, members in sorted(groups.items()) if len(members) > 1]
    for group in blueprint.enemies:
        unknown = [item_id for item_id in group if item_id not in pool.by_id]
        if unknown:
            name = unknown[0][:64]
            sentence = f"The bank has no item {name}."
            raise BlueprintInvalid("blueprint.item_unknown", sentence, "enemies", item=name)
        members = tuple(sorted(place_of[item_id] for item_id in group if item_id in place_of))
        if len(members) > 1:
            found.append(members)
    return tuple(dict.fromkeys(found))
