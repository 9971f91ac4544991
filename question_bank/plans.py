"""Assembly plans: a published blueprint, made ready so that forms are drawn with integers alone.

Publishing (`publishing`) solves what needs a solver once; the plan is a plain document that anybody can check
against bank and blueprint, and forms are drawn from it without solver or float. Its digest goes into every
form's record.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from question_bank.blueprint import Blueprint
from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.conditions import number
from question_bank.constraints import CURVE_STEP, MICRO_POINTS_PER_CENTIPOINT
from question_bank.curves import expected_score, information
from question_bank.errors import DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.supply import Supply

PLAN_FORMAT = "kaochang.plan/1"
CRITERIA = 4
TRIES = 200
MAX_TRIES = 5_000
# More tries than a draw has: cells are never crossed.
NEVER = 1_000_000
_LAST_RANK = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """An item in a plan.

    `values`: expected score in millionths of a point at the cut, one logit below and above it, and
    information at the cut in millionths; empty without a target. `sums`: what it adds to each sum rule.
    `rank` orders it inside its section; items of one `item_set` stay together. `option_ids` in the author's
    order; `shuffled` says whether the form decides another.
    """

    id: str
    option_ids: tuple[str, ...] = ()
    shuffled: bool = False
    values: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()
    rank: int = 0
    item_set: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCell:
    """Interchangeable items by index, their section, and the counting rules they obey.

    The items of a `fixed` cell are only exchanged for one another (sets, groups, items in every form).
    """

    members: tuple[int, ...]
    section: int
    rows: tuple[int, ...]
    fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTable:
    """How many items of which cell a form takes: (cell, count > 0) by cell; drawn as `weight` says."""

    weight: int
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What a sum may come to: `low` <= sum <= `high` (None: no bound)."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyPlan:
    """Everything a form is drawn from besides the seed; see `assembly` for the draw.

    `points` per section in centipoints. A draw makes at most `tries` swaps, from try `cross_after` on also
    between cells. `theta` (millionths of a logit) with four `targets` and `tolerances`, in the units of
    `PlanItem.values`, are empty without a target. `basis` says what the difficulties rest on: calibrated,
    tag, mixed or none.
    `digest` is `sha256:<hex>` of the canonical JSON.
    """

    bank_digest: str
    blueprint_digest: str
    points: tuple[int, ...]
    shuffle_items: bool
    items: tuple[PlanItem, ...]
    cells: tuple[PlanCell, ...]
    rows: tuple[Interval, ...]
    sums: tuple[Interval, ...]
    enemies: tuple[tuple[int, ...], ...]
    tables: tuple[CellTable, ...]
    tries: int = TRIES
    cross_after: int = NEVER
    theta: int | None = None
    targets: tuple[int, ...] = ()
    tolerances: tuple[int, ...] = ()
    basis: str = "none"
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.tables or any(table.weight < 1 for table in self.tables):
            raise DocumentInvalid("plan.tables_invalid", "A plan has tables, each with a weight.")
        object.__setattr__(self, "digest", digest_bytes(self.to_json()))

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the plan, UTF-8."""
        return canonical_bytes(
            {
                "format": PLAN_FORMAT,
                "bank_digest": self.bank_digest,
                "blueprint_digest": self.blueprint_digest,
                "points": list(self.points),
                "shuffle_items": self.shuffle_items,
                "items": [_item_document(item) for item in self.items],
                "cells": [_cell_document(cell) for cell in self.cells],
                "rows": [_interval_document(row) for row in self.rows],
                "sums": [_interval_document(row) for row in self.sums],
                "enemies": [list(group) for group in self.enemies],
                "tables": [_table_document(table) for table in self.tables],
                "tries": self.tries,
                "cross_after": self.cross_after,
                "theta": self.theta,
                "targets": list(self.targets),
                "tolerances": list(self.tolerances),
                "basis": self.basis,
            }
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> AssemblyPlan:
        """The inverse of `to_json`. Raises DocumentInvalid."""
        reader = ObjectReader(parse(data), "plan")
        reader.expect("format", PLAN_FORMAT)
        theta = reader.value("theta")
        plan = cls(
            bank_digest=reader.text("bank_digest"),
            blueprint_digest=reader.text("blueprint_digest"),
            points=reader.integers("points"),
            shuffle_items=reader.flag("shuffle_items"),
            items=tuple(_item(document) for document in reader.items("items")),
            cells=tuple(_cell(document) for document in reader.items("cells")),
            rows=tuple(_interval(document) for document in reader.items("rows")),
            sums=tuple(_interval(document) for document in reader.items("sums")),
            enemies=tuple(_integers(group) for group in reader.items("enemies")),
            tables=tuple(_table(document) for document in reader.items("tables")),
            tries=reader.integer("tries"),
            cross_after=reader.integer("cross_after"),
            theta=theta if isinstance(theta, int) else None,
            targets=reader.integers("targets"),
            tolerances=reader.integers("tolerances"),
            basis=reader.text("basis"),
        )
        reader.end()
        plan.check()
        return plan

    def check(self) -> None:
        """Whether all indices and lengths fit together. Raises DocumentInvalid (plan.inconsistent)."""
        size, cells = len(self.items), len(self.cells)
        members = sorted(place for cell in self.cells for place in cell.members)
        criteria = CRITERIA if self.targets else 0
        sound = (
            members == list(range(size))
            and 1 <= self.tries <= MAX_TRIES
            and all(0 <= cell.section < len(self.points) for cell in self.cells)
            and all(0 <= row < len(self.rows) for cell in self.cells for row in cell.rows)
            and all(0 <= place < size for group in self.enemies for place in group)
            and len(self.targets) == len(self.tolerances) == criteria
            and all(len(item.values) == criteria for item in self.items)
            and all(len(item.sums) == len(self.sums) for item in self.items)
            and all(0 <= cell < cells for table in self.tables for cell, _ in table.counts)
        )
        if not sound or any(
            not 1 <= count <= len(self.cells[cell].members)
            for table in self.tables
            for cell, count in table.counts
        ):
            raise DocumentInvalid("plan.inconsistent", "The parts of the plan do not fit together.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveAim:
    """Where forms are matched: ability and the four targets with tolerances (see `AssemblyPlan`)."""

    theta: int
    targets: tuple[int, ...]
    tolerances: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What publishing found with a solver, and what follows from it for the draw (see `AssemblyPlan`)."""

    tables: tuple[CellTable, ...]
    tries: int = TRIES
    cross_after: int = NEVER
    aim: CurveAim | None = None


def plan_of(supply: Supply, blueprint: Blueprint, bank_digest: str, solved: Solved) -> AssemblyPlan:
    """Put a plan together; everything but what was solved follows from supply and blueprint."""
    aim = solved.aim
    counting = supply.counting
    renumbered = {row: index for index, row in enumerate(counting)}
    sums = [row for row in supply.rows if row.is_sum]
    return AssemblyPlan(
        bank_digest=bank_digest,
        blueprint_digest=blueprint.digest,
        points=tuple(section.points for section in blueprint.sections),
        shuffle_items=blueprint.shuffle_items,
        items=_plan_items(supply, blueprint, aim),
        cells=tuple(
            PlanCell(
                members=cell.members,
                section=cell.section,
                rows=tuple(renumbered[row] for row in cell.rows),
                fixed=cell.pinned or cell.unit >= 0,
            )
            for cell in supply.cells
        ),
        rows=tuple(Interval(low=supply.rows[row].low, high=supply.rows[row].high) for row in counting),
        sums=tuple(Interval(low=row.low, high=row.high) for row in sums),
        enemies=supply.enemies,
        tables=solved.tables,
        tries=solved.tries,
        cross_after=solved.cross_after,
        theta=aim.theta if aim else None,
        targets=aim.targets if aim else (),
        tolerances=aim.tolerances if aim else (),
        basis=basis_of(supply),
    )


def basis_of(supply: Supply) -> str:
    """What the difficulties of these items rest on: calibrated, tag, mixed or none."""
    found = {item.best_parameters[1] for item in supply.items}
    return found.pop() if len(found) == 1 else "mixed"


def curve_values(supply: Supply, blueprint: Blueprint, theta: int) -> list[tuple[int, ...]]:
    """`PlanItem.values` of every item at an ability; zeros for an item of unknown difficulty."""
    found = []
    for item, section in zip(supply.items, supply.sections, strict=True):
        parameters, _ = item.best_parameters
        points = blueprint.sections[section].points
        if parameters is None:
            found.append((0,) * CRITERIA)
            continue
        at = [expected_score(parameters, place, points) for place in curve_places(theta)]
        found.append((*at, information(parameters, theta)))
    return found


def curve_places(theta: int) -> tuple[int, int, int]:
    """The abilities at which the expected score is held: the cut, a logit below, a logit above."""
    return theta, theta - CURVE_STEP, theta + CURVE_STEP


def tolerances_of(blueprint: Blueprint, information_target: int) -> tuple[int, ...]:
    """The target's tolerances in the units of `PlanItem.values`; empty without a target."""
    target = blueprint.target
    if target is None:
        return ()
    beside = target.beside_cut * MICRO_POINTS_PER_CENTIPOINT
    at_cut = target.at_cut * MICRO_POINTS_PER_CENTIPOINT
    return at_cut, beside, beside, max(1, information_target * target.information // 1_000)


def _plan_items(supply: Supply, blueprint: Blueprint, aim: CurveAim | None) -> tuple[PlanItem, ...]:
    values = curve_values(supply, blueprint, aim.theta) if aim else [()] * len(supply.items)
    sums = [dict(zip(row.members, row.weights, strict=False)) for row in supply.rows if row.is_sum]
    ranks = _ranks(supply, blueprint.order_by)
    return tuple(
        PlanItem(
            id=item.id,
            option_ids=item.option_ids,
            shuffled=blueprint.shuffle_options
            and item.type is not ItemType.TRUE_FALSE
            and len(item.option_ids) > 1,
            values=values[place],
            sums=tuple(weights.get(place, 0) for weights in sums),
            rank=ranks[place],
            item_set=item.item_set,
        )
        for place, item in enumerate(supply.items)
    )


def _ranks(supply: Supply, order_by: tuple[str, ...]) -> list[int]:
    """Places in the order of the attributes: numbers before texts, absent last."""
    keys = [
        tuple(_sort_key(item.attributes.get(attribute, "")) for attribute in order_by)
        for item in supply.items
    ]
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return [places[key] for key in keys]


def _sort_key(value: str) -> tuple[int, str, str]:
    """Numbers by size (as fixed-width text, with six decimals), then texts, then nothing."""
    amount = number(value) if value else None
    if amount is not None and abs(amount) < 1_000_000_000:
        return 0, f"{int(amount * 1_000_000) + _LAST_RANK * 1_000:020d}", ""
    return (2, "", "") if not value else (1, value, "")


def _item_document(item: PlanItem) -> JsonValue:
    document: dict[str, JsonValue] = {"id": item.id}
    if item.option_ids:
        document["options"] = list(item.option_ids)
        document["shuffled"] = item.shuffled
    if item.values:
        document["values"] = list(item.values)
    if item.sums:
        document["sums"] = list(item.sums)
    if item.rank:
        document["rank"] = item.rank
    if item.item_set:
        document["set"] = item.item_set
    return document


def _item(document: JsonValue) -> PlanItem:
    reader = ObjectReader(document, "item")
    item = PlanItem(
        id=reader.text("id"),
        option_ids=reader.texts_or("options", ()),
        shuffled=reader.flag("shuffled") if reader.has("shuffled") else False,
        values=reader.integers("values") if reader.has("values") else (),
        sums=reader.integers("sums") if reader.has("sums") else (),
        rank=reader.integer_or_none("rank") or 0,
        item_set=reader.text_or("set", ""),
    )
    reader.end()
    return item


def _cell_document(cell: PlanCell) -> JsonValue:
    return {
        "members": list(cell.members),
        "section": cell.section,
        "rows": list(cell.rows),
        "fixed": cell.fixed,
    }


def _cell(document: JsonValue) -> PlanCell:
    reader = ObjectReader(document, "cell")
    cell = PlanCell(
        members=reader.integers("members"),
        section=reader.integer("section"),
        rows=reader.integers("rows"),
        fixed=reader.flag("fixed"),
    )
    reader.end()
    return cell


def _interval_document(interval: Interval) -> JsonValue:
    return [interval.low, interval.high]


def _interval(document: JsonValue) -> Interval:
    match document:
        case [int(low), int(high)]:
            return Interval(low=low, high=high)
        case [int(low), None]:
            return Interval(low=low, high=None)
    raise DocumentInvalid("document.wrong_type", "An interval is a pair of integers.")


def _integers(document: JsonValue) -> tuple[int, ...]:
    return ObjectReader({"list": document}, "plan").integers("list")


def _table_document(table: CellTable) -> JsonValue:
    pairs: list[JsonValue] = [[cell, count] for cell, count in table.counts]
    return [table.weight, *pairs]


def _table(document: JsonValue) -> CellTable:
    match document:
        case [int(weight), *counts]:
            pairs = [_integers(pair) for pair in counts]
            if all(len(pair) == 2 for pair in pairs):
                return CellTable(weight=weight, counts=tuple((cell, count) for cell, count in pairs))
    raise DocumentInvalid("document.wrong_type", "A table is a weight and pairs of cell and count.")
