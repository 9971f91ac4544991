"""Blueprints: how many items of which type and topic a form has, what they are worth, how they are scored.

All points are integer centipoints (1 point = 100), so half points are exact and no float is ever needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from question_bank.bank import Bank
from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.errors import BlueprintInvalid, DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.scoring_rules import RULES_OF, RULES_WITH_PARTIAL_POINTS, ScoringRule

BLUEPRINT_FORMAT = "kaochang.blueprint/1"
MAX_SLOTS = 1_000
MAX_SECTIONS = 20
MAX_POINTS = 100_000
MAX_TITLE_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicQuota:
    """Exactly `count` items of `topic`."""

    topic: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`count` items of one type, each worth `points` centipoints.

    `topics` is empty (any topic) or exact quotas that add up to `count`. `must_know` is the least number
    of must-know items in this section. `partial_points` (centipoints) belongs to the partial scoring rules.
    """

    type: ItemType
    title: str
    count: int
    points: int
    topics: tuple[TopicQuota, ...] = ()
    must_know: int = 0
    scoring_rule: ScoringRule = ScoringRule.ALL_OR_NOTHING
    partial_points: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", tuple(sorted(self.topics, key=lambda quota: quota.topic)))
        if not self.title.strip() or len(self.title) > MAX_TITLE_CHARS:
            raise BlueprintInvalid("blueprint.title_invalid", "A section's title has 1 to 100 characters.")
        if not 1 <= self.count <= MAX_SLOTS:
            raise BlueprintInvalid("blueprint.count_invalid", "A section has 1 to 1,000 items.")
        if not 1 <= self.points <= MAX_POINTS:
            raise BlueprintInvalid("blueprint.points_invalid", "An item is worth 0.01 to 1,000 points.")
        if not 0 <= self.must_know <= self.count:
            raise BlueprintInvalid("blueprint.must_know_invalid", "The section has fewer items than that.")
        self._check_topics()
        self._check_scoring()

    def _check_topics(self) -> None:
        if not self.topics:
            return
        names = {quota.topic for quota in self.topics}
        if len(names) != len(self.topics) or any(not name.strip() for name in names):
            raise BlueprintInvalid("blueprint.topics_invalid", "A topic is empty or listed twice.")
        if any(quota.count < 1 for quota in self.topics):
            raise BlueprintInvalid("blueprint.topics_invalid", "A topic quota is at least 1.")
        if sum(quota.count for quota in self.topics) != self.count:
            raise BlueprintInvalid("blueprint.topics_sum", "The quotas do not add up to the count.")

    def _check_scoring(self) -> None:
        if self.scoring_rule not in RULES_OF[self.type]:
            raise BlueprintInvalid("blueprint.partial_invalid", "The scoring rule does not fit the type.")
        if self.scoring_rule not in RULES_WITH_PARTIAL_POINTS:
            if self.partial_points:
                raise BlueprintInvalid("blueprint.partial_invalid", "This rule knows no partial points.")
        elif not 1 <= self.partial_points < self.points:
            raise BlueprintInvalid("blueprint.partial_invalid", "Partial points are less than the points.")

    def admits(self, item: Item) -> bool:
        """Whether the item's type and its accepted scoring rules let it stand in this section."""
        fits = not item.scoring_rules or self.scoring_rule in item.scoring_rules
        return item.type is self.type and fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The plan of a form. Construction raises BlueprintInvalid.

    `must_know` is the least number of must-know items in the whole form (the sections' own minima count
    towards it). Two sections may share a type only if both name their topics and no topic is in both, so
    that no item could serve two sections. `digest` is `sha256:<hex>` of the canonical JSON.
    """

    title: str
    sections: tuple[Section, ...]
    must_know: int = 0
    shuffle_items: bool = True
    shuffle_options: bool = True
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > MAX_TITLE_CHARS:
            raise BlueprintInvalid("blueprint.title_invalid", "A blueprint's title has 1 to 100 characters.")
        if not 1 <= len(self.sections) <= MAX_SECTIONS or self.slot_count > MAX_SLOTS:
            raise BlueprintInvalid("blueprint.sections_invalid", "A form has 1 to 20 sections, 1,000 items.")
        if not 0 <= self.must_know <= self.slot_count:
            raise BlueprintInvalid("blueprint.must_know_invalid", "More must-know items than the form has.")
        self._check_disjoint()
        object.__setattr__(self, "digest", digest_bytes(self.to_json()))

    def _check_disjoint(self) -> None:
        types = Counter(section.type for section in self.sections)
        seen: set[tuple[ItemType, str]] = set()
        for section in self.sections:
            if types[section.type] == 1:
                continue
            cells = {(section.type, quota.topic) for quota in section.topics}
            if not cells or cells & seen:
                raise BlueprintInvalid("blueprint.sections_overlap", "Two sections could draw the same item.")
            seen |= cells

    @property
    def slot_count(self) -> int:
        """How many items a form has."""
        return sum(section.count for section in self.sections)

    @property
    def total_points(self) -> int:
        """The greatest score, in centipoints."""
        return sum(section.count * section.points for section in self.sections)

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the blueprint, UTF-8."""
        return canonical_bytes(
            {
                "format": BLUEPRINT_FORMAT,
                "title": self.title,
                "must_know": self.must_know,
                "shuffle_items": self.shuffle_items,
                "shuffle_options": self.shuffle_options,
                "sections": [_section_document(section) for section in self.sections],
            }
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> Blueprint:
        """The inverse of `to_json`. Raises DocumentInvalid or BlueprintInvalid."""
        reader = ObjectReader(parse(data), "blueprint")
        reader.expect("format", BLUEPRINT_FORMAT)
        blueprint = cls(
            title=reader.text("title"),
            sections=tuple(_section(document) for document in reader.items("sections")),
            must_know=reader.integer("must_know"),
            shuffle_items=reader.flag("shuffle_items"),
            shuffle_options=reader.flag("shuffle_options"),
        )
        reader.end()
        return blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A cell the bank cannot fill: `needed` items wanted, `available` there.

    `code` is cell.items_short, section.must_know_short or form.must_know_short; `section` counts from 0 and
    is -1 for the whole form; `topic` is empty when any topic will do.
    """

    code: str
    section: int
    topic: str
    needed: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintAudit:
    """Whether a bank fills a blueprint, and if not, every cell that is short."""

    shortfalls: tuple[Shortfall, ...]

    @property
    def feasible(self) -> bool:
        """True when every form can be drawn."""
        return not self.shortfalls


def audit(bank: Bank, blueprint: Blueprint) -> BlueprintAudit:
    """Hold the blueprint against the bank.

    Cells are disjoint, and any must-know items may be taken up to a cell's quota, so these counts are
    exact: no shortfall means that every draw succeeds.
    """
    shortfalls: list[Shortfall] = []
    reachable_in_form = 0
    for index, section in enumerate(blueprint.sections):
        reachable = 0
        admitted = [item for item in bank.items if section.admits(item)]
        items = Counter(item.topic for item in admitted)
        must_know = Counter(item.topic for item in admitted if item.must_know)
        for topic, needed in section_cells(section):
            available = items[topic] if topic else items.total()
            reachable += min(needed, must_know[topic] if topic else must_know.total())
            if available < needed:
                shortfalls.append(_short("cell.items_short", index, topic, needed, available))
        if reachable < section.must_know:
            shortfalls.append(_short("section.must_know_short", index, "", section.must_know, reachable))
        reachable_in_form += reachable
    if reachable_in_form < blueprint.must_know:
        shortfalls.append(_short("form.must_know_short", -1, "", blueprint.must_know, reachable_in_form))
    return BlueprintAudit(shortfalls=tuple(shortfalls))


def section_cells(section: Section) -> tuple[tuple[str, int], ...]:
    """The (topic, count) cells of a section, by topic; ("", count) when any topic will do."""
    return tuple((quota.topic, quota.count) for quota in section.topics) or (("", section.count),)


def _short(code: str, section: int, topic: str, needed: int, available: int) -> Shortfall:
    return Shortfall(code=code, section=section, topic=topic, needed=needed, available=available)


def _section_document(section: Section) -> JsonValue:
    return {
        "type": section.type.value,
        "title": section.title,
        "count": section.count,
        "points": section.points,
        "topics": {quota.topic: quota.count for quota in section.topics},
        "must_know": section.must_know,
        "scoring_rule": section.scoring_rule.value,
        "partial_points": section.partial_points,
    }


def _section(document: JsonValue) -> Section:
    reader = ObjectReader(document, "section")
    try:
        item_type = ItemType(reader.text("type"))
        rule = ScoringRule(reader.text("scoring_rule"))
    except ValueError as error:
        raise DocumentInvalid("document.unknown_value", f"A section says: {error}.") from error
    topics = reader.counts("topics")
    section = Section(
        type=item_type,
        title=reader.text("title"),
        count=reader.integer("count"),
        points=reader.integer("points"),
        topics=tuple(TopicQuota(topic=topic, count=count) for topic, count in topics.items()),
        must_know=reader.integer("must_know"),
        scoring_rule=rule,
        partial_points=reader.integer("partial_points"),
    )
    reader.end()
    return section
