"""Blueprints: the plan that every form of an exam fulfils exactly.

All points are integer centipoints (1 point = 100), so half points are exact and no float is ever needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from question_bank.blueprint_documents import (
    condition_from,
    constraint_document,
    constraint_from,
    each,
    section_document,
    section_from,
    set_rule_document,
    set_rule_from,
    target_document,
    target_from,
)
from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget, SetRule
from question_bank.errors import BlueprintInvalid
from question_bank.item_types import ItemType
from question_bank.sections import MAX_SLOTS, MAX_TITLE_CHARS, Section

BLUEPRINT_FORMAT = "kaochang.blueprint/1"
MAX_SECTIONS = 20
MAX_CONSTRAINTS = 500
MAX_ENEMIES = 20_000
MAX_ORDER = 5
# Lists of conditions in the document, under the names of the fields.
_CONDITIONS = ("include", "exclude", "together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The plan of a form. Construction raises BlueprintInvalid.

    `must_know` is the least number of must-know items in the whole form (the sections' own minima count
    towards it). No item may be admitted by two sections: two sections of a type name topics, none of them
    in both, or conditions that exclude each other (checked against the items, see `supply`).

    `constraints` hold for the whole form. `enemies` are groups of item ids of which a form has at most one,
    besides the items' own enemy sets. Items that fulfil an `include` are in every form, those that fulfil an
    `exclude` in none; of those that fulfil a condition of `together` a form has all or none. Within a
    section items are ordered by the attributes of `order_by`, then at random if `shuffle_items`; items of a
    set stay together. `exposure_cap` is the largest share of forms an item may appear in, per mille.
    `digest` is `sha256:<hex>` of the canonical JSON.
    """

    title: str
    sections: tuple[Section, ...]
    must_know: int = 0
    shuffle_items: bool = True
    shuffle_options: bool = True
    constraints: tuple[Constraint, ...] = ()
    enemies: tuple[tuple[str, ...], ...] = ()
    include: tuple[Condition, ...] = ()
    exclude: tuple[Condition, ...] = ()
    together: tuple[Condition, ...] = ()
    sets: SetRule | None = None
    order_by: tuple[str, ...] = ()
    exposure_cap: int | None = None
    target: CurveTarget | None = None
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > MAX_TITLE_CHARS:
            raise BlueprintInvalid(
                "blueprint.title_invalid", "A blueprint's title has 1 to 100 characters.", "title"
            )
        if not 1 <= len(self.sections) <= MAX_SECTIONS or self.slot_count > MAX_SLOTS:
            raise BlueprintInvalid(
                "blueprint.sections_invalid", "A form has 1 to 20 sections, 1,000 items.", "sections"
            )
        if not 0 <= self.must_know <= self.slot_count:
            raise BlueprintInvalid(
                "blueprint.must_know_invalid", "More must-know items than the form has.", "must_know"
            )
        self._check_disjoint()
        self._check_rules()
        object.__setattr__(self, "digest", digest_bytes(self.to_json()))

    def _check_disjoint(self) -> None:
        plain = [section for section in self.sections if not section.where.text]
        types = Counter(section.type for section in plain)
        seen: set[tuple[ItemType | None, str]] = set()
        for section in plain:
            if types[section.type] == 1:
                continue
            cells = {(section.type, quota.topic) for quota in section.topics}
            if not cells or cells & seen:
                raise BlueprintInvalid(
                    "blueprint.sections_overlap", "Two sections could draw the same item.", "sections"
                )
            seen |= cells

    def _check_rules(self) -> None:
        labels = [constraint.label for constraint in self.constraints]
        if len(labels) > MAX_CONSTRAINTS or len(set(labels)) != len(labels):
            raise BlueprintInvalid(
                "blueprint.constraints_invalid", "500 constraints, no label used twice.", "constraints"
            )
        conditions = self.include + self.exclude + self.together
        if len(conditions) > MAX_CONSTRAINTS or len(self.enemies) > MAX_ENEMIES:
            raise BlueprintInvalid("blueprint.too_many_rules", "The blueprint has too many rules.")
        if any(len(set(group)) < 2 or len(set(group)) != len(group) for group in self.enemies):
            raise BlueprintInvalid(
                "blueprint.enemies_invalid", "Enemies are two or more different items.", "enemies"
            )
        if len(set(self.order_by)) != len(self.order_by) or len(self.order_by) > MAX_ORDER:
            raise BlueprintInvalid(
                "blueprint.order_invalid", "Order by at most 5 different attributes.", "order_by"
            )
        if self.exposure_cap is not None and not 1 <= self.exposure_cap <= 1_000:
            raise BlueprintInvalid(
                "blueprint.exposure_invalid", "An exposure cap is 1 to 1,000 per mille.", "exposure_cap"
            )
        if self.target is not None and self.target.cut_points >= self.total_points:
            raise BlueprintInvalid(
                "target.cut_invalid", "The cut score lies below the greatest score.", "target"
            )

    @property
    def slot_count(self) -> int:
        """How many items a form has."""
        return sum(section.count for section in self.sections)

    @property
    def total_points(self) -> int:
        """The greatest score, in centipoints."""
        return sum(section.count * section.points for section in self.sections)

    @property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes that its conditions, sums and order ask for."""
        conditions = [section.where for section in self.sections] + [rule.where for rule in self.constraints]
        conditions += [*self.include, *self.exclude, *self.together]
        named = frozenset(self.order_by).union(rule.attribute for rule in self.constraints if rule.attribute)
        return named.union(*(condition.attributes for condition in conditions))

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the blueprint, UTF-8. Rules that are not used take no room."""
        document: dict[str, JsonValue] = {
            "format": BLUEPRINT_FORMAT,
            "title": self.title,
            "must_know": self.must_know,
            "shuffle_items": self.shuffle_items,
            "shuffle_options": self.shuffle_options,
            "sections": [section_document(section) for section in self.sections],
        }
        if self.constraints:
            document["constraints"] = [constraint_document(constraint) for constraint in self.constraints]
        if self.enemies:
            document["enemies"] = [list(group) for group in self.enemies]
        for name in _CONDITIONS:
            if getattr(self, name):
                document[name] = [condition.text for condition in getattr(self, name)]
        if self.sets is not None:
            document["sets"] = set_rule_document(self.sets)
        if self.order_by:
            document["order_by"] = list(self.order_by)
        if self.exposure_cap is not None:
            document["exposure_cap"] = self.exposure_cap
        if self.target is not None:
            document["target"] = target_document(self.target)
        return canonical_bytes(document)

    @classmethod
    def from_json(cls, data: bytes | str) -> Blueprint:
        """The inverse of `to_json`. Raises DocumentInvalid or BlueprintInvalid."""
        return cls.from_document(parse(data))

    @classmethod
    def from_document(cls, document: JsonValue) -> Blueprint:
        """The blueprint in a parsed document. Raises DocumentInvalid or BlueprintInvalid."""
        reader = ObjectReader(document, "blueprint")
        reader.expect("format", BLUEPRINT_FORMAT)
        conditions = {
            name: tuple(
                condition_from(text, f"{name}.{index}")
                for index, text in enumerate(reader.texts_or(name, ()))
            )
            for name in _CONDITIONS
        }
        blueprint = cls(
            title=reader.text("title"),
            sections=each(section_from, "sections", reader.items("sections")),
            must_know=reader.integer("must_know"),
            shuffle_items=reader.flag("shuffle_items"),
            shuffle_options=reader.flag("shuffle_options"),
            constraints=each(constraint_from, "constraints", reader.items_or("constraints")),
            enemies=tuple(_enemy_group(group) for group in reader.items_or("enemies")),
            sets=set_rule_from(reader.value("sets")) if reader.has("sets") else None,
            order_by=reader.texts_or("order_by", ()),
            exposure_cap=reader.integer_or_none("exposure_cap"),
            target=target_from(reader.value("target")) if reader.has("target") else None,
            **conditions,
        )
        reader.end()
        return blueprint


def _enemy_group(group: JsonValue) -> tuple[str, ...]:
    if not isinstance(group, list) or not all(isinstance(item, str) for item in group):
        raise BlueprintInvalid(
            "blueprint.enemies_invalid", "Enemies are a list of lists of item ids.", "enemies"
        )
    return tuple(str(item) for item in group)
